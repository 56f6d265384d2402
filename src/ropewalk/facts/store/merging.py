"""Puts a delivery into the store: new, changed and unchanged rows and the ledger, all in one transaction.

A row that isn't in a delivery stays; only the credits of an opportunity are taken as a set, because their sum means
something. Must not know why a row was refused. Start with `merge`; `correcting` changes what is kept without a delivery.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from ropewalk.facts.store import connection, schema
from ropewalk.facts.store.changing import Touching, changing
from ropewalk.facts.store.deliveries import KEYS, Kept
from ropewalk.facts.store.parts import COLUMNS, quoted

FEW = 100_000  # rows of an object in a delivery up to which those kept are found by their keys before they are read
MANY = 1_000  # changed rows after which a server should count anew
ACCOUNT_FIELDS = {
    "accounts": ("parent_id",),
    "opportunities": ("account_id",),
    "activities": ("account_id",),
    "credits": (),
}


@dataclass(frozen=True)
class LedgerLine:
    """What is known of one file before merging; `part` is its number in the delivery."""

    part: int
    name: str
    object: str
    rows: int
    blank: int
    refused: int
    sha256: str


@dataclass(frozen=True)
class Batch:
    """A delivery ready to be merged."""

    company_id: int
    source: str
    at: datetime
    kept: list[Kept]
    ledger: list[LedgerLine]


@dataclass
class MergedPart:
    """What became of one file."""

    load_id: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    suspicious: int = 0
    missing_accounts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(field, account) -> (rows, first line) of accounts that no delivery has brought."""


def merge(batch: Batch) -> dict[int, MergedPart]:
    """Take the batch; by number of part what became of it. All or nothing, one writer at a time."""
    with changing(batch.company_id) as touching:
        cursor = touching.cursor
        first = next_load(cursor)
        parts = {line.part: MergedPart(first + place) for place, line in enumerate(batch.ledger)}
        for kept in batch.kept:
            _compare(cursor, batch, kept, parts)
            _touch(touching, batch, kept.object)
        touching.before()
        for kept in batch.kept:
            _change(cursor, kept.object, load=first)
        for kept in batch.kept:
            _find_missing_accounts(cursor, batch, kept.object, parts)
        for line in batch.ledger:
            enter(cursor, batch, line, parts[line.part])
            belongs = [batch.company_id, batch.source, parts[line.part].load_id, first]
            cursor.execute(
                "INSERT INTO together (company_id, source, load_id, first_load) VALUES (?, ?, ?, ?)", belongs
            )
    objects = [kept.object for kept in batch.kept]
    _forget_temporary(cursor, objects)
    if sum(part.new + part.changed for part in parts.values()) > MANY:
        connection.know_the_size(cursor, [*objects, "owners"])
    return parts


def look_again(batch: Batch, loads: dict[int, int]) -> dict[int, MergedPart]:
    """How the batch stands to what is kept, by part with its load's number; nothing is changed. Within a transaction."""
    cursor, parts = connection.cursor(), {part: MergedPart(load) for part, load in loads.items()}
    for kept in batch.kept:
        _compare(cursor, batch, kept, parts)
        _find_missing_accounts(cursor, batch, kept.object, parts)
    _forget_temporary(cursor, [kept.object for kept in batch.kept])
    return parts


