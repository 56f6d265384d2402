"""The cells of a plain text file as the engine reads them: where it lies, or put into a table of its own.

It knows delimited text that has a row on each line and nothing of fields. Start with `Raw`.
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

from ropewalk.facts.store.as_it_lies import like_of
from ropewalk.facts.store.parts import lines_of_json, named, quoted

__all__ = ["Plain", "Raw", "like_of"]

MOST_COLUMNS = 200
AT_A_TIME = 2_000  # rows fetched together
TABLE_FILE = "raw.duckdb"


@dataclass(frozen=True)
class Plain:
    """A text file each of whose lines is one row, quoted by the book if at all."""

    path: Path
    delimiter: str
    width: int
    skipped: int  # lines up to the header's last
    rows: int  # lines below it, blank ones included
    like: list[int]  # as it was when this began to be found out
    is_printable: bool = False  # nothing but printable ASCII in them


class Raw:
    """What is called `raw` in questions: a text column c0, c1, … for each cell and what was marked of each row beside them.

    At first it is the file itself, which every question reads anew; `settle` makes a table of it, whose row of number 0
    lies on the line `first`. `marks` are columns with expressions of the cells, for what is asked of a row more than once.
    """

    def __init__(self, plain: Plain, folder: Path, marks: Mapping[str, str] = MappingProxyType({})) -> None:
        self.folder = folder
        self.is_printable = plain.is_printable
        self.first = plain.skipped + 1
        self.is_settled = False
        self.engine = duckdb.connect(
            str(folder / TABLE_FILE),
            config={
                "threads": "2",
                "memory_limit": "400MB",
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": "false",
            },
        )
        self.engine.execute("SET force_compression = 'uncompressed'")  # read a few times and thrown away
        self.engine.execute("SET enable_progress_bar = true")  # so that it can be asked
        self.engine.execute("SET enable_progress_bar_print = false")
        shape = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(plain.width))
        marked = "".join(f", {expression} AS {name}" for name, expression in marks.items())
        self._read = (
            f"SELECT *{marked} FROM read_csv({named(plain.path)}, auto_detect = false, header = false, "
            f"skip = {plain.skipped}, delim = {quoted(plain.delimiter)}, quote = '\"', escape = '\"', "
            f"strict_mode = true, nullstr = '{uuid.uuid4()}', columns = {{{shape}}})"
        )
        self.engine.execute(f"CREATE TEMP VIEW raw AS {self._read}")

    def settle(self) -> None:
        """Put the cells into a table, for when there is much to ask; harmless where they are in one."""
        if not self.is_settled:
            self.engine.execute("DROP VIEW raw")
            self.engine.execute(f"CREATE TABLE raw AS {self._read}")
            self.is_settled = True

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

    def how_far(self) -> float:
        """How much of the question in hand is done, from 0 to 1; may be asked by another thread."""
        return min(max(self.engine.query_progress(), 0.0), 100.0) / 100

    def close(self) -> None:
        """Let go of the cells; who wants those of a line reads it again."""
        self.engine.close()
        (self.folder / TABLE_FILE).unlink(missing_ok=True)
