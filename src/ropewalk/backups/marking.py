"""The mark of a restore: written before anything else and taken away last, so that half an installation is never used.

It lies where the data lie: a server's database and its schema of facts bear one each, as tables, and a note in the home stands
for the files. People and plans come to light at one moment, after the facts: where they are marked and there, all is there, and
only the mark is left to be taken away. Start with `marked` and `require_whole`.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import OperationalError, connection

from ropewalk.backups import tables
from ropewalk.backups.taking import note
from ropewalk.facts import keeping
from ropewalk.facts.holding import StoreBusy, let_go

NOTE = "restoring.json"
LOCK = "restoring.lock"
TABLE = "ropewalk_restoring"
BESIDE = ("", ".wal", "-wal", "-shm")  # what the engines lay beside their files
ALONE = "SELECT pg_advisory_lock(hashtext('ropewalk.restoring'))"
WAITED = "55P03"  # what a server says when the patience is over
PATIENCE = "SET lock_timeout = '10s'"  # a server notices after a moment that somebody has died


class HalfRestored(Exception):
    """What is here is half of an installation; the words say where, and what to do."""


def require_whole() -> None:
    """Raise HalfRestored where a restore was begun and not ended. One that only had its mark left to take away is ended."""
    if not is_marked():
        return
    if is_whole():
        take_away()
        return
    raise HalfRestored(
        f"A restore into {places()} is under way, or broke off, so nothing there can be used. Where it broke off, say it "
        "again, with this backup or another: ropewalk restore FILE. It empties what is half there and begins anew."
    )


def is_marked() -> bool:
    """Whether anything that the settings name bears the mark."""
    return _is_noted("people") or are_facts_marked() or _has_table()


def are_facts_marked() -> bool:
    """Whether the facts are those of a restore that was begun."""
    return keeping.is_marked() if keeping.is_server() else _is_noted("facts")


def is_whole() -> bool:
    """Whether a restore that was begun here has brought everything back."""
    return (_has_table() or _is_noted("people")) and not tables.is_empty()


def is_server() -> bool:
    """Whether people and plans are kept by a server."""
    return connection.vendor != "sqlite"


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else restores into the same home, or the same database of a server, meanwhile. Raises StoreBusy."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("ab") as file:
        try:
            _lock(file)
            yield
        finally:
            connection.close()  # a server's lock goes with it


def _lock(file: IO[bytes]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_server():
            with connection.cursor() as cursor:
                cursor.execute(PATIENCE)
                cursor.execute(ALONE)
                cursor.execute("RESET lock_timeout")
    except (BlockingIOError, OperationalError) as error:
        if isinstance(error, BlockingIOError) or getattr(error.__cause__, "sqlstate", "") == WAITED:
            raise StoreBusy(f"Another restore into {places()} is under way. Nothing was changed.") from None
        raise


@contextmanager
def marked() -> Iterator[None]:
    """Inside, everything bears the mark. What raises leaves nothing, or, where not even that can be done, the mark."""
    note(NOTE, {"people": not is_server(), "facts": not keeping.is_server()})
    try:
        if is_server():
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (begun boolean)")
        keeping.mark()
        yield
    except BaseException:
        with suppress(Exception):
            if not is_whole():
                if keeping.is_server():
                    keeping.empty()
                else:
                    let_go()
                    remove(Path(settings.FACTS_FILE))
            take_away()
        raise
    take_away()


def take_away() -> None:
    """Take the mark away: that of people and plans last, since it says that all is there."""
    if keeping.is_server():
        keeping.unmark()
    if is_server():
        (Path(settings.HOME) / NOTE).unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    (Path(settings.HOME) / NOTE).unlink(missing_ok=True)


def remove(file: Path) -> None:
    """A store's file, and what its engine laid beside it."""
    for beside in BESIDE:
        file.with_name(file.name + beside).unlink(missing_ok=True)


def places() -> str:
    """Where people and plans, and the facts, are kept, in words that give no password away."""
    home = str(settings.HOME)
    where = [
        place_of_people() if is_server() else home,
        keeping.place() if keeping.is_server() else home,
    ]
    return " and ".join(dict.fromkeys(where))


def place_of_people() -> str:
    """Where people and plans are kept."""
    if not is_server():
        return str(settings.HOME)
    said = connection.settings_dict
    return f"the database {said['NAME']} on {said.get('HOST') or 'this machine'}"


def _is_noted(what: str) -> bool:
    """Whether the home's note stands for this, and this is kept in a file."""
    if is_server() if what == "people" else keeping.is_server():
        return False
    try:
        return bool(json.loads((Path(settings.HOME) / NOTE).read_text())[what])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _has_table() -> bool:
    if not is_server():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [TABLE])
        row = cursor.fetchone()
    return row is not None and row[0] is not None
