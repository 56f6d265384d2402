"""Some figures of every company, written out, so that two installations can be held against each other.

Start with `figures_for_system`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast

from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system
from ropewalk.metrics import measuring
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.questions import By, Question
from ropewalk.rules import tally

MOST = 200  # figures of one installation
YEARS_BACK = 730  # days that each figure counts over


Figure = list[str]  # company, metric, scope, name, numerator, denominator


def figures_for_system(on: date, *, most: int = MOST) -> list[Figure]:
    """Figures as of a day, the same for the same facts and people.

    Every metric of every company in total first, then by team and by person, until there are `most`.
    """
    found: list[Figure] = []
    scopes: tuple[By, ...] = ("company", "team", "person")
    for by in scopes:
        for handle, _ in sorted(companies_for_system()):
            for metric in definitions():
                if len(found) >= most:
                    return found[:most]
                found += _figures(handle, metric, by, on)
    return found[:most]


def same_again_for_system(figures: Iterable[Figure], on: date) -> list[Figure]:
    """What these figures are by now as of that day, by whatever companies and people there are; more may stand between."""
    there = dict(companies_for_system())
    asked = dict.fromkeys((handle, metric, scope) for handle, metric, scope, *_ in figures)
    return [
        row
        for handle, metric, scope in asked
        if handle in there and metric in definitions()
        for row in _figures(handle, metric, cast(By, scope), on)
    ]


def _figures(handle: str, metric: str, by: By, on: date) -> list[Figure]:
    company = company_by_handle_for_system(handle)
    question = Question(metric, by, on - timedelta(days=YEARS_BACK), on, as_of=on)
    return [
        [handle, metric, row.scope, row.name, tally.printed(row.numerator), tally.printed(row.denominator)]
        for row in measuring.measure_for_system(company.id, question).rows
    ]
