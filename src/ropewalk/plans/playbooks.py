"""Ready-made initiatives, as files in `playbook/`: what they are about, with milestones and activities to be changed.

Dates and levels stand in them as parts of the way from start to due and from baseline to target. Their titles also fill
up a short parking lot in the recognition check. Start with `playbooks` and `filled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from ropewalk.plans import shape

FOLDER = Path(__file__).parent / "playbook"


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
    """The steps between a goal's start and due; none while one of them isn't known."""
    if goal.start is None or goal.due is None or goal.due <= goal.start:
        return ()
    found = []
    for step in book.steps:
        by = goal.start + timedelta(days=int(Decimal((goal.due - goal.start).days) * step.at))
        if step.way is None:
            found.append(shape.Milestone(step.title, by, None, sponsor))
        elif goal.baseline is not None and goal.target is not None:
            found.append(shape.Milestone(step.title, by, level_at(goal.baseline, goal.target, step.way)))
    return tuple(found)


def level_at(baseline: Decimal, target: Decimal, way: Decimal) -> Decimal:
    """The value at a part of the way, rounded as one would say it: rates to tenths of a percent, others to whole numbers."""
    if way == 1:
        return target
    is_rate = abs(baseline) <= 1 and abs(target) <= 1
    value = baseline + (target - baseline) * way
    return value.quantize(Decimal("0.001") if is_rate else Decimal(1), ROUND_HALF_UP)
