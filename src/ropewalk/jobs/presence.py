"""Whether a server is at work in this home: its job runner holds a lock on a file, which goes with its process.

A command that finds the facts held asks this before it waits: a server comes round to every job, however long it is at
something else; any other holder takes none. Start with `announce` and `is_at_work`.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from django.conf import settings

FILE = "serving.lock"


def announce() -> IO[bytes] | None:
    """Say for as long as the file returned is open, or this process lives, that jobs are taken here."""
    place = Path(settings.HOME) / FILE
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_SH)  # of several servers on one home each says it
    except OSError:  # no locks on this disk: commands wait a while and then say so
        file.close()
        return None
    return file


def is_at_work() -> bool:
    """Whether somebody takes jobs here."""
    try:
        handle = os.open(Path(settings.HOME) / FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
