"""The whole of `ropewalk serve` is killed while people work and files are imported; nothing is lost, doubled or torn."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.policy import OPEN, POLICY
from tests.trust import bringing
from tests.trust.homes import copy, ropewalk
from tests.trust.load import NOT_UNDER_LOAD, PEOPLE, TRACES, WRITES, Crowd, integrity, lost_or_doubled
from tests.trust.serving import Server

BACK_WITHIN = 10.0  # seconds, of a machine that does nothing else
PATIENT, MEASURED_FROM = (
    60.0,
    20,
)  # the short run shares its machine with other tests: it proves, it doesn't measure
FACTS = ("accounts", "opportunities", "credits", "activities", "owners")


def test_every_address_that_writes_is_under_the_load_or_says_why_not() -> None:
    writing = {cell.name for cell in POLICY if cell.method == "POST"}
    assert writing == WRITES | NOT_UNDER_LOAD.keys()
    assert not WRITES & NOT_UNDER_LOAD.keys()
    assert set(TRACES) | {"individual_plan", "imports", "one_import"} == WRITES
    assert "sign_in_as" in OPEN


@pytest.mark.parametrize(
    ("kills", "rows", "longest"),
    [(2, 10_000, 4.0), pytest.param(20, 60_000, 12.0, marks=pytest.mark.trust)],
)
def test_killed_under_load_it_comes_back_and_nothing_is_lost_or_doubled(
    generated_home: Path, tmp_path: Path, kills: int, rows: int, longest: float
) -> None:
    home, chance = copy(generated_home, tmp_path / "home"), random.Random(kills)
    server = Server(home)
    crowd, bringer = Crowd(server.port, seed=kills), bringing.Bringer(server.port, rows)
    backs, phases = [], []
    server.start()
    try:
        server.wait_until_ready()
        crowd.start()
        bringer.start()
        for place in range(kills):
            wait_for_the_moment(home, chance, place, longest)
            phases.append(what_it_was_at(home))
            server.kill()
            assert integrity(home) == "ok"
            server.start()
            if place % 5 != 3:
                backs.append(server.wait_until_ready(within=PATIENT))
        time.sleep(1)
        crowd.stop()
        stopped = time.monotonic()
        bringer.stop()
        took = f"last delivery done {time.monotonic() - stopped:.1f} s after the crowd had gone"
    finally:
        server.stop()
    sys.stdout.write(f"back within {max(backs):.1f} s; at {phases}; {len(crowd.book.lines)} writes; answers {crowd.answers()}; "
          f"{bringer.finished} deliveries, {bringer.taken_up_again} ordered again; {took}\n")  # fmt: skip
    assert crowd.wrong() + bringer.who.wrong == [], server.said()[-6000:]
    assert "Traceback" not in server.said(), server.said()[-3000:]
    assert integrity(home) == "ok"
    assert list(lost_or_doubled(home, crowd.book)) == []
    for address in TRACES:
        assert crowd.book.of(address, "done"), f"nobody got {address} done"
    assert len({one.email for one in crowd.visitors}) >= len({name for name, _ in PEOPLE})
    assert left_behind(home) == []
    assert books(home) == books(uninterrupted(generated_home, tmp_path, bringer.brought, rows))
    assert figures(home) == figures(tmp_path / "uninterrupted")
    assert figures(home) == figures(without_tallies(home, tmp_path / "bare"))
    assert max(backs) < (BACK_WITHIN if kills >= MEASURED_FROM else PATIENT)


def wait_for_the_moment(home: Path, chance: random.Random, place: int, longest: float) -> None:
    """Of five deaths one comes while the server starts, one at any time, three while an import is under way."""
    if place % 5 == 4:
        time.sleep(chance.uniform(0.1, 2.0))
        return
    until = time.monotonic() + 30
    while place % 5 != 3 and not what_it_was_at(home).startswith("running") and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(chance.uniform(0.0, longest))


def what_it_was_at(home: Path) -> str:
    with closing(sqlite3.connect(home / "ropewalk.sqlite3", timeout=10)) as database:
        row = database.execute("SELECT state, words FROM jobs_job ORDER BY id DESC LIMIT 1").fetchone()
    return "nothing" if row is None else f"{row[0]}: {row[1].partition('|')[0]}"


def uninterrupted(generated_home: Path, tmp_path: Path, deliveries: int, rows: int) -> Path:
    """The same deliveries at the shell, one after the other, with nobody killed."""
    home = copy(generated_home, tmp_path / "uninterrupted")
    for number in range(deliveries):
        deals, mapping = bringing.files_in(tmp_path / "files", number, rows)
        done = ropewalk(home, "import", deals, "--company", "northlight", "--mapping", mapping)
        assert done.returncode in (0, 1), done.stderr
    return home


def books(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact that is kept, but for the number of the load that brought it."""
    with duckdb.connect(str(home / "facts.duckdb"), read_only=True) as store:
        return {
            table: store.execute(
                f"SELECT * EXCLUDE ({'person_id' if table == 'owners' else 'load_id'}) FROM {table} ORDER BY ALL"
            ).fetchall()
            for table in FACTS
        }


def figures(home: Path) -> list[str]:
    """What deals come to, by person and quarter."""
    found = []
    for metric in ("revenue_won", "close_rate", "new_clients"):
        words = (
            "measure",
            metric,
            "--company",
            "northlight",
            "--by",
            "person",
            "--from",
            "2025-01-01",
            "--to",
            "2026-12-31",
        )
        done = ropewalk(home, *words, "--format", "csv")
        assert done.returncode == 0, done.stderr
        found += done.stdout.splitlines()
    assert len(found) > 30
    return found


def without_tallies(home: Path, to: Path) -> Path:
    """The same home, with nothing kept that can be computed."""
    copy(home, to)
    with duckdb.connect(str(to / "facts.duckdb")) as store:
        store.execute("DELETE FROM tallies")
        store.execute("DELETE FROM watermarks")
    return to


def left_behind(home: Path) -> list[str]:
    """Files that nobody needs any more: of finished uploads, of imports that died."""
    with closing(sqlite3.connect(home / "ropewalk.sqlite3")) as database:
        wanted = {
            str(key) for (key,) in database.execute("SELECT id FROM facts_upload WHERE state != 'done'")
        }
    uploads = home / "uploads" / "northlight"
    found = (
        [f"uploads/{one.name}" for one in uploads.iterdir() if one.name not in wanted]
        if uploads.exists()
        else []
    )
    work = home / "work"
    shutil.rmtree(work / "keep", ignore_errors=True)
    # The folder for arrivals stays with its process, and goes at the next start; what matters is that it is empty.
    return found + [str(one.relative_to(home)) for one in work.rglob("*") if one.is_file()]
