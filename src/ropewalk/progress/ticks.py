"""The milestones at a tube: where each stands, and whether it was reached. Start with `ticks_of`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from ropewalk.plans.shape import Initiative
from ropewalk.progress.figure import Scope, Tick
from ropewalk.progress.whose import Whose, dates_of, frame_of, milestones_for, workdays_for
from ropewalk.progress.world import World
from ropewalk.rules import pace
from ropewalk.rules.exact import exact


def ticks_of(world: World, initiative: Initiative, whose: Whose) -> tuple[Tick, ...]:
    """The milestones, in order of date, as far as they stand at this tube."""
    found = []
    for one in sorted(initiative.milestones, key=lambda each: each.by):
        if one.level is None:
            is_done = one.delivered_on is not None and one.delivered_on <= world.on
            found.append(
                Tick(one.title, one.by, delivered_place(world, initiative, whose, one.by), False, is_done)
            )
        else:
            place = measured_place(initiative, whose, one.level)
            is_reached = has_reached(world, initiative, whose, place, one.by)
            found.append(Tick(one.title, one.by, place, True, is_reached))
    return tuple(found)


def measured_place(initiative: Initiative, whose: Whose, level: Decimal) -> Fraction | None:
    """Where a measured milestone stands at somebody's tube: at the same part of the way."""
    goal = initiative.goal
    if whose.target is None or goal.target is None:
        return None
    if whose.held_from is not None:
        return whose.target
    low = (
        Fraction(0) if whose.baseline == 0 and whose.scope is not Scope.COMPANY else exact(goal.baseline or 0)
    )
    if whose.scope is Scope.COMPANY:
        return exact(level)
    whole = exact(goal.target) - low
    return whose.baseline + (whose.target - whose.baseline) * (exact(level) - low) / whole if whole else None


def delivered_place(world: World, initiative: Initiative, whose: Whose, by: date) -> Fraction | None:
    """A delivered milestone stands at the level expected on its date."""
    start, due = dates_of(initiative)
    if whose.target is None or not start <= by <= due:
        return None
    metric = world.metric_of(initiative)
    if metric is not None and not metric.is_level:
        return whose.target * pace.profile_gone(start, due, by, workdays=workdays_for(world, whose))
    if whose.held_from is not None:
        return whose.target
    return pace.expected_exactly(
        start,
        due,
        by,
        baseline=whose.baseline,
        target=whose.target,
        workdays=workdays_for(world, whose),
        milestones=milestones_for(initiative, whose),
    )


def has_reached(world: World, initiative: Initiative, whose: Whose, place: Fraction | None, by: date) -> bool:
    """Whether a measured milestone's level was met: a count's at any time, a level's as it stands, by its date at most."""
    if place is None:
        return False
    metric = world.metric_of(initiative)
    start, due = dates_of(initiative)
    day = min(world.on, due, by)
    if metric is None:
        entered = world.manual_value(initiative, day)
        return isinstance(entered, Decimal) and exact(entered) >= place
    if not metric.is_level:
        day = min(world.on, due)
        return exact(whose.running.highest(start, day)) >= place
    frame, _ = frame_of(world, initiative, whose, day)
    first, latest = frame(day) if frame else (start, day)
    numerator, denominator = whose.running.between(first, latest)
    if not denominator or whose.target is None:
        return False
    value = exact(numerator) / exact(denominator)
    return value <= place if whose.target < whose.baseline else value >= place
