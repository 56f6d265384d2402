"""The demonstration, made once in a run: its database and its facts are kept as files and laid into a test's own.

Take the fixture `demonstration` into a module; its rows are there for the whole module and gone after it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import override_settings

from ropewalk.companies.models import Company, Person
from ropewalk.demo.company import make
from ropewalk.facts import store
from ropewalk.facts.store import connection as kept_facts

NOW = datetime(2027, 8, 17, 9, tzinfo=UTC)
KEPT: list[Path] = []  # the folder, once it is made: several folders of tests take the fixture in
TODAY, START = NOW.date(), date(2027, 1, 1)


@dataclass(frozen=True)
class Demonstration:
    """The generated company, its people and teams by name."""

    id: int
    people: dict[str, int]
    teams: dict[str, int]


@pytest.fixture(scope="session")
def kept_demonstration(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Path:
    """A folder with the demonstration's database and facts, and the empty database beside them."""
    if kept_facts.is_server():
        pytest.skip("the generated company is laid in as a file of facts")
    if not KEPT:
        folder = tmp_path_factory.mktemp("demonstration")
        with django_db_blocker.unblock(), kept_in(folder / "facts.duckdb"):
            copy_database(to=folder / "empty.sqlite3")
            with time_machine.travel(NOW, tick=False):
                make(seed=7, at=NOW, say=lambda done, whole, words: None)
            copy_database(to=folder / "demonstration.sqlite3")
            lay_in(folder / "empty.sqlite3")
        KEPT.append(folder)
    return KEPT[0]


@pytest.fixture(scope="module")
def demonstration(
    kept_demonstration: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Demonstration]:
    """The generated company as of Tuesday, 17 August 2027, in a year that began on 1 January."""
    facts = tmp_path_factory.mktemp("facts") / "facts.duckdb"
    shutil.copy(kept_demonstration / "facts.duckdb", facts)
    with django_db_blocker.unblock(), kept_in(facts):
        lay_in(kept_demonstration / "demonstration.sqlite3")
        company = Company.objects.get(handle="northlight")
        yield Demonstration(
            company.pk,
            dict(Person.objects.filter(company=company).values_list("name", "id")),
            dict(company.teams.values_list("name", "id")),
        )
        lay_in(kept_demonstration / "empty.sqlite3")


@contextmanager
def kept_in(facts: Path) -> Iterator[None]:
    """For a while facts are kept in this file, and passwords are hashed quickly."""
    store.close()
    with override_settings(
        FACTS_FILE=facts, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]
    ):
        yield
        store.close()


def copy_database(*, to: Path) -> None:
    """The test's database as a file."""
    connection.ensure_connection()
    with closing(sqlite3.connect(to)) as file:
        connection.connection.backup(file)


def lay_in(file: Path) -> None:
    """The test's database as the file holds it."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as kept:
        kept.backup(connection.connection)
