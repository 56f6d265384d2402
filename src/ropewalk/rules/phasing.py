"""A total over the periods of a year, in whole units, for display; pace uses the unrounded profile (see ``pace``).

Start with ``phase``.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from ropewalk.rules.calendar import Period, Workdays, count_working_days
from ropewalk.rules.exact import Number, exact, in_kind_of, round_half_up


def phase(
    total: Number, profile: Sequence[Number], *, unit: Number | None = None
) -> list[int | Decimal | Fraction]:
    """The total over the periods of the profile; the parts add up to it exactly.

    Every running total is the exact one rounded (half up) to the unit: 1, or the total's own last decimal place where
    it is not whole. Raises ValueError naming the argument: the profile is 0 or more and not all 0.
    """
    weights = [exact(weight, "profile") for weight in profile]
    if any(weight < 0 for weight in weights):
        raise ValueError("profile must not hold a negative weight")
    together = sum(weights, Fraction(0))
    if together == 0:
        raise ValueError("profile must not be all 0: there is no period to put the total in")
    whole = exact(total, "total")
    size = _unit_of(total, whole) if unit is None else exact(unit, "unit")
    if size <= 0 or (whole / size).denominator != 1:
        raise ValueError(f"total must be a multiple of the unit, and {total} is none of {unit}")
    running = [round_half_up(whole / size * part / together) for part in accumulate(weights)]
    steps = [after - before for before, after in zip([0, *running], running, strict=False)]
    return [in_kind_of(step * size, total, 1 if unit is None else unit) for step in steps]


def profile_by_working_days(periods: Sequence[Period], workdays: Workdays) -> list[int]:
    """The default profile: the working days of each period; equal parts where no period has one."""
    counts = [count_working_days(period.start, period.end, workdays) for period in periods]
    return counts if any(counts) else [1] * len(counts)


def _unit_of(total: Number, whole: Fraction) -> Fraction:
    if whole.denominator == 1:
        return Fraction(1)
    places = 0
    while (whole * 10**places).denominator != 1:
        places += 1
        if places > 30:
            raise ValueError(f"total must end after some decimal places, and {total} does not: give a unit")
    return Fraction(1, 10**places)