def _compare(
    cursor: duckdb.DuckDBPyConnection, batch: Batch, kept: Kept, parts: dict[int, MergedPart]
) -> None:
    """Lay the delivery beside what is kept: `beside_…` says of each row that is there already where, and whether it is the same.

    `incoming_…` are all its rows, where a file serves read as they lie there; `arriving_…` those to write, as they will
    stand; `leaving_…` those they replace, as they stand.
    """
    name, owned = kept.object, {"company": batch.company_id, "source": batch.source}
    if connection.is_server():
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE incoming_{name} AS SELECT * FROM read_parquet($file)",
            {"file": str(kept.written())},
        )
    else:
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW incoming_{name} AS {kept.rows}")
    one = " AND ".join(f"old.{key} = i.{key}" for key in KEYS[name])
    same = " AND ".join(
        f"old.{column}::{kind} IS NOT DISTINCT FROM i.{column}"
        for column, kind in COLUMNS[name].items()
        if column not in KEYS[name]
    )
    mine, held = "old.company_id = $company AND old.source = $source", name
    if not connection.is_server() and sum(line.rows for line in batch.ledger if line.object == name) <= FEW:
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE places_{name} AS SELECT old.rowid AS place "
            f"FROM incoming_{name} AS i JOIN {name} AS old ON {mine} AND {one} WHERE i.state = 'kept'",
            owned,
        )
        held = f"(SELECT rowid, * FROM {name} WHERE rowid IN (SELECT place FROM places_{name}))"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE beside_{name} AS SELECT i.part, i.line, old.rowid AS place, ({same}) AS is_same "
        f"FROM incoming_{name} AS i JOIN {held} AS old ON {mine} AND {one} WHERE i.state = 'kept'",
        owned,
    )
    _count(cursor, name, parts)
    loads = " ".join(f"WHEN {number} THEN {part.load_id}" for number, part in parts.items())
    cursor.execute(
        f"CREATE OR REPLACE TEMP VIEW arriving_{name} AS SELECT {batch.company_id:d}::INTEGER AS company_id, "
        f"{quoted(batch.source)} AS source, {', '.join(f'i.{column}' for column in COLUMNS[name])}, "
        f"(CASE i.part {loads} END)::BIGINT AS load_id FROM incoming_{name} AS i {_which_arrive(name, parts)}"
    )
    leaving = f"SELECT place FROM beside_{name} WHERE NOT is_same"
    if (
        name == "credits"
    ):  # the credits of an opportunity are one set: what isn't in the delivery any more goes
        leaving += (
            " UNION SELECT old.rowid FROM credits AS old WHERE old.company_id = $company AND old.source = $source "
            "AND old.opportunity_id IN (SELECT opportunity_id FROM incoming_credits) "
            "AND (old.opportunity_id, old.owner_key) NOT IN (SELECT (opportunity_id, owner_key) FROM incoming_credits)"
        )
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE leaving_{name} AS SELECT old.*, old.rowid AS place FROM {name} AS old "
        f"WHERE old.rowid IN ({leaving})",
        owned if name == "credits" else {},
    )


def _count(cursor: duckdb.DuckDBPyConnection, name: str, parts: dict[int, MergedPart]) -> None:
    """How many rows of each part are new, changed and unchanged; of the same row twice the second is unchanged."""
    for number, count, repeated in cursor.execute(
        f"SELECT part, count(*), count(*) FILTER (WHERE state = 'repeated') FROM incoming_{name} GROUP BY part"
    ).fetchall():
        parts[number].new, parts[number].unchanged = count - repeated, repeated
    for number, count, changed in cursor.execute(
        f"SELECT part, count(*), count(*) FILTER (WHERE NOT is_same) FROM beside_{name} GROUP BY part"
    ).fetchall():
        part = parts[number]
        part.new, part.changed, part.unchanged = part.new - count, changed, part.unchanged + count - changed


def _which_arrive(name: str, parts: dict[int, MergedPart]) -> str:
    """The new and the changed among the incoming `i`; the engines don't see by themselves when that is none or all."""
    if not any(part.new or part.changed for part in parts.values()):
        return "WHERE false"
    if not any(part.unchanged for part in parts.values()):
        return ""
    return (
        f"LEFT JOIN (SELECT part, line FROM beside_{name} WHERE is_same) AS b ON b.part = i.part AND b.line = i.line "
        "WHERE b.line IS NULL AND i.state = 'kept'"
    )


def _touch(touching: Touching, batch: Batch, name: str) -> None:
    """Say which rows will count otherwise."""
    both = [f"SELECT source, {{}} FROM {state}_{name}" for state in ("arriving", "leaving")]
    key = KEYS[name][0]
    touching.rows(name, " UNION ".join(both).format(key, key))
    if name == "opportunities":
        hang = [
            f"SELECT source, account_id FROM {state}_{name} WHERE account_id <> ''"
            for state in ("arriving", "leaving")
        ]
        touching.accounts(" UNION ".join(hang))
    brings_credits = any(kept.object == "credits" for kept in batch.kept)  # of deals that it needn't bring
    if name == "activities" or (name == "opportunities" and not brings_credits):
        typed = ", ".join(
            f"{column}::{kind} AS {column}" for column, kind in schema.FACT_TABLES[name].items()
        )
        touching.leaving[name] = f"leaving_{name}"
        touching.arriving[name] = f"(SELECT {typed} FROM arriving_{name}) AS arriving"


