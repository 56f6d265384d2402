"""One delivery as a whole, in a scratch file of its own: what can only be judged by looking at all its rows.

One id twice with different content, credits that don't add up, and every value with its count. It knows the rows of this
delivery and none that are kept already; `merging` compares with those. Start with `Delivery`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ropewalk.facts.store.parts import COLUMNS, listing, parts_of, quoted

EngineTrouble = (duckdb.IOException, duckdb.OutOfMemoryException)  # a full disk, too little memory
KEYS = {
    "accounts": ("id",),
    "opportunities": ("id",),
    "credits": ("opportunity_id", "owner_key"),
    "activities": ("id",),
}


def hashing(object_name: str) -> str:
    """The expression that gives a row's hash: of everything said about it, the same for new and for kept rows."""
    columns = ", ".join(
        f"'{name}': {name}::VARCHAR" if name == "custom" else f"'{name}': {name}"
        for name in COLUMNS[object_name]
    )
    return f"md5(to_json({{{columns}}})::VARCHAR)"


@dataclass(frozen=True)
class Part:
    """The rows of one file for one object; `number` tells the parts of a delivery apart."""

    number: int
    object: str
    folder: Path
    refused_keys: list[str] = field(default_factory=list)  # ids of rows refused already


@dataclass(frozen=True)
class Kept:
    """What is left to merge of one object: a Parquet file with the table's columns, part, line, state, is_suspicious."""

    object: str
    file: Path


