"""A folder to work in below the home, gone afterwards; what killed imports left behind is swept away.

Start with `workroom`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def workroom() -> Iterator[Path]:
    """A fresh folder for this process. Its name holds the process's id, so that others know when it is abandoned."""
    work = Path(settings.HOME) / "work"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(work)
    with tempfile.TemporaryDirectory(dir=work, prefix=f"{os.getpid()}-") as folder:
        yield Path(folder)


def arrivals() -> Path:
    """Where this process keeps what is still arriving over the net: in the home, so that a death leaves nothing elsewhere."""
    folder = Path(settings.HOME) / "work" / f"{os.getpid()}-arriving"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def sweep_at_start() -> None:
    """Sweep away what the dead left, also a predecessor that had this process's own id, as in a container."""
    work = Path(settings.HOME) / "work"
    if work.is_dir():
        _sweep(work, own=True)


def _sweep(work: Path, *, own: bool = False) -> None:
    for left in work.iterdir():
        owner = left.name.partition("-")[0]
        if owner.isdigit() and ((own and int(owner) == os.getpid()) or not _is_alive(int(owner))):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
