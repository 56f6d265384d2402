"""The plan's form, sent by one while another saved the draft: both texts side by side, field by field.

An initiative stands beside the one with the same key; one that only the other has, at a place that is free. Start with
`both_drafts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, QueryDict

from ropewalk.companies.access import Viewer
from ropewalk.pages.changed_meanwhile.page import Field, both_texts
from ropewalk.pages.playbooks import plan_typed
from ropewalk.pages.playbooks.plan_typed import MOST, Values

GOAL = {
    "metric": "measured by",
    "baseline": "from",
    "target": "to",
    "start": "start",
    "due": "due",
    "label": "what is counted",
}
SHORT = {"title": "title", "sponsor": "sponsor", "kind": "kind"}
LONG = {"why": "why we chose it", "impact": "what it does for the company"}
MILESTONE = {"title": "what", "by": "by", "level": "level", "owner": "who delivers it"}
ACTIVITY = {
    "activity": "what",
    "amount": "how many",
    "per": "per",
    "counted": "counted by",
    "role": "role",
}


def mark(year: int, edition: int) -> str:
    """What the form carries, to know later which draft was looked at."""
    return f"{year}.{edition}"


def edition_seen(typed: QueryDict, year: int) -> int:
    """The edition of the year's draft that the form was opened with; 0, none at all, where it says nothing of that year."""
    of, _, edition = typed.get("edition", "").partition(".")
    plain = edition.isascii() and edition.isdigit() and len(edition) < 10
    return int(edition) if plain and of == str(year) else 0


def both_drafts(
    request: HttpRequest, viewer: Viewer, theirs: Values, year: int, *, plan_id: int, edition: int
) -> HttpResponse:
    """What was typed beside the draft of now."""
    fields = [Field("revenue_goal", "Revenue goal", said(theirs.get("revenue_goal")))]
    for place, one in side_by_side(request.POST, theirs["initiatives"]):
        fields += fields_of(request.POST, f"i{place}.", one)
    return both_texts(
        request, viewer, fields, thing=f"plan:{plan_id}",
        edition=("edition", mark(year, edition)), what="the draft",
    )  # fmt: skip


def side_by_side(typed: QueryDict, theirs: list[Values]) -> Iterator[tuple[int, Values]]:
    """Each place of the form with what stands there now; nothing where the other has no such initiative."""
    mine = {place: typed[f"i{place}.key"] for place in range(MOST) if f"i{place}.key" in typed}
    by_key = {one["key"]: one for one in theirs}
    beside = {place: by_key[key] for place, key in mine.items() if key in by_key}
    left_over = [one for one in theirs if one not in beside.values()]
    free = [place for place in range(MOST) if place not in mine]
    free += [place for place in mine if place not in beside]
    beside |= dict(zip(free, left_over, strict=False))
    for place in sorted(mine.keys() | beside.keys()):
        yield place, beside.get(place, {})


def fields_of(typed: QueryDict, prefix: str, one: Values) -> Iterator[Field]:
    """The fields of one place, with what they say in the draft of now."""
    name = typed.get(f"{prefix}title") or one.get("title", "")
    goal = one.get("goal", {})

    def field(key: str, label: str, text: object, *, is_long: bool = False) -> Field:
        return Field(prefix + key, f"{name}: {label}", said(text), is_long)

    for key, label in SHORT.items():
        yield field(key, label, one.get(key))
    for key, label in GOAL.items():
        if key != "label" or goal.get("label") or f"{prefix}goal.label" in typed:
            yield field(f"goal.{key}", label, goal.get(key))
    yield field("where", "narrowed to", plan_typed.where_said(goal.get("where") or {}))
    roles = one.get("roles") or []
    yield field("roles", "applies to", ", ".join(roles))
    for key, label in LONG.items():
        yield field(key, label, one.get(key), is_long=True)
    for number in range(max(len(roles), typed.get(f"{prefix}roles", "").count(",") + 1)):
        text = one.get("expectations", {}).get(roles[number], "") if number < len(roles) else ""
        yield field(f"expectation.{number}", f"what role {number + 1} does differently", text, is_long=True)
    steps = one.get("milestones", [])
    acts = [{"role": role, **each} for role, ones in one.get("activities", {}).items() for each in ones]
    for letter, word, names, rows, most in (
        ("m", "milestone", MILESTONE, steps, plan_typed.MILESTONE_ROWS),
        ("a", "activity", ACTIVITY, acts, plan_typed.ACTIVITY_ROWS),
    ):
        for number in range(most):
            row = rows[number] if number < len(rows) else {}
            if row or typed.get(f"{prefix}{letter}{number}.{next(iter(names))}", "").strip():
                for key, label in names.items():
                    yield field(f"{letter}{number}.{key}", f"{word} {number + 1}, {label}", row.get(key))


def said(value: object) -> str:
    """A value as its field would say it."""
    return "" if value is None else str(value)
