"""Work that dies at any of its statements and is done again leaves what uninterrupted work leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.jobs import works
from tests.jobs.sweeping import WRONG

from ropewalk.jobs.kinds import KINDS

ROOT = Path(__file__).parents[2]
QUICK = {
    "plan import": 31,
    "undo": 61,
    "import handed over": 61,
}  # so many statements apart in the quick part; the long one tries all kinds


def swept(folder: Path, module: str, *words: str) -> dict[str, Any]:
    environment = os.environ | {
        "ROPEWALK_HOME": str(folder / "own"),
        "DJANGO_SETTINGS_MODULE": "ropewalk.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", f"tests.jobs.{module}", str(folder), *words],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.trust)])
def test_an_import_that_dies_at_a_statement_and_is_run_again_is_whole(tmp_path: Path, every: int) -> None:
    found = swept(tmp_path, "sweeping", str(every))
    assert found["statements"] > 80
    assert found["died"] == len(range(1, found["statements"] + 1, every))
    assert found["bad"] == []


@pytest.mark.trust
@pytest.mark.parametrize("wrong", WRONG)
def test_the_sweep_finds_an_importer_that_is_wrong(tmp_path: Path, wrong: str) -> None:
    assert swept(tmp_path, "sweeping", "9", wrong)["bad"]


@pytest.mark.trust
def test_the_sweep_finds_an_importer_without_a_transaction_by_its_tallies(tmp_path: Path) -> None:
    assert swept(tmp_path, "dying", "import", "5", "no transaction")["bad"]


def test_every_kind_of_job_is_among_those_that_die_and_can_be_ordered(tmp_path: Path) -> None:
    assert set(works.JOBS) == set(KINDS)
    assert set(swept(tmp_path, "dying", "begin all")["begun"]) == set(KINDS)


@pytest.mark.parametrize(
    ("work", "every"),
    [
        *QUICK.items(),
        *(
            pytest.param(one, 1, marks=pytest.mark.trust)
            for one in [*works.JOBS, *works.HANDED, *works.OTHERS]
        ),
    ],
)
def test_work_that_dies_at_a_statement_and_is_done_again_is_whole(
    tmp_path: Path, work: str, every: int
) -> None:
    found = swept(tmp_path, "dying", work, str(every))
    assert found["died"] == len(range(1, found["statements"] + 1, every)) > 0
    assert found["bad"] == {}
