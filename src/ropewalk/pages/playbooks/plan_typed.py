"""A plan between a form and the names of a plan file: what is typed becomes the same values that a file would hold.

Start with `values_typed` and `blank`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.metrics.definition import Unit
from ropewalk.plans.playbooks import Playbook, milestones, playbook
from ropewalk.plans.shape import MANUAL, Goal
from ropewalk.rules import goal_text
from ropewalk.rules.calendar import Period
from ropewalk.versions.plan_form import amount_of, day_of
from ropewalk.versions.proposing import Baseline, baseline_of

MOST = 3
ROLE = "Salesperson"
MILESTONE_ROWS, ACTIVITY_ROWS = 6, 4
Values = dict[str, Any]


def blank(book: Playbook, year: Period, sponsor: str, role: str = ROLE) -> Values:
    """A playbook as the form begins with it, for people of a role: everything but the numbers of its goal."""
    goal: Values = {
        "metric": book.metric,
        "start": year.start.isoformat(),
        "due": year.end.isoformat(),
        "baseline": "",
        "target": "",
    }
    if book.scope:
        goal["where"] = {book.scope: ""}
    if book.metric == MANUAL:
        goal |= {"label": book.label, "unit_word": book.unit_word, "cascaded": False}
    return {
        "key": book.key, "title": book.title, "kind": book.kind, "why": book.why, "impact": book.impact, "sponsor": sponsor,
        "roles": [role], "goal": goal, "expectations": {role: book.expectation},
        "milestones": [{"title": step.title, "by": "", "owner": sponsor if step.way is None else ""} for step in book.steps],
        "activities": {role: [{"activity": one.activity, "amount": f"{one.amount:f}", "per": one.per, "counted": one.counted} for one in book.standards]},
    }  # fmt: skip


def values_typed(typed: QueryDict, before: dict[str, Values]) -> Values:
    """The plan's values as typed; `before` are the initiatives that were there, by key, for what the form doesn't show."""
    found: Values = {"year": typed.get("year", ""), "initiatives": []}
    if typed.get("revenue_goal", "").strip():
        found["revenue_goal"] = typed["revenue_goal"]
    for place in range(MOST):
        if f"i{place}.title" in typed and _is_filled(typed, f"i{place}."):
            found["initiatives"].append(_initiative(typed, f"i{place}.", before))
    return found


def _is_filled(typed: QueryDict, prefix: str) -> bool:
    """Whether anything at all was written at a place."""
    return any(str(typed[name]).strip() for name in typed if name.startswith(prefix))


def _initiative(typed: QueryDict, prefix: str, before: dict[str, Values]) -> Values:
    def said(name: str) -> str:
        return typed.get(prefix + name, "").strip().replace("\0", "")

    old = before.get(said("key"), {})
    goal: Values = {
        **old.get("goal", {}),
        **{name: said(f"goal.{name}") for name in ("metric", "baseline", "target", "start", "due")},
    }
    goal["where"] = where_typed(said("where"))
    if goal["metric"] == MANUAL:
        goal |= {"label": said("goal.label"), "cascaded": False}
    roles = [role.strip() for role in said("roles").split(",") if role.strip()] or [ROLE]
    texts = {role: said(f"expectation.{number}") for number, role in enumerate(roles)}
    rows = [
        {name: said(f"a{n}.{name}") for name in ("role", "activity", "amount", "per", "counted")}
        for n in range(ACTIVITY_ROWS)
    ]
    activities: dict[str, list[Values]] = {}
    for row in rows:
        if row["activity"]:
            role = row.pop("role")
            role = role if role in roles else roles[0]  # that of the row may have been renamed above it
            activities.setdefault(role, []).append(row)
    steps = [
        {name: said(f"m{n}.{name}") for name in ("title", "by", "level", "owner")}
        for n in range(MILESTONE_ROWS)
    ]
    shown = {name: said(name) for name in ("key", "title", "kind", "why", "impact", "sponsor")}
    return {
        **old, **shown, "roles": roles, "goal": goal, "expectations": {role: text for role, text in texts.items() if text},
        "activities": activities, "milestones": [{name: value for name, value in step.items() if value} for step in steps if step["title"]],
    }  # fmt: skip


def as_typed(values: Any) -> Any:
    """Values of a file as one would type them into the form: days as ISO, the amounts of a rate in percent."""
    if isinstance(values, date):
        return values.isoformat()
    if isinstance(values, list):
        return [as_typed(one) for one in values]
    if not isinstance(values, dict):
        return values
    found = {str(name): as_typed(one) for name, one in values.items()}
    if isinstance(found.get("goal"), dict):
        metric = found["goal"].get("metric", "")
        for part, name in [
            (found["goal"], "baseline"),
            (found["goal"], "target"),
            *((one, "level") for one in found.get("milestones", [])),
        ]:
            if part.get(name) not in (None, ""):
                part[name] = amount_words(metric, amount_of(part[name]))
    return found


def where_typed(text: str) -> dict[str, str]:
    """ "account.vertical = medical; product = GTX Pro" as field -> value."""
    pairs = (piece.partition("=") for piece in re.split(r"[;\n]", text) if piece.strip())
    return {field.strip(): value.strip() for field, _, value in pairs}


def where_said(where: dict[str, str]) -> str:
    """The other way round."""
    return "; ".join(f"{field} = {value}" for field, value in where.items())


def without_empty(values: Values) -> Values:
    """Values as a file would leave them out: what nobody filled in."""
    found = {**values, "initiatives": []}
    for one in values["initiatives"]:
        goal = {name: value for name, value in one["goal"].items() if value not in ("", None)}
        found["initiatives"].append({**one, "goal": {"metric": "", **goal}})
    return found


def with_line_read(one: Values, line: str, year: Period) -> tuple[Values, str]:
    """An initiative with what its typed line says, and the pieces that couldn't be read."""
    if not line.strip():
        return one, ""
    read = goal_text.read(line, year=(year.start, year.end), metrics=definitions())
    goal = dict(one["goal"])
    metric = read.metric or goal["metric"]
    if read.metric:
        goal["metric"] = read.metric
    for name, amount in (("baseline", read.baseline), ("target", read.target)):
        if amount is not None:
            goal[name] = amount_words(metric, Decimal(str(amount)))
    if read.due:
        goal["due"] = read.due.isoformat()
    if read.scope:
        goal["where"] = dict(read.scope)
    return {**one, "goal": goal}, read.unread


