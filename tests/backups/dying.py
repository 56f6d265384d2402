"""A command that dies at its n-th step: a statement or a commit of either store, or a file that takes its place.

`python -m tests.backups.dying N FILE WORDS…` carries out `ropewalk WORDS…` and writes each step into FILE, a line each. With 0 it
lives on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any


def watch(place: int, told: str) -> None:
    """Count what databases and disks are asked from now on."""
    import psycopg
    from django.db.backends.sqlite3.base import SQLiteCursorWrapper

    steps, count = Path(told), 0
    steps.write_text("")

    def step(words: Any) -> None:
        nonlocal count
        count += 1
        text = words if isinstance(words, str) else getattr(words, "decode", lambda: type(words).__name__)()
        with steps.open("a") as lines:
            lines.write(" ".join(text.split())[:70] + "\n")
        if count == place:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(of: Any, name: str, said: str = "") -> None:
        real = getattr(of, name)

        def counted(*words: Any, **more: Any) -> Any:
            step(said or words[1])
            return real(*words, **more)

        setattr(of, name, counted)

    watched(psycopg.Cursor, "execute")
    watched(psycopg.Cursor, "executemany")
    watched(psycopg.Connection, "commit", "the server is told to keep it")
    watched(SQLiteCursorWrapper, "execute")
    watched(os, "replace", "a file takes its place")


if __name__ == "__main__":
    from ropewalk.cli.doing import set_up
    from ropewalk.cli.main import app

    set_up()
    watch(int(sys.argv[1]), sys.argv[2])
    sys.argv = ["ropewalk", *sys.argv[3:]]
    app()
