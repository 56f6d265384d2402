"""The smallest thing that is kept of a metric, and the value that any number of them make together.

A tally is a numerator over a denominator. A value is the sum of numerators over the sum of denominators, never a mean
of means. Must not know what is counted. Start with ``Tally``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from ropewalk.rules.exact import Number, exact

PLACES = 10


@dataclass(frozen=True)
class Tally:
    """Numerator and denominator, both exact; for counts and sums the denominator is 1 and is ignored."""

    numerator: Fraction
    denominator: Fraction = Fraction(1)

    @classmethod
    def of(cls, numerator: Number, denominator: Number = 1) -> "Tally":
        """A tally of any kind of numbers."""
        return cls(exact(numerator, "numerator"), exact(denominator, "denominator"))

    def credited(self, share: Number) -> "Tally":
        """The part that someone with that share of the credit gets, of numerator and denominator alike."""
        part = exact(share, "share")
        return Tally(self.numerator * part, self.denominator * part)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.numerator + other.numerator, self.denominator + other.denominator)


def total(tallies: Iterable[Tally]) -> Tally:
    """All numerators and all denominators added up; 0 over 0 for none."""
    numerator = denominator = Fraction(0)
    for each in tallies:
        numerator += each.numerator
        denominator += each.denominator
    return Tally(numerator, denominator)


def value(numerator: Number, denominator: Number | None = None) -> Fraction | None:
    """The exact value: the numerator alone for counts and sums (no denominator given), else the quotient.

    None for a denominator of 0: such a ratio has no value, which is not 0.
    """
    if denominator is None:
        return exact(numerator, "numerator")
    below = exact(denominator, "denominator")
    return None if below == 0 else exact(numerator, "numerator") / below


def adds_up(shares: Iterable[Number]) -> bool:
    """Whether the credit of one opportunity is shared out truly: no negative part, and 1 together."""
    parts = [exact(share, "shares") for share in shares]
    return all(part >= 0 for part in parts) and sum(parts) == 1


def rounded(number: Number, places: int = PLACES) -> Decimal:
    """The number to that many decimal places, half even, from the exact value."""
    fraction = exact(number)
    scaled = round(fraction * 10**places)  # Fraction rounds half even
    with localcontext() as context:
        context.prec = max(28, len(str(abs(scaled))) + places + 2)
        return Decimal(scaled).scaleb(-places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def printed(number: Number | None) -> str:
    """The number as every table, file and answer prints it; empty where there is no value.

    The exact quotient to 10 decimal places, half even, in plain digits: no exponent, no thousands separator, no
    trailing zeros and no point without digits after it, never "-0". So 1/3 is "0.3333333333" and 10 is "10".
    """
    if number is None:
        return ""
    text = f"{rounded(number):f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
