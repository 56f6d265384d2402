"""The store on a PostgreSQL server: the same cursor as the embedded engine's, in front of a connection for each thread.

Whoever writes holds a lock of the server, so that one writes at a time however many processes there are. Must not know
why anything is asked. Start with `Server`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql as names

from ropewalk.facts.store import schema
from ropewalk.facts.store.parts import listing, quoted
from ropewalk.facts.store.translating import translated
from ropewalk.facts.store.trouble import StoreAway

READ_PARQUET = re.compile(r"read_parquet\(\$file\)")
STAGED = "staged_rows"  # the temporary table that holds a Parquet file's rows
FUNCTION = """
CREATE OR REPLACE FUNCTION jsonb_as_text(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT value #>> '{}' $$
"""
INDEXES = {
    "accounts": ("company_id", "source", "id"),
    "opportunities": ("company_id", "source", "id"),
    "credits": ("company_id", "source", "opportunity_id"),
    "activities": ("company_id", "source", "id"),
    "owners": ("company_id", "source", "owner_key"),
    "tallies": ("company_id", "tally", "person_id", "day"),
}
CHUNK = 1 << 20
AWAY = "The server that keeps the facts doesn't answer. Look whether PostgreSQL runs, and whether ROPEWALK_FACTS_URL names it."


class PostgresCursor:
    """One thread's connection, spoken to as the embedded engine's cursor is."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._cursor = psycopg.ClientCursor(connection)

    def execute(
        self, statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> PostgresCursor:
        """Carry out a statement written for the embedded engine."""
        if READ_PARQUET.search(statement):
            assert isinstance(values, Mapping)
            self.stage(Path(values["file"]))
            statement = READ_PARQUET.sub(STAGED, statement)
            values = {name: value for name, value in values.items() if name != "file"}
        return self.run(translated(statement), values)

    def run(self, text: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> PostgresCursor:
        """Carry out a statement in the server's own words. Raises StoreAway where it went meanwhile."""
        try:
            self._cursor.execute(text.encode(), values if values is not None else {})
            while self._cursor.nextset():
                pass
        except psycopg.OperationalError as error:
            if self.connection.closed or self.connection.broken:
                raise StoreAway(AWAY) from error
            raise
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._cursor.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._cursor.fetchone()

    def begin(self, *, writing: bool) -> None:
        """Begin a transaction: to write, after whoever writes now; to read, with the facts of one moment."""
        if writing:
            self.run("BEGIN ISOLATION LEVEL READ COMMITTED")
            self.run("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.writing'))")
        else:
            self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def stage(self, file: Path) -> None:
        """Put the rows of a Parquet file into a temporary table."""
        with duckdb.connect() as engine:
            rows = engine.execute(f"SELECT * FROM {listing([file])}")
            columns = [(column[0], str(column[1])) for column in rows.description or ()]
            passing = file.with_suffix(".csv")
            engine.execute(
                f"COPY (SELECT * FROM {listing([file])}) TO {quoted(passing)} (FORMAT csv, HEADER false, FORCE_QUOTE *)"
            )
        shape = ", ".join(f'"{name}" {kind_of(kind)}' for name, kind in columns)
        self.run(f"DROP TABLE IF EXISTS {STAGED}; CREATE TEMPORARY TABLE {STAGED} ({shape})")
        try:
            with (
                passing.open("rb") as source,
                self._cursor.copy(f"COPY {STAGED} FROM STDIN (FORMAT csv, NULL '')".encode()) as copy,
            ):
                while block := source.read(CHUNK):
                    copy.write(block)
        finally:
            passing.unlink()
        self.run(f"ANALYZE {STAGED}")

    def export(self, table: str, target: Path) -> None:
        """Write a table as a Parquet file of the same shape as the embedded engine's."""
        columns = schema.TABLES[table]
        passing = target.with_suffix(".csv")
        try:
            self._write_csv(f"SELECT {schema.quoted(list(columns))} FROM {table}", passing)
            with duckdb.connect() as engine:
                engine.execute(
                    f"COPY (SELECT * FROM {typed(columns)}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)",
                    [str(passing)],
                )
        finally:
            passing.unlink(missing_ok=True)

    def _write_csv(self, query: str, target: Path) -> None:
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv, FORCE_QUOTE *, NULL '')"
        with target.open("wb") as out, self._cursor.copy(statement.encode()) as copy:
            for block in copy:
                out.write(block)

    def close(self) -> None:
        self.connection.close()


def typed(columns: Mapping[str, str]) -> str:
    """The table function that reads such a file back with its types; an empty text stays one, nothing stays nothing."""
    shape = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return (
        "read_csv(?, header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        f"allow_quoted_nulls = false, parallel = false, max_line_size = 100000000, columns = {{{shape}}})"
    )


def kind_of(kind: str) -> str:
    """The server's type for one of the embedded engine's."""
    if kind in ("VARCHAR", "JSON", "STRING"):
        return 'text COLLATE "C"'  # compared byte by byte, as everywhere
    return {"HUGEINT": "numeric"}.get(kind, kind)


class Server:
    """The server that a URL names, with the tables in a schema of their own."""

    def __init__(self, url: str, schema_name: str) -> None:
        self.url, self.schema_name = url, schema_name
        cursor = self.cursor()
        try:
            self._create(cursor)
        finally:
            cursor.close()

    def cursor(self) -> PostgresCursor:
        """A connection of one's own. Raises StoreAway where the server can't be reached."""
        try:
            connection = psycopg.connect(self.url, autocommit=True, application_name="ropewalk facts")
        except psycopg.OperationalError as error:
            raise StoreAway(AWAY) from error
        connection.execute(names.SQL("SET search_path TO {}").format(names.Identifier(self.schema_name)))
        return PostgresCursor(connection)

    def close(self) -> None:
        """Nothing is held but the threads' own connections."""

    def _create(self, cursor: PostgresCursor) -> None:
        cursor.run("BEGIN")
        cursor.run("SELECT pg_advisory_xact_lock(hashtext('ropewalk.schema'))")
        cursor.connection.execute(
            names.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(names.Identifier(self.schema_name))
        )
        found: dict[str, set[str]] = {}
        cursor.run(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
        if any(table in found and found[table] != set(columns) for table, columns in schema.DERIVED.items()):
            for table in schema.DERIVED:
                cursor.run(f"DROP TABLE IF EXISTS {table}")
                found.pop(table, None)
        for table in schema.TABLES.keys() - found.keys():
            columns = ", ".join(
                f'"{name}" {kind_of(kind)}{" NOT NULL" if name in schema.needed_in(table) else ""}'
                for name, kind in schema.TABLES[table].items()
            )
            cursor.run(f"CREATE TABLE {table} ({columns})")
            if table in INDEXES:
                cursor.run(f"CREATE INDEX ON {table} ({', '.join(INDEXES[table])})")
        for statement in schema.shedding(found):
            cursor.run(statement)
        for statement in schema.RELAXED if "replaced_activities" in found else ():
            cursor.run(statement)
        if not found:
            cursor.run(FUNCTION)
        cursor.run("COMMIT")
