"""Days that break things: 60 of them in 12 zones, whose midnights are missing, doubled or on another date elsewhere.

What an instant's day is was worked out by hand where it is hard (`HARD`), and everywhere from the side of the wall clock: a
day lasts from when a clock on the wall first shows it to when it first shows the next.
"""

from __future__ import annotations

import calendar as almanac
import json
import os
import subprocess
import sys
from bisect import bisect_right
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from ropewalk.facts.days import DayColumn
from ropewalk.lib import clock
from ropewalk.rules.calendar import (
    Grain,
    count_working_days,
    days,
    fiscal_year,
    month_end,
    period_of,
    periods,
    personal_calendar,
    weeks_of,
    working_calendar,
)

ZONES = (
    "Europe/Zurich", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Asia/Kathmandu", "Pacific/Chatham", "America/New_York", "America/Havana", "UTC",
)  # fmt: skip
DATES = tuple(map(date.fromisoformat, (
    "2009-12-31", "2010-01-01", "2011-12-28", "2011-12-29", "2011-12-30", "2011-12-31", "2012-01-01", "2012-02-28",
    "2012-02-29", "2012-03-01", "2015-12-31", "2016-01-01", "2016-02-29", "2017-12-31", "2018-01-01", "2018-02-17",
    "2018-02-18", "2018-11-03", "2018-11-04", "2018-11-05", "2020-02-29", "2020-12-31", "2021-01-01", "2021-01-03",
    "2021-01-04", "2023-12-31", "2024-01-01", "2024-02-29", "2024-12-29", "2024-12-30", "2025-12-31", "2026-01-01",
    "2026-02-28", "2026-03-01", "2026-03-08", "2026-03-28", "2026-03-29", "2026-03-30", "2026-04-04", "2026-04-05",
    "2026-04-23", "2026-04-24", "2026-04-25", "2026-06-30", "2026-07-01", "2026-09-27", "2026-10-04", "2026-10-24",
    "2026-10-25", "2026-10-29", "2026-10-30", "2026-11-01", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-03",
    "2027-01-04", "2028-02-28", "2028-02-29", "2028-12-31",
)))  # fmt: skip
HARD = (  # zone, day, its first second in UTC, its hours: by hand, from each country's rule
    ("Europe/Zurich", "2026-03-29", "2026-03-28T23:00", 23),
    ("Europe/Zurich", "2026-10-25", "2026-10-24T22:00", 25),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", 24.5),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30", 23.5),
    ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", 23),
    ("Africa/Cairo", "2026-10-29", "2026-10-28T21:00", 25),
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00", 23),
    ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00", 25),
    ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", 24),
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", 0),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", 24),
    ("Pacific/Kiritimati", "2027-01-01", "2026-12-31T10:00", 24),
    ("Pacific/Pago_Pago", "2026-12-31", "2026-12-31T11:00", 24),
    ("Asia/Kathmandu", "2028-02-29", "2028-02-28T18:15", 24),
    ("Pacific/Chatham", "2026-04-05", "2026-04-04T10:15", 25),
    ("America/New_York", "2026-03-08", "2026-03-08T05:00", 23),
    ("America/New_York", "2026-11-01", "2026-11-01T04:00", 25),
    ("America/Havana", "2026-03-08", "2026-03-08T05:00", 23),
    ("America/Havana", "2026-11-01", "2026-11-01T04:00", 25),
)  # fmt: skip
NO_SUCH_DAY = {("Pacific/Apia", date(2011, 12, 30))}
ONE_DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]


