"""What stands behind a proposed baseline, in a sentence."""

from __future__ import annotations

from ropewalk.metrics.definition import Unit
from ropewalk.pages import saying
from ropewalk.versions.proposing import Baseline


def evidence_words(found: Baseline, currency: str) -> str:
    """Where the metric stood in the year before: value, what it was made of, days."""
    days = f"{found.start:%-d %B %Y} to {found.end:%-d %B %Y}"
    if found.value is None:
        return f"The data say nothing of {days}."
    unit = found.definition.unit
    if unit is Unit.RATE:
        parts = f" ({saying.number(found.numerator)} of {saying.number(found.denominator or 0)})"
        return f"From {days} it was {saying.percent(found.value)}{parts}."
    if unit is Unit.MONEY:
        return f"From {days} it was {saying.money(found.value, currency)}."
    return f"From {days} it was {saying.number(found.value)}."
