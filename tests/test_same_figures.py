"""The same facts give the same figures, to the last digit, on the embedded stores and on servers, and in plain Python.

Five thousand questions, each answered as CSV by every pair of databases; `make test` asks every 61st of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests import figures_asked
from tests.metrics import plain, ropery
from tests.metrics.comparing import agree
from tests.metrics.plain import LEVELS
from tests.on_postgresql import server

from ropewalk.facts import store

ROOT = Path(__file__).parents[1]
SELDOM = pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.trust), 61])
EVER, ALWAYS = date.min, date.max


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as found:
        yield found


def test_so_many_questions_are_asked() -> None:
    assert len(list(figures_asked.questions())) >= 5_000


@SELDOM
def test_every_pair_of_databases_gives_the_same_figures(tmp_path: Path, url: str, every: int) -> None:
    """Embedded both; a server for the one, for the other, for both."""
    pairs = {
        "embedded": ("", ""),
        "facts": ("", "facts"),
        "people": ("people", ""),
        "servers": ("both", "both"),
    }
    running, said = {}, {}
    for name, (people, facts) in pairs.items():
        home = tmp_path / name
        home.mkdir()
        environment = {one: value for one, value in os.environ.items() if not one.startswith("ROPEWALK_")}
        environment |= {"ROPEWALK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"}
        if people:
            environment["ROPEWALK_DATABASE_URL"] = f"{url}/{database(url, f'{people}_{every}')}"
        if facts:
            environment |= {"ROPEWALK_FACTS_URL": f"{url}/{database(url, f'{facts}_facts_{every}')}"}
        words = [sys.executable, "-m", "tests.figures_asked", str(home / "answers"), str(every)]
        running[name] = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert running[name].returncode == 0, running[name].stderr[-2000:]
        said[name] = (home / "answers").read_text().splitlines()
    assert len(said["embedded"]) >= 5_000 // every
    for name in pairs:
        assert [one for one in said[name] if one not in set(said["embedded"])] == [], name
        assert said[name] == said["embedded"], name


def database(url: str, name: str) -> str:
    """An empty database of the server."""
    import psycopg

    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return name


@SELDOM
@pytest.mark.django_db
def test_plain_python_gives_the_same_figures(settings: Any, tmp_path: Path, every: int) -> None:
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    rows = as_said(figures_asked.found(seed=20270101))
    figures = 0
    for question in list(figures_asked.questions())[::every]:
        expected = plain.figures(rows, question, 6, 4)
        figures += agree(ropery.COMPANY, question, expected, is_level=question.metric in LEVELS)
    assert figures > 50_000 // every
    store.close()


def as_said(rows: ropery.Rows) -> plain.Rows:
    """The company's rows as the oracle takes them."""
    said = plain.Rows()
    for one in rows["opportunities"]:
        amount = one["company_amount"]
        said.deals[one["source"], one["id"]] = {
            "account": one["account_id"], "owner": one["owner_key"], "product": one["product"], "status": one["status"],
            "amount": None if amount is None else Fraction(amount), "opened": one["opened_on"], "closed": one["closed_on"],
        }  # fmt: skip
    for one in rows["credits"]:
        said.credits.setdefault((one["source"], one["opportunity_id"]), {})[one["owner_key"]] = Fraction(
            one["share"]
        )
    said.accounts = {(one["source"], one["id"]): {"vertical": one["vertical"]} for one in rows["accounts"]}
    said.activities = {
        (one["source"], one["id"]): {
            "owner": one["owner_key"], "type": one["type"], "day": one["occurred_on"], "account": one["account_id"],
        }
        for one in rows["activities"]
    }  # fmt: skip
    said.owners = {(one["source"], one["owner_key"]): one["person_id"] for one in rows["owners"]}
    said.taps = [
        (one["person_id"], one["activity"], one["day"]) for one in rows["taps"] if one["undone_at"] is None
    ]
    said.memberships = [
        (one["person_id"], one["team_id"], one["from_day"] or EVER, one["to_day"] or ALWAYS)
        for one in rows["memberships"]
    ]
    said.parents_for = [
        (one["team_id"], one["parent_id"], one["from_day"] or EVER, one["to_day"] or ALWAYS)
        for one in rows["parents"]
    ]
    return said
