from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ropewalk.facts import store


@pytest.fixture(autouse=True)
def facts_file(settings: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "facts.duckdb"
    settings.FACTS_FILE = path  # type: ignore[attr-defined]
    yield path
    store.close()
