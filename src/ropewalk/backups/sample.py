"""Some figures of every company, written out, so that two installations can be held against each other.

Start with `figures_for_system`.
"""

from __future__ import annotations

from datetime import date, timedelta

from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system
from ropewalk.metrics import measuring
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.questions import Question
from ropewalk.rules import tally

MOST = 200  # figures of one installation
YEARS_BACK = 730  # days that each figure counts over


def figures_for_system(on: date, *, most: int = MOST) -> list[list[str]]:
    """Rows of company, metric, scope, name, numerator, denominator as of a day, the same for the same facts and people.

    Every metric of every company in total first, then by team and by person, until there are `most`.
    """
    found: list[list[str]] = []
    for by in ("company", "team", "person"):
        for handle, _ in sorted(companies_for_system()):
            company = company_by_handle_for_system(handle)
            for metric in definitions():
                if len(found) >= most:
                    return found[:most]
                question = Question(
                    metric=metric, by=by, start=on - timedelta(days=YEARS_BACK), end=on, as_of=on
                )
                found += [
                    [
                        handle,
                        metric,
                        row.scope,
                        row.name,
                        tally.printed(row.numerator),
                        tally.printed(row.denominator),
                    ]
                    for row in measuring.measure_for_system(company.id, question).rows
                ]
    return found[:most]