def begins(zone: str, day: date) -> int:
    """The first second of a day, by the clock on the wall: where midnight is missing, the moment it is skipped."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


def written(second: int, way: int) -> str:
    """An instant as exports write it: four ways, two of them with an offset of somewhere else."""
    at = datetime.fromtimestamp(second, UTC)
    elsewhere = at + timedelta(hours=5, minutes=30)
    return (
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        f"{elsewhere:%Y-%m-%dT%H:%M:%S}+05:30",
        f"{at - timedelta(hours=9):%d %b %Y %H:%M:%S}-0900",
    )[way]


def test_there_are_sixty_days_and_twelve_zones() -> None:
    assert (len(set(DATES)), len(set(ZONES))) == (60, 12)


@pytest.mark.parametrize(("zone", "day", "first", "hours"), HARD)
def test_a_hard_day_begins_and_ends_with_the_second_worked_out_by_hand(
    zone: str, day: str, first: str, hours: float
) -> None:
    start = int(datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp())
    end, that = start + int(hours * 3600), date.fromisoformat(day)
    assert (begins(zone, that), begins(zone, that + ONE_DAY)) == (start, end), "the wall clock says the same"
    column = DayColumn(ZoneInfo(zone))
    read = [column.read(written(second, 0)).day for second in (start - 1, start, end - 1, end)]
    before = that - ONE_DAY
    if hours == 0:
        assert read == [before, that + ONE_DAY, before, that + ONE_DAY], "nothing counts on a day that wasn't"
    else:
        assert read[1:3] == [that, that]
        assert read[0] == (before - ONE_DAY if (zone, before) in NO_SUCH_DAY else before)
        assert read[3] == (that + 2 * ONE_DAY if (zone, that + ONE_DAY) in NO_SUCH_DAY else that + ONE_DAY)


@pytest.mark.parametrize("zone", ZONES)
def test_each_instant_counts_on_exactly_the_day_that_the_wall_clock_shows(zone: str) -> None:
    column, epoch = DayColumn(ZoneInfo(zone)), DayColumn(ZoneInfo(zone), "epoch seconds")
    for that in DATES:
        around = [that + n * ONE_DAY for n in range(-3, 4)]
        starts = [begins(zone, one) for one in around]
        seconds = {*range(starts[2], starts[5], 41 * 60), *starts[2:6], *(one - 1 for one in starts[2:6])}
        for place, second in enumerate(sorted(seconds)):
            shown = around[bisect_right(starts, second) - 1]
            moment = column.read(written(second, place % 4))
            assert moment.day == epoch.read(str(second)).day == shown, (zone, second)
            assert moment.at == datetime.fromtimestamp(second, UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_local_time_counts_on_the_day_that_is_written_even_if_no_clock_showed_it(zone: str) -> None:
    column = DayColumn(ZoneInfo(zone))
    for that in DATES:
        for hour in ("00:00", "00:30", "02:30", "23:59:59"):
            moment = column.read(f"{that} {hour}")
            assert moment.day == that
            assert moment.at is not None
            assert abs(moment.at.replace(tzinfo=None) - datetime.combine(that, time(12))) < timedelta(
                hours=38
            )


@pytest.mark.parametrize(("start_month", "zone"), list(enumerate(ZONES, start=1)))
def test_the_days_of_a_year_sum_up_to_the_year_and_none_is_empty(start_month: int, zone: str) -> None:
    column = DayColumn(ZoneInfo(zone), "epoch seconds")
    for name in (2012, 2018, 2026, 2027, 2028):
        year = fiscal_year(name, start_month=start_month)
        first, after = begins(zone, year.start), begins(zone, year.end + ONE_DAY)
        seconds = range(first - 86_400, after + 86_400, 5 * 3600 + 7)
        counted = Counter(column.read(str(second)).day for second in seconds)
        true = sum(first <= second < after for second in seconds)
        assert true > 365 * 86_400 // (5 * 3600 + 7) - 2
        for grain in Grain:
            parts = periods(year.start, year.end, grain=grain, start_month=start_month)
            sums = [sum(counted[day] for day in days(part.start, part.end)) for part in parts]
            assert sum(sums) == true, (grain, name)
            empty = {part.start for part, found in zip(parts, sums, strict=True) if not found}
            assert empty <= {day for there, day in NO_SUCH_DAY if there == zone}, "only a day that never was"


@pytest.mark.parametrize("start_month", range(1, 13))
def test_years_quarters_and_months_follow_each_other_without_gap(start_month: int) -> None:
    expected = date(2007 if start_month == 1 else 2006, start_month, 1)
    for name in range(2007, 2037):
        year = fiscal_year(name, start_month=start_month)
        assert year.start == expected
        months, length = [], 0
        for n in range(12):
            month = (start_month - 1 + n) % 12 + 1
            in_year = expected.year + (month < start_month)
            length += almanac.monthrange(in_year, month)[1]
            months.append(date(in_year, month, almanac.monthrange(in_year, month)[1]))
        assert year.days == length
        parts = periods(year.start, year.end, grain="month", start_month=start_month)
        assert [one.end for one in parts] == months == [month_end(one.start) for one in parts]
        quarters = periods(year.start, year.end, grain="quarter", start_month=start_month)
        assert [one.end for one in quarters] == months[2::3]
        expected = months[-1] + ONE_DAY


@pytest.mark.parametrize("first_weekday", range(7))
@pytest.mark.parametrize("start_month", range(1, 13))
def test_each_week_belongs_to_the_year_of_its_first_day_and_to_no_other(
    start_month: int, first_weekday: int
) -> None:
    owner: dict[date, int] = {}
    for name in range(2010, 2031):
        year = fiscal_year(name, start_month=start_month)
        for week in weeks_of(year, first_weekday=first_weekday):
            assert week.start not in owner
            owner[week.start] = name
            assert week.days == 7
            assert (week.start.toordinal() + 6) % 7 == first_weekday
            assert year.start <= week.start <= year.end
    starts = sorted(owner)
    assert all(later - one == 7 * ONE_DAY for one, later in pairwise(starts))
    assert max(Counter(owner.values()).values()) == 53


def test_the_turn_of_2026_is_in_week_53_which_is_the_old_years() -> None:
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)):
        assert tuple(day.isocalendar())[:2] == (2026, 53)
        assert period_of(day, "week").start == date(2026, 12, 28)
    assert weeks_of(fiscal_year(2026))[-1].start == date(2026, 12, 28)
    assert weeks_of(fiscal_year(2027))[0].start == date(2027, 1, 4)


@pytest.mark.parametrize("start_month", range(1, 13))
def test_whoever_is_hired_or_leaves_on_a_years_last_day_works_that_one_day(start_month: int) -> None:
    holidays = {date(2026, 1, 1), date(2026, 12, 25), date(2027, 1, 1)}
    company = working_calendar(weekdays=(0, 1, 2, 3, 5), holidays=holidays)
    for name in range(2010, 2031):
        year = fiscal_year(name, start_month=start_month)
        worked = [
            one
            for n in range(year.days)
            if (one := year.start + n * ONE_DAY).weekday() in (0, 1, 2, 3, 5) and one not in holidays
        ]
        assert count_working_days(year.start, year.end, company) == len(worked)
        for last in (year.end, date(year.end.year, 2, 28), worked[-1]):
            hired, leaving = personal_calendar(company, joined=last), personal_calendar(company, left=last)
            after = sum(one >= last for one in worked)
            assert count_working_days(year.start, year.end, hired) == after
            assert count_working_days(year.start, year.end, leaving) == sum(one <= last for one in worked)
            both = personal_calendar(company, joined=last, left=last)
            assert count_working_days(year.start, year.end, both) == (last in worked)


def test_four_years_are_at_once_and_the_companys_zone_decides() -> None:
    with time_machine.travel(datetime(2026, 12, 31, 10, tzinfo=UTC), tick=False):
        assert clock.today("Pacific/Kiritimati") == date(2027, 1, 1)
        assert clock.today("Pacific/Pago_Pago") == date(2026, 12, 30)
        assert clock.today("Europe/Zurich") == date(2026, 12, 31)


CHILD = """
import json, sys, time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
import time_machine
from ropewalk.facts.days import DayColumn
from ropewalk.lib import clock
zones, cells = json.load(sys.stdin)
said = {}
for zone in zones:
    column = DayColumn(ZoneInfo(zone))
    said[zone] = [[str(one.day), str(one.at)] for one in map(column.read, cells)]
    with time_machine.travel(datetime(2026, 12, 31, 10, tzinfo=UTC), tick=False):
        said[zone].append(str(clock.today(zone)))
