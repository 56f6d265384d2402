"""Bringing a goal down that doesn't add up: rates by a common lift in odds, means by a common factor.

Knows baselines and volumes (expected denominators) of people in the caller's order. Floats, to about 1e-12. Must not
know how volumes are found: see ``shares.weights_by_latest_year``. Start with ``lift``.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ropewalk.rules.exact import Number, exact

STRENGTH = 20  # decided deals' worth of the company's baseline in everyone's
COVERED = 1 - 1e-9  # coverage from which a ratio goal counts as covered
_TOLERANCE = 1e-12


class OutOfReach(ValueError):
    """No common lift meets the target beside the targets set by hand; says what range can be met."""

    def __init__(self, target: float, low: float, high: float) -> None:
        self.target, self.low, self.high = target, low, high
        super().__init__(
            f"target {target:.2%} can't be met beside the targets set by hand: what the others do can bring it"
            f" to between {low:.2%} and {high:.2%}. Change a target set by hand, or the goal."
        )


def shrink(won: Number, decided: Number, *, company: Number, strength: Number = STRENGTH) -> float:
    """One person's baseline: the rate won / decided, drawn towards the company's as if by ``strength`` more deals.

    Raises ValueError naming the argument where won lies outside 0..decided.
    """
    if decided < 0:
        raise ValueError(f"decided must not be negative, not {decided}")
    if not 0 <= won <= decided:
        raise ValueError(f"won must lie within 0..decided, and {won} of {decided} does not")
    prior = exact(strength, "strength")
    below = exact(decided, "decided") + prior
    if prior < 0 or below == 0:
        raise ValueError("strength must not be negative, nor 0 where nothing was decided")
    return float((exact(won, "won") + prior * exact(company, "company")) / below)


def mean(rates: Sequence[Number], volumes: Sequence[Number]) -> float:
    """The rate of all together: each weighted by its volume."""
    weights = _volumes(rates, volumes)
    return math.fsum(float(r) * v for r, v in zip(rates, weights, strict=True)) / math.fsum(weights)


def lift(baselines: Sequence[Number], volumes: Sequence[Number], *, target: Number) -> list[float]:
    """Everyone's target: the baseline with the one lift in odds that brings the company to the target.

    Raises ValueError where all volumes are 0, or a baseline or the target is not strictly within 0..1.
    """
    step = delta(baselines, volumes, target=target)
    return [_lifted(float(baseline), step) for baseline in baselines]


def delta(baselines: Sequence[Number], volumes: Sequence[Number], *, target: Number) -> float:
    """The common lift, in log odds, that ``lift`` asks of everyone."""
    weights = _volumes(baselines, volumes)
    rates = [_odds_rate(baseline, "baselines") for baseline in baselines]
    goal = _odds_rate(target, "target")
    return _solve(rates, weights, goal * math.fsum(weights))


def lift_beside(
    baselines: Sequence[Number],
    volumes: Sequence[Number],
    *,
    target: Number,
    by_hand: Mapping[int, Number],
) -> list[float]:
    """As ``lift``, with some targets set by hand: they stay, and the lift is found for the others.

    ``by_hand`` maps a place in the order to its target within 0..1. Raises OutOfReach with the range that can be met
    where no lift of the others can.
    """
    weights = _volumes(baselines, volumes)
    goal = _odds_rate(target, "target")
    fixed = {at: float(rate) for at, rate in by_hand.items()}
    for at, rate in fixed.items():
        if not 0 <= at < len(weights) or not 0 <= rate <= 1:
            raise ValueError(
                f"by_hand must map a place in the order to a rate within 0..1, not {at} to {rate}"
            )
    others = [at for at in range(len(weights)) if at not in fixed]
    rates = [_odds_rate(baselines[at], "baselines") for at in others]
    free = [weights[at] for at in others]
    together, settled = math.fsum(weights), math.fsum(weights[at] * rate for at, rate in fixed.items())
    wanted, room = goal * together - settled, math.fsum(free)
    if room > 0 and _TOLERANCE * together < wanted < room - _TOLERANCE * together:
        step = _solve(rates, free, wanted)
    elif room == 0 and abs(wanted) <= _TOLERANCE * together:
        step = 0.0
    else:
        raise OutOfReach(goal, settled / together, (settled + room) / together)
    lifted = {at: _lifted(rate, step) for at, rate in zip(others, rates, strict=True)} | fixed
    return [lifted[at] for at in range(len(weights))]


def same_target(baselines: Sequence[Number], *, target: Number) -> list[float]:
    """The company's target for everyone, wherever they start from."""
    return [float(target)] * len(baselines)


