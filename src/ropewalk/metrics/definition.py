"""What a metric is: a closed set of kinds over the facts, with filters that are data and words for its card.

It knows no query and no company. A definition is read from data by `reading_definitions`; it goes back to data by
`Definition.as_data`, which is how a published plan locks it. Start with `Definition` and `Kind`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Kind(StrEnum):
    """How facts become a figure; there are no others."""

    COUNT = "count"  # how many
    SUM = "sum"  # a number of theirs, added up
    MEAN = "mean"  # the same, over how many
    RATIO = "ratio"  # one part over another
    DISTINCT = "distinct"  # how many different ones
    FIRST_TIME = "first_time"  # each one once, with its first fact


class Unit(StrEnum):
    """What a value is counted in."""

    RATE = "rate"  # 0..1
    MONEY = "money"  # of the company's currency
    DAYS = "days"
    COUNT = "count"


class Tag(StrEnum):
    """What one does with a metric: results are watched, objectives influenced, activities managed."""

    RESULT = "result"
    OBJECTIVE = "objective"
    ACTIVITY = "activity"


class Better(StrEnum):
    """Which direction is the good one."""

    HIGHER = "higher"
    LOWER = "lower"


class Operator(StrEnum):
    """How a field is compared. A field that says nothing passes only `is_not`, `none_of` and `unknown`."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    KNOWN = "known"
    UNKNOWN = "unknown"


Value = str | Decimal | tuple[str, ...] | None  # days as ISO text


@dataclass(frozen=True)
class Filter:
    """One condition on a field of the fact or of its account."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class Part:
    """Numerator or denominator of a ratio: facts that pass, counted, or a number of theirs added up."""

    of: str | None = None
    filter: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Words:
    """The definition card in words."""

    counts: str
    leaves_out: str
    day: str
    credit: str


@dataclass(frozen=True)
class Definition:
    """A metric, defined once and used everywhere."""

    name: str
    label: str
    kind: Kind
    fact: str  # "opportunities" or "activities"
    date: str  # the field whose day counts
    unit: Unit
    better: Better
    tag: Tag
    words: Words
    filter: tuple[Filter, ...] = ()
    of: str | None = None  # what is added up (sum, mean) or told apart (distinct, first_time)
    numerator: Part | None = None  # of a ratio
    denominator: Part | None = None  # of a ratio
    companion: str | None = None  # the metric that would show it being gamed

    @property
    def is_level(self) -> bool:
        """Whether its value is a level (a quotient) and not an amount that grows."""
        return self.kind in (Kind.RATIO, Kind.MEAN)

    @property
    def adds_up(self) -> bool:
        """Whether tallies of days and people may be added; different ones counted may not."""
        return self.kind is not Kind.DISTINCT

    @property
    def weighs_amounts(self) -> bool:
        """Whether it is a ratio of amounts, which has no value where the other part carries none."""
        return self.kind is Kind.RATIO and self.denominator is not None and self.denominator.of is not None

    @property
    def counts_decided(self) -> bool:
        """Whether it is a rate k of n, which has an interval."""
        return self.kind is Kind.RATIO and self.unit is Unit.RATE and not self.weighs_amounts

    def as_data(self) -> dict[str, Any]:
        """The definition as plain data, the same that it was read from; numbers as text, so that none is rounded."""
        found = {name: value for name, value in asdict(self).items() if value not in (None, (), [])}
        for name in ("numerator", "denominator"):
            if name in found:
                found[name] = {key: value for key, value in found[name].items() if value not in (None, ())}
        plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
        return plain

    @property
    def fingerprint(self) -> str:
        """A word that changes whenever what is counted changes; the words on the card don't matter."""
        data = {
            name: value
            for name, value in self.as_data().items()
            if name not in ("words", "label", "companion")
        }
        return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