def amount_words(metric: str, amount: Decimal) -> str:
    """An amount as one types it: a rate in percent."""
    plain = amount.normalize()
    if metric in definitions() and definition_of(metric).unit is Unit.RATE:
        percent = (amount * 100).normalize()
        return f"{percent:f} %"
    return f"{plain:f}"


def baseline_proposed(company_id: int, one: Values, year: Period, on: Any) -> Baseline | None:
    """What the data say of the year before, for this metric and scope."""
    where = tuple(
        sorted((field, value) for field, value in (one["goal"].get("where") or {}).items() if value)
    )
    return baseline_of(company_id, one["goal"]["metric"], where, year, on=on)


def with_baseline(one: Values, found: Baseline | None) -> Values:
    """An initiative whose empty baseline is what the data say, rounded as one would type it."""
    if one["goal"].get("baseline") or found is None or found.value is None:
        return one
    places = Decimal("0.001") if found.definition.unit is Unit.RATE else Decimal(1)
    value = Decimal(found.value.numerator) / Decimal(found.value.denominator)
    return {
        **one,
        "goal": {**one["goal"], "baseline": amount_words(found.definition.name, value.quantize(places))},
    }


def with_milestones(one: Values, sponsor: str, *, on: date) -> Values:
    """An initiative whose milestones that came from a playbook are dated and levelled by its goal, where they weren't.

    Of a goal that began already they lie in what is left of it.
    """
    book = playbook(one.get("key", ""))
    if book is None or any(step.get("by") for step in one["milestones"]):
        return one
    try:
        goal = Goal(
            one["goal"]["metric"], amount_of(one["goal"].get("target") or None), amount_of(one["goal"].get("baseline") or None),
            day_of(one["goal"].get("start") or None), day_of(one["goal"].get("due") or None),
        )  # fmt: skip
    except ValueError:
        return one
    if goal.start and goal.due and goal.start < on < goal.due:
        goal = replace(goal, start=on)
    made = milestones(book, goal, sponsor)
    if not made or len(made) < len(book.steps):
        return one
    steps = [
        {"title": step.title, "by": step.by.isoformat(), "level": "" if step.level is None else amount_words(goal.metric, step.level), "owner": step.owner}
        for step in made
    ]  # fmt: skip
    return {**one, "milestones": steps}
