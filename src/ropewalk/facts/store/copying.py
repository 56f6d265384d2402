"""The kept tables of the store as Parquet files, out and in again, and what tells two stores apart.

What is derived (tallies) isn't copied: it is computed anew. Must not know where the files go. Start with `write_copies`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ropewalk.facts.store import connection, schema
from ropewalk.facts.store.parts import listing
from ropewalk.facts.store.postgresql import PostgresCursor

KEPT = tuple(name for name in schema.TABLES if name not in schema.DERIVED and name != "revisions")


@dataclass(frozen=True)
class Weight:
    """How many rows a table holds, and a sum over all of them that no single changed row leaves as it was."""

    rows: int
    checksum: str


NOTHING = Weight(0, "0")


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything this thread reads of the store inside is as of one moment; imports go on meanwhile."""
    with connection.reading() as cursor:
        cursor.execute("SELECT count(*) FROM revisions").fetchall()  # the moment is that of the first read
        yield


def write_copies(folder: Path) -> dict[str, Weight]:
    """Write `<table>.parquet` for each kept table, as of one moment, and what each weighs."""
    with connection.reading() as cursor:
        for name in KEPT:
            connection.write_parquet(cursor, name, folder / f"{name}.parquet")
        return {name: _weigh(name) for name in KEPT}


def take_copies(folder: Path) -> dict[str, Weight]:
    """Fill an empty store from the files, all or nothing, and what each table weighs then.

    Columns that the files don't have yet stay empty. Raises ValueError where the store isn't empty.
    """
    with connection.writing() as cursor:
        for name in KEPT:
            if _weigh(name).rows:
                raise ValueError(f"the store holds {name} already")
            file = folder / f"{name}.parquet"
            if not file.exists():
                continue
            there = [column for column in columns_of(file) if column in schema.TABLES[name]]
            listed = schema.quoted(there)
            cursor.execute(
                f"INSERT INTO {name} ({listed}) SELECT {listed} FROM read_parquet($file)", {"file": str(file)}
            )
        return {name: _weigh(name) for name in KEPT}


def weigh_all() -> dict[str, Weight]:
    """What each kept table weighs now."""
    return {name: _weigh(name) for name in KEPT}


def weigh_beside(folder: Path, then: Mapping[str, Weight]) -> dict[str, tuple[Weight, Weight]]:
    """What each kept table weighed when the copies were written, and what it weighs now, by columns that both have.

    `then` says what was weighed. Copies of other columns are proved by it first: one that doesn't hold what was weighed is
    compared by its old weight, and so is never equal.
    """
    found = {}
    for name in KEPT:
        weighed, file = then.get(name, NOTHING), folder / f"{name}.parquet"
        there = columns_of(file) if file.exists() else []
        shared = [column for column in schema.TABLES[name] if column in there]
        if there and set(there) != set(schema.TABLES[name]) and _weigh_copy(file, there) == weighed:
            found[name] = _weigh_copy(file, shared), _weigh(name, shared)
        else:
            found[name] = weighed, _weigh(name)
    return found


def columns_of(file: Path) -> list[str]:
    """The columns of a Parquet file."""
    with duckdb.connect() as engine:
        return [
            column[0]
            for column in engine.execute(f"SELECT * FROM {listing([file])} LIMIT 0").description or ()
        ]


def _weigh(name: str, columns: Sequence[str] | None = None) -> Weight:
    """The same on every engine: both write numbers, days and instants with the same characters."""
    beginning = _beginning(columns or list(schema.TABLES[name]))
    cursor = connection.cursor()
    if isinstance(cursor, PostgresCursor):
        row = cursor.run(
            f"SELECT count(*), coalesce(sum(('x' || {beginning})::bit(60)::bigint), 0) FROM {name}".replace(
                " AS VARCHAR)", " AS text)"
            )
        ).fetchone()
    else:
        row = cursor.execute(f"SELECT {_sum_of(beginning)} FROM {name}").fetchone()
    assert row is not None
    return Weight(int(row[0]), str(row[1]))


def _weigh_copy(file: Path, columns: Sequence[str]) -> Weight:
    with duckdb.connect() as engine:
        row = engine.execute(f"SELECT {_sum_of(_beginning(columns))} FROM {listing([file])}").fetchone()
    assert row is not None
    return Weight(int(row[0]), str(row[1]))


def _beginning(columns: Sequence[str]) -> str:
    """The expression of a number, in sixteens, that stands for all of a row."""
    texts = ", ".join(f"coalesce(CAST(\"{column}\" AS VARCHAR), '~')" for column in columns)
    return f"substr(md5(concat_ws('|', {texts})), 1, 15)"


def _sum_of(beginning: str) -> str:
    return f"count(*), coalesce(sum(CAST('0x' || {beginning} AS HUGEINT)), 0)"
