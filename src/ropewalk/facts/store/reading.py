"""One company's facts: questions asked of the store, and rows put into or taken out of it.

A question is a query tree built by `metrics` or by this package, never text from outside; values are bound by name.
Every question must name the parameter `company`, which is filled in here, so that nothing of another company can be
read. Must not know what a metric is. Start with `for_company`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
from django.utils.functional import cached_property
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from ropewalk.facts.store import changing, connection, schema
from ropewalk.facts.store.postgresql import PostgresCursor
from ropewalk.facts.store.translating import in_postgresql

COMPANY = "company"  # the parameter that every question binds


class Statement:
    """A question or change that is asked often: written out for the engine once."""

    def __init__(self, tree: exp.Expr) -> None:
        """Raises ValueError where it isn't bound to a company."""
        self.names = {placeholder.name for placeholder in tree.find_all(exp.Placeholder)}
        if COMPANY not in self.names:
            raise ValueError("question must be bound to a company")
        self.text = tree.sql(dialect=DuckDB, identify=True)
        self._tree = tree

    @cached_property
    def on_a_server(self) -> str:
        """The same as a server says it."""
        return in_postgresql(self._tree)


@dataclass(frozen=True)
class CompanyStore:
    """The store as one company has it; get it with `for_company`."""

    company_id: int

    def read(
        self, question: exp.Expr | Statement, values: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows that answer the question, in no order but the one it asks for.

        Raises ValueError where the question isn't bound to a company, and StoreBusy where another process has the file.
        """
        with connection.asking() as cursor:
            return _run(cursor, question, dict(values or {}) | {COMPANY: self.company_id}).fetchall()

    def change(self, statement: exp.Expr | Statement, values: Mapping[str, Any] | None = None) -> None:
        """Carry out a changing statement, in a transaction of its own or the one around it."""
        with connection.writing() as cursor:
            _run(cursor, statement, dict(values or {}) | {COMPANY: self.company_id})

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction, for the modules of this package that write their statements by hand."""
        with connection.writing() as cursor:
            yield cursor

    @contextmanager
    def writing_derived(self) -> Iterator[None]:
        """A transaction that changes only what is derived from the facts, so that these keep their revision."""
        with connection.writing():
            connection.account()
            yield

    def ensure_revision(self) -> None:
        """Give the facts a revision where they have none yet."""
        if not self.mark():
            changing.revise(self.company_id)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """What is read within sees the facts as they were at its beginning."""
        with connection.reading():
            yield

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Append rows as they are, without looking for ones that are there already; how many.

        The way in for generated companies and tests; deliveries come through merging. Columns that a row leaves out are
        empty.
        """
        columns = [name for name in schema.TABLES[table] if name != "company_id"]
        given = [[self.company_id, *(row.get(name) for name in columns)] for row in rows]
        with connection.writing() as cursor:
            insert_many(cursor, table, ["company_id", *columns], given)
            changing.revise(self.company_id)
        return len(given)

    def replace_owners(self, matches: Iterable[tuple[str, str, int]]) -> None:
        """Copy the whole of the company's matches (source, owner key, person id) in place of what was there."""
        rows = [[self.company_id, *match] for match in matches]
        columns = ["company_id", "source", "owner_key", "person_id"]
        with changing.changing(self.company_id) as touching:
            cursor = touching.cursor
            cursor.execute("CREATE OR REPLACE TEMP TABLE new_owners AS SELECT * FROM owners LIMIT 0")
            insert_many(cursor, "new_owners", columns, rows)
            listed = "SELECT source, owner_key, person_id FROM"
            mine = {"company": self.company_id}
            old = f"{listed} owners WHERE company_id = $company"
            touching.owners(
                f"SELECT DISTINCT source, owner_key FROM (({listed} new_owners EXCEPT ALL {old}) "
                f"UNION ALL ({old} EXCEPT ALL {listed} new_owners))",
                mine,
            )
            touching.before()
            cursor.execute("DELETE FROM owners WHERE company_id = $company", mine)
            cursor.execute(
                f"INSERT INTO owners ({', '.join(columns)}) SELECT {', '.join(columns)} FROM new_owners"
            )

    def delete(self, *, source: str | None = None) -> None:
        """Take out all the company's rows, or those that came from one source, with every tally made of them."""
        with connection.writing() as cursor:
            for table in schema.TABLES:
                if "source" in schema.TABLES[table] and source is not None:
                    cursor.execute(
                        f"DELETE FROM {table} WHERE company_id = ? AND source = ?", [self.company_id, source]
                    )
                else:
                    cursor.execute(f"DELETE FROM {table} WHERE company_id = ?", [self.company_id])
            changing.revise(self.company_id)

    def fresh_at(self) -> datetime | None:
        """The instant (UTC, naive) of the latest load; None where nothing was ever loaded."""
        return connection.remembered(self.company_id, "fresh at", self._fresh_at)

    def _fresh_at(self) -> datetime | None:
        sql = (
            'SELECT max("at") FROM loads WHERE company_id = $company AND load_id NOT IN '
            "(SELECT load_id FROM undone WHERE company_id = $company)"
        )
        with connection.asking() as cursor:
            found = cursor.execute(sql, {COMPANY: self.company_id}).fetchone()
        return found[0] if found else None

    def sources(self, table: str) -> tuple[str, ...]:
        """Where the company's facts of a table came from, by name."""
        return connection.remembered(self.company_id, f"sources of {table}", lambda: self._sources(table))

    def _sources(self, table: str) -> tuple[str, ...]:
        bound = exp.column("company_id").eq(exp.Placeholder(this=COMPANY))
        found = self.read(exp.select("source").distinct().from_(table).where(bound))
        return tuple(sorted(source for (source,) in found))

    def mark(self) -> str:
        """A word that changes whenever a fact, a load or a match of this company changes."""
        return connection.remembered(self.company_id, "mark", self._mark)

    def _mark(self) -> str:
        with connection.asking() as cursor:
            return changing.revision_of(cursor, self.company_id)


def for_company(company_id: int) -> CompanyStore:
    """The store as this company has it; costs nothing until something is asked."""
    return CompanyStore(company_id)


def insert_many(
    cursor: duckdb.DuckDBPyConnection, table: str, columns: list[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Append many rows with few statements; `executemany` alone takes a second for a few thousand."""
    step = 500
    one = "(" + ", ".join("?" for _ in columns) + ")"
    for begin in range(0, len(rows), step):
        block = rows[begin : begin + step]
        sql = f"INSERT INTO {table} ({schema.quoted(columns)}) VALUES " + ", ".join([one] * len(block))
        cursor.execute(sql, [value for row in block for value in row])


def _run(
    cursor: duckdb.DuckDBPyConnection, statement: exp.Expr | Statement, values: dict[str, Any]
) -> duckdb.DuckDBPyConnection:
    written = statement if isinstance(statement, Statement) else Statement(statement)
    bound = {name: values[name] for name in written.names}
    if isinstance(cursor, PostgresCursor):
        return cursor.run(written.on_a_server, bound)
    return cursor.execute(written.text, bound)
