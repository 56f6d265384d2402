"""An import killed at any moment and run again leaves what an uninterrupted one leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("rounds", "kills", "rows"), [(2, 3, 20_000), pytest.param(20, 5, 40_000, marks=pytest.mark.trust)]
)
def test_an_import_killed_anywhere_and_run_again_is_complete_and_doubles_nothing(
    tmp_path: Path, rounds: int, kills: int, rows: int
) -> None:
    """Each round begins with nothing, dies a few times on its way, and is then completed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.interrupting", str(tmp_path), str(rounds), str(kills), str(rows)],
        cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"ROPEWALK_HOME": str(tmp_path / "own"), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    sys.stdout.write(f"{found}\n")
    assert found["bad"] == []
    assert found["killed"] == rounds * kills
