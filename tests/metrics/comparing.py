"""The product's answer beside what plain Python makes of the same rows. Start with `agree`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from ropewalk.metrics.measuring import measure_for_system

Figures = dict[
    tuple[int, date], tuple[Fraction, Fraction]
]  # thing (-1: the company) and first day of its period


def agree(company_id: int, question: Any, expected: Figures, *, is_level: bool) -> int:
    """Assert that every figure is the expected one, and a level their quotient; how many figures there are."""
    found: Figures = {}
    for row in measure_for_system(company_id, question).rows:
        whole = (Fraction(row.numerator), Fraction(row.denominator or 0))
        if any(whole):
            found[-1 if question.by == "company" else row.id, row.period_start] = whole
        if is_level and whole[1] and row.value is not None:
            assert row.value == whole[0] / whole[1]
    known = {
        key: (top, below if is_level else Fraction(0))
        for key, (top, below) in expected.items()
        if top or (is_level and below)
    }
    assert found == known, question
    return len(found)
