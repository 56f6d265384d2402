"""How sure a rate is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.intervals import needed, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(8, 20, 0.219, 0.613), (40, 100, 0.309, 0.498), (4.8, 9.6, 0.233, 0.767)]
)
def test_the_worked_intervals(k: float, n: float, low: float, high: float) -> None:
    interval = wilson(k, n)
    assert interval is not None
    assert (round(interval[0], 3), round(interval[1], 3)) == (low, high)


def test_no_deals_have_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("k", "n", "name"), [(1, 0, "k"), (-1, 5, "k"), (6, 5, "k"), (0, -1, "n")])
def test_impossible_counts_are_refused_by_name(k: float, n: float, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        wilson(k, n)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_interval_holds_its_rate_and_stays_within_the_scale(n: int, part: float) -> None:
    interval = wilson(n * part, n)
    assert interval is not None
    assert 0 <= interval[0] <= part + 1e-9
    assert part - 1e-9 <= interval[1] <= 1


def test_telling_40_from_50_percent_needs_385_deals() -> None:
    assert needed(0.4, 0.5) == needed(0.5, 0.4) == 385


def test_the_same_rate_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="p0"):
        needed(0.4, 0.4)
    with pytest.raises(ValueError, match="p1"):
        needed(0.4, 1.4)
