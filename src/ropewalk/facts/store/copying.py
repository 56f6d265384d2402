"""The kept tables of the store as Parquet files, out and in again, and what tells two stores apart.

What is derived (tallies) isn't copied: it is computed anew. Must not know where the files go. Start with `write_copies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ropewalk.facts.store import connection, schema

KEPT = tuple(name for name in schema.TABLES if name not in schema.DERIVED and name != "revisions")


@dataclass(frozen=True)
class Weight:
    """How many rows a table holds, and a sum over all of them that no single changed row leaves as it was."""

    rows: int
    checksum: str


def write_copies(folder: Path) -> dict[str, Weight]:
    """Write `<table>.parquet` for each kept table, as of one moment, and what each weighs."""
    with connection.writing() as cursor:
        for name in KEPT:
            target = str(folder / f"{name}.parquet").replace("'", "''")
            cursor.execute(f"COPY {name} TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
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
            described = cursor.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(file)]).description
            there = [column[0] for column in described or () if column[0] in schema.TABLES[name]]
            listed = schema.quoted(there)
            cursor.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM read_parquet(?)", [str(file)])
        return {name: _weigh(name) for name in KEPT}


def weigh_all() -> dict[str, Weight]:
    """What each kept table weighs now."""
    return {name: _weigh(name) for name in KEPT}


def _weigh(name: str) -> Weight:
    columns = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '~')" for column in _quoted_columns(name))
    row = (
        connection.cursor()
        .execute(
            "SELECT count(*), coalesce(sum(CAST(('0x' || substr(md5(concat_ws('|', "
            f"{columns})), 1, 15)) AS HUGEINT)), 0) FROM {name}"
        )
        .fetchone()
    )
    assert row is not None
    return Weight(int(row[0]), str(row[1]))


def _quoted_columns(name: str) -> list[str]:
    return [f'"{column}"' for column in schema.TABLES[name]]