print(json.dumps([time.localtime(1798711200).tm_mday, said]))
"""


@pytest.mark.parametrize(
    ("where", "day_there"), [("Pacific/Kiritimati", 1), ("Pacific/Pago_Pago", 30), ("UTC", 31)]
)
def test_where_the_worker_stands_never_matters(where: str, day_there: int) -> None:
    """The child's own clock shows another year, or another day; what it reads is the same."""
    cells = [written(begins(zone, day), way % 4) for zone in ZONES for way, day in enumerate(DATES[::4])]
    cells += [f"{day} 00:30" for day in DATES]
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, env=os.environ | {"TZ": where}, check=True,
        input=json.dumps([ZONES, cells]), capture_output=True, text=True,
    )  # fmt: skip
    shown, said = json.loads(done.stdout)
    assert shown == day_there, "the child truly stands there"
    today = {"Pacific/Kiritimati": "2027-01-01", "Pacific/Chatham": "2026-12-31", "Pacific/Pago_Pago": "2026-12-30"}  # fmt: skip
    for zone in ZONES:
        here = [DayColumn(ZoneInfo(zone)).read(cell) for cell in cells]
        assert said[zone][:-1] == [[str(one.day), str(one.at)] for one in here]
        if zone in today:
            assert said[zone][-1] == today[zone]
