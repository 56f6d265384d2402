"""The hold on the store's file: one per process, a cursor for each thread, one writer at a time.

Several threads on one connection get each other's rows without an error, and several writers conflict; both are made
impossible here. Must not know any table but through `schema`. Start with `cursor` to read and `writing` to change.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakSet

import duckdb
from django.conf import settings

from ropewalk.facts.store import moments, schema
from ropewalk.facts.store.parts import quoted
from ropewalk.facts.store.postgresql import PostgresCursor, Server
from ropewalk.facts.store.trouble import StoreBusy
from ropewalk.lib.giving_way import step_back

ENGINE_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "2",
    "memory_limit": "1GB",
    "autoinstall_known_extensions": "false",  # the engine must never fetch code from the network
    "preserve_insertion_order": "false",
    "checkpoint_threshold": "128MB",  # in between by `checkpoint`, at moments without work
}


Told = TypeVar("Told")
Cursor = duckdb.DuckDBPyConnection  # what a server's cursor looks like, too


@dataclass
class _Hold:
    """An open file, or a server, with the cursors given out on it."""

    place: str
    process: int
    connection: duckdb.DuckDBPyConnection | Server
    cursors: WeakSet[Any] = field(default_factory=WeakSet)  # a thread that ends takes its own along
    changes: int = 0  # transactions of this process that were kept
    told: dict[tuple[int, str], tuple[int, Any]] = field(
        default_factory=dict
    )  # company and name -> changes when it was read, what was read


_opening = threading.Lock()
_one_writer = threading.RLock()
_of_thread = threading.local()
_hold: _Hold | None = None


def cursor() -> duckdb.DuckDBPyConnection:
    """This thread's own cursor on the file that the settings name at this moment.

    The file and its tables are made where they don't exist yet. Raises StoreBusy where another process holds it, and
    StoreAway where a server keeps the facts and doesn't answer.
    """
    hold = _held()
    if getattr(_of_thread, "hold", None) is not hold or _is_broken(_of_thread.cursor):
        _of_thread.hold, _of_thread.depth, _of_thread.is_reading = hold, 0, False
        _of_thread.revised = set()
        _of_thread.cursor = hold.connection.cursor()
        hold.cursors.add(_of_thread.cursor)
    mine: duckdb.DuckDBPyConnection = _of_thread.cursor
    return mine


@contextmanager
def writing() -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor inside a transaction, which no other thread's can overlap; all of it is kept or nothing.

    Within another `writing` of the same thread it joins that transaction.
    """
    with _one_writer:
        mine = cursor()
        if _of_thread.is_reading:
            raise RuntimeError("writing within reading: what was read may be stale by then")
        if _of_thread.depth:
            yield mine
            return
        _begin(mine, writing=True)
        _of_thread.depth, _of_thread.is_accounted = 1, False
        try:
            yield mine
            if not _of_thread.is_accounted:
                mine.execute("UPDATE revisions SET revision = gen_random_uuid()::VARCHAR")
            moments.hold(_of_thread.revised, _begun)
        except BaseException:
            mine.execute("ROLLBACK")
            raise
        else:
            mine.execute("COMMIT")
            _of_thread.hold.changes += 1
        finally:
            _of_thread.depth = 0
            _of_thread.revised.clear()


def revised(company_id: int) -> None:
    """Say of the transaction in hand that this company's facts are others after it."""
    _of_thread.revised.add(company_id)


@contextmanager
def asking() -> Iterator[Cursor]:
    """A cursor for one question; within `showing` one of the moment, lent until the question is answered."""
    shown = _shown()
    if shown is not None:
        with shown.lent() as cursor_of_then:
            yield cursor_of_then
    else:
        yield cursor()


def account() -> None:
    """Say of the transaction in hand that it revises what it changes by itself; one that doesn't revises every company."""
    _of_thread.is_accounted = True


@contextmanager
def reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on which several questions see the facts of one moment. Within `writing` it is that transaction's."""
    mine = cursor()
    if _shown() is not None or _of_thread.depth or _of_thread.is_reading:
        yield mine
        return
    _begin(mine, writing=False)
    _of_thread.is_reading = True
    try:
        yield mine
    finally:
        _of_thread.is_reading = False
        mine.execute("ROLLBACK")


