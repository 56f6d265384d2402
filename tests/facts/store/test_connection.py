from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ropewalk.facts import store
from ropewalk.facts.store import connection


def test_each_thread_reads_through_a_cursor_of_its_own() -> None:
    meet = threading.Barrier(4)

    def mine(_: int) -> int:
        meet.wait()
        first = connection.cursor()
        assert connection.cursor() is first
        meet.wait()
        return id(first)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(mine, range(4)))) == 4


def test_threads_that_read_at_once_get_their_own_rows() -> None:
    def ask(number: int) -> bool:
        rows = [
            connection.cursor().execute("SELECT i + ? FROM range(2000) t(i)", [number]).fetchall()
            for _ in range(20)
        ]
        return all(found == [(i + number,) for i in range(2000)] for found in rows)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, range(30)))


def test_writers_wait_for_each_other_and_lose_nothing() -> None:
    def add(number: int) -> None:
        with connection.writing() as cursor:
            (top,) = cursor.execute("SELECT coalesce(max(load_id), 0) FROM loads").fetchone() or (0,)
            cursor.execute("INSERT INTO loads (company_id, source, load_id) VALUES (1, 's', ?)", [top + 1])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(60)))
    assert connection.cursor().execute(
        "SELECT count(DISTINCT load_id), max(load_id) FROM loads"
    ).fetchone() == (60, 60)


def test_a_transaction_that_fails_leaves_nothing_even_of_those_inside_it() -> None:
    def break_off() -> None:
        with connection.writing():
            store.for_company(1).add("accounts", [{"source": "s", "id": "a"}])
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        break_off()
    with connection.writing() as cursor:
        assert cursor.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


@pytest.mark.skipif(bool(os.environ.get("ROPEWALK_TEST_FACTS_URL")), reason="a server is held by nobody")
def test_a_file_held_by_another_process_is_refused_in_words(facts_file: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({str(facts_file)!r}); print('held', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(store.StoreBusy, match="Another process holds the facts"):
            connection.cursor()
    finally:
        holder.stdin.close()
        holder.wait()
    assert connection.cursor().execute("SELECT 1").fetchone() == (1,), "and is free again afterwards"


def test_what_was_kept_is_there_after_closing_and_opening() -> None:
    store.for_company(1).add("accounts", [{"source": "s", "id": "a"}])
    store.close()
    assert connection.cursor().execute("SELECT company_id, id FROM accounts").fetchall() == [(1, "a")]


def test_another_file_in_the_settings_is_taken_at_once(
    settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    store.for_company(1).add("accounts", [{"source": "s", "id": "a"}])
    settings.FACTS_FILE = tmp_path / "other" / "facts.duckdb"  # type: ignore[attr-defined]
    assert connection.cursor().execute("SELECT count(*) FROM accounts").fetchone() == (0,)
