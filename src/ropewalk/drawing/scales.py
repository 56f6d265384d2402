"""Axes: steps of 1, 2 or 5 times a power of ten, and as many decimals as the step needs.

All exact, so that 42.5 % is never written as 42 %. Start with `ticks`.
"""

from __future__ import annotations

from fractions import Fraction

from ropewalk.rules.exact import Number, exact

STEPS = (1, 2, 5)


def step_for(span: Number, most: int) -> Fraction:
    """The smallest step of 1-2-5 that goes at most `most` times into the span. Raises ValueError unless both are above 0."""
    whole = exact(span, "span")
    if whole <= 0:
        raise ValueError(f"span must be above 0, not {span}")
    if most < 1:
        raise ValueError(f"most must be 1 or more, not {most}")
    ideal = whole / most
    power = Fraction(1)
    while power > ideal:
        power /= 10
    while power * 10 <= ideal:
        power *= 10
    return next(step * power for step in (*STEPS, 10) if step * power >= ideal)


def decimals(step: Number) -> int:
    """How many decimals a multiple of the step needs at most; steps that need more than 12 get 12."""
    exactly = exact(step, "step")
    return next((places for places in range(12) if (exactly * 10**places).denominator == 1), 12)


def ticks(low: Number, high: Number, most: int = 5) -> list[Fraction]:
    """The multiples of a 1-2-5 step from low to high, both included; at most `most` + 1. The ends in either order."""
    first, last = sorted((exact(low, "low"), exact(high, "high")))
    if first == last:
        return [first]
    step = step_for(last - first, most)
    start = -(-first // step)
    return [step * place for place in range(start, last // step + 1)]


def part(value: Number, low: Number, high: Number) -> Fraction:
    """How far a value lies on the way from low to high, uncut. Raises ValueError where there is no way."""
    start, end = exact(low, "low"), exact(high, "high")
    if start == end:
        raise ValueError("high is low: there is no way to go")
    return (exact(value, "value") - start) / (end - start)
