"""Spreading a goal over carriers, level by level: company, teams, people. Pure: it asks no table.

The arithmetic is `rules.shares` and `rules.ratios`; here stand the tree and the hand-set shares. Start with `spread`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ropewalk.cascade.share import PersonShare, Spread, TeamShare
from ropewalk.plans.shape import Goal
from ropewalk.rules import ratios, shares
from ropewalk.rules.exact import as_decimal, exact

ADDITIVE = ("count", "sum", "first_time")
NO_RESULT = "The year before holds no result in this scope, so the goal is shared out by capacity."
NO_CAPACITY = "Nobody has capacity in the plan's year, so the goal is shared out equally."
PLACES = Decimal("0.000000000001")  # levels are kept to 12 places


@dataclass(frozen=True)
class Carrier:
    """Somebody who carries a part of the goal, with what the year before says of them."""

    person_id: int
    path: tuple[int, ...]  # teams from the topmost down to the own one; empty for none
    capacity: Fraction  # months in the plan's year
    capacity_before: Fraction  # months in the year before
    numerator: Decimal = Decimal(0)  # of the year before, in the goal's scope
    denominator: Decimal = Decimal(0)
    by_hand: Decimal | None = None


@dataclass
class Node:
    """A team (or the company) in the tree of carriers."""

    team_id: int | None
    children: dict[int, Node] = field(default_factory=dict)
    carriers: list[Carrier] = field(default_factory=list)

    def all_carriers(self) -> list[Carrier]:
        """The carriers of the whole subtree."""
        return self.carriers + [one for child in self.children.values() for one in child.all_carriers()]


def spread(goal: Goal, carriers: list[Carrier], *, kind: str) -> Spread:
    """The goal brought down. `kind` is the metric's; carriers come by joining date, then id.

    Raises ValueError naming what can't be computed: no carriers, a goal without target or baseline, a kind that
    doesn't share out, a target beyond reach of the hand-set ones (`ratios.OutOfReach`).
    """
    if not carriers:
        raise ValueError("carriers: nobody holds a role that this initiative applies to")
    if goal.target is None:
        raise ValueError("target is missing")
    if kind in ADDITIVE:
        return spread_additive(goal, carriers, kind=kind)
    if goal.baseline is None:
        raise ValueError("baseline is missing")
    if kind == "ratio":
        return spread_ratio(goal, carriers)
    if kind == "mean":
        return spread_mean(goal, carriers)
    raise ValueError(f"kind {kind} can't be shared out: mark the goal as not cascaded")


def tree_of(carriers: list[Carrier]) -> Node:
    """The carriers under their teams, teams in order of id."""
    root = Node(None)
    for carrier in carriers:
        node = root
        for team_id in carrier.path:
            node = node.children.setdefault(team_id, Node(team_id))
        node.carriers.append(carrier)
    return root


def unit_of(goal: Goal, kind: str) -> Decimal:
    """What shares are multiples of: 1 unless the goal says otherwise."""
    return goal.unit if goal.unit is not None else Decimal(1)


def spread_additive(goal: Goal, carriers: list[Carrier], *, kind: str) -> Spread:
    """Exact shares at each level; the parts of a level add up to its factor times the level above."""
    assert goal.target is not None
    unit = unit_of(goal, kind)
    refuse_broken_shares(carriers, unit)
    weights, note = additive_weights(goal, carriers)
    people: dict[int, PersonShare] = {}
    teams: dict[int, TeamShare] = {}

    def fixed(node: Node) -> Decimal:
        return sum((one.by_hand for one in node.all_carriers() if one.by_hand is not None), Decimal(0))

    def free_weight(of: list[Carrier]) -> Fraction:
        return sum((weights[one.person_id] for one in of if one.by_hand is None), Fraction(0))

    def go_down(node: Node, amount: Decimal, level: int) -> None:
        factor = goal.over_assignment[level] if level < len(goal.over_assignment) else Decimal(1)
        below = sorted(node.children.values(), key=lambda child: child.team_id or 0)
        open_carriers = [one for one in node.carriers if one.by_hand is None]
        wanted = as_decimal(exact(shares.over_assigned(amount, factor, unit=unit)))
        rest = max(wanted - fixed(node), Decimal(0))
        sizes = [free_weight(child.all_carriers()) for child in below]
        sizes += [weights[one.person_id] for one in open_carriers]
        parts = shares.shares(rest, sizes, unit=unit) if sum(sizes) else [Decimal(0)] * len(sizes)
        amounts = [as_decimal(exact(part)) for part in parts]
        for child, part in zip(below, amounts, strict=False):
            whole = fixed(child) + part
            assert child.team_id is not None
            teams[child.team_id] = TeamShare(
                child.team_id, whole, None, decimal(sum(weights[c.person_id] for c in child.all_carriers()))
            )
            go_down(child, whole, level + 1)
        own = dict(zip((one.person_id for one in open_carriers), amounts[len(below) :], strict=True))
        for one in node.carriers:
            share = one.by_hand if one.by_hand is not None else own[one.person_id]
            people[one.person_id] = person_share(one, share, None, weights[one.person_id])

    go_down(tree_of(carriers), goal.target, 0)
    covered = shares.coverage([one.amount for one in people.values()], goal.target)
    return Spread("additive", people, teams, decimal(covered), unit, None, note)


def refuse_broken_shares(carriers: list[Carrier], unit: Decimal) -> None:
    """Raise ValueError where a share set by hand isn't whole units, 0 or more."""
    for one in carriers:
        if one.by_hand is not None and (
            one.by_hand < 0 or (exact(one.by_hand) / exact(unit)).denominator != 1
        ):
            raise ValueError(f"shares: {one.by_hand}, set by hand, is no multiple of the unit {unit}")


