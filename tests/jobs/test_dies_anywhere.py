"""An import that dies at any of its statements and is run again leaves what an uninterrupted one leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def swept(folder: Path, every: int, *wrong: str) -> dict[str, Any]:
    environment = os.environ | {
        "ROPEWALK_HOME": str(folder / "own"),
        "DJANGO_SETTINGS_MODULE": "ropewalk.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.sweeping", str(folder), str(every), *wrong],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.trust)])
def test_an_import_that_dies_at_a_statement_and_is_run_again_is_whole(tmp_path: Path, every: int) -> None:
    found = swept(tmp_path, every)
    assert found["statements"] > 80
    assert found["died"] == len(range(1, found["statements"] + 1, every))
    assert found["bad"] == []


@pytest.mark.trust
@pytest.mark.parametrize("wrong", ["ledger first", "always new"])
def test_the_sweep_finds_an_importer_that_is_wrong(tmp_path: Path, wrong: str) -> None:
    assert swept(tmp_path, 9, wrong)["bad"]