class Delivery:
    """All parts of one import. Rows have a state: kept, repeated (the same row again) or refused."""

    def __init__(self, folder: Path, parts: Iterable[Part]) -> None:
        self.folder = folder
        self.parts = list(parts)
        self.engine = duckdb.connect(
            str(folder / "scratch.duckdb"),
            config={"threads": "2", "memory_limit": "700MB", "temp_directory": str(folder / "spill")},
        )
        self.objects = [name for name in KEYS if any(part.object == name for part in self.parts)]
        for name in self.objects:
            self._fill(name)

    def close(self) -> None:
        """Let go of the scratch file."""
        self.engine.close()

    def _fill(self, name: str) -> None:
        columns = COLUMNS[name]
        shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self.engine.execute(
            f"CREATE TABLE {name} ({shape}, part INTEGER, line INTEGER, row_hash VARCHAR, state VARCHAR, is_suspicious BOOLEAN)"
        )
        self.engine.execute(f"CREATE TABLE refused_{name} (key VARCHAR)")
        for part in self.parts:
            files = parts_of(part.folder) if part.object == name else []
            if files:
                self.engine.execute(
                    f"INSERT INTO {name} SELECT {', '.join(columns)}, {part.number}, line, {hashing(name)}, 'kept', false "
                    f"FROM {listing(files)}"
                )
            if part.object == name and part.refused_keys:
                self.engine.execute(
                    f"INSERT INTO refused_{name} SELECT unnest(?::VARCHAR[])",
                    [sorted(set(part.refused_keys))],
                )

    def refuse_twice(self, name: str) -> list[tuple[int, int, str]]:
        """Refuse every row whose id came with different contents; (part, line, id) of each.

        An id that a refused row carries as well counts as different content. The same row again is marked as repeated. Of
        credits it is the opportunity whose refused rows spoil the others.
        """
        keys = ", ".join(KEYS[name])
        found = self.engine.execute(
            f"UPDATE {name} SET state = 'refused' WHERE ({keys}) IN "
            f"(SELECT ({keys}) FROM {name} GROUP BY {keys} HAVING count(DISTINCT row_hash) > 1) "
            f"OR {KEYS[name][0]} IN (SELECT key FROM refused_{name}) RETURNING part, line, {KEYS[name][0]}"
        ).fetchall()
        self.engine.execute(
            f"UPDATE {name} SET state = 'repeated' FROM (SELECT part AS p, line AS l, row_number() OVER "
            f"(PARTITION BY {keys} ORDER BY part, line) AS place FROM {name} WHERE state = 'kept') AS ranked "
            f"WHERE ranked.place > 1 AND {name}.part = p AND {name}.line = l"
        )
        return sorted(found)

    def refuse_unequal_credits(self) -> list[tuple[int, int, str, str]]:
        """Refuse the credits of every opportunity whose shares don't make 1; (part, line, opportunity, sum) of each."""
        self.engine.execute(
            "CREATE TEMP TABLE unequal AS SELECT opportunity_id AS id, sum(share) AS whole FROM credits "
            "WHERE state = 'kept' GROUP BY opportunity_id HAVING sum(share) <> 1"
        )
        found = self.engine.execute(
            "SELECT part, line, opportunity_id, whole::VARCHAR FROM credits JOIN unequal ON unequal.id = opportunity_id "
            "WHERE state <> 'refused' ORDER BY part, line"
        ).fetchall()
        self.engine.execute(
            "UPDATE credits SET state = 'refused' WHERE opportunity_id IN (SELECT id FROM unequal) AND state <> 'refused'"
        )
        return found

    def cells_of(self, refused: dict[int, list[int]]) -> dict[tuple[int, int], list[str]]:
        """The cells as they came of given lines, by (part, line)."""
        found: dict[tuple[int, int], list[str]] = {}
        for part in self.parts:
            lines, files = refused.get(part.number), parts_of(part.folder)
            if lines and files:
                rows = self.engine.execute(
                    f"SELECT line, cells FROM {listing(files)} WHERE line IN (SELECT unnest(?::INTEGER[]))",
                    [lines],
                ).fetchall()
                found |= {(part.number, line): cells for line, cells in rows}
        return found

    def values(self, name: str, column: str, part: int) -> dict[str, int]:
        """How many taken rows of a part hold each value of a column ("custom.x" is a field of its own)."""
        found = self.engine.execute(
            f"SELECT {expression(column)} AS value, count(*) FROM {name} "
            "WHERE state <> 'refused' AND part = ? AND value IS NOT NULL GROUP BY value",
            [part],
        ).fetchall()
        return dict(found)

    def suspect(self, name: str, part: int, column: str, values: Iterable[str]) -> None:
        """Mark the taken rows of a part that hold one of the values."""
        self.engine.execute(
            f"UPDATE {name} SET is_suspicious = true WHERE state <> 'refused' AND part = ? "
            f"AND {expression(column)} IN (SELECT unnest(?::VARCHAR[]))",
            [part, list(values)],
        )

    def lines_with(self, name: str, part: int, column: str, values: Iterable[str]) -> dict[str, int]:
        """The first line of each value."""
        found = self.engine.execute(
            f"SELECT {expression(column)} AS value, min(line) FROM {name} WHERE state <> 'refused' AND part = ? "
            "AND value IN (SELECT unnest(?::VARCHAR[])) GROUP BY value",
            [part, list(values)],
        ).fetchall()
        return dict(found)

    def suspect_days(self, part: int, condition: str, on: date) -> tuple[int, int]:
        """Mark opportunities closed before they were opened ("early") or after the day ("future"); count, first line."""
        sql = {
            "early": "closed_on < opened_on AND status <> 'open' AND $on IS NOT NULL",
            "future": "closed_on > $on AND status <> 'open'",
        }[condition]
        found = self.engine.execute(
            f"UPDATE opportunities SET is_suspicious = true WHERE state <> 'refused' AND part = $part AND {sql} RETURNING line",
            {"part": part, "on": on},
        ).fetchall()
        return len(found), min((line for (line,) in found), default=0)

    def suspect_nobody(self, name: str, part: int) -> tuple[int, int]:
        """Mark taken rows that name no owner; count, first line."""
        found = self.engine.execute(
            f"UPDATE {name} SET is_suspicious = true WHERE state <> 'refused' AND part = ? AND owner_key IS NULL RETURNING line",
            [part],
        ).fetchall()
        return len(found), min((line for (line,) in found), default=0)

    def rest(self) -> Iterator[Kept]:
        """What is to be merged, object by object, as Parquet."""
        for name in self.objects:
            file = self.folder / f"kept-{name}.parquet"
            self.engine.execute(
                f"COPY (SELECT * FROM {name} WHERE state <> 'refused') TO {quoted(file)} "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            yield Kept(name, file)


def expression(column: str) -> str:
    """What stands for a column of a delivery or of the store; \"custom.x\" is a company's own field."""
    if not column.startswith("custom."):
        return column
    path = '$."' + column.removeprefix("custom.").replace('"', '\\"') + '"'
    return f"json_extract_string(custom, '{path.replace(chr(39), chr(39) * 2)}')"


def refused_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The refused rows that a reading child wrote down, one after the other."""
    if file.exists():
        with file.open() as lines:
            for line in lines:
                yield json.loads(line)
