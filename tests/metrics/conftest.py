"""Two companies to measure: the real one of the shared data, and a small one in which everything odd happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.metrics import maven_rows, ropery

from ropewalk.companies.models import Company
from ropewalk.facts import store
from ropewalk.facts.store import connection


@pytest.fixture(autouse=True)
def facts_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    yield settings.FACTS_FILE
    store.close()


@dataclass
class World:
    """A company in the product's stores, and the same rows in an engine of their own, as they came."""

    company: Company
    raw: duckdb.DuckDBPyConnection


@pytest.fixture(scope="session")
def kept_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled stores, so that each company is filled once in a run."""
    return tmp_path_factory.mktemp("kept")


def fill_once(kept: Path, facts_file: Path, fill: Callable[[], None]) -> None:
    if connection.is_server():
        fill()
    elif kept.exists():
        shutil.copy(kept, facts_file)
    else:
        fill()
        store.close()
        shutil.copy(facts_file, kept)


@pytest.fixture
def maven(shared: Path, db: None, facts_file: Path, kept_files: Path) -> World:
    raw = maven_rows.raw(shared / "maven")
    company = Company.objects.create(
        pk=maven_rows.COMPANY, handle="maven", name="Maven", time_zone="UTC", currency="USD"
    )
    maven_rows.found_people(company, raw)
    fill_once(
        kept_files / "maven", facts_file, lambda: maven_rows.fill_store(company.pk, shared / "maven", raw)
    )
    return World(company, raw)


@cache
def ropery_rows() -> tuple[ropery.Rows, duckdb.DuckDBPyConnection]:
    rows = ropery.generate(seed=20270101)
    return rows, ropery.raw(rows)


@pytest.fixture
def small(db: None, facts_file: Path, kept_files: Path) -> World:
    rows, raw = ropery_rows()
    company = Company.objects.create(
        pk=ropery.COMPANY,
        handle="ropery",
        name="The Ropery",
        time_zone="Europe/Zurich",
        currency="CHF",
        fiscal_start_month=4,
        first_weekday=6,
    )
    ropery.found_people(company, rows)
    fill_once(kept_files / "ropery", facts_file, lambda: ropery.fill_store(rows))
    return World(company, raw)
