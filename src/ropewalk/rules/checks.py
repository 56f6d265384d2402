"""The definition checks: is anything in this plan loose? All findings at once, each with the way out.

Knows the plan as plain values and what the company's data say of it. Must not know tables or files: a plan in the
making, a plan on paper and a plan about to be published are asked the very same. Start with ``check``.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from ropewalk.rules.exact import Number, exact
from ropewalk.rules.finding import Finding, Report, listed, said
from ropewalk.rules.goal_checks import goal_findings, not_asked
from ropewalk.rules.initiative_checks import initiative_findings
from ropewalk.rules.plan_draft import MINUTES, NOTHING_KNOWN, InitiativeDraft, Known, PlanDraft, StandardDraft

MOST_INITIATIVES = 3  # there is no setting that raises it
CODES = tuple(f"R{number:02d}" for number in range(1, 18))
BLOCKING = frozenset({*CODES[:8], "A02"})
_WEEKS_A_MONTH = Fraction(52, 12)


def check(plan: PlanDraft, known: Known = NOTHING_KNOWN) -> Report:
    """Everything the checks find, blocking before advice, and the codes that want more data than was given."""
    findings = [*_how_many(plan), *_hours(plan, known), *_same_pull(plan)]
    missing = set() if known.active_members is not None else {"R07"}
    for initiative in plan.initiatives:
        findings += goal_findings(plan, initiative, known)
        findings += initiative_findings(plan, initiative, known)
        missing |= set(not_asked(initiative, known))
    order = {initiative.key: at for at, initiative in enumerate(plan.initiatives)}
    findings.sort(key=lambda each: (not each.blocking, order.get(each.initiative or "", -1), each.code))
    return Report(tuple(findings), tuple(sorted(missing)))


def _how_many(plan: PlanDraft) -> Iterator[Finding]:
    """R01: one to three initiatives."""
    count = len(plan.initiatives)
    if count == 0:
        says = (
            f"The plan of {plan.year} says how much ({said(plan.revenue_goal)}) and not how: it has no initiative."
            if plan.revenue_goal is not None
            else f"The plan of {plan.year} has no initiative."
        )
        yield Finding("R01", True, "plan", says, "Choose one to three ideas out of the parking lot.")
    elif count > MOST_INITIATIVES:
        yield Finding(
            "R01",
            True,
            "plan",
            f"The plan of {plan.year} has {count} initiatives. Three is the limit, as nobody keeps more in mind at work.",
            f"Park or retire {count - MOST_INITIATIVES} of them and write down what is given up: a trade.",
        )


def _hours(plan: PlanDraft, known: Known) -> Iterator[Finding]:
    """R13: per role, the activities of all initiatives together against the hours a company allows."""
    limit = exact(known.hours_limit, "hours_limit")
    names = {_key(each.role): each.role for one in plan.initiatives for each in one.standards}
    for role, name in names.items():
        minutes = {
            one.title: sum(
                (weekly_minutes(each, known) for each in one.standards if _key(each.role) == role),
                Fraction(0),
            )
            for one in plan.initiatives
        }
        hours = sum(minutes.values(), Fraction(0)) / 60
        if hours > limit:
            parts = listed(f"{said(part / 60)} h for “{title}”" for title, part in minutes.items() if part)
            yield Finding(
                "R13",
                False,
                "plan",
                f"The activities ask {said(hours)} hours a week of a {name}, and {said(limit)} are allowed: {parts}.",
                "Ask for less, or for fewer kinds of activity; say what people stop doing instead.",
            )


def weekly_minutes(standard: StandardDraft, known: Known = NOTHING_KNOWN) -> Fraction:
    """The minutes a week that a standard takes; 0 while its amount or cadence is missing."""
    if standard.amount is None:
        return Fraction(0)
    times = {"day": Fraction(known.weekdays), "week": Fraction(1), "month": 1 / _WEEKS_A_MONTH}
    return exact(standard.amount) * times.get(standard.per, Fraction(0)) * exact(_minutes(standard, known))


def _minutes(standard: StandardDraft, known: Known) -> Number:
    """Per activity of that type, a plural being read as its singular."""
    usual = {_key(name): value for name, value in {**MINUTES, **known.minutes}.items()}
    name = _key(standard.activity)
    return usual.get(name, usual.get(name.removesuffix("s"), usual["other"]))


def _same_pull(plan: PlanDraft) -> Iterator[Finding]:
    """R14: two initiatives on the same metric and scope."""
    for one, other in combinations(plan.initiatives, 2):
        if one.goal.metric is not None and _pull(one) == _pull(other):
            scope = (
                listed(f"{field} = {value}" for field, value in sorted(one.goal.scope)) or "the whole company"
            )
            yield Finding(
                "R14",
                False,
                "plan",
                f"“{one.title}” and “{other.title}” both pull on {one.goal.metric.words} of {scope}: what one wins can't"
                " be told from the other's doing.",
                "Give one of them a scope or a metric of its own, or make them one initiative.",
            )


def _pull(initiative: InitiativeDraft) -> tuple[object, ...]:
    metric = initiative.goal.metric
    scope = frozenset((_key(field), _key(value)) for field, value in initiative.goal.scope)
    name = (metric.name, metric.label if metric.kind == "manual" else "") if metric else None
    return name, scope


def _key(text: str) -> str:
    return text.strip().casefold()
