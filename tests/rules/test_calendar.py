"""Fiscal years, weeks, periods cut to a range, and the days that are worked."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.calendar import (
    Grain,
    Period,
    after_working_days,
    count_working_days,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_of,
    period_of,
    periods,
    personal_calendar,
    trailing,
    week_start,
    weeks_of,
    working_calendar,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("start_month", "day", "year"),
    [
        (1, date(2027, 1, 1), 2027),
        (1, date(2027, 12, 31), 2027),
        (7, date(2027, 6, 30), 2027),
        (7, date(2027, 7, 1), 2028),
        (12, date(2026, 12, 1), 2027),
        (2, date(2027, 1, 31), 2027),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends(start_month: int, day: date, year: int) -> None:
    assert fiscal_year_of(day, start_month=start_month) == year


def test_a_year_from_july_ends_in_june() -> None:
    assert fiscal_year(2018, start_month=7) == Period(date(2017, 7, 1), date(2018, 6, 30), "2018")


def test_quarters_are_fiscal() -> None:
    assert fiscal_quarter(2018, 3, start_month=7) == Period(date(2018, 1, 1), date(2018, 3, 31), "2018-Q3")
    assert period_of(date(2018, 2, 3), "quarter", start_month=7).name == "2018-Q3"
    assert period_of(date(2018, 2, 3), "quarter", start_month=12) == Period(
        date(2017, 12, 1), date(2018, 2, 28), "2018-Q1"
    )


def test_weeks_begin_on_the_companys_first_weekday() -> None:
    assert week_start(date(2027, 1, 3)) == date(2026, 12, 28)
    assert week_start(date(2027, 1, 3), first_weekday=6) == date(2027, 1, 3)


def test_periods_are_cut_to_the_range_and_keep_their_names() -> None:
    assert periods(date(2027, 1, 20), date(2027, 3, 5), grain="month") == [
        Period(date(2027, 1, 20), date(2027, 1, 31), "2027-01"),
        Period(date(2027, 2, 1), date(2027, 2, 28), "2027-02"),
        Period(date(2027, 3, 1), date(2027, 3, 5), "2027-03"),
    ]


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="end"):
        periods(date(2027, 1, 2), date(2027, 1, 1), grain="day")


@given(DAYS, st.integers(0, 500), st.sampled_from(Grain), st.integers(1, 12), st.integers(0, 6))
def test_periods_hold_every_day_of_the_range_once(
    start: date, length: int, grain: Grain, month: int, weekday: int
) -> None:
    end = start + timedelta(days=length)
    found = periods(start, end, grain=grain, start_month=month, first_weekday=weekday)
    assert found[0].start == start
    assert found[-1].end == end
    assert all(b.start - a.end == timedelta(days=1) for a, b in itertools.pairwise(found))


def test_a_week_stands_in_the_period_that_holds_its_first_day() -> None:
    january = period_of(date(2027, 1, 9), "month")
    assert [week.start.day for week in weeks_of(january)] == [4, 11, 18, 25]


def test_working_days_are_the_weekdays_less_the_holidays() -> None:
    company = working_calendar(holidays=[date(2027, 1, 1), date(2027, 1, 2)])
    assert count_working_days(date(2027, 1, 1), date(2027, 1, 31), company) == 20
    assert count_working_days(date(2027, 1, 31), date(2027, 1, 1), company) == 0


def test_the_year_2017_has_260_working_days_and_162_by_15_august() -> None:
    company = working_calendar()
    assert count_working_days(date(2017, 1, 1), date(2017, 12, 31), company) == 260
    assert count_working_days(date(2017, 1, 1), date(2017, 8, 15), company) == 162


def test_a_company_may_work_on_sundays() -> None:
    assert working_calendar(weekdays=(6, 0, 1, 2, 3))(date(2027, 1, 3))


def test_joining_leaving_and_both_ends_of_an_absence_are_included() -> None:
    mine = personal_calendar(
        working_calendar(),
        joined=date(2027, 1, 5),
        left=date(2027, 1, 15),
        absences=[(date(2027, 1, 7), date(2027, 1, 8))],
    )
    worked = [day for day in range(1, 32) if mine(date(2027, 1, day))]
    assert worked == [5, 6, 11, 12, 13, 14, 15]


def test_a_day_moves_on_by_working_days() -> None:
    assert after_working_days(date(2027, 3, 10), 15, working_calendar()) == date(2027, 3, 31)
    assert after_working_days(date(2027, 3, 13), 0, working_calendar()) == date(2027, 3, 13)


def test_a_day_does_not_move_on_for_ever_where_nobody_works() -> None:
    with pytest.raises(ValueError, match="workdays"):
        after_working_days(date(2027, 3, 10), 1, lambda day: False)


def test_trailing_days_end_on_the_day() -> None:
    assert trailing(date(2027, 3, 31), 90).start == date(2027, 1, 1)
