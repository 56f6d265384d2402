"""The worlds that screens are looked at in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.demo.made import demonstration, kept_demonstration
from tests.pages.postbox import postbox
from tests.pages.screens import NOW, Worlds, worlds
from tests.pages.seeding import seed
from tests.rights.world import world

from ropewalk.backups import taking
from ropewalk.facts import store

__all__ = ["all_worlds", "demonstration", "kept_demonstration", "postbox", "world"]


@pytest.fixture
def all_worlds(settings: Any, tmp_path: Path) -> Iterator[Worlds]:
    """A full company, one with people only, and one with a draft only, at ten o'clock of their day."""
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    settings.ACCOUNT_RATE_LIMITS = False
    store.close()
    with time_machine.travel(NOW):
        taking.note(taking.NOTE, {"at": (NOW - timedelta(hours=8)).isoformat()})  # last night's
        yield worlds()
    (Path(settings.HOME) / taking.NOTE).unlink()
    store.close()


@pytest.fixture
def one_team(settings: Any, tmp_path: Path) -> Iterator[Worlds]:
    """One team of the full company, for what has to be quick."""
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW):
        yield Worlds({"northlight": seed(teams=("Neubert",))}, {})
    store.close()
