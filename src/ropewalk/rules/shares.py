"""Sharing out a goal that adds up (a count, a sum): exact parts, weights from capacity or from the year before.

Knows numbers and dates of joining and leaving. Must not know teams or people: their order is the caller's, by joining
date, then id. Ratios don't add: see ``ratios``. Start with ``shares``, then ``spread``.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

from ropewalk.rules.calendar import add_months, month_end, months_between
from ropewalk.rules.exact import Number, exact, in_kind_of, round_up_to

RAMP: tuple[Number, ...] = (0, 0.25, 0.5, 0.75, 1)
ADVISED_COVERAGE = Fraction(12, 10)  # above it the checks advise
EXPLAINED_COVERAGE = Fraction(14, 10)  # above it a written reason is required
ENOUGH_MONTHS = 3  # of capacity, for a year before to say anything about a person


def shares(goal: Number, weights: Sequence[Number], *, unit: Number = 1) -> list[int | Decimal | Fraction]:
    """The parts of the goal, in the order of the weights; they add up to it exactly.

    Largest remainder: each gets the whole units of its exact part, and what is left goes one unit each to the largest
    remainders, ties to the larger weight, then to the earlier. Ints come back as ints, Fractions as Fractions,
    anything else as Decimals. Raises ValueError naming the argument: the goal is 0 or more and a multiple of the
    unit, the weights are 0 or more and not all 0.
    """
    units = _units(goal, unit)
    exact_weights = [exact(weight, "weights") for weight in weights]
    if any(weight < 0 for weight in exact_weights):
        raise ValueError("weights must not be negative")
    together = sum(exact_weights, Fraction(0))
    if together == 0:
        raise ValueError("weights must not all be 0: nobody is there to carry the goal")
    ideal = [units * weight / together for weight in exact_weights]
    parts = [math.floor(part) for part in ideal]
    by_remainder = sorted(
        range(len(parts)), key=lambda at: (parts[at] - ideal[at], -exact_weights[at], at)
    )  # sorts the largest remainder first
    for at in by_remainder[: units - sum(parts)]:
        parts[at] += 1
    size = exact(unit, "unit")
    return [in_kind_of(part * size, goal, unit) for part in parts]


def spread(
    goal: Number,
    weights: Sequence[Number],
    *,
    unit: Number = 1,
    factor: Number = 1,
    by_hand: Mapping[int, Number] | None = None,
) -> list[int | Decimal | Fraction]:
    """One level of the cascade: the parts of factor x goal, rounded up to the unit, hand-set parts left as they are.

    ``by_hand`` maps a place in the order to its share; the rest is spread over the others, who get 0 where the
    hand-set shares already reach the goal. Raises ValueError naming the argument, as ``shares`` does.
    """
    fixed = {at: exact(share, "by_hand") for at, share in (by_hand or {}).items()}
    for at, share in fixed.items():
        if not 0 <= at < len(weights):
            raise ValueError(f"by_hand names place {at}, and there are {len(weights)} weights")
        _units(share, unit, name="by_hand")
    wanted = over_assigned(goal, factor, unit=unit)
    rest = max(exact(wanted) - sum(fixed.values(), Fraction(0)), Fraction(0))
    others = [at for at in range(len(weights)) if at not in fixed]
    free: Sequence[Number] = [0] * len(others)
    if others and rest:
        free = shares(rest, [weights[at] for at in others], unit=unit)
    parts = fixed | {at: exact(part) for at, part in zip(others, free, strict=True)}
    return [in_kind_of(parts[at], goal, unit) for at in range(len(weights))]


def over_assigned(goal: Number, factor: Number, *, unit: Number = 1) -> int | Decimal | Fraction:
    """What the level below carries together: factor x goal, rounded up to the unit; the factor is 1 or more."""
    times = exact(factor, "factor")
    if times < 1:
        raise ValueError(f"factor must be 1 or more, not {factor}")
    whole = _units(goal, unit) * exact(unit, "unit")
    return in_kind_of(round_up_to(whole * times, exact(unit, "unit")), goal, unit)


def coverage(parts: Sequence[Number], goal: Number) -> Fraction:
    """The people's shares together, as a part of the goal; a goal of 0 is covered by anything."""
    wanted = exact(goal, "goal")
    return Fraction(1) if wanted == 0 else sum((exact(part) for part in parts), Fraction(0)) / wanted


