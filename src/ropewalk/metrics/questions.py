"""What is asked of a metric and what comes back: frozen values, nothing computed here.

Start with `Question`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ropewalk.metrics.definition import Definition

By = Literal["person", "team", "company"]
Grain = Literal["day", "week", "month", "quarter", "year"]
NO_PERSON = 0
NO_PERSON_NAME = "(no person)"


@dataclass(frozen=True)
class Question:
    """A metric of whom, over which days (both included), cut how finely, in which scope, as of which day."""

    metric: str | Definition
    by: By
    start: date
    end: date
    grain: Grain | None = None  # None: the whole range as one period
    as_of: date | None = None  # None: everything that the facts hold
    where: tuple[tuple[str, str], ...] = ()
    people: frozenset[int] | None = None  # only facts of these people; 0 stands for no person; None: all


@dataclass(frozen=True)
class Row:
    """One figure: of a person, team or company in one period, both ends included."""

    scope: By
    id: int  # of the person (0: no person), team or company
    name: str
    period_start: date
    period_end: date
    numerator: Decimal
    denominator: Decimal | None  # None for what is counted or added up
    value: Fraction | None  # None where there is no value, which is not 0
    interval: tuple[float, float] | None = None  # of a rate of fewer than 100 decided deals, 95 %
    deals: Decimal | None = None  # of a ratio of amounts: how many deals it weighs
    note: str = ""  # why there is no value, where that isn't plain


@dataclass(frozen=True)
class Reading:
    """The answer to a question, rows by name, then period, then id."""

    question: Question
    definition: Definition
    rows: tuple[Row, ...]
    fresh_at: datetime | None  # the latest load, in UTC; None where nothing was ever loaded
