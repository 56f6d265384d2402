"""The cells of a plain text file as one table of the engine, in a file of its own, in the order of the lines.

It knows delimited text that has a row on each line and nothing of fields. Start with `Raw.read`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from ropewalk.facts.store.parts import RAW_FILE, lines_of_json, quoted

MOST_COLUMNS = 200
AT_A_TIME = 2_000  # rows fetched together


@dataclass(frozen=True)
class Plain:
    """A text file each of whose lines is one row, quoted by the book if at all."""

    path: Path
    delimiter: str
    width: int
    skipped: int  # lines up to the header's last
    rows: int  # lines below it, blank ones included
    is_printable: bool = False  # nothing but printable ASCII in them


class Raw:
    """The table `raw` with a text column c0, c1, … for each cell and what was marked of each row beside them; the row of
    number 0 lies on the line `first`.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection, plain: Plain, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.width = plain.width
        self.is_printable = plain.is_printable
        self.first = plain.skipped + 1
        engine.execute(f"CREATE TABLE placed AS SELECT {self.first} AS first")

    @staticmethod
    def read(plain: Plain, folder: Path, marks: Mapping[str, str] = MappingProxyType({})) -> Raw | None:
        """The file's cells, or None where the engine sees other rows in it than its lines. `marks` are columns with
        expressions of the cells, for what is asked of a row more than once.
        """
        if plain.width > MOST_COLUMNS:
            return None
        engine = duckdb.connect(
            str(folder / RAW_FILE),
            config={
                "threads": "2",
                "memory_limit": "400MB",
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": "false",
            },
        )
        shape = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(plain.width))
        marked = "".join(f", {expression} AS {name}" for name, expression in marks.items())
        try:
            engine.execute("SET force_compression = 'uncompressed'")  # read twice and thrown away
            engine.execute(
                f"CREATE TABLE raw AS SELECT *{marked} FROM read_csv({quoted(plain.path)}, auto_detect = false, header = false, "
                f"skip = {plain.skipped}, delim = {quoted(plain.delimiter)}, quote = '\"', escape = '\"', "
                f"strict_mode = true, nullstr = '{uuid.uuid4()}', columns = {{{shape}}})"
            )
            found = engine.execute("SELECT count(*) FROM raw").fetchone()
        except duckdb.Error:
            found = None
        if found is None or found[0] != plain.rows:
            engine.close()
            (folder / RAW_FILE).unlink(missing_ok=True)
            return None
        return Raw(engine, plain, folder)

    def all(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Everything that a question gives."""
        return self.engine.execute(sql, values or []).fetchall()

    def some(self, sql: str, most: int) -> list[tuple[Any, ...]] | None:
        """What a question gives, or None where that is more than so many rows."""
        found = self.engine.execute(sql).fetchmany(most + 1)
        return None if len(found) > most else found

    def each(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """What a question gives, row by row; no other may be asked meanwhile."""
        cursor = self.engine.execute(sql)
        while rows := cursor.fetchmany(AT_A_TIME):
            yield from rows

    def keep(self, table: str, shape: str, rows: Iterable[dict[str, str | None]]) -> None:
        """Put rows of texts into a table made for them; its shape says which columns of which kinds it has."""
        columns = dict.fromkeys((column.partition(" ")[0] for column in shape.split(", ")), "VARCHAR")
        file = self.folder / "lookup.ndjson"
        written = [json.dumps(row) + "\n" for row in rows]
        file.write_text("".join(written))
        read = lines_of_json(file, columns, longest=max(map(len, written), default=0))
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({shape})")
        self.engine.execute(f"INSERT INTO {table} SELECT * FROM {read}")
        file.unlink()

    def close(self) -> None:
        """Let go of the file; it stays in the folder for whoever wants the cells of a line."""
        self.engine.close()
