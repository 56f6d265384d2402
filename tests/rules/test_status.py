"""One word for how a goal stands, in the order of the rules."""

from datetime import date
from fractions import Fraction

import pytest

from ropewalk.rules.calendar import working_calendar
from ropewalk.rules.pace import expected_exactly
from ropewalk.rules.status import (
    Status,
    Thresholds,
    additive_status,
    foot_to_hold,
    level_status,
    weakest,
    working_days_to_wait,
)

COMPANY = working_calendar()
START, DUE = date(2017, 1, 1), date(2017, 12, 31)
SPRING = date(2017, 5, 31)


def clients(value: float, expected: float, *, on: date = SPRING, share: int = 26, **more: object) -> Status:
    return additive_status(
        value=value,
        share=share,
        expected=expected,
        start=START,
        due=DUE,
        on=on,
        workdays=COMPANY,
        **more,  # type: ignore[arg-type]
    ).status


def cycle(value: float | None, expected: float, *, on: date = SPRING, decided: float | None = None) -> Status:
    return level_status(
        value=value,
        baseline=63,
        target=55,
        expected=expected,
        start=START,
        due=DUE,
        on=on,
        workdays=COMPANY,
        decided=decided,
    ).status


def test_the_worked_counts() -> None:
    assert clients(2, 2.6) is Status.BEHIND
    assert clients(1.6, 2.6) is Status.OFF_PACE


def test_r_of_95_hundredths_exactly_is_on_pace() -> None:
    on = date(2017, 10, 6)
    expected = expected_exactly(START, DUE, on, baseline=0, target=26, workdays=COMPANY)
    assert expected == 20
    judged = additive_status(
        value=19, share=26, expected=expected, start=START, due=DUE, on=on, workdays=COMPANY
    )
    assert (judged.status, judged.r) == (Status.ON_PACE, Fraction(19, 20))
    assert clients(18.9, 20) is Status.BEHIND


def test_thresholds_are_85_and_95_hundredths() -> None:
    assert clients(85, 100, share=200) is Status.BEHIND
    assert clients(84, 100, share=200) is Status.OFF_PACE
    assert (
        clients(70, 100, share=200, thresholds=Thresholds(Fraction(7, 10), Fraction(6, 10))) is Status.ON_PACE
    )


def test_a_share_of_nothing_has_no_share_before_anything_else() -> None:
    assert clients(5, 0, share=0, on=DUE) is Status.NO_SHARE


def test_a_count_is_reached_at_any_time_even_too_early_and_even_if_it_fell_again() -> None:
    assert clients(26, 1, on=date(2017, 1, 3)) is Status.REACHED
    assert clients(25, 26, on=DUE, highest=26) is Status.REACHED


def test_a_count_not_reached_on_its_due_day_is_missed() -> None:
    assert clients(25, 26, on=DUE) is Status.MISSED
    assert clients(25, 26, on=date(2017, 12, 30)) is Status.ON_PACE


def test_it_is_too_early_until_a_tenth_of_the_working_days_has_gone() -> None:
    assert clients(0, 9, on=date(2017, 2, 5)) is Status.TOO_EARLY  # 25 of 260
    assert clients(0, 9, on=date(2017, 2, 6)) is Status.OFF_PACE  # 26 of 260


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2027, 2, 24), 5),  # 25 and 26 February, 1, 3 and 4 March
        (date(2027, 2, 26), 3),  # a Friday: the weekend doesn't count
        (date(2027, 3, 1), 2),
        (date(2027, 3, 2), 2),  # the holiday
        (date(2027, 3, 3), 1),
        (date(2027, 3, 4), 0),
        (date(2027, 3, 31), 0),
        (date(2027, 5, 1), 0),
    ],
)
def test_how_long_it_is_too_early_is_counted_in_working_days_on_the_wall_calendar(
    on: date, days: int
) -> None:
    """March 2027 begins on a Monday and has 23 working days, 22 with the 2nd closed; a tenth of them is gone on the third."""
    worked = working_calendar(holidays=[date(2027, 3, 2)])
    first, last = date(2027, 3, 1), date(2027, 3, 31)
    assert working_days_to_wait(first, last, on, worked) == days
    if on < last:
        judged = level_status(
            value=60, baseline=63, target=55, expected=60, start=first, due=last, on=on, workdays=worked
        )
        assert (judged.status is Status.TOO_EARLY) == bool(days)