def _change(cursor: duckdb.DuckDBPyConnection, name: str, *, load: int) -> None:
    """`load` is the first of the delivery's; what it replaces is kept by it, so that the delivery can be undone whole."""
    columns = schema.columns_of(name)
    keep_replaced(cursor, name, f"leaving_{name}", load=load)
    cursor.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT place FROM leaving_{name})")
    cursor.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM arriving_{name}")


def keep_replaced(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    rows: str,
    *,
    load: int,
    values: dict[str, object] | None = None,
) -> None:
    """Keep rows of an object as they stand, before a load changes them."""
    columns = schema.columns_of(name)
    cursor.execute(
        f"INSERT INTO replaced_{name} ({columns}, by_load) SELECT {columns}, {load:d} FROM {rows}",
        values or {},
    )


def _forget_temporary(cursor: duckdb.DuckDBPyConnection, objects: Iterable[str]) -> None:
    for name in objects:
        cursor.execute(f"DROP VIEW IF EXISTS arriving_{name}")
        cursor.execute(f"DROP {'TABLE' if connection.is_server() else 'VIEW'} IF EXISTS incoming_{name}")
        for state in ("places", "beside", "leaving"):
            cursor.execute(f"DROP TABLE IF EXISTS {state}_{name}")


def _find_missing_accounts(
    cursor: duckdb.DuckDBPyConnection, batch: Batch, name: str, parts: dict[int, MergedPart]
) -> None:
    there = "SELECT id FROM accounts WHERE company_id = $company AND source = $source"
    owned = {"company": batch.company_id, "source": batch.source}
    suspicious, values = ["is_suspicious"], {}
    for column in ACCOUNT_FIELDS[name]:
        named = f"SELECT part, {column} AS account, count(*) AS rows_of, min(line) AS line FROM incoming_{name} GROUP BY part, {column}"
        missing = cursor.execute(
            f"SELECT part, account, rows_of, line FROM ({named}) AS named "
            f"WHERE account IS NOT NULL AND account NOT IN ({there})",
            owned,
        ).fetchall()
        for number, account, rows, line in missing:
            parts[number].missing_accounts[column, account] = (rows, line)
        if missing:
            suspicious.append(f"({column} IS NOT NULL AND {column} NOT IN ({there}))")
            values = owned
    for number, count in cursor.execute(
        f"SELECT part, count(*) FROM incoming_{name} WHERE {' OR '.join(suspicious)} GROUP BY part", values
    ).fetchall():
        parts[number].suspicious = count


def enter(cursor: duckdb.DuckDBPyConnection, batch: Batch, line: LedgerLine, part: MergedPart) -> None:
    """Write a line of the ledger."""
    cursor.execute(
        f"INSERT INTO loads ({schema.quoted(list(schema.TABLES['loads']))}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch.company_id, batch.source, part.load_id, line.name, line.object, _naive(batch.at), line.rows, part.new,
            part.changed, part.unchanged, line.refused, line.blank, part.suspicious, line.sha256,
        ],
    )  # fmt: skip


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def next_load(cursor: duckdb.DuckDBPyConnection) -> int:
    """The number of the next line of the ledger."""
    found = cursor.execute("SELECT coalesce(max(load_id), 0) + 1 FROM loads").fetchone()
    assert found is not None
    return int(found[0])


def owner_keys(company_id: int, source: str) -> set[str]:
    """Every owner key that the kept facts of a source name."""
    cursor = connection.cursor()
    found: set[str] = set()
    for name in ("accounts", "opportunities", "credits", "activities"):
        sql = f"SELECT DISTINCT owner_key FROM {name} WHERE company_id = ? AND source = ? AND owner_key IS NOT NULL"
        found |= {key for (key,) in cursor.execute(sql, [company_id, source]).fetchall()}
    return found


def account_ids(company_id: int, source: str, among: Iterable[str]) -> set[str]:
    """Which of the accounts are there."""
    sql = (
        "SELECT id FROM accounts WHERE company_id = ? AND source = ? AND id IN (SELECT unnest(?::VARCHAR[]))"
    )
    return {one for (one,) in connection.cursor().execute(sql, [company_id, source, list(among)]).fetchall()}
