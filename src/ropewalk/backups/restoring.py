"""Makes an installation out of a backup: in an empty home only, proved before and after, whole or not at all.

Start with `restore`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from ropewalk import __version__
from ropewalk.backups import archive, tables
from ropewalk.backups.archive import Manifest, NotABackup
from ropewalk.backups.comparing import differences_of_facts, differences_of_tables
from ropewalk.backups.taking import UPLOADS, Say, note
from ropewalk.facts import holding, keeping
from ropewalk.facts.workroom import workroom

NOTE = "restored.json"
STEPS = 4


class NotEmpty(Exception):
    """There is an installation already; a backup never overwrites one."""


def restore(
    file: Path, *, identity: Path | None, at: datetime, say: Say, settle: Callable[[], object]
) -> Manifest:
    """Bring the backup back and give its manifest. Raises NotABackup, NotEmpty or StoreBusy, with nothing changed.

    `settle` is called when all is proved and before it counts, to end what mustn't go on in another installation.
    """
    with workroom() as folder:
        say(0, STEPS, "proving the file")
        opened = folder / "opened"
        opened.mkdir()
        manifest = archive.unpack(file, opened, identity=identity)
        require_known(manifest)
        require_empty()
        with fresh_stores(folder):
            say(1, STEPS, "people and plans")
            tables.read_rows(opened / "tables", manifest.said["state"])
            say(2, STEPS, "the facts")
            keeping.take_copies(opened / "facts")
            say(3, STEPS, "comparing")
            require_same(manifest, opened)
            settle()
            for name in UPLOADS:
                if (opened / "files" / name).is_dir():
                    shutil.copytree(opened / "files" / name, Path(settings.HOME) / name, dirs_exist_ok=True)
    note(NOTE, {"at": at.isoformat(), "file": str(file), "made_at": manifest.made_at})
    say(STEPS, STEPS, "")
    return manifest


def require_known(manifest: Manifest) -> None:
    """Raise NotABackup where a newer program made it."""
    unknown = tables.unknown_migrations(manifest.said["state"])
    if unknown:
        raise NotABackup(
            f"The backup was made by Ropewalk {manifest.version}, and this is {__version__}, which doesn't know "
            f"{unknown[0]} yet. Install {manifest.version} or newer, then restore. Nothing was changed."
        )


def require_empty() -> None:
    """Raise NotEmpty where somebody's data are there."""
    if not tables.is_empty() or any(one.rows for one in keeping.weigh_all().values()):
        raise NotEmpty(
            f"{settings.HOME} holds an installation already, and a restore never overwrites one. "
            "Say another home: ROPEWALK_HOME=/an/empty/folder ropewalk restore …"
        )


def require_same(manifest: Manifest, opened: Path) -> None:
    """Raise NotABackup where what was brought back isn't what was taken."""
    found = differences_of_facts(manifest, opened)
    if manifest.said["state"] == tables.state_now():
        found += differences_of_tables(manifest)
    if found:
        raise NotABackup(
            f"What came back isn't what was taken: {found[0]} Nothing was kept. Take another copy."
        )


@contextmanager
def fresh_stores(folder: Path) -> Iterator[None]:
    """Inside, both stores are new ones; at the end they take their places, the database last: it says "complete".

    Stores that are a server's are filled where they are: theirs was empty, and each is filled in one transaction.
    """
    if connection.vendor != "sqlite":
        yield
        return
    home_file, home_facts = Path(connection.settings_dict["NAME"]), Path(settings.FACTS_FILE)
    new_file, new_facts = folder / home_file.name, folder / home_facts.name
    try:
        point(new_file, new_facts)
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        point(home_file, home_facts)
    for target in (home_facts, home_file) if new_facts.exists() else (home_file,):
        for beside in ("", ".wal", "-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
    if new_facts.exists():
        os.replace(new_facts, home_facts)
    os.replace(new_file, home_file)


def point(file: Path, facts: Path) -> None:
    """Use these stores from now on."""
    connection.close()
    holding.let_go()
    connection.settings_dict["NAME"] = file
    settings.FACTS_FILE = facts
