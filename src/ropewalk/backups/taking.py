"""Takes a backup while everything goes on: one moment of the facts, one of people and plans, in one file.

Start with `take`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from ropewalk import __version__
from ropewalk.backups import archive, sample, tables
from ropewalk.facts import keeping
from ropewalk.facts.workroom import workroom
from ropewalk.journal.writing import OPERATOR, is_noted, write

UPLOADS = ("uploads", "refused")  # folders of the home that go along
NOTE = "latest_backup.json"
Say = Callable[[int, int, str], None]
STEPS = 3
TOOK = "took backup"  # its line in the journal


def take(target: Path, *, recipient: str | None, on: date, at: datetime, say: Say) -> dict[str, Any]:
    """Write the backup and give what its manifest says, with its size in bytes; once it is where it stays, `remember` it.

    Raises archive.NotABackup for a key that is none, OSError where it can't be written; no half file is left.
    """
    with workroom() as folder:
        kept = folder / "kept"
        for name in ("tables", "facts"):
            (kept / name).mkdir(parents=True)
        say(0, STEPS, "facts, people, plans and figures to compare")
        with (
            keeping.one_moment(),
            tables.one_moment(),
        ):  # nothing may be written inside, a word on progress neither
            facts = keeping.write_copies(kept / "facts")
            rows = tables.write_rows(kept / "tables")
            figures = sample.figures_for_system(on)
        say(1, STEPS, "uploads")
        for name in UPLOADS:
            copy_what_stays(Path(settings.HOME) / name, kept / "files" / name)
        said = {
            "version": __version__,
            "made_at": at.isoformat(),
            "on": on.isoformat(),
            "state": tables.state_now(),
            "tables": {name: asdict(one) for name, one in rows.items()},
            "facts": {name: asdict(one) for name, one in facts.items()},
            "figures": figures,
            "keys": key_fingerprints(),
        }
        say(2, STEPS, "writing the file")
        size = archive.pack(kept, said, target, room=folder, recipient=recipient)
    say(STEPS, STEPS, "")
    return said | {"bytes": size}


def copy_what_stays(folder: Path, to: Path) -> None:
    """Copy a folder in which files come and go meanwhile; what is gone by its turn isn't needed any more."""
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        target = to / file.relative_to(folder)
        try:
            if file.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, target)
        except FileNotFoundError:
            if file.exists():
                raise


def remember(target: Path, *, size: int, at: datetime, since: datetime | None = None) -> None:
    """Note when and where the latest backup was written, for whoever looks after the installation.

    `since`: when it was ordered, where somebody who had it in hand has died; what was noted then isn't noted twice.
    """
    note(NOTE, {"at": at.isoformat(), "file": str(target), "bytes": size})
    with transaction.atomic():
        if since is None or not is_noted(TOOK, since=since, words=target.name):
            write(TOOK, thing="installation", actor=OPERATOR, at=at, company_id=None, words=target.name)


def note(name: str, said: dict[str, Any]) -> None:
    """Keep a small note in the home, whole or not at all."""
    file = Path(settings.HOME) / name
    part = file.with_suffix(".part")
    part.write_text(json.dumps(said))
    os.replace(part, file)


def latest() -> datetime | None:
    """When the latest backup was written; None where none is known of."""
    return instant_of(NOTE)


def instant_of(name: str) -> datetime | None:
    """The instant that a note in the home tells of."""
    try:
        return datetime.fromisoformat(json.loads((Path(settings.HOME) / name).read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def key_fingerprints() -> list[str]:
    """Which keys would be needed to read what is encrypted, by a fingerprint that gives nothing away."""
    return [hashlib.sha256(f"ropewalk key {key}".encode()).hexdigest()[:16] for key in settings.DATA_KEYS]
