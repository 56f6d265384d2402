"""Where a goal stands on a day, judged by the own value and the own target: person, team, company.

It decides nothing of its own: values come from `series`, targets from `shares`, expectations and status from `rules`.
Start with `person_thermometer`, `team_thermometer`, `company_thermometer`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ropewalk.metrics.definition import Better, Definition
from ropewalk.plans.shape import MANUAL, Initiative
from ropewalk.progress.figure import Scope, Thermometer
from ropewalk.progress.series import Running, added
from ropewalk.progress.shares import share_of, team_target
from ropewalk.progress.ticks import ticks_of
from ropewalk.progress.whose import Whose, dates_of, frame_of, milestones_for, workdays_for
from ropewalk.progress.world import World
from ropewalk.rules import calendar, intervals, pace, status
from ropewalk.rules.exact import exact
from ropewalk.rules.status import Judgement, Status


def person_thermometer(world: World, initiative: Initiative, person_id: int) -> Thermometer:
    """One person's figure; of a goal that isn't shared out, the initiative's own."""
    share = share_of(world, initiative, person_id)
    if share is None:
        return company_thermometer(world, initiative)
    person = world.roster.people[person_id]
    observed = (
        exact(share.observed_numerator) / exact(share.observed_denominator)
        if share.baseline is not None and share.observed_denominator
        else None
    )
    whose = Whose(
        Scope.PERSON,
        person_id,
        person.name,
        world.running_of(person_id, initiative.goal.metric, initiative.goal.where),
        exact(share.baseline or Decimal(0)),
        exact(share.amount),
        person.joined,
        observed,
    )
    return thermometer(world, initiative, whose)


def team_thermometer(world: World, initiative: Initiative, team_id: int) -> Thermometer | None:
    """A team's figure with its subtree; None where nothing of the goal is shared out to it."""
    aim = team_target(world, initiative, team_id)
    if aim is None:
        return None
    whose = Whose(
        Scope.TEAM,
        team_id,
        world.roster.teams[team_id].name,
        world.series_of(initiative).team(team_id),
        exact(aim[1] or Decimal(0)),
        exact(aim[0]),
    )
    return thermometer(world, initiative, whose)


def company_thermometer(world: World, initiative: Initiative) -> Thermometer:
    """The company's figure: the goal itself."""
    goal = initiative.goal
    if goal.metric == MANUAL:
        return manual_thermometer(world, initiative)
    metric = world.metric_of(initiative)
    assert metric is not None
    baseline = Fraction(0) if not metric.is_level else exact(goal.baseline or Decimal(0))
    whose = Whose(
        Scope.COMPANY,
        0,
        world.company.name,
        company_running(world, initiative),
        baseline,
        exact(goal.target or Decimal(0)),
    )
    return thermometer(world, initiative, whose)


def company_running(world: World, initiative: Initiative) -> Running:
    """The company's tallies; of an initiative for some teams, those teams' together."""
    series = world.series_of(initiative)
    if not initiative.teams:
        return series.company
    return added([series.team(one) for one in topmost_teams(world, initiative)])


def topmost_teams(world: World, initiative: Initiative) -> list[int]:
    """The teams an initiative is for, without those that stand within another of them."""
    chosen = [team.id for team in world.roster.teams.values() if team.key in initiative.teams]
    return [one for one in chosen if not set(world.roster.path_of(one, world.on)[:-1]) & set(chosen)]


def thermometer(world: World, initiative: Initiative, whose: Whose) -> Thermometer:
    metric = world.metric_of(initiative)
    assert metric is not None
    return additive(world, initiative, whose) if not metric.is_level else level(world, initiative, whose)


def additive(world: World, initiative: Initiative, whose: Whose) -> Thermometer:
    """A count or sum: what start..today holds against the share."""
    start, due = dates_of(initiative)
    metric = world.metric_of(initiative)
    assert metric is not None
    assert whose.target is not None
    workdays = workdays_for(world, whose)
    upto = min(world.on, due)
    numerator, denominator = whose.running.between(start, upto)
    gone = (
        pace.profile_gone(start, due, world.on, workdays=workdays, joined=whose.joined)
        if world.on >= start
        else Fraction(0)
    )
    expected = whose.target * gone
    judged = status.additive_status(
        value=numerator,
        share=whose.target,
        expected=expected,
        start=start,
        due=due,
        on=world.on,
        workdays=workdays,
        highest=whose.running.highest(start, upto),
        is_count=metric.kind != "sum",
        unit=initiative.goal.unit or 1,
    )
    figure = build(world, initiative, whose, judged, exact(numerator), (numerator, denominator), expected)
    return replace(figure, counted_from=start, counted_to=upto)