def test_it_is_too_early_while_fewer_than_two_units_are_expected() -> None:
    assert clients(0, 1.99) is Status.TOO_EARLY
    assert clients(0, 2) is Status.OFF_PACE
    assert clients(0, 1.99, is_count=False) is Status.OFF_PACE


def test_a_sum_has_no_rule_for_a_missing_unit() -> None:
    assert clients(2, 2.6, is_count=False) is Status.OFF_PACE
    assert clients(20, 26, unit=10, share=260) is Status.BEHIND


def test_a_level_goal_is_reached_only_on_its_due_day() -> None:
    assert cycle(50, 59) is Status.ON_PACE
    assert cycle(55, 55, on=DUE) is Status.REACHED
    assert cycle(56, 55, on=DUE) is Status.MISSED
    assert cycle(None, 55, on=DUE) is Status.MISSED


def test_lower_is_better_by_the_same_formulas() -> None:
    judged = level_status(
        value=66, baseline=63, target=55, expected=59, start=START, due=DUE, on=SPRING, workdays=COMPANY
    )
    assert (judged.status, judged.r) == (Status.OFF_PACE, Fraction(-3, 4))


def test_a_rate_with_few_decided_deals_or_without_a_value_is_too_early() -> None:
    assert cycle(60, 59, decided=19.9) is Status.TOO_EARLY
    assert cycle(60, 59, decided=20) is Status.OFF_PACE
    assert cycle(None, 59) is Status.TOO_EARLY


@pytest.mark.parametrize(
    ("value", "status"), [(62, Status.ON_PACE), (63, Status.ON_PACE), (64, Status.OFF_PACE)]
)
def test_where_nothing_is_expected_yet_not_falling_back_is_on_pace(value: float, status: Status) -> None:
    assert cycle(value, 63) is status


def test_a_target_that_is_the_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="target"):
        level_status(
            value=1, baseline=1, target=1, expected=1, start=START, due=DUE, on=DUE, workdays=COMPANY
        )


def test_the_weakest_status_stands_for_all() -> None:
    assert weakest([Status.ON_PACE, Status.BEHIND, Status.REACHED]) is Status.BEHIND
    assert weakest([Status.NO_SHARE, Status.REACHED]) is Status.REACHED
    assert weakest([]) is None


@pytest.mark.parametrize(
    ("baseline", "target", "is_lower_better", "foot"),
    [
        (50, 55, True, 110),
        (55, 55, True, 110),
        (63, 55, True, None),
        (0.5, 0.5, False, 0),
        (0.56, 0.5, False, 0),
        (0.4, 0.5, False, None),
    ],
)
def test_a_target_that_asks_for_no_more_than_there_was_is_held_from_nothing_or_from_twice_itself(
    baseline: float, target: float, is_lower_better: bool, foot: float | None
) -> None:
    assert foot_to_hold(baseline=baseline, target=target, is_lower_better=is_lower_better) == foot


def test_a_mean_to_hold_is_on_pace_up_to_a_twentieth_beyond_its_target() -> None:
    """Days where fewer are better: 55 to be held, 57.75 are a twentieth more and 58 are not."""
    held = [
        level_status(
            value=value,
            baseline=110,
            target=55,
            expected=55,
            start=START,
            due=DUE,
            on=SPRING,
            workdays=COMPANY,
        ).status
        for value in (40, 55, Fraction(231, 4), 58, 64)
    ]
    assert held == [Status.ON_PACE, Status.ON_PACE, Status.ON_PACE, Status.BEHIND, Status.OFF_PACE]
