"""Goals that add up are shared out exactly."""

import itertools
import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.exact import Number
from ropewalk.rules.shares import (
    LatestYear,
    capacity,
    coverage,
    over_assigned,
    shares,
    split_at_move,
    spread,
    weights_by_latest_year,
)

YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("goal", "unit", "weights", "parts"),
    [
        (10, 1, [5, 3, 3, 2, 1], [4, 2, 2, 1, 1]),
        (10, 1, [1, 1, 1], [4, 3, 3]),
        (3, 1, [1, 1, 1, 1, 1], [1, 1, 1, 0, 0]),
        (3, 1, [0.1, 0.2, 0.3], [0, 1, 2]),
        (1_000_000, 1_000, [41, 33, 26], [410_000, 330_000, 260_000]),
        (120, 1, [12, 6.5, 6], [59, 32, 29]),
        (120, 1, [Decimal(12), Decimal("6.5"), Fraction(6)], [59, 32, 29]),
        (0, 1, [1, 2], [0, 0]),
        (Decimal("1.5"), Decimal("0.5"), [1, 1], [Decimal(1), Decimal("0.5")]),
    ],
)
def test_the_worked_shares(goal: Number, unit: Number, weights: list[Number], parts: list[Number]) -> None:
    assert shares(goal, weights, unit=unit) == parts


@pytest.mark.parametrize(
    ("goal", "unit", "weights", "name"),
    [
        (-1, 1, [1], "goal"),
        (10, 3, [1], "goal"),
        (Decimal("NaN"), 1, [1], "goal"),
        (10, 0, [1], "unit"),
        (10, 1, [0, 0], "weights"),
        (10, 1, [], "weights"),
        (10, 1, [2, -1], "weights"),
        (10, 1, [float("inf")], "weights"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(
    goal: Number, unit: Number, weights: list[Number], name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        shares(goal, weights, unit=unit)


WEIGHTS = st.lists(
    st.one_of(st.integers(0, 1000), st.floats(0, 1000, allow_nan=False), st.decimals(0, 1000, places=3)),
    min_size=1,
).filter(lambda weights: any(weights))


@given(st.integers(0, 10**9), WEIGHTS)
def test_shares_add_up_and_lie_within_one_unit_of_their_exact_part(goal: int, weights: list[Number]) -> None:
    parts = shares(goal, weights)
    assert sum(parts) == goal
    exact = [Fraction(repr(w)) if isinstance(w, float) else Fraction(w) for w in weights]
    for part, weight in zip(parts, exact, strict=True):
        assert abs(part - goal * weight / sum(exact)) < 1


@given(st.integers(0, 10**6), st.lists(st.integers(0, 99), min_size=1).filter(any))
def test_a_larger_weight_never_gets_less(goal: int, weights: list[int]) -> None:
    pairs = sorted(zip(weights, shares(goal, weights), strict=True))
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(pairs) if a[0] < b[0])


def test_over_assignment_compounds_level_by_level_and_rounds_up() -> None:
    teams = spread(10, [1, 1], factor=Decimal("1.05"))
    assert teams == [6, 5]
    people = [spread(team, [1], factor=Decimal("1.05")) for team in teams]
    assert people == [[7], [6]]
    assert coverage([7, 6], 10) == Fraction(13, 10)


def test_over_assignment_by_less_than_one_is_refused() -> None:
    with pytest.raises(ValueError, match="factor"):
        over_assigned(10, Decimal("0.9"))


def test_a_share_set_by_hand_stays_and_the_rest_is_spread_over_the_others() -> None:
    assert spread(10, [5, 3, 2], by_hand={0: 2}) == [2, 5, 3]


def test_shares_set_by_hand_over_the_goal_leave_nothing_and_coverage_says_so() -> None:
    parts = spread(10, [1, 1, 1], by_hand={0: 8, 1: 4})
    assert parts == [8, 4, 0]
    assert coverage(parts, 10) == Fraction(12, 10)


def test_a_share_set_by_hand_is_a_multiple_of_the_unit() -> None:
    with pytest.raises(ValueError, match="by_hand"):
        spread(1000, [1, 1], unit=100, by_hand={0: 150})
    with pytest.raises(ValueError, match="by_hand"):
        spread(1000, [1, 1], by_hand={2: 1})


@given(st.integers(0, 1000), st.lists(st.integers(1, 9), min_size=2), st.integers(0, 1000))
def test_a_spread_with_a_hand_set_share_covers_the_goal(goal: int, weights: list[int], fixed: int) -> None:
    assert sum(map(int, spread(goal, weights, by_hand={0: fixed}))) == max(goal, fixed)


def test_a_movers_share_is_split_by_capacity_at_the_day_of_the_move() -> None:
    before = capacity(None, date(2027, 6, 30), start=YEAR)
    after = capacity(None, None, start=YEAR) - before
    assert split_at_move(29, before, after) == (15, 14)


@pytest.mark.parametrize(
    ("joined", "left", "months"),
    [
        (None, None, 12),
        (date(2027, 4, 1), None, 6.5),
        (date(2027, 4, 15), None, 6.5),
        (None, date(2027, 6, 30), 6),
        (None, date(2027, 6, 15), 5.5),
        (date(2026, 9, 1), None, 12),
        (date(2026, 10, 1), None, 11.75),
        (date(2027, 12, 31), None, 0),
        (date(2028, 1, 1), None, 0),
        (None, date(2026, 12, 31), 0),
    ],
)
def test_capacity_is_presence_times_ramp(joined: date | None, left: date | None, months: float) -> None:
    assert capacity(joined, left, start=YEAR) == months


def test_capacity_counts_days_of_the_month_exactly() -> None:
    assert capacity(None, date(2027, 1, 17), start=YEAR) == Fraction(17, 31)
    assert capacity(date(2027, 1, 15), None, start=YEAR, months=1, ramp=()) == Fraction(17, 31)


def test_a_plan_starts_on_the_first_of_a_month() -> None:
    with pytest.raises(ValueError, match="start"):
        capacity(None, None, start=date(2027, 1, 2))


def test_the_year_before_is_annualised_and_who_has_none_gets_the_median() -> None:
    people = [
        LatestYear(result=24, capacity_then=12, capacity_now=12),
        LatestYear(result=6, capacity_then=6, capacity_now=6),
        LatestYear(result=9, capacity_then=Decimal("2.75"), capacity_now=12),
        LatestYear(result=None, capacity_then=0, capacity_now=6.5),
    ]
    assert weights_by_latest_year(people) == [24, 6, 18, Fraction(39, 4)]


def test_where_nobody_has_a_year_before_capacity_decides() -> None:
    people: Sequence[LatestYear] = [LatestYear(None, 0, 12), LatestYear(None, 0, 6)]
    assert shares(3, weights_by_latest_year(people)) == [2, 1]


def test_a_goal_of_nothing_is_covered() -> None:
    assert coverage([0, 0], 0) == 1
    assert math.isclose(coverage([4, 5], 10), 0.9)
