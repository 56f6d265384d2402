"""What a goal comes to for a person, a team and the company: plain values, as a version keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class PersonShare:
    """One person's part of a goal: a share of a count or sum, or a target level of a rate or mean."""

    person_id: int
    amount: Decimal  # share in units of the metric, or target level (rates as 0..1)
    baseline: Decimal | None  # own level to start from; None for counts and sums
    weight: Decimal  # what it was spread by: expected denominators for levels
    capacity: Decimal  # months in the plan's year
    team_id: int | None  # the team of the day of publication
    observed_numerator: Decimal = Decimal(0)  # of the year before
    observed_denominator: Decimal = Decimal(0)
    is_by_hand: bool = False


@dataclass(frozen=True)
class TeamShare:
    """A team's part: of its whole subtree."""

    team_id: int
    amount: Decimal
    baseline: Decimal | None
    weight: Decimal


@dataclass(frozen=True)
class Spread:
    """A goal brought down to teams and people."""

    kind: str  # "additive", "ratio" or "mean"
    people: dict[int, PersonShare] = field(default_factory=dict)
    teams: dict[int, TeamShare] = field(default_factory=dict)
    coverage: Decimal = Decimal(0)  # 1 where the people's shares make the goal
    unit: Decimal = Decimal(1)
    step: Decimal | None = None  # the common lift in log odds, or the common factor
    note: str = ""  # where the asked weighting could not be used, what was used instead
