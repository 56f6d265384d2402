"""What is expected by a day."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.calendar import working_calendar
from ropewalk.rules.pace import (
    expected,
    expected_exactly,
    latest_full_quarter_frame,
    profile_gone,
    widened_window,
    year_to_date_frame,
)

COMPANY = working_calendar()
START, DUE, YEAR_END = date(2017, 1, 1), date(2017, 9, 30), date(2017, 12, 31)


def test_26_clients_of_a_year_are_expected_at_16_2_on_15_august() -> None:
    assert expected(START, YEAR_END, date(2017, 8, 15), baseline=0, target=26, workdays=COMPANY) == 16.2


def test_26_clients_due_on_30_september_are_expected_at_14_4_on_31_may() -> None:
    assert expected(START, DUE, date(2017, 5, 31), baseline=0, target=26, workdays=COMPANY) == 14.4


def test_a_rate_runs_by_working_days() -> None:
    level = expected(START, DUE, date(2017, 5, 31), baseline=0.4, target=0.5, workdays=COMPANY)
    assert round(level, 8) == 0.45538462


def test_a_measured_milestone_bends_the_line() -> None:
    level = expected(
        START,
        DUE,
        date(2017, 5, 31),
        baseline=0.4,
        target=0.5,
        workdays=COMPANY,
        milestones=[(date(2017, 4, 28), 0.44)],
    )
    assert round(level, 8) == 0.45254545


@pytest.mark.parametrize(
    ("on", "level"),
    [
        (date(2017, 1, 31), 0.40242523),
        (date(2017, 3, 31), 0.42024540),
        (date(2017, 5, 31), 0.44693252),
        (date(2017, 8, 31), 0.48742331),
        (date(2017, 9, 30), 0.5),
    ],
)
def test_over_a_window_the_expectation_lags_as_the_value_does(on: date, level: float) -> None:
    found = expected(START, DUE, on, baseline=0.4, target=0.5, workdays=COMPANY, window=90)
    assert round(found, 8) == level


def test_numbers_come_back_in_kind() -> None:
    days = {"workdays": COMPANY, "target": 0}
    assert isinstance(expected(START, DUE, DUE, baseline=63, **days), float)  # type: ignore[arg-type]
    assert isinstance(expected(START, DUE, DUE, baseline=Decimal(63), **days), Decimal)  # type: ignore[arg-type]


def test_before_the_start_the_baseline_and_from_due_on_the_target_is_expected() -> None:
    for window in (None, 30):
        days: dict[str, object] = {"workdays": COMPANY, "window": window, "baseline": 0.4, "target": 0.5}
        assert expected(START, DUE, date(2016, 12, 31), **days) == 0.4  # type: ignore[arg-type]
        assert expected(START, DUE, date(2018, 1, 1), **days) == 0.5  # type: ignore[arg-type]


def test_a_due_day_before_the_start_and_a_milestone_outside_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="due"):
        expected(DUE, START, DUE, baseline=0, target=1, workdays=COMPANY)
    with pytest.raises(ValueError, match="milestones"):
        expected(START, DUE, DUE, baseline=0, target=1, workdays=COMPANY, milestones=[(YEAR_END, 1)])
    with pytest.raises(ValueError, match="window"):
        expected(START, DUE, DUE, baseline=0, target=1, workdays=COMPANY, window=0)


def test_where_nobody_works_everything_is_expected_on_the_due_day() -> None:
    assert expected(START, DUE, date(2017, 9, 29), baseline=0, target=9, workdays=lambda day: False) == 0
    assert expected(START, DUE, DUE, baseline=0, target=9, workdays=lambda day: False) == 9


@pytest.mark.parametrize(
    "frame", [year_to_date_frame(), latest_full_quarter_frame(), latest_full_quarter_frame(start_month=2)]
)
def test_other_frames_end_at_the_target_too(frame: Callable[[date], tuple[date, date]]) -> None:
    levels = [
        expected_exactly(START, DUE, on, baseline=0.4, target=0.5, workdays=COMPANY, frame=frame)
        for on in (START, date(2017, 3, 31), date(2017, 6, 30), DUE)
    ]
    assert levels == sorted(levels)
    assert levels[-1] == Fraction(1, 2)


def test_year_to_date_lags_by_the_mean_of_the_year_so_far() -> None:
    """Four working days, one quarter of the way each: means of the line are 1/4, 3/8, 1/2, 5/8 of it."""
    start, due = date(2018, 1, 1), date(2018, 1, 4)
    level = expected_exactly(
        start, due, date(2018, 1, 2), baseline=0, target=10, workdays=COMPANY, frame=year_to_date_frame()
    )
    assert level == 10 * Fraction(3, 8) / Fraction(5, 8)


DAYS = st.integers(0, 300).map(lambda n: START + timedelta(days=n))


def _by_hand(start: date, due: date, on: date, window: int) -> Fraction:
    """The same by brute force: every day's level, then the plain mean over the window's working days."""

    def level(day: date) -> Fraction:
        if day < start:
            return Fraction(0)
        if day >= due:
            return Fraction(1)
        worked = [
            start + timedelta(n) for n in range((due - start).days + 1) if COMPANY(start + timedelta(n))
        ]
        return Fraction(sum(1 for w in worked if w <= day), len(worked)) if worked else Fraction(0)

    def mean(day: date) -> Fraction:
        days = [day - timedelta(n) for n in range(window) if COMPANY(day - timedelta(n))]
        return sum(map(level, days), Fraction(0)) / len(days) if days else level(day)

    return Fraction(1) if on >= due else mean(on) / mean(due) if mean(due) else level(on)


@given(DAYS, st.integers(0, 120), st.integers(0, 120), st.integers(1, 90))
def test_the_window_agrees_with_brute_force(start: date, length: int, gone: int, window: int) -> None:
    due, on = start + timedelta(days=length), start + timedelta(days=min(gone, length))
    found = expected_exactly(
        start,
        due,
        on,
        baseline=0,
        target=1,
        workdays=COMPANY,
        frame=lambda day: (day - timedelta(window - 1), day),
    )
    assert found == _by_hand(start, due, on, window)


@given(DAYS, st.integers(0, 200), st.integers(-5, 205), st.one_of(st.none(), st.integers(1, 120)))
def test_the_expectation_never_falls_back(start: date, length: int, gone: int, window: int | None) -> None:
    due, on = start + timedelta(days=length), start + timedelta(days=gone)
    days: dict[str, object] = {"baseline": 0, "target": 100, "workdays": COMPANY, "window": window}
    today, tomorrow = (expected(start, due, on + timedelta(days=n), **days) for n in (0, 1))  # type: ignore[arg-type]
    assert 0 <= today <= tomorrow <= 100


def test_a_new_hires_share_is_expected_by_ramp_and_working_days() -> None:
    gone = profile_gone(START, YEAR_END, date(2017, 5, 31), workdays=COMPANY, joined=date(2017, 4, 1))
    assert round(float(29 * gone), 6) == 1.178445


def test_without_weights_the_profile_is_the_line() -> None:
    for on in (START, date(2017, 8, 15), YEAR_END):
        line = expected_exactly(START, YEAR_END, on, baseline=0, target=1, workdays=COMPANY)
        assert profile_gone(START, YEAR_END, on, workdays=COMPANY) == line


def test_a_season_weighs_months_and_working_days_weigh_within() -> None:
    weights = {date(2017, 1, 1): 3, date(2017, 2, 1): 1}
    end = date(2017, 2, 28)
    halfway = profile_gone(START, end, date(2017, 1, 16), workdays=COMPANY, month_weights=weights)
    assert halfway == Fraction(3, 4) * Fraction(11, 22)
    assert profile_gone(START, end, date(2017, 1, 31), workdays=COMPANY, month_weights=weights) == Fraction(
        3, 4
    )


def test_a_season_is_cut_to_start_and_due_and_made_whole_there() -> None:
    weights = {date(2017, 1, 1): 22, date(2017, 2, 1): 20}
    start, due = date(2017, 1, 17), date(2017, 2, 14)  # 11 of 22 and 10 of 20 working days
    gone = profile_gone(start, due, date(2017, 1, 31), workdays=COMPANY, month_weights=weights)
    assert gone == Fraction(11, 21)


def test_a_weighted_month_without_working_days_counts_on_its_last_day() -> None:
    weights = {date(2017, 1, 1): 1, date(2017, 2, 1): 1, date(2017, 3, 1): 2}
    closed = working_calendar(holidays=[date(2017, 2, day) for day in range(1, 29)])
    end = date(2017, 3, 31)
    eve = profile_gone(START, end, date(2017, 2, 27), workdays=closed, month_weights=weights)
    day = profile_gone(START, end, date(2017, 2, 28), workdays=closed, month_weights=weights)
    assert (eve, day) == (Fraction(1, 4), Fraction(1, 2))


def test_a_month_that_the_season_forgot_is_refused() -> None:
    with pytest.raises(ValueError, match="2017-02"):
        profile_gone(START, DUE, date(2017, 5, 1), workdays=COMPANY, month_weights={START: 1})


@pytest.mark.parametrize(
    ("per_day", "window", "widened"),
    [(1, 90, 90), (0.2, 90, 180), (0.1, 90, 360), (0.01, 90, 360), (0.01, 120, 365), (0.01, 365, 365)],
)
def test_a_window_with_few_deals_is_doubled_twice_at_most(per_day: float, window: int, widened: int) -> None:
    assert widened_window(lambda days: days * per_day, window=window) == widened
