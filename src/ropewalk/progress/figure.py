"""A goal's figure on a day, for a person, a team or the company: plain values, ready to be drawn and said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ropewalk.rules.status import Status


class Scope(StrEnum):
    """Whose figure it is."""

    PERSON = "person"
    TEAM = "team"
    COMPANY = "company"


@dataclass(frozen=True)
class Tick:
    """A milestone at the tube."""

    title: str
    by: date
    level: Fraction | None  # where it stands; None for a delivered one without a place
    is_measured: bool
    is_reached: bool


@dataclass(frozen=True)
class Thermometer:
    """Everything that stands at a thermometer, unrounded; rates as 0..1, money in the company's currency."""

    initiative_key: str
    slot: int  # 1 to 3
    title: str
    metric: str
    label: str  # the metric's, in words
    unit: str  # "rate", "money", "days", "count"
    kind: str  # "additive" or "level"
    currency: str
    scope: Scope
    scope_id: int  # person or team; 0 for the company
    name: str
    on: date  # as of
    start: date
    due: date
    baseline: Fraction  # the tube's foot; 0 for counts and sums, and where the target is to be held
    target: Fraction | None  # None: nothing is shared out here
    value: Fraction | None
    numerator: Decimal
    denominator: Decimal
    expected: Fraction | None
    progress: Fraction | None
    expected_progress: Fraction | None
    r: Fraction | None
    status: Status
    window_days: int | None = None
    interval: tuple[float, float] | None = None
    ticks: tuple[Tick, ...] = ()
    held_from: Fraction | None = None  # where the target asks for no more than there was: what there was
    observed: Fraction | None = None  # of a person's rate: the year before's, unshrunk
    workdays_left: int = 0
    workdays_to_wait: int = 0  # while it is too early: until the time alone is no reason any more
    fresh_on: date | None = None
    counted_from: date | None = None  # the days that value, numerator and denominator are of
    counted_to: date | None = None

    @property
    def is_lower_better(self) -> bool:
        return self.target is not None and self.target < self.baseline

    @property
    def short_by(self) -> Fraction | None:
        """What is missing of the expected value; None where nothing is expected or nothing is missing."""
        if self.value is None or self.expected is None:
            return None
        gap = self.value - self.expected if self.is_lower_better else self.expected - self.value
        return gap if gap > 0 else None

    @property
    def next_tick(self) -> Tick | None:
        """The milestone that comes next."""
        return next((tick for tick in self.ticks if not tick.is_reached and tick.by >= self.on), None)
