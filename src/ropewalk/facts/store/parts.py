"""Rows on their way in, as Parquet files in a folder: written by the child that reads, read by whoever merges.

It knows the columns of each object and nothing of where rows come from or go to. Start with `PartWriter`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import duckdb

from ropewalk.facts.store import schema

ROWS_A_PART = 100_000
QUICK = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 5000"  # read soon, thrown away
FROM = "-from-"  # in the name of a part whose rows lie as the lines of a file did, behind it the first line
WILD = re.compile(r"[*?\[]")  # what the engine reads as a pattern in the name of a file
_JSON_TYPES = {"JSON": "VARCHAR"}


def _typed(table: str) -> dict[str, str]:
    """Column -> type of a table of the store, without what merging adds."""
    added = ("company_id", "source", "load_id")
    columns = schema.FACT_TABLES[table].items()
    return {name: _JSON_TYPES.get(kind, kind) for name, kind in columns if name not in added}


COLUMNS: dict[str, dict[str, str]] = {table: _typed(table) for table in schema.FACT_TABLES} | {
    "people": {
        name: "DATE" if name in ("from_day", "to_day") else "VARCHAR"
        for name in (
            "id",
            "name",
            "email",
            "manager",
            "team",
            "team_parent",
            "role",
            "access",
            "from_day",
            "to_day",
        )
    }
}


class PartWriter:
    """Writes rows of one object into `accepted-*.parquet` files, a bounded number of rows at a time."""

    def __init__(self, folder: Path, object_name: str, *, first: int = 0) -> None:
        self.folder = folder
        self.object = object_name
        self.columns = COLUMNS[object_name]
        self.count = 0
        self.parts = first  # the number of the next one
        self.longest = 0  # characters of a row
        self._file: IO[str] | None = None
        self._engine: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._engine is not None:
            self._engine.close()

    def add(self, line: int, cells: list[str], row: dict[str, Any]) -> None:
        """Keep one row: its line, the cells as they came, and its values by column."""
        if self._file is None:
            self._file = (self.folder / "part.ndjson").open("w")
        text = json.dumps(row | {"line": line, "cells": cells}) + "\n"
        self._file.write(text)
        self.longest = max(self.longest, len(text))
        self.count += 1
        if self.count % ROWS_A_PART == 0:
            self._flush()

    def _flush(self) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None
        if self._engine is None:
            self._engine = duckdb.connect(config={"threads": "1", "memory_limit": "400MB"})
        named = ", ".join(f'"{name}"' for name in self.columns)
        source = self.folder / "part.ndjson"
        columns = {"line": "INTEGER", "cells": "VARCHAR[]"} | dict.fromkeys(self.columns, "VARCHAR")
        rows = f"SELECT line, cells, {named} FROM {lines_of_json(source, columns, longest=self.longest)}"
        write_part(self._engine, self.folder, self.object, rows, number=self.parts)
        source.unlink()
        self.parts += 1


def write_part(
    engine: duckdb.DuckDBPyConnection, folder: Path, object_name: str, rows: str, *, number: int = 0
) -> None:
    """Write a query's rows (line, cells, and the object's columns) as one part."""
    columns = COLUMNS[object_name]
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())
    target = folder / f"accepted-{number:04}.parquet"
    engine.execute(
        f"COPY (SELECT line, cells, {casts} FROM ({rows})) TO {quoted(target)} (FORMAT parquet, PARQUET_VERSION v2)"
    )


def write_lines(
    engine: duckdb.DuckDBPyConnection, folder: Path, object_name: str, rows: str, *, first: int
) -> int:
    """Write a query's rows, which must be those of all lines of a file in their order, as one part; how many they are.

    Instead of its line a row has its place, and `is_odd` says of those that aren't rows of the part that they aren't.
    """
    columns = COLUMNS[object_name]
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())
    target = folder / f"accepted-0000{FROM}{first}.parquet"
    found = engine.execute(
        f"COPY (SELECT {casts}, is_odd FROM ({rows})) TO {quoted(target)} ({QUICK})"
    ).fetchone()
    assert found is not None
    return int(found[0])


def odd_lines(folder: Path) -> str:
    """The question for the lines that aren't rows of the part that `write_lines` wrote."""
    (part,) = folder.glob(f"accepted-0000{FROM}*.parquet")
    return f"SELECT {_line_in(part)} AS line FROM read_parquet({named(part)}, file_row_number = true) WHERE is_odd"


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files that a folder holds, in the order of their rows."""
    return sorted(folder.glob("accepted-*.parquet"))


def read_rows(folder: Path, object_name: str) -> list[dict[str, Any]]:
    """All rows of a folder in memory, each with `line` and `cells`; for rosters, which are small."""
    parts = parts_of(folder)
    if not parts:
        return []
    names = ["line", "cells", *COLUMNS[object_name]]
    with duckdb.connect() as engine:
        listed = ", ".join(f'"{name}"' for name in names)
        found = engine.execute(f"SELECT {listed} FROM {lying(parts)} ORDER BY line").fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def lying(parts: list[Path]) -> str:
    """The rows of these parts as a question in brackets: line, cells where they are kept, and the object's columns."""
    by_line = [part for part in parts if FROM in part.name]
    told = (
        [f"SELECT * FROM {listing(rest)}"] if (rest := [one for one in parts if one not in by_line]) else []
    )
    told += [
        f"SELECT * EXCLUDE (file_row_number, is_odd), {_line_in(part)} AS line, NULL::VARCHAR[] AS cells "
        f"FROM read_parquet({named(part)}, file_row_number = true) WHERE NOT is_odd"
        for part in by_line
    ]
    return f"({' UNION ALL BY NAME '.join(told)})"


def _line_in(part: Path) -> str:
    first = int(part.stem.partition(FROM)[2])
    return f"(file_row_number + {first})::INTEGER"


def listing(parts: list[Path]) -> str:
    """The table function that reads these Parquet files."""
    return f"read_parquet([{', '.join(named(part) for part in parts)}])"


def quoted(text: Path | str) -> str:
    """A path or a text as a statement holds it, in quotes."""
    return "'" + str(text).replace("'", "''") + "'"


def named(file: Path) -> str:
    """A path as a statement names the one file to read, in quotes: no sign of it stands for other files' names."""
    return quoted(WILD.sub(r"[\g<0>]", str(file)))


def lines_of_json(file: Path, columns: dict[str, str], *, longest: int) -> str:
    """The table function that reads a file of JSON lines; the engine keeps buffers of twice the longest line."""
    shape = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in columns.items())
    return (
        f"read_json({named(file)}, format = 'newline_delimited', columns = {{{shape}}}, "
        f"maximum_object_size = {max(1 << 20, 2 * longest)})"
    )
