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

from ropewalk.facts.store.as_it_lies import cells_of
from ropewalk.facts.store.parts import COLUMNS, listing, lying, parts_of, quoted

EngineTrouble = (duckdb.IOException, duckdb.OutOfMemoryException)  # a full disk, too little memory
KEYS = {
    "accounts": ("id",),
    "opportunities": ("id",),
    "credits": ("opportunity_id", "owner_key"),
    "activities": ("id",),
}


@dataclass(frozen=True)
class Part:
    """The rows of one file for one object; `number` tells the parts of a delivery apart."""

    number: int
    object: str
    folder: Path
    refused_keys: list[str] = field(default_factory=list)  # ids of rows refused already


@dataclass(frozen=True)
class Kept:
    """What is left to merge of one object, with the table's columns, part, line, state, is_suspicious."""

    object: str
    rows: str  # a question to the embedded engine that gives them
    file: Path  # where they are put in a Parquet file, for a server that can't ask it

    def written(self) -> Path:
        """The file, written."""
        with duckdb.connect() as engine:
            engine.execute(f"COPY ({self.rows}) TO {quoted(self.file)} (FORMAT parquet)")
        return self.file


class Delivery:
    """All parts of one import. Rows have a state: kept, repeated (the same row again) or refused.

    The rows stay in their files. Which of them aren't simply kept, and which look wrong, stands in tables beside them.
    """

    def __init__(self, folder: Path, parts: Iterable[Part]) -> None:
        self.folder = folder
        self.parts = list(parts)
        self.engine = duckdb.connect(
            str(folder / "scratch.duckdb"),
            config={"threads": "2", "memory_limit": "700MB", "temp_directory": str(folder / "spill")},
        )
        self.given: dict[str, str] = {}  # object -> the question that gives all its rows
        self.objects = [name for name in KEYS if any(part.object == name for part in self.parts)]
        for name in self.objects:
            self._fill(name)

    def close(self) -> None:
        """Let go of the scratch file."""
        self.engine.close()

    def _fill(self, name: str) -> None:
        """A view of all the object's rows, and the tables of what is to be said about some."""
        execute = self.engine.execute
        columns = ", ".join(COLUMNS[name])
        execute(f"CREATE TABLE set_aside_{name} (part INTEGER, line INTEGER, state VARCHAR)")
        execute(f"CREATE TABLE doubted_{name} (part INTEGER, line INTEGER)")
        execute(f"CREATE TABLE refused_{name} (key VARCHAR)")
        read = []
        for part in self.parts:
            files = parts_of(part.folder) if part.object == name else []
            if files:
                read.append(f"SELECT {columns}, {part.number} AS part, line FROM {lying(files)}")
            if part.object == name and part.refused_keys:
                keys = sorted(set(part.refused_keys))
                execute(f"INSERT INTO refused_{name} SELECT unnest(?::VARCHAR[])", [keys])
        shape = ", ".join(f"NULL::{kind} AS {column}" for column, kind in COLUMNS[name].items())
        nothing = f"SELECT {shape}, 0 AS part, 0 AS line WHERE false"
        self.given[name] = " UNION ALL ".join(read) or nothing
        execute(f"CREATE VIEW given_{name} AS {self.given[name]}")
        execute(
            f"CREATE VIEW {name} AS SELECT g.*, coalesce(s.state, 'kept') AS state FROM given_{name} AS g "
            f"LEFT JOIN set_aside_{name} AS s ON s.part = g.part AND s.line = g.line"
        )

    def refuse_twice(self, name: str) -> list[tuple[int, int, str]]:
        """Refuse every row whose id came with different contents; (part, line, id) of each.

        An id that a refused row carries as well counts as different content. The same row again is marked as repeated. Of
        credits it is the opportunity whose refused rows spoil the others.
        """
        keys, columns = ", ".join(KEYS[name]), ", ".join(COLUMNS[name])
        if not self._comes_oftener(name, keys):
            return []
        # By a number first: millions of ids as they are don't fit into memory.
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE oftener AS SELECT * FROM given_{name} WHERE hash({keys}) IN "
            f"(SELECT hash({keys}) FROM given_{name} GROUP BY 1 HAVING count(*) > 1)"
        )
        found = self.engine.execute(
            f"SELECT part, line, {KEYS[name][0]} FROM oftener WHERE ({keys}) IN "
            f"(SELECT ({keys}) FROM oftener GROUP BY {keys} HAVING count(DISTINCT ROW({columns})) > 1) UNION "
            f"SELECT part, line, {KEYS[name][0]} FROM given_{name} WHERE {KEYS[name][0]} IN (SELECT key FROM refused_{name})"
        ).fetchall()
        self._set_aside(name, [(part, line) for part, line, _ in found], "refused")
        self.engine.execute(
            f"INSERT INTO set_aside_{name} SELECT part, line, 'repeated' FROM (SELECT part, line, row_number() OVER "
            f"(PARTITION BY {keys} ORDER BY part, line) AS place FROM oftener WHERE (part, line) NOT IN "
            f"(SELECT (part, line) FROM set_aside_{name})) WHERE place > 1"
        )
        return sorted(found)

    def _comes_oftener(self, name: str, keys: str) -> bool:
        """Whether any key may come more than once, or with a refused row; asked first, as it is cheaper than which."""
        found = self.engine.execute(
            f"SELECT (SELECT count(*) > count(DISTINCT hash({keys})) FROM given_{name}) "
            f"OR (SELECT count(*) > 0 FROM refused_{name})"
        ).fetchone()
        assert found is not None
        return bool(found[0])

    def refuse_unequal_credits(self) -> list[tuple[int, int, str, str]]:
        """Refuse the credits of every opportunity whose shares don't make 1; (part, line, opportunity, sum) of each."""
        found = self.engine.execute(
            "SELECT part, line, opportunity_id, whole::VARCHAR FROM credits JOIN (SELECT opportunity_id AS id, sum(share) AS whole "
            "FROM credits WHERE state = 'kept' GROUP BY opportunity_id HAVING sum(share) <> 1) AS unequal "
            "ON unequal.id = opportunity_id WHERE state <> 'refused' ORDER BY part, line"
        ).fetchall()
        self._set_aside("credits", [(part, line) for part, line, *_ in found], "refused")
        return found

    def _set_aside(self, name: str, rows: list[tuple[int, int]], state: str) -> None:
        """Give rows another state than the one they have."""
        given = [[part for part, _ in rows], [line for _, line in rows]]
        self.engine.execute(
            "CREATE OR REPLACE TEMP TABLE chosen AS SELECT unnest(?::INTEGER[]) AS part, unnest(?::INTEGER[]) AS line",
            given,
        )
        self.engine.execute(
            f"DELETE FROM set_aside_{name} WHERE (part, line) IN (SELECT (part, line) FROM chosen)"
        )
        self.engine.execute(f"INSERT INTO set_aside_{name} SELECT part, line, ? FROM chosen", [state])

    def _doubt(self, name: str, part: int, condition: str, values: list[Any]) -> tuple[int, int]:
        """Mark the taken rows of a part that fulfil a condition; count, first line."""
        taken = f"FROM {name} WHERE state <> 'refused' AND part = {part:d} AND {condition}"
        found = self.engine.execute(f"SELECT count(*), coalesce(min(line), 0) {taken}", values).fetchone()
        assert found is not None
        if found[0]:
            self.engine.execute(f"INSERT INTO doubted_{name} SELECT part, line {taken}", values)
        return int(found[0]), int(found[1])

    def cells_of(self, refused: dict[int, list[int]]) -> dict[tuple[int, int], list[str]]:
        """The cells as they came of given lines, by (part, line)."""
        found: dict[tuple[int, int], list[str]] = {}
        for part in self.parts:
            lines, files = refused.get(part.number), parts_of(part.folder)
            if lines and files:
                rows = self.engine.execute(
                    f"SELECT line, cells FROM {lying(files)} WHERE line IN (SELECT unnest(?::INTEGER[])) AND cells IS NOT NULL",
                    [lines],
                ).fetchall()
                found |= {(part.number, line): cells for line, cells in rows}
                if absent := [line for line in lines if (part.number, line) not in found]:
                    found |= {
                        (part.number, line): cells for line, cells in cells_of(part.folder, sorted(absent))
                    }
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
        self._doubt(name, part, f"{expression(column)} IN (SELECT unnest(?::VARCHAR[]))", [list(values)])

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
        late = "closed_on > ? AND status <> 'open'"
        if condition == "early":
            return self._doubt("opportunities", part, "closed_on < opened_on AND status <> 'open'", [])
        return self._doubt("opportunities", part, late, [on])

    def suspect_nobody(self, name: str, part: int) -> tuple[int, int]:
        """Mark taken rows that name no owner; count, first line."""
        return self._doubt(name, part, "owner_key IS NULL", [])

    def rest(self) -> Iterator[Kept]:
        """What is to be merged, object by object: the rows as they lie in their files, with what is to be said of some."""
        for name in self.objects:
            state, joined, taken = "'kept'", "", ""
            if aside := self._said_of(name, "set_aside"):
                state = "coalesce(s.state, 'kept')"
                joined, taken = f" LEFT JOIN {aside} AS s USING (part, line)", f" WHERE {state} <> 'refused'"
            doubted = self._said_of(name, "doubted")
            if doubted:
                joined += f" LEFT JOIN (SELECT *, true AS is_doubted FROM {doubted}) AS d USING (part, line)"
            yield Kept(
                name,
                f"SELECT g.*, {state} AS state, {'d.is_doubted IS NOT NULL' if doubted else 'false'} AS is_suspicious "
                f"FROM ({self.given[name]}) AS g{joined}{taken}",
                self.folder / f"kept-{name}.parquet",
            )

    def _said_of(self, name: str, what: str) -> str | None:
        """What is said of some rows, as a table to read; None where nothing is."""
        rows = f"SELECT DISTINCT * FROM {what}_{name}"
        if self.engine.execute(f"{rows} LIMIT 1").fetchone() is None:
            return None
        file = self.folder / f"{what}-{name}.parquet"
        self.engine.execute(f"COPY ({rows}) TO {quoted(file)} (FORMAT parquet)")
        return listing([file])


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
