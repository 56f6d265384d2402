"""Takes a whole delivery of facts back: rows it brought go, rows it changed stand again as they stood before.

A delivery that a later one builds upon can't be taken back before that one. Corrections accepted since go with the rows
they corrected. It knows rows and loads, not why somebody wants them back. Start with `preview` and `undo`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from ropewalk.facts.store import connection, schema
from ropewalk.facts.store.changing import Touching, changing
from ropewalk.facts.store.deliveries import KEYS
from ropewalk.facts.store.merging import Batch, LedgerLine, MergedPart, enter, next_load


class NoSuchLoad(Exception):
    """The company has no delivery of that number, or it is undone already."""


@dataclass(frozen=True)
class Undoing:
    """What taking a delivery back would change, by object; and the later deliveries that stand in the way."""

    source: str
    at: datetime  # UTC, naive
    loads: tuple[int, ...]
    names: tuple[str, ...]
    goes: dict[str, int] = field(default_factory=dict)  # rows that would be gone
    returns: dict[str, int] = field(default_factory=dict)  # rows that would stand as before
    in_the_way: tuple[str, ...] = ()  # names of files


def is_undone(company_id: int, load_id: int) -> bool:
    """Whether the load was taken back."""
    sql = "SELECT count(*) FROM undone WHERE company_id = ? AND load_id = ?"
    found = connection.cursor().execute(sql, [company_id, load_id]).fetchone()
    return bool(found and found[0])


def preview(company_id: int, load_id: int) -> Undoing:
    """What undoing the delivery that a load belongs to would change. Raises NoSuchLoad."""
    return _preview(connection.cursor(), company_id, load_id)


def _preview(cursor: duckdb.DuckDBPyConnection, company_id: int, load_id: int) -> Undoing:
    found = cursor.execute(
        'SELECT l.source, l."at", t.first_load FROM loads AS l JOIN together AS t USING (company_id, load_id) '
        "WHERE l.company_id = $company AND l.load_id = $load "
        "AND l.load_id NOT IN (SELECT load_id FROM undone WHERE company_id = $company)",
        {"company": company_id, "load": load_id},
    ).fetchone()
    if found is None:
        raise NoSuchLoad(f"There is no import {load_id} that could be undone.")
    source, at, first = found
    rows = cursor.execute(
        "SELECT load_id, l.name FROM loads AS l JOIN together AS t USING (company_id, load_id) "
        "WHERE l.company_id = ? AND t.first_load = ? ORDER BY load_id",
        [company_id, first],
    ).fetchall()
    loads, names = tuple(int(one[0]) for one in rows), tuple(one[1] for one in rows)
    values = _values(company_id, source, loads)
    goes, returns = {}, {}
    for name, keys in KEYS.items():
        listed = ", ".join(keys)
        returning = f"SELECT ({listed}) FROM replaced_{name} WHERE {MINE} AND by_load = $first"
        goes[name] = _count(cursor, f"{_brought(name)} AND ({listed}) NOT IN ({returning})", values)
        returns[name] = _count(
            cursor, f"SELECT 1 FROM replaced_{name} WHERE {MINE} AND by_load = $first", values
        )
    return Undoing(source, at, loads, names, goes, returns, _in_the_way(cursor, values))


MINE = "company_id = $company AND source = $source"
CORRECTIONS = f"SELECT load_id FROM loads WHERE {MINE} AND sha256 = '' AND name LIKE 'correction of %'"


def _values(company_id: int, source: str, loads: tuple[int, ...]) -> dict[str, Any]:
    return {"company": company_id, "source": source, "loads": list(loads), "first": loads[0]}


def _brought(name: str) -> str:
    """The rows of an object that stand as the delivery brought them, or as a correction made of them since."""
    return f"SELECT 1 FROM {name} WHERE {MINE} AND {_is_of_it(name)}"


def _is_of_it(name: str) -> str:
    """Whether the delivery brought a row, or a correction that changed one which it brought."""
    keys = ", ".join(KEYS[name])
    brought = "load_id IN (SELECT unnest($loads::BIGINT[]))"
    corrected = (
        f"SELECT ({keys}) FROM replaced_{name} WHERE {MINE} AND {brought} AND by_load IN ({CORRECTIONS})"
    )
    return f"({brought} OR (load_id IN ({CORRECTIONS}) AND ({keys}) IN ({corrected})))"


def _count(cursor: duckdb.DuckDBPyConnection, rows: str, values: dict[str, Any]) -> int:
    used = {name: value for name, value in values.items() if f"${name}" in rows}
    found = cursor.execute(f"SELECT count(*) FROM ({rows})", used).fetchone()
    return int(found[0]) if found else 0


def _in_the_way(cursor: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> tuple[str, ...]:
    """Later deliveries of the source that changed rows of this one, or found rows as they are and rely on them.

    A row that was corrected carries the correction's number and is a row of this one all the same.
    """
    later = {
        load
        for name in KEYS
        for (load,) in cursor.execute(
            f"SELECT DISTINCT by_load FROM replaced_{name} WHERE {MINE} AND by_load <> $first "
            f"AND by_load NOT IN ({CORRECTIONS}) AND {_is_of_it(name)}",
            values,
        ).fetchall()
    }
    sql = (
        "SELECT name, load_id FROM loads WHERE company_id = $company AND source = $source AND load_id > $latest "
        "AND load_id NOT IN (SELECT load_id FROM undone WHERE company_id = $company) "
        "AND (load_id IN (SELECT unnest($later::BIGINT[])) OR (unchanged > 0 AND sha256 <> '' AND object IN "
        "(SELECT object FROM loads WHERE company_id = $company AND load_id IN (SELECT unnest($loads::BIGINT[]))))) ORDER BY load_id"
    )
    wanted = {name: value for name, value in values.items() if name != "first"} | {
        "later": sorted(later),
        "latest": max(values["loads"]),
    }
    return tuple(dict.fromkeys(name for name, _ in cursor.execute(sql, wanted).fetchall()))


def undo(company_id: int, load_id: int, *, at: datetime) -> Undoing:
    """Take the delivery back, all or nothing, and say what changed; nothing where something stands in the way.

    Raises NoSuchLoad.
    """
    with changing(company_id) as touching:
        cursor = touching.cursor
        found = _preview(cursor, company_id, load_id)
        if found.in_the_way:
            return found
        values = _values(company_id, found.source, found.loads)
        for name in KEYS:
            _touch(touching, name, values)
        touching.before()
        for name in KEYS:
            _put_back(cursor, name, values)
        load = next_load(cursor)
        changed = sum(found.goes.values()) + sum(found.returns.values())
        line = LedgerLine(0, f"undo of {', '.join(found.names)}"[:300], "opportunities", changed, 0, 0, "")
        enter(cursor, Batch(company_id, found.source, at, [], []), line, MergedPart(load, changed=changed))
        for one in (*found.loads, load):
            cursor.execute(
                "INSERT INTO undone (company_id, source, load_id) VALUES (?, ?, ?)",
                [company_id, found.source, one],
            )
    return found


def _touch(touching: Touching, name: str, values: dict[str, Any]) -> None:
    """Say which rows will count otherwise, with the accounts they hang on before and after."""
    key = KEYS[name][0]
    brought = _brought(name).replace("SELECT 1", f"SELECT source, {key}", 1)
    returning = f"SELECT source, {key} FROM replaced_{name} WHERE {MINE} AND by_load = $first"
    touching.rows(name, brought, {one: value for one, value in values.items() if one != "first"})
    touching.rows(name, returning, {one: value for one, value in values.items() if one != "loads"})
    if name == "opportunities":
        accounts = returning.replace(f"source, {key}", "source, account_id", 1) + " AND account_id <> ''"
        touching.accounts(accounts, {one: value for one, value in values.items() if one != "loads"})


def _put_back(cursor: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> None:
    columns = schema.columns_of(name)
    without_loads = {one: value for one, value in values.items() if one != "loads"}
    without_first = {one: value for one, value in values.items() if one != "first"}
    brought = _brought(name).replace("SELECT 1", "SELECT rowid", 1)
    cursor.execute(f"DELETE FROM {name} WHERE rowid IN ({brought})", without_first)
    cursor.execute(
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM replaced_{name} WHERE {MINE} AND by_load = $first",
        without_loads,
    )
    cursor.execute(
        f"DELETE FROM replaced_{name} WHERE {MINE} AND load_id IN (SELECT unnest($loads::BIGINT[]))",
        without_first,
    )
    cursor.execute(f"DELETE FROM replaced_{name} WHERE {MINE} AND by_load = $first", without_loads)
