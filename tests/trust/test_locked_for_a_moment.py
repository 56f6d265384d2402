"""A served installation whose relational database is written to by another process for longer than anybody waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trust.homes import copy
from tests.trust.serving import Server
from tests.trust.visiting import Visitor

ANA = "ana.albrecht@northlight.example"
PATIENCE = "database is locked"


@pytest.fixture
def server(generated_home: Path, tmp_path: Path) -> Iterator[Server]:
    served = Server(copy(generated_home, tmp_path / "home"))
    served.start()
    try:
        served.wait_until_ready()
        yield served
    finally:
        served.stop()


def test_reading_goes_on_a_write_asks_for_one_moment_and_is_kept_once_the_lock_is_gone(
    server: Server,
) -> None:
    ana = Visitor(server.port, ANA)
    ana.sign_in()
    fields = {"activity": "deal review", "uuid": "00000000-0000-4000-8000-000000000503"}
    with sqlite3.connect(server.home / "ropewalk.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ana.get("/c/northlight/today/").status == 200, "who reads waits for nobody"
        refused = ana.post("/c/northlight/taps/", fields)
        assert refused.status == 503
        assert "<h1>One moment</h1>" in refused.body
        assert "Go back: what you typed is still in the form, or offered there" in refused.body
        assert PATIENCE not in refused.body
        other.execute("ROLLBACK")
    assert ana.post("/c/northlight/taps/", fields).status == 302
    assert ana.wrong == []
    said = server.said()
    assert "ropewalk.moment" in said
    assert PATIENCE in said, "the log says why"
    assert "Traceback" not in said
