"""A total over the periods of a year."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.calendar import periods, working_calendar
from ropewalk.rules.phasing import phase, profile_by_working_days


def test_ten_over_twelve_equal_months() -> None:
    assert phase(10, [1] * 12) == [1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1]


PROFILES = st.lists(
    st.one_of(st.integers(0, 50), st.decimals(0, 50, places=2)), min_size=1, max_size=15
).filter(any)


@given(st.one_of(st.integers(0, 10**6), st.decimals(0, 10**6, places=2)), PROFILES)
def test_parts_add_up_and_every_running_total_is_within_half_a_unit(
    total: int | Decimal, profile: list[int | Decimal]
) -> None:
    parts = phase(total, profile)
    assert sum(map(Fraction, parts)) == Fraction(total)
    weights = list(map(Fraction, profile))
    gone = list(accumulate(weights))
    for running, part in zip(accumulate(map(Fraction, parts)), gone, strict=True):
        assert abs(running - Fraction(total) * part / gone[-1]) <= Fraction(1, 2)


def test_money_that_is_not_whole_is_phased_to_its_last_place() -> None:
    assert phase(Decimal("1.00"), [1, 1, 1]) == [0, 1, 0]
    assert phase(Decimal("1.01"), [1, 1]) == [Decimal("0.51"), Decimal("0.50")]


@pytest.mark.parametrize(
    ("total", "profile", "name"),
    [(10, [], "profile"), (10, [0, 0], "profile"), (10, [2, -1], "profile"), (Fraction(1, 3), [1], "total")],
)
def test_what_cannot_be_phased_is_refused_by_name(total: Fraction, profile: list[int], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        phase(total, profile)


def test_the_default_profile_is_working_days() -> None:
    quarter = periods(date(2017, 1, 1), date(2017, 3, 31), grain="month")
    assert profile_by_working_days(quarter, working_calendar()) == [22, 20, 23]
    assert profile_by_working_days(quarter, lambda day: False) == [1, 1, 1]
