"""What the company's data propose for a goal: where the metric stood in the year before, with what stands behind it.

Start with `baseline_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import Question
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Period


@dataclass(frozen=True)
class Baseline:
    """Where a metric stood in the year before."""

    definition: Definition
    start: date
    end: date
    numerator: Decimal
    denominator: Decimal | None
    value: Fraction | None  # None: nothing to say


def baseline_of(
    company_id: int, metric: str, where: tuple[tuple[str, str], ...], year: Period, *, on: date
) -> Baseline | None:
    """The company's value of the fiscal year before a plan's, as far as it has gone; None for a metric nobody knows."""
    if metric not in definitions():
        return None
    definition = definition_of(metric)
    try:
        scoping.read(company_id, definition, list(where))
    except (scoping.UnknownField, ValueError):
        return None
    start = calendar.add_months(year.start, -12)
    end = min(on, year.start - timedelta(days=1))
    if end < start:
        return None
    rows = measure_for_system(company_id, Question(metric, "company", start, end, where=where)).rows
    if not rows:
        return None
    return Baseline(definition, start, end, rows[0].numerator, rows[0].denominator, rows[0].value)
