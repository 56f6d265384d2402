"""Ready-made initiatives, as files in `playbook/`: what they are about, with milestones and activities to be changed.

Dates and levels stand in them as parts of the way from start to due and from baseline to target. Their titles also fill
up a short parking lot in the recognition check. Start with `playbooks` and `filled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.plans import shape

FOLDER = Path(__file__).parent / "playbook"
FRIDAY = 4


@dataclass(frozen=True)
class Step:
    """A milestone: at which part of the time, and which part of the way it asks; None: delivered by the sponsor."""

    title: str
    at: Decimal  # 0..1 of start to due
    way: Decimal | None


@dataclass(frozen=True)
class Playbook:
    """One ready-made initiative."""

    key: str
    title: str
    kind: str
    about: str
    line: str  # how its goal could be typed
    metric: str
    why: str
    impact: str
    expectation: str
    steps: tuple[Step, ...]
    standards: tuple[shape.Standard, ...]  # of the role "Salesperson"
    scope: str = ""  # the field that its goal is narrowed by
    label: str = ""
    unit_word: str = ""


@cache
def playbooks() -> tuple[Playbook, ...]:
    """All that come with Ropewalk, in their order."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def _read(path: Path) -> Playbook:
    said = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    steps = tuple(
        Step(one["title"], Decimal(str(one["at"])), Decimal(str(one["way"])) if "way" in one else None)
        for one in said.pop("milestones")
    )
    standards = tuple(
        shape.Standard(
            "Salesperson", one["activity"], Decimal(str(one["amount"])), one["per"], one["counted"]
        )
        for one in said.pop("activities")
    )
    return Playbook(key=path.stem.partition("-")[2], steps=steps, standards=standards, **said)


TITLES = tuple(one.title for one in playbooks())


def titles_beside(plan: shape.Plan) -> list[str]:
    """Titles that no initiative of a plan could be taken for: of other metrics than it aims at."""
    aimed_at = {one.goal.metric for one in plan.initiatives}
    return [one.title for one in playbooks() if one.metric not in aimed_at]


def playbook(key: str) -> Playbook | None:
    """The playbook of that key; None where there is none."""
    return next((one for one in playbooks() if one.key == key), None)


def filled(
    book: Playbook, *, goal: shape.Goal, sponsor: str, roles: tuple[str, ...] = ("Salesperson",)
) -> shape.Initiative:
    """The playbook as an initiative with this goal: milestones dated and levelled, the rest as it stands in the file."""
    return shape.Initiative(
        key=book.key,
        title=book.title,
        kind=book.kind,
        why=book.why,
        impact=book.impact,
        sponsor=sponsor,
        goal=goal,
        roles=roles,
        milestones=milestones(book, goal, sponsor),
        expectations=tuple(shape.Expectation(role, book.expectation) for role in roles),
        standards=tuple(
            shape.Standard(role, one.activity, one.amount, one.per, one.counted)
            for role in roles
            for one in book.standards
        ),
    )


def milestones(book: Playbook, goal: shape.Goal, sponsor: str) -> tuple[shape.Milestone, ...]:
    """The steps between a goal's start and due; none while one of them isn't known. What adds up begins at nothing."""
    if goal.start is None or goal.due is None or goal.due <= goal.start:
        return ()
    begins = Decimal(0) if is_counted_up(goal) else goal.baseline
    found = []
    for step in book.steps:
        by = goal.start + timedelta(days=int(Decimal((goal.due - goal.start).days) * step.at))
        by = max(goal.start, workday_before(by)) if step.at < 1 else by
        if step.way is None:
            found.append(shape.Milestone(step.title, by, None, sponsor))
        elif begins is not None and goal.target is not None:
            found.append(shape.Milestone(step.title, by, level_at(begins, goal.target, step.way)))
    return tuple(found)


def is_counted_up(goal: shape.Goal) -> bool:
    """Whether the goal's value grows from nothing since its start, whatever there was the year before."""
    return goal.metric in definitions() and not definition_of(goal.metric).is_level


def workday_before(day: date) -> date:
    """The day, or the Friday before where it is of a weekend."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def level_at(baseline: Decimal, target: Decimal, way: Decimal) -> Decimal:
    """The value at a part of the way, rounded as one would say it: rates to tenths of a percent, others to whole numbers."""
    if way == 1:
        return target
    is_rate = abs(baseline) <= 1 and abs(target) <= 1
    value = baseline + (target - baseline) * way
    return value.quantize(Decimal("0.001") if is_rate else Decimal(1), ROUND_HALF_UP)
