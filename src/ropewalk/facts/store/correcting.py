"""Changes what is kept without a delivery: rows taken out, and a value that is to read otherwise wherever it is kept.

Each has a line of its own in the ledger, and what it replaces is kept. Must not know why. Start with `correct` and `remove`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ropewalk.facts.store.changing import changing
from ropewalk.facts.store.deliveries import KEYS, expression
from ropewalk.facts.store.merging import Batch, LedgerLine, MergedPart, enter, keep_replaced, next_load


def remove(company_id: int, source: str, name: str, ids: Iterable[str], *, at: datetime) -> int:
    """How many kept rows of an object were taken out; of credits all of an opportunity's. The ledger gets a line of its own."""
    key = KEYS[name][0]
    with changing(company_id) as touching:
        cursor, owned = touching.cursor, {"company": company_id, "of": source, "ids": list(ids)}
        mine = f"company_id = $company AND source = $of AND {key} IN (SELECT unnest($ids::VARCHAR[]))"
        touching.rows(name, f"SELECT source, {key} FROM {name} WHERE {mine}", owned)
        touching.before()
        keep_replaced(cursor, name, f"{name} WHERE {mine}", load=next_load(cursor), values=owned)
        count = len(cursor.execute(f"DELETE FROM {name} WHERE {mine} RETURNING 1", owned).fetchall())
        line = LedgerLine(0, f"removal of {name}", name, count, 0, 0, "")
        enter(
            cursor, Batch(company_id, source, at, [], []), line, MergedPart(next_load(cursor), changed=count)
        )
    return count


@dataclass(frozen=True)
class Correction:
    """One value that is to read otherwise wherever it is kept. `column` may be "custom.x"."""

    object: str
    column: str
    value: str
    becomes: str


def correct(company_id: int, source: str, corrections: Iterable[Correction], *, at: datetime) -> int:
    """How many kept rows were changed. They carry a load of their own."""
    changed = 0
    for one in corrections:
        with changing(company_id) as touching:
            cursor = touching.cursor
            values = {"company": company_id, "of": source, "value": one.value}
            held = f"{one.object} WHERE company_id = $company AND source = $of AND {expression(one.column)} = $value"
            touching.rows(one.object, f"SELECT source, {KEYS[one.object][0]} FROM {held}", values)
            touching.before()
            keep_replaced(cursor, one.object, held, load=next_load(cursor), values=dict(values))
            changed += _correct(cursor, company_id, source, one, at)
    return changed


def _correct(
    cursor: duckdb.DuckDBPyConnection, company_id: int, source: str, one: Correction, at: datetime
) -> int:
    load = next_load(cursor)
    owned = [company_id, source]
    if one.column.startswith("custom."):
        count = _correct_custom(cursor, owned, one, load)
    else:
        count = len(
            cursor.execute(
                f"UPDATE {one.object} SET {one.column} = ?, load_id = ? "
                f"WHERE company_id = ? AND source = ? AND {one.column} = ? RETURNING 1",
                [one.becomes, load, *owned, one.value],
            ).fetchall()
        )
    line = LedgerLine(0, f"correction of {one.column}", one.object, count, 0, 0, "")
    enter(cursor, Batch(company_id, source, at, [], []), line, MergedPart(load, changed=count))
    return count


def _correct_custom(
    cursor: duckdb.DuckDBPyConnection, owned: list[object], one: Correction, load: int
) -> int:
    name = one.column.removeprefix("custom.")
    customs = cursor.execute(
        f"SELECT DISTINCT custom::VARCHAR FROM {one.object} WHERE company_id = ? AND source = ? AND custom IS NOT NULL",
        owned,
    ).fetchall()
    count = 0
    for (text,) in customs:
        said = json.loads(text)
        if said.get(name) == one.value:
            new = json.dumps(said | {name: one.becomes}, sort_keys=True, ensure_ascii=False)
            count += len(
                cursor.execute(
                    f"UPDATE {one.object} SET custom = ?, load_id = ? "
                    "WHERE company_id = ? AND source = ? AND custom::VARCHAR = ? RETURNING 1",
                    [new, load, *owned, text],
                ).fetchall()
            )
    return count