def level(world: World, initiative: Initiative, whose: Whose) -> Thermometer:
    """A rate or mean: its value over the window against the line."""
    start, due = dates_of(initiative)
    metric = world.metric_of(initiative)
    assert metric is not None
    assert whose.target is not None
    day = min(world.on, due)
    workdays = workdays_for(world, whose)
    target, foot = whose.target, foot_of(whose, metric)
    if foot is not None:
        whose = replace(whose, baseline=foot, held_from=whose.baseline)
    frame, window = frame_of(world, initiative, whose, day)
    first, latest = frame(day) if frame else (start, day)
    numerator, denominator = whose.running.between(first, latest)
    value = exact(numerator) / exact(denominator) if denominator else None
    expected = (
        target
        if foot is not None
        else pace.expected_exactly(
            start,
            due,
            day,
            baseline=whose.baseline,
            target=target,
            workdays=workdays,
            frame=frame,
            milestones=milestones_for(initiative, whose),
        )
    )
    is_counted_rate = metric.counts_decided
    judged = (
        status.level_status(
            value=value,
            baseline=whose.baseline,
            target=target,
            expected=expected,
            start=start,
            due=due,
            on=world.on,
            workdays=workdays,
            decided=denominator if is_counted_rate else None,
        )
        if target != whose.baseline
        else Judgement(Status.TOO_EARLY, None, None, None)
    )
    interval = intervals.wilson(numerator, denominator) if is_counted_rate and denominator else None
    figure = build(
        world, initiative, whose, judged, value, (numerator, denominator), expected, window, interval
    )
    return replace(figure, counted_from=first, counted_to=latest)


def foot_of(whose: Whose, metric: Definition) -> Fraction | None:
    """From where a rate or mean is measured whose target asks for no more than there was; None where there is a way to go."""
    assert whose.target is not None
    return status.foot_to_hold(
        baseline=whose.baseline, target=whose.target, is_lower_better=metric.better is Better.LOWER
    )


def manual_thermometer(world: World, initiative: Initiative) -> Thermometer:
    """A goal whose values are entered by hand: the latest entry against the line."""
    start, due = dates_of(initiative)
    goal = initiative.goal
    low, high = exact(goal.baseline or Decimal(0)), exact(goal.target or Decimal(0))
    entered = world.manual_value(initiative, min(world.on, due))
    value = exact(entered) if isinstance(entered, Decimal) else None
    expected = pace.expected_exactly(
        start, due, min(world.on, due), baseline=low, target=high, workdays=world.workdays
    )
    judged = status.level_status(
        value=value,
        baseline=low,
        target=high,
        expected=expected,
        start=start,
        due=due,
        on=world.on,
        workdays=world.workdays,
    )
    whose = Whose(Scope.COMPANY, 0, world.company.name, Running(), low, high)
    number = Decimal(entered) if isinstance(entered, Decimal) else Decimal(0)
    return build(world, initiative, whose, judged, value, (number, Decimal(1)), expected)


def build(
    world: World,
    initiative: Initiative,
    whose: Whose,
    judged: Judgement,
    value: Fraction | None,
    pair: tuple[Decimal, Decimal],
    expected: Fraction,
    window: int | None = None,
    interval: tuple[float, float] | None = None,
) -> Thermometer:
    start, due = dates_of(initiative)
    metric, goal, workdays = world.metric_of(initiative), initiative.goal, workdays_for(world, whose)
    is_early = judged.status is Status.TOO_EARLY
    is_additive = metric is not None and not metric.is_level
    return Thermometer(
        initiative_key=initiative.key,
        slot=world.plan.slot(initiative.key),
        title=initiative.title,
        metric=goal.metric,
        label=metric.label if metric else goal.label,
        unit=metric.unit if metric else "count",
        kind="additive" if is_additive else "level",
        currency=world.company.currency,
        scope=whose.scope,
        scope_id=whose.id,
        name=whose.name,
        on=world.on,
        start=start,
        due=due,
        baseline=whose.baseline,
        target=whose.target,
        value=value,
        numerator=pair[0],
        denominator=pair[1],
        expected=expected,
        progress=judged.progress,
        expected_progress=judged.expected_progress,
        r=judged.r,
        status=judged.status,
        window_days=window,
        interval=interval,
        ticks=ticks_of(world, initiative, whose),
        observed=whose.observed,
        held_from=whose.held_from,
        workdays_left=calendar.count_working_days(date.fromordinal(world.on.toordinal() + 1), due, workdays),
        workdays_to_wait=status.working_days_to_wait(start, due, world.on, workdays) if is_early else 0,
    )
