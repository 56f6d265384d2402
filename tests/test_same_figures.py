"""The same facts give the same figures, to the last digit, on the embedded store and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.metrics import ropery
from tests.on_postgresql import server

from ropewalk.companies.models import Company
from ropewalk.facts import store
from ropewalk.metrics import keeping
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import By, Grain, Question, Row

pytestmark = pytest.mark.django_db
AS_OF = (None, date(2026, 8, 15), date(2027, 3, 1))


@pytest.fixture
def company(db: None) -> ropery.Rows:
    rows = ropery.generate(seed=20270101)
    company = Company.objects.create(
        pk=ropery.COMPANY, handle="ropery", name="The Ropery", time_zone="Europe/Zurich", currency="CHF",
        fiscal_start_month=4, first_weekday=6,
    )  # fmt: skip
    ropery.found_people(company, rows)
    return rows


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as found:
        yield f"{found}/postgres"


def questions() -> Iterator[Question]:
    """Every metric by everybody, cut in every way, as of days past and now."""
    for metric, by, grain, as_of in product(definitions(), get_args(By), (None, *get_args(Grain)), AS_OF):
        if grain == "day" and by != "company":
            continue  # the same days, a hundred times as many rows
        yield Question(
            metric=metric, by=by, start=date(2025, 4, 1), end=date(2027, 3, 31), grain=grain, as_of=as_of
        )


def answers(every: int) -> list[tuple[Row, ...]]:
    return [measure_for_system(ropery.COMPANY, one).rows for one in list(questions())[::every]]


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.trust), 7])
def test_the_embedded_store_and_a_server_give_the_same_figures(
    company: ropery.Rows, settings: Any, tmp_path: Path, url: str, every: int
) -> None:
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    settings.FACTS_URL = ""
    ropery.fill_store(company)
    here = answers(every)
    assert sum(len(rows) for rows in here) > 30_000 // every, "so many figures are compared"
    store.close()
    settings.FACTS_URL, settings.FACTS_SCHEMA = url, f"same_figures_{every}"
    ropery.fill_store(company)
    there = answers(every)
    assert there == here
    keeping.keep_all(ropery.COMPANY)
    assert answers(every) == here, "kept tallies change nothing"
    store.close()
