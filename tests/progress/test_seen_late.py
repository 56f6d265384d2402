"""Where a server keeps people and plans, what is committed late comes to light in a world that is remembered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.on_postgresql import server
from tests.progress.seen_late import OTHERS

ROOT = Path(__file__).parents[2]


def test_who_joins_in_a_transaction_that_ends_after_250_others_is_shown(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROPEWALK_")}
    with server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "tests.progress.seen_late"],
            cwd=ROOT, capture_output=True, text=True, timeout=240,
            env=kept | {"ROPEWALK_HOME": str(tmp_path), "ROPEWALK_DATABASE_URL": f"{url}/postgres", "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)
    assert seen["before"] == seen["meanwhile"] == []
    assert seen["after"] == sorted(["Late", *map(str, range(OTHERS))])
