"""Five thousand questions asked of one installation, the answers as CSV; run once for each pair of databases.

`python -m tests.figures_asked OUT EVERY`: the databases are those of ROPEWALK_DATABASE_URL and ROPEWALK_FACTS_URL, as in an
installation. Writes a line for each question: the question, and the SHA-256 of its CSV. With EVERY 1 the lines are all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, get_args

START, END = date(2025, 4, 1), date(2027, 3, 31)
AS_OF = (None, *(date(2025, 5, 15) + timedelta(29 * n) for n in range(25)))


def questions() -> Iterator[Any]:
    """Every metric by everybody, cut in every way, as of twenty-five days and now."""
    from ropewalk.metrics.built_in import definitions
    from ropewalk.metrics.questions import By, Grain, Question

    for metric, by, grain, as_of in product(definitions(), get_args(By), (None, *get_args(Grain)), AS_OF):
        if grain == "day" and by != "company":
            continue  # the same days, a hundred times as many rows
        yield Question(metric=metric, by=by, start=START, end=END, grain=grain, as_of=as_of)


def found(seed: int) -> Any:
    """The small company in which everything odd happens, in empty databases."""
    from tests.metrics import ropery

    from ropewalk.companies.models import Company

    rows = ropery.generate(seed=seed)
    company = Company.objects.create(
        pk=ropery.COMPANY, handle="ropery", name="The Ropery", time_zone="Europe/Zurich", currency="CHF",
        fiscal_start_month=4, first_weekday=6,
    )  # fmt: skip
    ropery.found_people(company, rows)
    ropery.fill_store(rows)
    return rows


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The answer as `ropewalk measure --format csv` writes it."""
    from ropewalk.cli.measuring import COLUMNS

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return out.getvalue().encode()


def main(out: Path, every: int) -> None:
    """Ask, and write the digests; each answer is the same again when tallies are kept."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    from django.core.management import call_command
    from tests.metrics import ropery

    from ropewalk.jobs.measuring import row_as_json
    from ropewalk.metrics import keeping
    from ropewalk.metrics.measuring import measure_for_system

    call_command("migrate", verbosity=0)
    found(seed=20270101)
    asked = list(questions())[::every]

    def answers() -> list[str]:
        return [
            f"{one} {hashlib.sha256(as_csv([row_as_json(row) for row in measure_for_system(ropery.COMPANY, one).rows])).hexdigest()}"
            for one in asked
        ]

    first = answers()
    keeping.keep_all(ropery.COMPANY)
    assert answers() == first, "kept tallies change nothing"
    out.write_text("\n".join(first) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
