"""Tallies add up, values are quotients of sums, and printing is exact."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.tally import Tally, adds_up, printed, rounded, total, value


def test_a_value_is_the_quotient_of_sums_and_not_the_mean_of_means() -> None:
    both = total([Tally.of(1, 1), Tally.of(0, 9)])
    assert value(both.numerator, both.denominator) == Fraction(1, 10)


def test_a_ratio_with_nothing_below_has_no_value_which_is_not_zero() -> None:
    assert value(0, 0) is None
    assert value(0) == 0


def test_credit_goes_to_numerator_and_denominator_alike() -> None:
    won = Tally.of(1)
    assert won.credited(0.6) == Tally.of(0.6, 0.6)
    assert won.credited(0.6) + won.credited(0.4) == won


@pytest.mark.parametrize(
    ("parts", "fits"),
    [([0.6, 0.4], True), ([0.1] * 10, True), ([0.6, 0.5], False), ([1.5, -0.5], False), ([], False)],
)
def test_the_credit_of_one_opportunity_adds_up_to_one(parts: list[float], fits: bool) -> None:
    assert adds_up(parts) is fits


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, ""),
        (10, "10"),
        (0, "0"),
        (Decimal("-0.00"), "0"),
        (Fraction(4238, 6711), "0.6315005215"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(2, 3), "0.6666666667"),
        (Fraction(1, 2 * 10**10), "0"),
        (Fraction(3, 2 * 10**10), "0.0000000002"),
        (Decimal("1E+6"), "1000000"),
        (Fraction(10005534), "10005534"),
        (-2.5, "-2.5"),
        (Fraction(10**40 + 1, 4), "2500000000000000000000000000000000000000.25"),
    ],
)
def test_a_value_is_printed_to_ten_places_half_even_in_plain_digits(
    number: Fraction | None, text: str
) -> None:
    assert printed(number) == text


@given(st.fractions(max_denominator=10**6))
def test_the_printed_value_is_the_nearest_with_ten_places(number: Fraction) -> None:
    assert abs(Fraction(printed(number)) - number) <= Fraction(1, 2 * 10**10)
    assert Fraction(rounded(number)) == Fraction(printed(number))


@given(st.lists(st.tuples(st.fractions(max_denominator=50), st.fractions(max_denominator=50)), max_size=8))
def test_tallies_add_up_in_any_order(pairs: list[tuple[Fraction, Fraction]]) -> None:
    tallies = [Tally(*pair) for pair in pairs]
    assert total(tallies) == total(reversed(tallies))