def split_at_move(
    share: Number, before: Number, after: Number, *, unit: Number = 1
) -> tuple[int | Decimal | Fraction, int | Decimal | Fraction]:
    """A mover's share for the time before the day of the move and for the time from it, by capacity."""
    first, second = shares(share, [before, after], unit=unit)
    return first, second


def capacity(
    joined: date | None,
    left: date | None,
    *,
    start: date,
    months: int = 12,
    ramp: Sequence[Number] = RAMP,
) -> Fraction:
    """Months of capacity in a plan that starts on ``start``: presence in each month, times the ramp of a new hire.

    Presence is days employed over days in the month; ``joined`` and ``left`` are included. The ramp runs by calendar
    months since joining and stays at its end; who joined earlier than that, or None, has all of it. Raises ValueError
    naming the argument: ``start`` is the first of a month.
    """
    if start.day != 1:
        raise ValueError(f"start must be the first of a month, not {start}")
    if months < 0:
        raise ValueError(f"months must not be negative, not {months}")
    return sum(
        (_month_capacity(add_months(start, n), joined, left, ramp) for n in range(months)), Fraction(0)
    )


def ramp_in(month: date, joined: date | None, ramp: Sequence[Number] = RAMP) -> Fraction:
    """The part of full strength in a calendar month, by months since joining; 0 before it, 1 without a ramp."""
    if joined is None or not ramp:
        return Fraction(1)
    since = months_between(joined, month)
    return Fraction(0) if since < 0 else exact(ramp[min(since, len(ramp) - 1)], "ramp")


def _month_capacity(first: date, joined: date | None, left: date | None, ramp: Sequence[Number]) -> Fraction:
    last = month_end(first)
    present_from = max(first, joined) if joined else first
    present_to = min(last, left) if left else last
    days = max((present_to - present_from).days + 1, 0)
    return Fraction(days, (last - first).days + 1) * ramp_in(first, joined, ramp)


@dataclass(frozen=True)
class LatestYear:
    """What one person's year before says: its result (None for none), and months of capacity then and now."""

    result: Number | None
    capacity_then: Number
    capacity_now: Number


def weights_by_latest_year(people: Sequence[LatestYear]) -> list[Fraction]:
    """Each one's result of the year before, annualised by capacity then, times capacity now over 12.

    Who has no result, or under three months of capacity then, is given the median of the others' annualised results;
    where nobody has one, capacity now alone decides.
    """
    known = [_annualised(person) for person in people]
    middle = (
        median(rate for rate in known if rate is not None)
        if any(r is not None for r in known)
        else Fraction(1)
    )
    return [
        (middle if rate is None else rate) * exact(person.capacity_now, "capacity_now") / 12
        for person, rate in zip(people, known, strict=True)
    ]


def _annualised(person: LatestYear) -> Fraction | None:
    then = exact(person.capacity_then, "capacity_then")
    if person.result is None or then < ENOUGH_MONTHS:
        return None
    return exact(person.result, "result") * 12 / then


def _units(goal: Number, unit: Number, *, name: str = "goal") -> int:
    size, whole = exact(unit, "unit"), exact(goal, name)
    if size <= 0:
        raise ValueError(f"unit must be more than 0, not {unit}")
    if whole < 0:
        raise ValueError(f"{name} must not be negative, not {goal}")
    count = whole / size
    if count.denominator != 1:
        raise ValueError(f"{name} must be a multiple of the unit {unit}, and {goal} is not")
    return int(count)
