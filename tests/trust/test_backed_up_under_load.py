"""A backup that is taken while people work and files come in restores into an empty home, and nothing differs."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.on_postgresql import server as postgresql
from tests.trust import bringing
from tests.trust.homes import copy, ropewalk
from tests.trust.load import TRACES, Book, Crowd, Written, integrity, torn
from tests.trust.serving import Server


@pytest.mark.parametrize(("times", "rows"), [(1, 8_000), pytest.param(6, 40_000, marks=pytest.mark.trust)])
def test_a_backup_taken_under_load_restores_and_nothing_differs(
    generated_home: Path, tmp_path: Path, times: int, rows: int
) -> None:
    home = copy(generated_home, tmp_path / "home")
    server = Server(home)
    crowd, bringer = Crowd(server.port, seed=times), bringing.Bringer(server.port, rows)
    promised: list[tuple[Path, list[Written]]] = []
    server.start()
    try:
        server.wait_until_ready()
        crowd.start()
        bringer.start()
        for place in range(times):
            time.sleep(4)
            file, before = tmp_path / f"{place}.backup", list(crowd.book.lines)
            taken = ropewalk(home, "backup", str(file))
            assert taken.returncode == 0, taken.stderr
            promised.append((file, before))
        crowd.stop()
        bringer.stop()
    finally:
        server.stop()
    assert crowd.wrong() + bringer.who.wrong == []
    assert "Traceback" not in server.said(), server.said()[-3000:]
    for file, before in promised:
        restored = tmp_path / f"of-{file.stem}"
        done = ropewalk(restored, "restore", str(file))
        assert done.returncode == 0, done.stderr
        compared = ropewalk(restored, "doctor", "--compare", str(file))
        assert compared.returncode == 0, compared.stdout + compared.stderr
        assert "200 figures" in compared.stdout
        assert integrity(restored) == "ok"
        assert list(lost(restored, before, crowd.book)) == []
        sys.stdout.write(f"{len(before)} writes before, {file.stat().st_size:,} bytes; {compared.stdout}")


def lost(home: Path, before: list[Written], book: Book) -> Iterator[str]:
    """What was promised before the backup began and isn't in it; what came meanwhile may be in it, whole."""
    with closing(sqlite3.connect(home / "ropewalk.sqlite3")) as database:
        for one in before:
            for question in TRACES.get(one.address, ()):
                (count,) = database.execute(question, {"word": one.word}).fetchone()
                if one.outcome == "done" and count != 1:
                    yield f"{one.address} {one.word} is there {count} times"
        for one in book.lines[len(before) :]:
            yield from torn(database, one)


def test_a_backup_restores_into_postgresql_and_nothing_differs(generated_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    taken = ropewalk(copy(generated_home, tmp_path / "home"), "backup", str(file))
    assert taken.returncode == 0, taken.stderr
    with zipfile.ZipFile(file) as archive:
        assert len(json.loads(archive.read("manifest.json"))["figures"]) == 200
    with postgresql() as url:
        urls = {"ROPEWALK_DATABASE_URL": f"{url}/postgres", "ROPEWALK_FACTS_URL": f"{url}/postgres"}
        done = ropewalk(tmp_path / "there", "restore", str(file), **urls)
        assert done.returncode == 0, done.stderr
        compared = ropewalk(tmp_path / "there", "doctor", "--compare", str(file), **urls)
        assert compared.returncode == 0, compared.stdout + compared.stderr
        assert "200 figures" in compared.stdout
