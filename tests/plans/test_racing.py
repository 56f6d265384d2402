"""Eight threads on one plan: one is kept, the others are told, and there are never more than three initiatives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rounds", [5, pytest.param(334, marks=pytest.mark.trust)])
def test_of_eight_who_write_at_once_one_is_kept_and_a_fourth_initiative_never(
    tmp_path: Path, rounds: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.plans.racing", str(rounds)],
        cwd=ROOT, capture_output=True, text=True, timeout=1800,
        env=os.environ | {"ROPEWALK_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert len(found) == rounds
    for one in found:
        assert one["first"] == one["again"] == {"saved": 1, "told": 7}
        assert (one["edition"], one["left"]) == (2, 1), "of both rounds one was written, whole"
        assert one["added"]["added"] == 1, "slot 3 was free once"
        assert one["added"]["refused"] == 7
        assert one["in_the_end"] == 3
