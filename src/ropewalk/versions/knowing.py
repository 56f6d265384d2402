"""What the company's data can say to the definition checks: baselines, coverage, the best that ever was, volumes.

It gathers; `rules.checks` decides. Start with `known_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from ropewalk.cascade import spreading, weighing
from ropewalk.cascade.share import Spread
from ropewalk.companies.queries import company_for_system
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.measuring import daily_for_system
from ropewalk.plans import shape
from ropewalk.plans.defining import person_named
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Grain
from ropewalk.rules.plan_draft import BestEver, Known, Volume

HISTORY_YEARS = 6  # how far back the best four quarters are looked for
WINDOW = 90  # days of a rate, unless the goal says otherwise


@dataclass
class Knowledge:
    """What was found, the spreads with it, and what stood in the way of one."""

    known: Known
    spreads: dict[str, Spread] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # initiative key -> why it can't be shared out
    nobody: set[str] = field(default_factory=set)  # keys of initiatives whose roles nobody holds
    roles: tuple[str, ...] = ()  # those that people hold, the commonest first
    strangers: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # initiative key, "shares", "teams" or "where", the name that nothing stands behind


def known_of(company_id: int, plan: shape.Plan, *, on: date) -> Knowledge:
    """Everything the checks of a plan ask of the data, as of a day."""
    company, roster = company_for_system(company_id), roster_for_system(company_id)
    day = max(on, plan.first_day) if on <= plan.last_day else plan.last_day
    knowledge = Knowledge(Known(), roles=tuple(roster.roles_held(day)))
    coverage, baselines, best, volumes = {}, {}, {}, {}
    for one in plan.initiatives:
        goal = one.goal
        if one.retired_on is None:
            knowledge.strangers += strangers_of(one, roster, day)
            knowledge.strangers += [
                (one.key, "activities", f"{each.activity}: {field}")
                for each in one.standards
                if each.counted == "crm"
                for field in unknown_fields(company_id, definition_of("activities"), each.where)
            ]
        if goal.metric not in definitions() or goal.target is None:
            continue
        definition = definition_of(goal.metric)
        unknown = unknown_fields(company_id, definition, goal.where)
        if unknown:
            knowledge.strangers += [(one.key, "where", field) for field in unknown]
            continue
        if goal.is_cascaded:
            spread = try_to_spread(company_id, plan, one, roster, knowledge, on=day)
            if spread is not None:
                coverage[one.key] = spread.coverage
                if spread.kind == "ratio":
                    volumes[one.key] = volumes_of(spread, roster, goal)
            else:
                coverage[one.key] = Decimal(0)
        if definition.adds_up:
            history = daily_history(company_id, goal, plan)
            baseline = value_between(definition.is_level, history, *weighing.year_before(plan))
            if baseline is not None:
                baselines[one.key] = baseline
            best[one.key] = best_of(history, definition.is_level, goal, plan)
    knowledge.known = Known(
        active_members=active_members(plan, roster, on),
        coverage=coverage,
        baselines=baselines,
        best=best,
        volumes=volumes,
        hours_limit=company.hours_limit,
        weekdays=len(company.working_weekdays),
    )
    return knowledge


def active_members(plan: shape.Plan, roster: Roster, on: date) -> frozenset[str]:
    """The sponsors, as written, who are people of the company and present."""
    found = set()
    for one in plan.initiatives:
        person_id = person_named(roster, one.sponsor)
        if person_id is not None and (roster.people[person_id].left or on) >= on:
            found.add(one.sponsor)
    return frozenset(found)


def unknown_fields(company_id: int, definition: Definition, where: tuple[tuple[str, str], ...]) -> list[str]:
    """The fields of a scope that the metric's facts don't have: it could never be measured."""
    found = []
    for name, value in where:
        try:
            scoping.read(company_id, definition, [(name, value)])
        except scoping.UnknownField:
            found.append(name)
    return found


def strangers_of(one: shape.Initiative, roster: Roster, on: date) -> list[tuple[str, str, str]]:
    """Names in an initiative that stand for no team, or for nobody who carries it; whoever has left since is let be."""
    keys = {team.key for team in roster.teams.values()}
    found = [(one.key, "teams", team) for team in one.teams if team not in keys]
    for written, _ in one.goal.shares_by_hand if one.goal.is_cascaded else ():
        person_id = person_named(roster, written)
        has_left = person_id is not None and (roster.people[person_id].left or on) < on
        if person_id is None or not (has_left or weighing.carries(one, roster, person_id, on)):
            found.append((one.key, "shares", written))
    return found


def try_to_spread(
    company_id: int,
    plan: shape.Plan,
    initiative: shape.Initiative,
    roster: Roster,
    knowledge: Knowledge,
    *,
    on: date,
) -> Spread | None:
    """The initiative's spread; None with the reason noted where it can't be."""
    kind = str(definition_of(initiative.goal.metric).kind)
    try:
        carriers = weighing.carriers_of(company_id, plan, initiative, roster, kind=kind, on=on)
        if not carriers:
            knowledge.nobody.add(initiative.key)
        spread = spreading.spread(initiative.goal, carriers, kind=kind)
    except ValueError as error:
        knowledge.troubles[initiative.key] = str(error)
        return None
    knowledge.spreads[initiative.key] = spread
    return spread


def daily_history(company_id: int, goal: shape.Goal, plan: shape.Plan) -> dict[date, tuple[Decimal, Decimal]]:
    """The company's tallies of the goal by day, before the plan's year."""
    start = calendar.add_months(plan.first_day, -12 * HISTORY_YEARS)
    daily = daily_for_system(company_id, goal.metric, goal.where, start, weighing.year_before(plan)[1])
    found: dict[date, tuple[Decimal, Decimal]] = {}
    for by_day in daily.values():
        for day, (numerator, denominator) in by_day.items():
            held = found.get(day, (Decimal(0), Decimal(0)))
            found[day] = (held[0] + numerator, held[1] + denominator)
    return found


def value_between(
    is_level: bool, history: dict[date, tuple[Decimal, Decimal]], start: date, end: date
) -> Fraction | None:
    """The value over some days; None where a level has none."""
    rows = [pair for day, pair in history.items() if start <= day <= end]
    numerator = sum((pair[0] for pair in rows), Decimal(0))
    denominator = sum((pair[1] for pair in rows), Decimal(0))
    if not is_level:
        return Fraction(numerator)
    return Fraction(numerator) / Fraction(denominator) if denominator else None


def best_of(
    history: dict[date, tuple[Decimal, Decimal]],
    is_level: bool,
    goal: shape.Goal,
    plan: shape.Plan,
) -> BestEver:
    """The best that any four full quarters in a row ever reached."""
    start, month = calendar.add_months(plan.first_day, -12 * HISTORY_YEARS), plan.start_month
    end = weighing.year_before(plan)[1]
    quarters = calendar.periods(start, end, grain=Grain.QUARTER, start_month=month)
    first = min(history, default=None)
    full = [one for one in quarters if first is not None and one.end >= first]
    if len(full) < 4:
        return BestEver(None, quarters=len(full))
    is_lower = goal.baseline is not None and goal.target is not None and goal.target < goal.baseline
    spans = [(full[at], full[at + 3]) for at in range(len(full) - 3)]
    values = [
        (value, f"{one.name} to {two.name}")
        for one, two in spans
        if (value := value_between(is_level, history, one.start, two.end)) is not None
    ]
    if not values:
        return BestEver(None, quarters=len(full))
    value, when = (min if is_lower else max)(values, key=lambda pair: pair[0])
    return BestEver(value, when=when, quarters=len(full))


def volumes_of(spread: Spread, roster: Roster, goal: shape.Goal) -> tuple[Volume, ...]:
    """The decided deals expected of each person and team in one window."""
    days = goal.window_days or WINDOW
    named = [(roster.people[one.person_id].name, one.weight) for one in spread.people.values()]
    named += [(roster.teams[one.team_id].name, one.weight) for one in spread.teams.values()]
    return tuple(Volume(name, ceil(weight * days / 365)) for name, weight in named)