def same_points(baselines: Sequence[Number], volumes: Sequence[Number], *, target: Number) -> list[float]:
    """Everyone's baseline with the same points added, so that the company meets the target.

    Raises ValueError where that takes someone out of 0..1.
    """
    weights = _volumes(baselines, volumes)
    rates = [exact(baseline, "baselines") for baseline in baselines]
    together = sum((exact(v) for v in weights), Fraction(0))
    now = sum((r * exact(v) for r, v in zip(rates, weights, strict=True)), Fraction(0)) / together
    points = exact(target, "target") - now
    for at, rate in enumerate(rates):
        if not 0 <= rate + points <= 1:
            raise ValueError(
                f"target can't be met with the same points for all: {float(points):+.2%} takes number {at + 1}"
                f" from {float(rate):.2%} out of 0..100 %. Ask for the same lift instead."
            )
    return [float(rate + points) for rate in rates]


def scale(baselines: Sequence[Number], volumes: Sequence[Number], *, target: Number) -> list[float]:
    """Everyone's target of a mean (cycle days, average deal): the baseline times one common factor.

    Raises ValueError where all volumes are 0, a baseline is negative, or the weighted mean of the baselines is 0.
    """
    times = factor(baselines, volumes, target=target)
    return [float(exact(baseline) * times) for baseline in baselines]


def factor(baselines: Sequence[Number], volumes: Sequence[Number], *, target: Number) -> Fraction:
    """The common factor by which ``scale`` multiplies, exactly."""
    _volumes(baselines, volumes)
    values = [exact(baseline, "baselines") for baseline in baselines]
    weights = [exact(volume, "volumes") for volume in volumes]
    if any(value < 0 for value in values):
        raise ValueError("baselines must not be negative")
    weighted = sum((b * v for b, v in zip(values, weights, strict=True)), Fraction(0))
    if weighted == 0:
        raise ValueError("baselines have a mean of 0, which no factor brings anywhere")
    return exact(target, "target") * sum(weights, Fraction(0)) / weighted


def coverage(
    targets: Sequence[Number], volumes: Sequence[Number], *, baseline: Number, target: Number
) -> float:
    """How much of the way from baseline to target the people's targets cover together; 1 is all of it.

    Compare with ``COVERED``, not with 1: rates are floats. Raises ValueError where target and baseline are the same.
    """
    way = exact(target, "target") - exact(baseline, "baseline")
    if way == 0:
        raise ValueError("target is the baseline: there is no way to cover")
    weights = [exact(v, "volumes") for v in _volumes(targets, volumes)]
    met = sum((exact(t, "targets") * v for t, v in zip(targets, weights, strict=True)), Fraction(0))
    return float((met / sum(weights, Fraction(0)) - exact(baseline)) / way)


def _volumes(rates: Sequence[Number], volumes: Sequence[Number]) -> list[float]:
    if len(rates) != len(volumes):
        raise ValueError(f"volumes must be as many as there are people: {len(volumes)} for {len(rates)}")
    weights = [float(exact(volume, "volumes")) for volume in volumes]
    if any(weight < 0 for weight in weights):
        raise ValueError("volumes must not be negative")
    if math.fsum(weights) == 0:
        raise ValueError("volumes must not all be 0: nobody is expected to decide a deal")
    return weights


def _odds_rate(rate: Number, name: str) -> float:
    value = float(exact(rate, name))
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, and {value} has no odds to lift")
    return value


def _lifted(baseline: float, step: float) -> float:
    log_odds = math.log(baseline) - math.log1p(-baseline) + step
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    grown = math.exp(log_odds)
    return grown / (1 + grown)


def _solve(rates: Sequence[float], volumes: Sequence[float], wanted: float) -> float:
    """Bisection: the sum of volume x lifted rate grows strictly with the step."""

    def short(step: float) -> bool:
        return math.fsum(v * _lifted(r, step) for r, v in zip(rates, volumes, strict=True)) < wanted

    low, high = -1.0, 1.0
    while not short(low) and low > -2000:
        low *= 2
    while short(high) and high < 2000:
        high *= 2
    while high - low > _TOLERANCE / 10:
        middle = (low + high) / 2
        if middle in {low, high}:  # no float in between
            break
        low, high = (middle, high) if short(middle) else (low, middle)
    return (low + high) / 2
