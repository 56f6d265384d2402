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
    work.mkdir(parents=True, exist_ok=True)
    _sweep(work)
    with tempfile.TemporaryDirectory(dir=work, prefix=f"{os.getpid()}-") as folder:
        yield Path(folder)


def _sweep(work: Path) -> None:
    for left in work.iterdir():
        owner = left.name.partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
