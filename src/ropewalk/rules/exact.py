"""Numbers as they were written: reading any number exactly, and giving results back in a fitting type.

Knows ints, Decimals, Fractions and floats. A float is read as its shortest decimal, so 0.1 is one tenth and three
weights of 0.1, 0.2, 0.3 really stand as 1 to 2 to 3. Start with ``exact``.
"""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

Number = int | float | Decimal | Fraction

_DIGITS = 200  # more than any amount of money; only a division that never ends would be cut


def exact(value: Number, name: str = "value") -> Fraction:
    """The value as a Fraction, a float being read as its shortest decimal.

    Raises ValueError with ``name`` for anything that is no finite number.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{name} must be a finite number, not {value}")
        return Fraction(float.__repr__(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{name} must be a finite number, not {value}")
    if not isinstance(value, int | Decimal | Fraction):
        raise ValueError(f"{name} must be a number, not {value!r}")
    return Fraction(value)


def as_decimal(value: Fraction) -> Decimal:
    """The Fraction as a Decimal; exact wherever the decimal ends."""
    with localcontext() as context:
        context.prec = _DIGITS
        return Decimal(value.numerator) / Decimal(value.denominator)


def in_kind_of(result: Fraction, *given: Number) -> int | Decimal | Fraction:
    """The result as int where all that was given is int, as Fraction where one was, else as Decimal.

    Floats come back as Decimals: parts that must add up exactly can't be floats.
    """
    if all(isinstance(value, int) for value in given) and result.denominator == 1:
        return int(result)
    if any(isinstance(value, Fraction) for value in given):
        return result
    return as_decimal(result)


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return math.floor(value + Fraction(1, 2))


def round_up_to(value: Fraction, unit: Fraction) -> Fraction:
    """The smallest multiple of the unit that is not below the value."""
    return math.ceil(value / unit) * unit
