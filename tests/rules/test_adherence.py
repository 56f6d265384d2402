"""How much of what was agreed was done."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.adherence import ActivityRecord, activity_record, adherence, mean_adherence
from ropewalk.rules.calendar import personal_calendar, working_calendar

WEEKDAYS = working_calendar()


def record(
    cadence: str,
    amounts: list[tuple[date, float]],
    done: dict[date, float],
    on: date,
    *,
    absences: tuple[tuple[date, date], ...] = (),
    holidays: tuple[date, ...] = (),
) -> ActivityRecord:
    mine = personal_calendar(working_calendar(holidays=holidays), absences=absences)
    return activity_record(
        cadence=cadence, amounts=amounts, done=done, workdays=mine, company_weekdays=WEEKDAYS, on=on
    )


@pytest.mark.parametrize(
    ("done", "due", "part"),
    [
        ([12, 3, 10, 7], [10, 10, 10, 10], 0.75),
        ([12, 3, 0, 7], [10, 10, 6, 10], 0.555556),
        ([5, 8], [6, 10], 0.8125),
        ([2, 2, 0, 4, 0, 2], [2, 2, 2, 2, 2, 0], 0.6),
        ([5], [6], 0.833333),
        ([7], [0], None),
        ([], [], None),
    ],
)
def test_the_worked_parts(done: list[int], due: list[int], part: float | None) -> None:
    found = adherence(done, due)
    assert (found if found is None else round(found, 6)) == part


@pytest.mark.parametrize(
    ("done", "due", "name"), [([1], [1, 2], "done"), ([-1], [1], "done"), ([1], [-1], "due")]
)
def test_what_cannot_be_is_refused_by_name(done: list[int], due: list[int], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        adherence(done, due)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=8))
def test_adherence_is_a_part_and_doing_all_that_is_due_is_all_of_it(weeks: list[tuple[int, int]]) -> None:
    done, due = [d for d, _ in weeks], [d for _, d in weeks]
    part = adherence(done, due)
    assert part is None or 0 <= part <= 1
    assert adherence(due, due) in (None, 1)


def test_four_complete_weeks_of_a_weekly_activity() -> None:
    done = {
        date(2027, 1, 5): 12,
        date(2027, 1, 13): 3,
        date(2027, 1, 20): 10,
        date(2027, 1, 31): 7,
        date(2027, 2, 1): 9,
    }
    found = record("week", [(date(2027, 1, 4), 10)], done, date(2027, 2, 1))
    assert [(p.done, p.due) for p in found.periods] == [(12, 10), (3, 10), (10, 10), (7, 10)]
    assert found.adherence == Fraction(3, 4)


def test_two_days_away_make_a_week_owe_less() -> None:
    done = {date(2027, 1, 5): 12, date(2027, 1, 13): 3, date(2027, 1, 29): 7}
    away = ((date(2027, 1, 21), date(2027, 1, 22)),)
    found = record("week", [(date(2027, 1, 4), 10)], done, date(2027, 2, 1), absences=away)
    assert [p.due for p in found.periods] == [10, 10, 6, 10]
    assert round(float(found.adherence or 0), 6) == 0.555556


def test_a_public_holiday_makes_a_week_owe_less() -> None:
    found = record("week", [(date(2027, 1, 4), 10)], {}, date(2027, 1, 11), holidays=(date(2027, 1, 6),))
    assert [p.due for p in found.periods] == [8]


def test_agreed_on_a_wednesday_the_first_week_owes_three_days() -> None:
    done = {date(2027, 1, 14): 5, date(2027, 1, 18): 8}
    found = record("week", [(date(2027, 1, 13), 10)], done, date(2027, 1, 27))
    assert [p.due for p in found.periods] == [6, 10]
    assert found.adherence == Fraction(13, 16)


def test_a_week_is_complete_from_the_day_after_its_last() -> None:
    amounts, done = [(date(2027, 1, 20), 10.0)], {date(2027, 1, 22): 6.0}
    assert record("week", amounts, done, date(2027, 1, 24)).adherence is None
    assert record("week", amounts, done, date(2027, 1, 25)).adherence == 1


def test_daily_activities_are_counted_day_by_day_and_saturday_owes_nothing() -> None:
    monday = date(2027, 1, 4)
    done = {monday + timedelta(days=n): amount for n, amount in enumerate([2, 2, 0, 4, 0, 2])}
    found = record("day", [(monday, 2)], done, date(2027, 1, 11))
    assert found.adherence == Fraction(6, 10)
    assert len(found.periods) == 5


def test_weeks_with_nothing_due_are_passed_over() -> None:
    away = ((date(2027, 1, 11), date(2027, 1, 24)),)
    done = {date(2027, 1, 4): 10.0, date(2027, 1, 26): 5.0}
    found = record("week", [(date(2027, 1, 4), 10)], done, date(2027, 2, 1), absences=away)
    assert [p.start for p in found.periods] == [date(2027, 1, 4), date(2027, 1, 25)]
    assert found.adherence == Fraction(3, 4)


def test_only_the_latest_four_weeks_count() -> None:
    done = {date(2027, 1, 4): 10.0}
    assert record("week", [(date(2027, 1, 4), 10)], done, date(2027, 2, 8)).adherence == 0


def test_monthly_activities_look_at_the_latest_complete_month() -> None:
    done = {date(2027, 1, 29): 8.0, date(2027, 2, 3): 5.0}
    away = ((date(2027, 2, 15), date(2027, 2, 19)),)
    amounts = [(date(2027, 1, 1), 8.0)]
    january = record("month", amounts, done, date(2027, 2, 28), absences=away)
    february = record("month", amounts, done, date(2027, 3, 1), absences=away)
    assert [p.start for p in january.periods] == [date(2027, 1, 1)]
    assert [(p.done, p.due) for p in february.periods] == [(5, 6)]
    assert round(float(february.adherence or 0), 6) == 0.833333


def test_the_amount_is_the_one_in_force() -> None:
    found = record("week", [(date(2027, 1, 11), 5), (date(2027, 1, 4), 10)], {}, date(2027, 1, 18))
    assert [p.due for p in found.periods] == [10, 5]


def test_nothing_agreed_is_left_out() -> None:
    assert record("week", [], {date(2027, 1, 4): 3}, date(2027, 2, 1)).adherence is None
    assert record("month", [(date(2027, 2, 1), 4)], {}, date(2027, 2, 20)).adherence is None


def test_a_persons_adherence_is_the_plain_mean_of_the_activities_that_have_one() -> None:
    assert mean_adherence([Fraction(3, 4), None, 0.25]) == Fraction(1, 2)
    assert mean_adherence([None, None]) is None
