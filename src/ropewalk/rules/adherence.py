"""How much of what was agreed was done: period by period, what is over in one not making up for another.

Knows amounts, cadences, working days and what was done on which day. Must not know people or the CRM. Start with
``adherence``, then ``activity_record``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from ropewalk.rules import calendar
from ropewalk.rules.calendar import MONDAY, ONE_DAY, Grain, Period, Workdays
from ropewalk.rules.exact import Number, exact

WEEKS = 4  # complete ones with something due, for daily and weekly activities
DOING = Fraction(6, 10)  # adherence from which a person is doing it


class Cadence(StrEnum):
    """How often an activity's amount is asked for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class DuePeriod:
    """One complete period: what was due in it and what was done."""

    start: date
    end: date
    done: Fraction
    due: Fraction


@dataclass(frozen=True)
class ActivityRecord:
    """The periods looked at, oldest first, and the adherence over them; None where nothing was due."""

    periods: tuple[DuePeriod, ...]
    adherence: Fraction | None


def adherence(done: Sequence[Number], due: Sequence[Number]) -> float | None:
    """The part (0..1) of what was due that was done, each period counting no more than its due.

    None where nothing was due. Raises ValueError where the two differ in length or hold a negative number.
    """
    part = _exactly(done, due)
    return None if part is None else float(part)


def activity_record(
    *,
    cadence: Cadence | str,
    amounts: Sequence[tuple[date, Number]],
    done: Mapping[date, Number],
    workdays: Workdays,
    company_weekdays: Workdays,
    on: date,
    first_weekday: int = MONDAY,
) -> ActivityRecord:
    """What one person did of one activity, over the periods that count on day ``on``.

    ``amounts`` are (from day, amount per period), the first from the day of the agreement (or the initiative's start,
    if later): before it nothing is due. ``workdays`` are the person's, ``company_weekdays`` the weekdays that the
    company works, public holidays included (``working_calendar`` without holidays). Daily and weekly activities look
    at the latest four complete weeks with something due, monthly ones at the latest complete month.
    """
    cadence = Cadence(cadence)
    steps = sorted((day, exact(amount, "amounts")) for day, amount in amounts)
    if any(amount < 0 for _, amount in steps):
        raise ValueError("amounts must not be negative")
    if not steps:
        return ActivityRecord((), None)
    due_in = _Due(cadence is Cadence.DAY, tuple(steps), workdays, company_weekdays)
    if cadence is Cadence.MONTH:
        latest = calendar.period_of(calendar.month_start(on) - ONE_DAY, Grain.MONTH)
        wholes = [latest] if due_in.period(latest) else []
    else:
        wholes = _latest_weeks(due_in, steps[0][0], on, first_weekday)
    periods = []
    for whole in wholes:
        cuts = (
            calendar.periods(whole.start, whole.end, grain=Grain.DAY) if cadence is Cadence.DAY else [whole]
        )
        periods += [
            DuePeriod(cut.start, cut.end, _done_in(done, cut), due)
            for cut in cuts
            if (due := due_in.period(cut))
        ]
    return ActivityRecord(tuple(periods), _exactly([p.done for p in periods], [p.due for p in periods]))


def mean_adherence(of_activities: Sequence[Number | None]) -> Fraction | None:
    """A person's adherence to an initiative: the plain mean over its activities that have one; None for none."""
    known = [exact(part) for part in of_activities if part is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


@dataclass(frozen=True)
class _Due:
    """What is due in a period: the amount in force, by the person's working days over the company's weekdays."""

    is_daily: bool
    steps: tuple[tuple[date, Fraction], ...]
    workdays: Workdays
    company_weekdays: Workdays

    def period(self, period: Period) -> Fraction:
        is_kept = calendar.is_value(self.workdays, self.company_weekdays)
        return (_owed_kept if is_kept else _owed)(self, period)

    def amount(self, day: date) -> Fraction:
        return next((amount for since, amount in reversed(self.steps) if since <= day), Fraction(0))


def _owed(due: _Due, period: Period) -> Fraction:
    days = [day for day in calendar.days(period.start, period.end) if due.company_weekdays(day)]
    if not days:
        return Fraction(0)
    owed = sum((due.amount(day) for day in days if due.workdays(day)), Fraction(0))
    return owed if due.is_daily else owed / len(days)


_owed_kept = lru_cache(maxsize=50_000)(_owed)


def _latest_weeks(due_in: _Due, since: date, on: date, first_weekday: int) -> list[Period]:
    found: list[Period] = []
    start = calendar.week_start(on, first_weekday=first_weekday) - timedelta(days=7)
    while len(found) < WEEKS and start + timedelta(days=6) >= since:
        week = calendar.period_of(start, Grain.WEEK, first_weekday=first_weekday)
        if due_in.period(week):
            found.append(week)
        start -= timedelta(days=7)
    return found[::-1]


def _done_in(done: Mapping[date, Number], period: Period) -> Fraction:
    return sum(
        (exact(done[day], "done") for day in calendar.days(period.start, period.end) if day in done),
        Fraction(0),
    )


def _exactly(done: Sequence[Number], due: Sequence[Number]) -> Fraction | None:
    if len(done) != len(due):
        raise ValueError(f"done and due must be of one length: {len(done)} and {len(due)}")
    did, owed = [exact(part, "done") for part in done], [exact(part, "due") for part in due]
    if any(part < 0 for part in did):
        raise ValueError("done must not be negative")
    if any(part < 0 for part in owed):
        raise ValueError("due must not be negative")
    whole = sum(owed, Fraction(0))
    return sum((min(d, o) for d, o in zip(did, owed, strict=True)), Fraction(0)) / whole if whole else None
