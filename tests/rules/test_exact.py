"""Numbers are read as they were written."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.exact import as_decimal, exact, in_kind_of, round_half_up


def test_a_float_is_read_as_its_shortest_decimal() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(1e-7) == Fraction(1, 10**7)
    assert exact(Decimal("0.30")) == Fraction(3, 10)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), "12", None])
def test_what_is_no_finite_number_is_refused_by_the_name_of_its_argument(value: object) -> None:
    with pytest.raises(ValueError, match="goal"):
        exact(value, "goal")  # type: ignore[arg-type]


def test_a_result_comes_back_in_the_kind_of_what_was_given() -> None:
    assert isinstance(in_kind_of(Fraction(4), 10, 1), int)
    assert in_kind_of(Fraction(9, 2), Decimal("4.5"), 1) == Decimal("4.5")
    assert in_kind_of(Fraction(1, 3), Fraction(1), 1) == Fraction(1, 3)


def test_halves_are_rounded_up() -> None:
    assert [round_half_up(Fraction(n, 2)) for n in (-1, 1, 3, 4)] == [0, 1, 2, 2]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_decimal_survives_being_read_exactly(value: Decimal) -> None:
    assert as_decimal(exact(value)) == value
