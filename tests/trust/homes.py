"""Homes of real installations for tests: the generated company as files, made once in a run, and commands run in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from ropewalk.cli.main import app; app()"]
PATIENCE = 600  # seconds in which another worker has made the home


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command is started with; nothing of the tests' own settings goes along."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROPEWALK_")}
    return kept | {"ROPEWALK_HOME": str(home), "ROPEWALK_DEMO": "yes"} | more


def ropewalk(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command as people type it, to its end."""
    return subprocess.run(
        [*COMMAND, *words], env=environment(home, **more), capture_output=True, text=True, timeout=900
    )


def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the generated company, made once for all workers of a run; copy it before you change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home, claim = shared / "generated", shared / "generated.claim"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not home.exists():
            assert time.monotonic() < until, "another worker didn't make the company"
            time.sleep(0.5)
        return home
    making = shared / "generated.part"
    made = ropewalk(making, "demo", "--no-serve")
    assert made.returncode == 0, made.stderr
    making.rename(home)
    return home


def copy(home: Path, to: Path) -> Path:
    """A home like this one, that may be changed."""
    return Path(shutil.copytree(home, to))
