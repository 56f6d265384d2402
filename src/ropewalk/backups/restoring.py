"""Makes an installation out of a backup: where there is none only, proved before and after, whole or not at all.

Start with `restore`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ropewalk import __version__
from ropewalk.backups import archive, marking, tables
from ropewalk.backups.archive import Manifest, NotABackup
from ropewalk.backups.comparing import differences_of_facts, differences_of_tables
from ropewalk.backups.taking import UPLOADS, Say, note
from ropewalk.facts import holding, keeping
from ropewalk.facts.workroom import workroom

NOTE = "restored.json"
STEPS = 4


class NotEmpty(Exception):
    """There is an installation already; a backup never overwrites one."""


class BrokeOff(Exception):
    """A database refused to take it, or went away meanwhile; nothing was kept."""


def restore(
    file: Path, *, identity: Path | None, at: datetime, say: Say, settle: Callable[[], object]
) -> Manifest:
    """Bring the backup back and give its manifest. Raises NotABackup, NotEmpty, BrokeOff or StoreBusy, with nothing changed.

    `settle` is called when all is proved and before it counts, to end what mustn't go on in another installation.
    What an earlier restore left that died is emptied first.
    """
    with workroom() as folder:
        say(0, STEPS, "proving the file")
        opened = folder / "opened"
        opened.mkdir()
        manifest = archive.unpack(file, opened, identity=identity)
        try:
            require_known(manifest)
            with marking.alone():
                if marking.is_marked() and marking.is_whole():
                    marking.take_away()
                require_empty()
                with marking.marked():
                    bring(manifest, opened, folder=folder, say=say, settle=settle)
                    with suppress(OSError):  # all is there; only a reminder would come too early
                        note(NOTE, {"at": at.isoformat(), "file": str(file), "made_at": manifest.made_at})
        except (DatabaseError, holding.StoreAway, *keeping.TROUBLE) as error:
            raise BrokeOff(
                f"The backup can't be brought back into {marking.places()}: {str(error).strip().partition(chr(10))[0]} "
                "Nothing was kept; mend that and say it again."
            ) from error
    say(STEPS, STEPS, "")
    return manifest


def bring(manifest: Manifest, opened: Path, *, folder: Path, say: Say, settle: Callable[[], object]) -> None:
    """Fill both stores and prove them. People and plans come to light last, at one moment: they say "complete"."""
    with fresh_people(folder):
        say(1, STEPS, "people and plans")
        tables.read_rows(opened / "tables", manifest.said["state"])
        with fresh_facts(folder):
            say(2, STEPS, "the facts")
            keeping.take_copies(opened / "facts")
            say(3, STEPS, "comparing")
            require_same(manifest, opened)
            settle()
            for name in UPLOADS:
                if (opened / "files" / name).is_dir():
                    shutil.copytree(opened / "files" / name, Path(settings.HOME) / name, dirs_exist_ok=True)


def require_known(manifest: Manifest) -> None:
    """Raise NotABackup where a newer program made it."""
    unknown = tables.unknown_migrations(manifest.said["state"])
    if unknown:
        raise NotABackup(
            f"The backup was made by Ropewalk {manifest.version}, and this is {__version__}, which doesn't know "
            f"{unknown[0]} yet. Install {manifest.version} or newer, then restore. Nothing was changed."
        )


def require_empty() -> None:
    """Raise NotEmpty where somebody's data are there. Facts that bear the mark of a restore are nobody's."""
    if not tables.is_empty():
        way_out = (
            "Name an empty database: ROPEWALK_DATABASE_URL=postgresql://…"
            if marking.is_server()
            else "Say another home: ROPEWALK_HOME=/an/empty/folder ropewalk restore …"
        )
        raise NotEmpty(
            f"{marking.place_of_people()} holds an installation already, and a restore never overwrites one. {way_out}"
        )
    if not marking.are_facts_marked() and any(one.rows for one in keeping.weigh_all().values()):
        way_out = (
            "Name another schema: ROPEWALK_FACTS_SCHEMA=… ropewalk restore …, and keep to it afterwards"
            if keeping.is_server()
            else "Say another home: ROPEWALK_HOME=/an/empty/folder ropewalk restore …"
        )
        raise NotEmpty(
            f"{keeping.place()} holds facts already, and a restore never overwrites any. {way_out}"
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
def fresh_people(folder: Path) -> Iterator[None]:
    """Inside, people and plans are in new tables, which take their place at the end.

    Those of a file are in a new file; those of a server are made in one transaction, in which older ones are dropped.
    """
    if marking.is_server():
        with transaction.atomic():
            tables.drop()
            yield
        return
    home_file = Path(connection.settings_dict["NAME"])
    new_file = folder / home_file.name
    try:
        point_people(new_file)
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        point_people(home_file)
    marking.remove(home_file)
    os.replace(new_file, home_file)


@contextmanager
def fresh_facts(folder: Path) -> Iterator[None]:
    """Inside, the facts go into a new file, or into a server's schema in one transaction; both count at the end."""
    if keeping.is_server():
        with keeping.writing():
            keeping.empty()
            yield
        return
    home_file = Path(settings.FACTS_FILE)
    new_file = folder / home_file.name
    try:
        point_facts(new_file)
        yield
    finally:
        point_facts(home_file)
    marking.remove(home_file)
    os.replace(new_file, home_file)


def point_people(file: Path) -> None:
    """Use this file for people and plans from now on."""
    connection.close()
    connection.settings_dict["NAME"] = file


def point_facts(file: Path) -> None:
    """Use this file for the facts from now on."""
    holding.let_go()
    settings.FACTS_FILE = file