def remembered(company_id: int, name: str, read: Callable[[], Told]) -> Told:
    """What `read` tells of a company's facts, asked anew only after this process has changed something: where no other can.

    Within a transaction and where a server keeps the facts it is asked always; within `showing` once of each moment.
    """
    shown, key = _shown(), (company_id, name)
    if shown is not None:
        if key not in shown.remembered:
            shown.remembered[key] = read()
        found: Told = shown.remembered[key]
        return found
    cursor()
    hold: _Hold = _of_thread.hold
    if is_server() or _of_thread.depth or _of_thread.is_reading:
        return read()
    changes = hold.changes  # before it is read: what is changed meanwhile is asked again
    known = hold.told.get(key)
    if known is None or known[0] != changes:
        known = hold.told[key] = changes, read()
    told: Told = known[1]
    return told


def close() -> None:
    """Let go of the file, so that another process (or a test with another file) can take it; reading opens it again."""
    global _hold
    with _one_writer, _opening:
        if _hold is not None and _hold.process == os.getpid():
            moments.drop()
            for given in list(_hold.cursors):
                given.close()
            _hold.connection.close()
        _hold = None


def checkpoint() -> None:
    """Write everything kept into the file itself; for moments without work and before a copy is made."""
    with _one_writer:
        if not is_server():
            cursor().execute("CHECKPOINT")


def write_parquet(cursor: Cursor, table: str, target: Path) -> None:
    """Copy a table into a file."""
    if isinstance(cursor, PostgresCursor):
        cursor.export(table, target)
    else:
        cursor.execute(f"COPY {table} TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)")


def know_the_size(cursor: Cursor, tables: Iterable[str]) -> None:
    """Let a server count what came in: without it the first questions after a load take seconds."""
    if isinstance(cursor, PostgresCursor):
        for table in tables:
            cursor.run(f"ANALYZE {table}")


def is_server() -> bool:
    """Whether the facts are kept by a server, where any process may read them."""
    return bool(settings.FACTS_URL)


def schema_name() -> str:
    """The schema of a server in which the facts are. Without a name of its own it goes by the file it stands for."""
    named = hashlib.md5(str(settings.FACTS_FILE).encode()).hexdigest()[:12]
    return settings.FACTS_SCHEMA or f"facts_{named}"


def _begin(mine: object, *, writing: bool) -> None:
    if isinstance(mine, PostgresCursor):
        mine.begin(writing=writing)
    else:
        cast("Cursor", mine).execute("BEGIN TRANSACTION")


def _begun() -> Cursor:
    """Another cursor, with a transaction begun for reading."""
    made = _of_thread.hold.connection.cursor()
    _of_thread.hold.cursors.add(made)
    _begin(made, writing=False)
    return cast("Cursor", made)


def _shown() -> moments.Moment | None:
    """The moment of before that this thread shows, unless it is writing just now."""
    return None if getattr(_of_thread, "depth", 0) else moments.shown()


def _is_broken(mine: object) -> bool:
    return isinstance(mine, PostgresCursor) and (mine.connection.closed or mine.connection.broken)


def _place() -> str:
    """The file, or the server with the schema."""
    if not settings.FACTS_URL:
        return str(settings.FACTS_FILE)
    return f"{settings.FACTS_URL}#{schema_name()}"


def _held() -> _Hold:
    global _hold
    place = _place()
    hold = _hold
    if hold is not None and hold.place == place and hold.process == os.getpid():
        return hold
    if hold is not None and hold.process == os.getpid():
        close()
    with _opening:
        if _hold is None or _hold.place != place or _hold.process != os.getpid():
            _hold = _open(place)
        return _hold


def _open(place: str) -> _Hold:
    if is_server():
        url, _, name = place.rpartition("#")
        return _Hold(place=place, process=os.getpid(), connection=Server(url, name))
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with ThreadPoolExecutor(1, initializer=step_back) as opener:  # the engine's own threads are as it is
            connection = opener.submit(duckdb.connect, str(path), config=ENGINE_SETTINGS).result()
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise StoreBusy(
            f"Another process holds the facts in {path}, and only one may at a time, else both could write. "
            "Let the running server do it, or stop it first."
        ) from error
    schema.create(connection)
    return _Hold(place=place, process=os.getpid(), connection=connection)