def additive_weights(goal: Goal, carriers: list[Carrier]) -> tuple[dict[int, Fraction], str]:
    """What the goal is spread by, per person, and a word where the asked weighting said nothing."""
    by_capacity = {one.person_id: one.capacity for one in carriers}
    weighting = goal.weighting or "last_year"
    note = ""
    if weighting == "last_year" and not any(one.denominator for one in carriers):
        weights, note = by_capacity, NO_RESULT
    elif weighting == "equal":
        weights = {one.person_id: Fraction(1) for one in carriers}
    elif weighting in ("capacity", "hand"):
        weights = by_capacity
    else:
        weights = dict(
            zip(by_capacity, latest_year_weights(carriers, lambda one: one.numerator), strict=True)
        )
    free = [one.person_id for one in carriers if one.by_hand is None]
    if free and not any(weights[person] for person in free):
        has_capacity = any(by_capacity[person] for person in free)
        note = NO_RESULT if has_capacity else NO_CAPACITY
        weights = by_capacity if has_capacity else dict.fromkeys(weights, Fraction(1))
    return weights, note


def latest_year_weights(carriers: list[Carrier], result: object) -> list[Fraction]:
    """Annualised results of the year before; someone with none at all counts as without one, below 0 as 0."""
    assert callable(result)
    return shares.weights_by_latest_year(
        [
            shares.LatestYear(
                result=max(result(one), Decimal(0)) if one.denominator else None,
                capacity_then=one.capacity_before,
                capacity_now=one.capacity,
            )
            for one in carriers
        ]
    )


def volumes_of(carriers: list[Carrier]) -> tuple[list[Fraction], str]:
    """Expected denominators: the year before's, annualised; by capacity where that year holds none."""
    if any(one.denominator for one in carriers):
        volumes = [
            exact(one.denominator) * 12 / one.capacity_before * one.capacity / 12
            if one.capacity_before >= shares.ENOUGH_MONTHS
            else None
            for one in carriers
        ]
        known = latest_year_weights(carriers, lambda one: one.denominator)
        return [k if v is None else v for v, k in zip(volumes, known, strict=True)], ""
    note = "The year before holds no decided deals in this scope, so everybody counts by capacity."
    return [one.capacity or Fraction(0) for one in carriers], note


def spread_ratio(goal: Goal, carriers: list[Carrier]) -> Spread:
    """Targets by a common lift in odds (or the same target, or the same points) from shrunken baselines."""
    assert goal.target is not None
    assert goal.baseline is not None
    volumes, note = volumes_of(carriers)
    company = goal.baseline
    baselines = [ratios.shrink(one.numerator, one.denominator, company=company) for one in carriers]
    by_hand = {at: one.by_hand for at, one in enumerate(carriers) if one.by_hand is not None}
    step = None
    if goal.weighting == "same_target":
        targets = ratios.same_target(baselines, target=goal.target)
    elif goal.weighting == "same_points":
        targets = ratios.same_points(baselines, volumes, target=goal.target)
    elif by_hand:
        targets = ratios.lift_beside(baselines, volumes, target=goal.target, by_hand=by_hand)
    else:
        targets = ratios.lift(baselines, volumes, target=goal.target)
        step = ratios.delta(baselines, volumes, target=goal.target)
    targets = [float(by_hand.get(at, target)) for at, target in enumerate(targets)]
    return levels("ratio", goal, carriers, volumes, baselines, targets, step, note)


