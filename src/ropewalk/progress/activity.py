"""Did what we agreed: each agreed activity against what was done, and the adherence of a person to an initiative.

An activity is counted out of the CRM or by taps, never both. Start with `records_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ropewalk.facts.tapped import tapped_by_one_for_system, tapped_for_system
from ropewalk.individual_plans.item import PlannedActivity
from ropewalk.plans.shape import Initiative
from ropewalk.progress.world import World
from ropewalk.rules import calendar
from ropewalk.rules.adherence import ActivityRecord, activity_record, mean_adherence
from ropewalk.rules.calendar import Grain

Key = tuple[str, str, tuple[tuple[str, str], ...]]  # activity, cadence, scope


@dataclass(frozen=True)
class ActivityState:
    """One agreed activity of a person, as of the day."""

    initiative_key: str
    activity: str
    amount: Decimal  # per period, in force
    per: str
    counted: str
    where: tuple[tuple[str, str], ...]
    record: ActivityRecord
    done_now: Decimal  # in the period that runs
    due_now: Fraction  # of that period, by the person's working days
    period_start: date
    period_end: date

    @property
    def whole_due_now(self) -> int:
        """How many are due in the period that runs, a begun one counting whole."""
        return -(-self.due_now.numerator // self.due_now.denominator)

    @property
    def left_now(self) -> int:
        """How many are still to do in the period that runs, whole ones."""
        missing = self.due_now - Fraction(self.done_now)
        return max(-(-missing.numerator // missing.denominator), 0)


def agreed_steps(
    world: World, initiative: Initiative, person_id: int
) -> dict[Key, list[tuple[date, PlannedActivity | None]]]:
    """How each activity's amount changed from agreement to agreement; None from the day it was dropped."""
    state = world.plans.get(person_id)
    steps: dict[Key, list[tuple[date, PlannedActivity | None]]] = {}
    start = initiative.goal.start or world.plan.first_day
    for agreement in state.agreements if state else ():
        if agreement.agreed_on > world.on:
            continue
        item = agreement.items.of(initiative.key)
        since = max(agreement.agreed_on, start)
        held = {(one.activity, one.per, one.where): one for one in (item.activities if item else ())}
        for key in {*steps, *held}:
            steps.setdefault(key, []).append((since, held.get(key)))
    return steps


def records_of(world: World, initiative: Initiative, person_id: int) -> list[ActivityState]:
    """Every activity agreed for the initiative that is still in force, with its periods."""
    found = []
    for _, steps in sorted(agreed_steps(world, initiative, person_id).items()):
        latest = steps[-1][1]
        if latest is None:
            continue
        amounts = [(since, one.amount if one else Decimal(0)) for since, one in steps]
        since = world.lately
        state = state_of(
            world, initiative, person_id, latest, amounts, done_by_day(world, latest, person_id, since)
        )
        if (
            state.record.periods and state.record.periods[0].start < since
        ):  # away for long: it looks further back
            done = done_by_day(world, latest, person_id, None)
            state = state_of(world, initiative, person_id, latest, amounts, done)
        found.append(state)
    return found


def state_of(
    world: World,
    initiative: Initiative,
    person_id: int,
    activity: PlannedActivity,
    amounts: list[tuple[date, Decimal]],
    done: dict[date, Decimal],
) -> ActivityState:
    workdays = world.workdays_of(person_id)
    first_weekday = world.company.first_weekday
    record = activity_record(
        cadence=activity.per,
        amounts=amounts,
        done=done,
        workdays=workdays,
        company_weekdays=world.weekdays,
        on=world.on,
        first_weekday=first_weekday,
    )
    period = calendar.period_of(world.on, Grain(activity.per), first_weekday=first_weekday)
    since = amounts[0][0]
    worked = [day for day in calendar.days(period.start, period.end) if world.weekdays(day)]
    mine = [day for day in worked if workdays(day) and day >= since]
    due = Fraction(activity.amount) * len(mine) / len(worked) if worked else Fraction(0)
    return ActivityState(
        initiative_key=initiative.key,
        activity=activity.activity,
        amount=activity.amount,
        per=activity.per,
        counted=activity.counted,
        where=activity.where,
        record=record,
        done_now=sum((n for day, n in done.items() if period.start <= day <= world.on), Decimal(0)),
        due_now=due,
        period_start=period.start,
        period_end=period.end,
    )


def done_by_day(
    world: World, activity: PlannedActivity, person_id: int, since: date | None
) -> dict[date, Decimal]:
    """How often the person did it, by day, up to the day; from a day on, or from the year before on."""
    if activity.counted == "tap":
        taps = taps_by_day(world, activity.activity).get(person_id, {})
        return {day: Decimal(count) for day, count in taps.items() if day <= world.on}
    where = (("type", activity.activity), *activity.where)
    return world.running_of(person_id, "activities", where, since).daily(since or date.min)


def taps_by_day(world: World, activity: str) -> dict[int, dict[date, int]]:
    """Taps of one activity that weren't undone, person id -> day -> how many."""
    return all_taps(world).get(activity, {})


def all_taps(world: World) -> dict[str, dict[int, dict[date, int]]]:
    """Everybody's taps, activity -> person id -> day -> how many; asked once a world."""
    if "taps" not in world.__dict__:
        world.__dict__["taps"] = read_taps(world, {}, None)
    return world.taps


def read_taps(
    world: World, known: dict[str, dict[int, dict[date, int]]], people: set[int] | None
) -> dict[str, dict[int, dict[date, int]]]:
    """Everybody's taps, or what is known of them with those of these people read anew."""
    start = world.first_asked
    gone = people or set()
    found = {
        activity: {one: days for one, days in held.items() if one not in gone}
        for activity, held in known.items()
    }
    company, end = world.company.id, max(start, world.on)
    taps = (
        tapped_for_system(company, start, end)
        if people is None
        else [tap for one in people for tap in tapped_by_one_for_system(company, one, start, end)]
    )
    for one in taps:
        found.setdefault(one.activity, {}).setdefault(one.person_id, {})[one.day] = one.count
    return found


def adherence_of(world: World, initiative: Initiative, person_id: int) -> Fraction | None:
    """A person's adherence to an initiative; None while nothing complete was due."""
    return mean_adherence([one.record.adherence for one in records_of(world, initiative, person_id)])


def next_working_day(world: World, person_id: int) -> date:
    """The person's first working day after the day; the next day where there is none within a month."""
    workdays = world.workdays_of(person_id)
    days = (world.on + timedelta(days=ahead) for ahead in range(1, 32))
    return next((day for day in days if workdays(day)), world.on + timedelta(days=1))
