import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.drawing import scales

SPANS = st.fractions(min_value=Fraction(1, 10**6), max_value=10**9)
LEVELS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000)


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [
        (24, 5, 5),
        (100, 5, 20),
        (1, 5, Fraction(1, 5)),
        (Fraction(7, 100), 5, Fraction(1, 50)),
        (1_400_000, 5, 500_000),
    ],
)
def test_steps_are_those_a_person_would_choose(span: Fraction, most: int, step: Fraction) -> None:
    assert scales.step_for(span, most) == step


@given(SPANS, st.integers(1, 20))
def test_a_step_is_one_two_or_five_times_a_power_of_ten_and_fits(span: Fraction, most: int) -> None:
    step = scales.step_for(span, most)
    digits = str((step * 10**12).numerator).strip("0")
    assert digits in ("1", "2", "5")
    assert span / step <= most


@given(SPANS, st.integers(1, 20))
def test_no_smaller_step_would_have_fitted(span: Fraction, most: int) -> None:
    step = scales.step_for(span, most)
    next_smaller = step / 2 if str((step * 10**12).numerator)[0] != "5" else step * Fraction(2, 5)
    assert span / next_smaller > most


@given(LEVELS, LEVELS, st.integers(1, 12))
def test_ticks_are_multiples_of_their_step_between_the_ends(low: Fraction, high: Fraction, most: int) -> None:
    found = scales.ticks(low, high, most)
    assert all(min(low, high) <= one <= max(low, high) for one in found)
    assert len(found) <= most + 1
    if low != high:
        step = scales.step_for(abs(high - low), most)
        assert all((one / step).denominator == 1 for one in found)
        assert [two - one for one, two in itertools.pairwise(found)] == [step] * (len(found) - 1)


@given(SPANS, st.integers(1, 12), st.integers(-1000, 1000))
def test_the_decimals_of_the_step_write_every_tick_exactly(span: Fraction, most: int, times: int) -> None:
    step = scales.step_for(span, most)
    places = scales.decimals(step)
    assert Fraction(f"{float(step * times):.{places}f}") == step * times or places == 12


def test_forty_two_and_a_half_is_not_written_as_forty_two() -> None:
    assert scales.decimals(Fraction(5, 2)) == 1
    assert scales.decimals(50) == 0


@given(LEVELS, LEVELS)
def test_the_ends_lie_at_nought_and_one_whichever_way_is_better(low: Fraction, high: Fraction) -> None:
    if low == high:
        with pytest.raises(ValueError, match="no way"):
            scales.part(low, low, high)
    else:
        assert (scales.part(low, low, high), scales.part(high, low, high)) == (0, 1)


@pytest.mark.parametrize(("span", "most"), [(0, 5), (-1, 5), (1, 0)])
def test_a_scale_without_a_span_is_refused(span: int, most: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        scales.step_for(span, most)