def spread_mean(goal: Goal, carriers: list[Carrier]) -> Spread:
    """Targets by a common factor; who has no mean of the year before starts from the company's.

    Targets set by hand stay, and the factor is found for the others.
    """
    assert goal.target is not None
    assert goal.baseline is not None
    volumes, note = volumes_of(carriers)
    baselines = [
        float(one.numerator / one.denominator) if one.denominator else float(goal.baseline)
        for one in carriers
    ]
    if not any(one.by_hand is not None for one in carriers):
        step = ratios.factor(baselines, volumes, target=goal.target)
    else:
        step = factor_beside(goal.target, carriers, volumes, baselines)
    targets = [
        float(step * exact(low) if one.by_hand is None else one.by_hand)
        for one, low in zip(carriers, baselines, strict=True)
    ]
    return levels("mean", goal, carriers, volumes, baselines, targets, float(step), note)


def factor_beside(
    target: Decimal, carriers: list[Carrier], volumes: list[Fraction], baselines: list[float]
) -> Fraction:
    """The factor of those without a target set by hand, with which all together meet the goal's.

    Raises ValueError where no factor above 0 does.
    """
    free = fixed = Fraction(0)
    for one, volume, low in zip(carriers, volumes, baselines, strict=True):
        if one.by_hand is None:
            free += volume * exact(low)
        else:
            fixed += volume * exact(one.by_hand)
    left = exact(target) * sum(volumes, Fraction(0)) - fixed
    if free <= 0 or left <= 0:
        raise ValueError(f"target {target} can't be met beside the targets set by hand")
    return left / free


def levels(
    kind: str,
    goal: Goal,
    carriers: list[Carrier],
    volumes: list[Fraction],
    baselines: list[float],
    targets: list[float],
    step: float | None,
    note: str,
) -> Spread:
    """People's targets, and their volume-weighted means for every team above them."""
    assert goal.target is not None
    assert goal.baseline is not None
    people = {}
    sums: dict[int, list[tuple[Fraction, float, float]]] = {}
    for one, volume, low, high in zip(carriers, volumes, baselines, targets, strict=True):
        people[one.person_id] = person_share(one, decimal(high), decimal(low), volume)
        for team_id in one.path:
            sums.setdefault(team_id, []).append((volume, low, high))
    teams = {team_id: team_level(team_id, rows) for team_id, rows in sums.items()}
    together = ratios.mean(targets, volumes)
    way = float(goal.target) - float(goal.baseline)
    covered = (together - float(goal.baseline)) / way if way else 1.0
    return Spread(
        kind, people, teams, decimal(covered), Decimal(1), None if step is None else decimal(step), note
    )


def team_level(team_id: int, rows: list[tuple[Fraction, float, float]]) -> TeamShare:
    whole = sum((volume for volume, _, _ in rows), Fraction(0))
    scale = [float(volume) for volume, _, _ in rows] if whole else [1.0] * len(rows)
    low = sum(v * b for v, (_, b, _) in zip(scale, rows, strict=True)) / sum(scale)
    high = sum(v * t for v, (_, _, t) in zip(scale, rows, strict=True)) / sum(scale)
    return TeamShare(team_id, decimal(high), decimal(low), decimal(whole))


def person_share(one: Carrier, amount: Decimal, baseline: Decimal | None, weight: Fraction) -> PersonShare:
    return PersonShare(
        person_id=one.person_id,
        amount=amount,
        baseline=baseline,
        weight=decimal(weight),
        capacity=decimal(one.capacity),
        team_id=one.path[-1] if one.path else None,
        observed_numerator=one.numerator,
        observed_denominator=one.denominator,
        is_by_hand=one.by_hand is not None,
    )


def decimal(number: float | int | Fraction) -> Decimal:
    """A number to 12 places, without trailing zeros."""
    value = (
        Decimal(number.numerator) / Decimal(number.denominator)
        if isinstance(number, Fraction)
        else Decimal(repr(number))
    )
    rounded = value.quantize(PLACES)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()
