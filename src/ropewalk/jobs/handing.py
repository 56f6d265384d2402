"""What goes between a command and the server that does its work: through the home, which both can see.

A service may see no other folder and write to none (systemd's ProtectHome, PrivateTmp, ProtectSystem), and be another user than
whoever gives the command. So the files that an order names are copied into a room below the home, and what the job is to write
comes to lie there, for the command to put at its place. Start with `over`; jobs ask `seen` where a file lies.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from ropewalk.connectors.files.mapping import KnownFile, read_mapping
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import queries
from ropewalk.jobs import queue
from ropewalk.jobs.kinds import NotDone

READS = {  # kind of job -> what of its order names files
    "import": ("files", "mapping"),
    "plan check": ("path",),
    "plan import": ("path",),
    "compare": ("file", "identity"),
}
WRITES = {"backup": "file"}  # and what names the file that it writes
ROOM, HANDED = "room", "handed"  # in an order: the room's name, and what lies there by what names it
PREFIX = "handed-"


@contextmanager
def over(kind: str, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The order as a server can do it, for as long as its orderer waits; a job that goes on without them keeps its files.

    Raises NotDone where a file can't be read, or the home not written to.
    """
    if kind not in READS and kind not in WRITES:
        yield order
        return
    with _room() as room:
        try:
            with _in_words():
                handed = _copies(kind, order, room)
            yield order | {ROOM: room.name, HANDED: handed}
        finally:
            if room.name not in {of.get(ROOM) for _, of in queue.open_orders()}:
                shutil.rmtree(room, ignore_errors=True)


def seen(order: dict[str, Any], key: str) -> Path:
    """Where the file lies that the order names there."""
    handed = order.get(HANDED, {}).get(key)
    return _work() / order[ROOM] / handed if handed else Path(order[key])


def all_seen(order: dict[str, Any], key: str) -> list[Path]:
    """The same for a list of files."""
    handed = order.get(HANDED, {}).get(key) or [None] * len(order[key])
    return [
        _work() / order[ROOM] / there if there else Path(given)
        for given, there in zip(order[key], handed, strict=True)
    ]


def is_shared(file: Path) -> bool:
    """Whether a room is a group's, as its home is."""
    return bool(file.parent.stat().st_mode & 0o070)


def sweep() -> None:
    """Let go of rooms for which nobody waits and which no open job reads; asked by whoever does jobs and has none in hand."""
    rooms = list(_work().glob(f"{PREFIX}*"))
    if not rooms:
        return
    read = {of.get(ROOM) for kind, of in queue.open_orders() if kind not in WRITES}
    for room in rooms:
        if room.name not in read and not _is_waited_for(room):
            shutil.rmtree(room, ignore_errors=True)


def _work() -> Path:
    return Path(settings.HOME) / "work"


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        home = Path(settings.HOME)
        if error.filename and Path(error.filename).is_relative_to(home):
            raise NotDone(
                f"The running server is handed its work in {home}, which this user can't write to. Say it as the user that runs Ropewalk: "
                f"sudo -u {_owner(home)} ropewalk …"
            ) from None
        raise NotDone(f"{error.filename} can't be read by this user. Nothing was done.") from None
    except OSError as error:
        raise NotDone(
            f"{error.filename or 'A file'} can't be handed to the running server through {settings.HOME}: {error.strerror or error}. "
            "Nothing was done; look whether its disk is full."
        ) from None


def _owner(home: Path) -> str:
    try:
        return home.owner()
    except KeyError:
        return f"'#{home.stat().st_uid}'"


@contextmanager
def _room() -> Iterator[Path]:
    """A fresh room; a lock on it says that its orderer lives. Before it is locked it is swept with its process."""
    with _in_words():
        _work().mkdir(exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=_work(), prefix=f"{os.getpid()}-"))
        _give(made)
        handle = os.open(made, os.O_RDONLY)
    try:
        with suppress(OSError):  # no locks on this disk: a death leaves it behind
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield made.rename(made.with_name(PREFIX + made.name.partition("-")[2]))
    finally:
        os.close(handle)


def _is_waited_for(room: Path) -> bool:
    try:
        handle = os.open(room, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _copies(kind: str, order: dict[str, Any], room: Path) -> dict[str, Any]:
    """What lies in the room, by what names it in the order: paths within the room, or None for what isn't there.

    Folders are as they are outside, so that what lies beside a file lies beside it here.
    """
    if kind in WRITES:
        return {WRITES[kind]: Path(order[WRITES[kind]]).name}
    handed = {
        key: [_copy(one, room) for one in order[key]]
        if isinstance(order[key], list)
        else _copy(order[key], room)
        for key in READS[kind]
    }
    if kind == "import":
        given = [Path(one) for one in (*order["files"], order["mapping"]) if one]
        for name in _known_files(order):
            for folder in {one.parent for one in given}:
                _copy(os.path.normpath(folder / name), room)
    return handed


def _copy(path: str | None, room: Path) -> str | None:
    if path is None or not Path(path).is_file():
        return None
    there = Path(path).relative_to("/")
    target = room / there
    for folder in (*reversed(there.parents[:-1]),):
        if not (room / folder).exists():
            (room / folder).mkdir(mode=0o700)
            _give(room / folder)
    if not target.exists():
        target.touch(mode=0o600)
        shutil.copyfile(path, target)
        _give(target)
    return str(there)


def _known_files(order: dict[str, Any]) -> set[str]:
    """Files that the mapping looks for beside what it reads; nothing where the mapping can't be read, which the job will say."""
    try:
        if order["mapping"]:
            text = Path(order["mapping"]).read_text(encoding="utf-8-sig")
        else:
            company = queries.importing_company_for_system(order["company"])
            _, text = queries.mapping_for_system(company.id)
        mapping = read_mapping(text, name="mapping")
    except (OSError, ValueError, MappingRefused, queries.UnknownCompany, queries.UnknownMapping):
        return set()
    return {one.file for entry in mapping.files for one in entry.known.values() if isinstance(one, KnownFile)}


def _give(path: Path) -> None:
    """Let the server read what lies in its home, and nobody else: whoever owns the home, and its group where that may write."""
    home = Path(settings.HOME).stat()
    if os.geteuid() == 0:
        os.chown(path, home.st_uid, home.st_gid)
    if home.st_mode & 0o020:
        with suppress(PermissionError):
            os.chown(path, -1, home.st_gid)
            path.chmod(0o2770 if path.is_dir() else 0o660)
