"""Who carries a goal and what the year before says of each: the gathering before `spreading` decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ropewalk.cascade.spreading import Carrier
from ropewalk.companies.roster import Roster
from ropewalk.metrics import measuring
from ropewalk.plans.defining import person_named
from ropewalk.plans.shape import Goal, Initiative, Plan
from ropewalk.rules import calendar, shares


def carries(initiative: Initiative, roster: Roster, person_id: int, on: date) -> bool:
    """Whether the initiative applies to somebody on a day: employed, in a named role, in a team it applies to."""
    person = roster.people[person_id]
    if not person.is_employed(on) or roster.front_line_role(person_id, on) not in initiative.roles:
        return False
    if not initiative.teams:
        return True
    team_id = roster.team_of(person_id, on)
    if team_id is None:
        return False
    return any(roster.teams[above].key in initiative.teams for above in roster.path_of(team_id, on))


def year_before(plan: Plan) -> tuple[date, date]:
    """First and last day of the fiscal year before the plan's."""
    return calendar.add_months(plan.first_day, -12), plan.first_day - timedelta(days=1)


def carriers_of(
    company_id: int, plan: Plan, initiative: Initiative, roster: Roster, *, kind: str, on: date
) -> list[Carrier]:
    """Everybody who carries the initiative's goal on a day, by joining date, then id."""
    goal = initiative.goal
    people = [one for one in roster.people if carries(initiative, roster, one, on)]
    people.sort(key=lambda one: (roster.people[one].joined or date.min, one))
    start, end = year_before(plan)
    results = results_between(company_id, goal, start, end) if goal.metric != "manual" else {}
    by_hand = hand_set(goal, roster)
    return [
        carrier_of(one, plan, roster, results.get(one, (Decimal(0), Decimal(0))), by_hand.get(one), on=on)
        for one in people
    ]


def carrier_of(
    person_id: int,
    plan: Plan,
    roster: Roster,
    result: tuple[Decimal, Decimal],
    by_hand: Decimal | None,
    *,
    on: date,
) -> Carrier:
    person = roster.people[person_id]
    team_id = roster.team_of(person_id, on)
    start, _ = year_before(plan)
    return Carrier(
        person_id=person_id,
        path=roster.path_of(team_id, on) if team_id is not None else (),
        capacity=shares.capacity(person.joined, person.left, start=plan.first_day),
        capacity_before=shares.capacity(person.joined, person.left, start=start),
        numerator=result[0],
        denominator=result[1],
        by_hand=by_hand,
    )


def results_between(
    company_id: int, goal: Goal, start: date, end: date
) -> dict[int, tuple[Decimal, Decimal]]:
    """Each person's numerator and denominator of the goal's metric and scope over some days, both included."""
    daily = measuring.daily_for_system(company_id, goal.metric, goal.where, start, end)
    found = {}
    for person_id, by_day in daily.items():
        if person_id:
            numerator = sum((row[0] for row in by_day.values()), Decimal(0))
            denominator = sum((row[1] for row in by_day.values()), Decimal(0))
            found[person_id] = (numerator, denominator)
    return found


def hand_set(goal: Goal, roster: Roster) -> dict[int, Decimal]:
    """Shares set by hand, person id -> amount; names nobody answers to are left to the checks."""
    found = {}
    for written, amount in goal.shares_by_hand:
        person_id = person_named(roster, written)
        if person_id is not None:
            found[person_id] = amount
    return found
