"""Days: fiscal years and quarters, weeks, periods of a grain, and which days are worked.

Knows a company's start month, first weekday, weekdays worked and holidays, as arguments. Must not know what day it
is today. All ranges include both ends. Start with ``periods`` and ``working_calendar``.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

Workdays = Callable[[date], bool]
Span = tuple[date, date]  # first and last day, both included

MONDAY = 0
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
ONE_DAY = timedelta(days=1)


class Grain(StrEnum):
    """How finely a range is cut into periods."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class Period:
    """Days from start to end, both included, and the name of the whole period even where it was cut."""

    start: date
    end: date
    name: str = ""

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Calendar days from start to end."""
        return (self.end - self.start).days + 1

    def cut_to(self, start: date, end: date) -> "Period":
        """The same period within start..end; it keeps its name."""
        return Period(max(self.start, start), min(self.end, end), self.name)


def days(start: date, end: date) -> Iterator[date]:
    """Every day from start to end, both included; none where end lies before start."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def month_start(day: date) -> date:
    """The first of the day's month."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The first of the month that many months later (or earlier, if negative)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    if (day.year, day.month) == (date.max.year, 12):
        return date.max
    return add_months(day, 1) - ONE_DAY


def months_between(start: date, end: date) -> int:
    """How many calendar months the end lies after the start; the day within the month doesn't count."""
    return (end.year - start.year) * 12 + end.month - start.month


def week_start(day: date, *, first_weekday: int = MONDAY) -> date:
    """The first day of the day's week; weekdays count from Monday = 0."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def fiscal_year_of(day: date, *, start_month: int = 1) -> int:
    """The name of the fiscal year that holds the day: the calendar year in which it ends."""
    _check_start_month(start_month)
    return day.year + (1 if start_month > 1 and day.month >= start_month else 0)


def fiscal_year(year: int, *, start_month: int = 1) -> Period:
    """The fiscal year of that name."""
    _check_start_month(start_month)
    start = date(year if start_month == 1 else year - 1, start_month, 1)
    return Period(start, month_end(add_months(start, 11)), str(year))


def fiscal_quarter(year: int, quarter: int, *, start_month: int = 1) -> Period:
    """The quarter (1 to 4) of the fiscal year of that name."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"quarter must be 1 to 4, not {quarter}")
    start = add_months(fiscal_year(year, start_month=start_month).start, 3 * (quarter - 1))
    return Period(start, month_end(add_months(start, 2)), f"{year}-Q{quarter}")


def period_of(day: date, grain: Grain | str, *, start_month: int = 1, first_weekday: int = MONDAY) -> Period:
    """The whole period of the grain that holds the day; quarter and year are fiscal."""
    grain = Grain(grain)
    if grain is Grain.DAY:
        return Period(day, day, day.isoformat())
    if grain is Grain.WEEK:
        start = week_start(day, first_weekday=first_weekday)
        return Period(start, start + 6 * ONE_DAY, f"week of {start.isoformat()}")
    if grain is Grain.MONTH:
        return Period(month_start(day), month_end(day), f"{day.year:04d}-{day.month:02d}")
    year = fiscal_year_of(day, start_month=start_month)
    whole = fiscal_year(year, start_month=start_month)
    if grain is Grain.YEAR:
        return whole
    return fiscal_quarter(year, months_between(whole.start, day) // 3 + 1, start_month=start_month)


def periods(
    start: date, end: date, *, grain: Grain | str, start_month: int = 1, first_weekday: int = MONDAY
) -> list[Period]:
    """The periods of the grain from start to end, the first and the latest cut to the range.

    Raises ValueError where end lies before start.
    """
    if end < start:
        raise ValueError(f"end {end} lies before start {start}")
    found = []
    day = start
    while True:
        whole = period_of(day, grain, start_month=start_month, first_weekday=first_weekday)
        found.append(whole.cut_to(start, end))
        if whole.end >= end:
            return found
        day = whole.end + ONE_DAY


def weeks_of(period: Period, *, first_weekday: int = MONDAY) -> list[Period]:
    """The whole weeks that stand in a period: those whose first day it holds."""
    first = week_start(period.start, first_weekday=first_weekday)
    weeks = (
        period_of(first + timedelta(days=7 * n), Grain.WEEK, first_weekday=first_weekday) for n in range(60)
    )
    if period.days > 53 * 7:
        raise ValueError("period must not be longer than a year")
    return [week for week in weeks if week.start in period]


def trailing(on: date, length: int) -> Period:
    """The calendar days of that number that end on the day ``on``."""
    if length < 1:
        raise ValueError(f"length must be at least one day, not {length}")
    return Period(on - timedelta(days=length - 1), on, f"{length} days to {on.isoformat()}")


def working_calendar(
    *, weekdays: Collection[int] = MONDAY_TO_FRIDAY, holidays: Collection[date] = ()
) -> Workdays:
    """The company's working days: its weekdays less its holidays; Monday is 0."""
    return CompanyCalendar(frozenset(weekdays), frozenset(holidays))


def personal_calendar(
    company: Workdays,
    *,
    joined: date | None = None,
    left: date | None = None,
    absences: Collection[Span] = (),
) -> Workdays:
    """One person's working days: the company's, from joining to leaving, less absences.

    Joined, left and both ends of an absence are included: ``left`` is the last day worked.
    """
    away = tuple(absences)
    if joined is None and left is None and not away:
        return company  # shared, so that what is counted for one is counted for all
    return PersonalCalendar(company, joined, left, away)


@dataclass(frozen=True)
class CompanyCalendar:
    """A company's working days as a value: equal ones count the same days, and what was counted may be kept."""

    weekdays: frozenset[int]
    holidays: frozenset[date]

    def __call__(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays


@dataclass(frozen=True)
class PersonalCalendar:
    """One person's working days as a value."""

    company: Workdays
    joined: date | None
    left: date | None
    away: tuple[Span, ...]

    def __call__(self, day: date) -> bool:
        if (self.joined is not None and day < self.joined) or (self.left is not None and day > self.left):
            return False
        return self.company(day) and not is_within(day, self.away)


def is_value(*calendars: Workdays) -> bool:
    """Whether all are calendars that are values, so that counting on them may be kept."""
    return all(isinstance(one, CompanyCalendar | PersonalCalendar) for one in calendars)


def is_within(day: date, spans: Collection[Span]) -> bool:
    """Whether one of the spans holds the day."""
    return any(first <= day <= last for first, last in spans)


def count_working_days(start: date, end: date, workdays: Workdays) -> int:
    """How many days from start to end are worked; 0 where end lies before start."""
    return _counted(start, end, workdays) if is_value(workdays) else _count(start, end, workdays)


def _count(start: date, end: date, workdays: Workdays) -> int:
    return sum(1 for day in days(start, end) if workdays(day))


_counted = lru_cache(maxsize=50_000)(_count)


def after_working_days(day: date, count: int, workdays: Workdays) -> date:
    """The day moved on by that many working days; itself for 0.

    Raises ValueError where there are no working days for two years.
    """
    moved, left_over, idle = day, count, 0
    while left_over > 0:
        moved += ONE_DAY
        idle = 0 if workdays(moved) else idle + 1
        left_over -= 0 if idle else 1
        if idle > 731:
            raise ValueError(f"workdays holds no working day for two years before {moved}")
    return moved


def _check_start_month(start_month: int) -> None:
    if start_month not in range(1, 13):
        raise ValueError(f"start_month must be 1 to 12, not {start_month}")
