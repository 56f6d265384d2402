"""Whose figure is asked for, and the frame that it stands in: its dates, days and window.

Start with `Whose`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ropewalk.plans.shape import Initiative
from ropewalk.progress.figure import Scope
from ropewalk.progress.series import Running
from ropewalk.progress.world import World
from ropewalk.rules import calendar, pace
from ropewalk.rules.calendar import Workdays
from ropewalk.rules.exact import exact
from ropewalk.rules.pace import Frame


@dataclass(frozen=True)
class Whose:
    """Whose figure is asked for, and what is particular about that."""

    scope: Scope
    id: int
    name: str
    running: Running
    baseline: Fraction
    target: Fraction | None
    joined: date | None = None
    observed: Fraction | None = None
    held_from: Fraction | None = (
        None  # where the target is to be held: what there was; the baseline is the tube's foot
    )


def dates_of(initiative: Initiative) -> tuple[date, date]:
    goal = initiative.goal
    assert goal.start is not None
    assert goal.due is not None
    return goal.start, goal.due


def workdays_for(world: World, whose: Whose) -> Workdays:
    return world.workdays_of(whose.id) if whose.scope is Scope.PERSON else world.workdays


def frame_of(
    world: World, initiative: Initiative, whose: Whose, day: date
) -> tuple[Frame | None, int | None]:
    """The days a level figure looks at, and the length of a trailing window in days."""
    goal, month = initiative.goal, world.plan.start_month
    metric = world.metric_of(initiative)
    if goal.window == "none":
        return None, None
    if goal.window == "year_to_date":
        return pace.year_to_date_frame(start_month=month), None
    if goal.window == "last_full_quarter":
        return pace.latest_full_quarter_frame(start_month=month), None
    window = goal.window_days or pace.WINDOW
    if (
        whose.scope is Scope.PERSON
        and metric is not None
        and metric.kind == "ratio"
        and not metric.weighs_amounts
    ):

        def decided_in(length: int) -> Decimal:
            period = calendar.trailing(day, length)
            return whose.running.between(period.start, period.end)[1]

        window = pace.widened_window(decided_in, window=window)
    return pace.trailing_frame(window), window


def milestones_for(initiative: Initiative, whose: Whose) -> list[tuple[date, Fraction]]:
    """The goal's measured milestones as this one's line runs through them: at the same part of the own way."""
    goal = initiative.goal
    assert whose.target is not None
    if (
        whose.held_from is not None
        or goal.baseline is None
        or goal.target is None
        or goal.baseline == goal.target
    ):
        return []
    whole = exact(goal.target) - exact(goal.baseline)
    start, due = dates_of(initiative)
    found: dict[date, Fraction] = {}
    for one in initiative.milestones:
        if one.level is not None and start <= one.by < due:
            part = (exact(one.level) - exact(goal.baseline)) / whole
            found[one.by] = whose.baseline + (whose.target - whose.baseline) * part
    return sorted(found.items())
