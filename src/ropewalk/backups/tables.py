"""The rows of the relational database as lines of JSON, out of any database and into any other.

Rows are written by the tables as they are now and read by the tables as they were when written, so an older backup loads
and is then brought up to date by the migrations. Start with `write_rows` and `read_rows`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import JSONField, Model

LEFT_OUT = {"sessions", "contenttypes", "auth"}  # made anew: sign-ins end, the framework fills its own
AT_ONCE = 2_000  # rows in memory


@dataclass(frozen=True)
class Rows:
    """How many rows a table has, and the SHA-256 of its lines."""

    rows: int
    sha256: str


def tables() -> list[type[Model]]:
    """Every table that is kept, in the order of its name."""
    found = [
        one
        for one in apps.get_models(include_auto_created=True)
        if one._meta.managed and not one._meta.proxy and one._meta.app_label not in LEFT_OUT
    ]
    return sorted(found, key=lambda one: one._meta.label_lower)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is as of one moment; writers go on meanwhile."""
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        cursor.execute("SELECT count(*) FROM companies_company")  # the moment is that of the first read
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def write_rows(folder: Path | None) -> dict[str, Rows]:
    """Each table into `<table>.jsonl`, and what it holds; without a folder only that."""
    found = {}
    for table in tables():
        name = table._meta.label_lower
        digest, count = hashlib.sha256(), 0
        file = (folder / f"{name}.jsonl").open("wb") if folder is not None else None
        try:
            for line in lines_of(table):
                digest.update(line)
                count += 1
                if file is not None:
                    file.write(line)
        finally:
            if file is not None:
                file.close()
        found[name] = Rows(count, digest.hexdigest())
    return found


def lines_of(table: type[Model]) -> Iterator[bytes]:
    """The rows in the order of their key, a line each."""
    fields = table._meta.concrete_fields
    rows = table._base_manager.order_by("pk").values_list(*(one.attname for one in fields))
    for row in rows.iterator(chunk_size=AT_ONCE):
        said = {one.attname: written(value) for one, value in zip(fields, row, strict=True)}
        # Sorted, because a document comes out of PostgreSQL with its names in another order than it went in.
        yield json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def written(value: Any) -> Any:
    """A value as JSON has it, nothing rounded."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def state_now() -> list[list[str]]:
    """The migrations that the database has reached: the latest of each app."""
    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    return sorted([app, name] for app, name in executor.loader.graph.leaf_nodes() if (app, name) in applied)


def unknown_migrations(state: list[list[str]]) -> list[str]:
    """Which of a backup's migrations this program doesn't have: it was made by a newer one."""
    known = MigrationExecutor(connection).loader.disk_migrations
    return [f"{app} {name}" for app, name in state if (app, name) not in known]


def read_rows(folder: Path, state: list[list[str]]) -> None:
    """Fill an empty database from the files, written at a state of the migrations, then bring it up to date."""
    targets = [(app, name) for app, name in state]
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    executor = MigrationExecutor(connection)
    then = executor.loader.project_state(targets).apps
    with transaction.atomic():
        if connection.vendor == "postgresql":  # making the tables has left some to be held to at each row
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        filled = [load(then.get_model(file.stem), file) for file in sorted(folder.glob("*.jsonl"))]
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            with connection.cursor() as cursor:
                cursor.execute(statement)
    if (
        connection.in_atomic_block
    ):  # a server refuses to change tables with rows that wait to be held against others
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor.migrate(executor.loader.graph.leaf_nodes())


def drop() -> None:
    """Take out every table that the framework and this program have made in a server's database."""
    made = {one._meta.db_table for one in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with connection.cursor() as cursor:
        for name in sorted(made & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")


def load(table: type[Model], file: Path) -> type[Model]:
    """Put the lines of a file into its table."""
    batch: list[Model] = []
    with file.open("rb") as lines:
        for line in lines:
            batch.append(row_of(table, json.loads(line)))
            if len(batch) >= AT_ONCE:
                table._base_manager.bulk_create(batch)
                batch = []
    table._base_manager.bulk_create(batch)
    return table


def row_of(table: type[Model], said: dict[str, Any]) -> Model:
    """One row out of its line."""
    fields = {one.attname: one for one in table._meta.concrete_fields}
    return table(
        **{
            name: value
            if isinstance(fields[name], JSONField) or value is None
            else fields[name].to_python(value)
            for name, value in said.items()
        }
    )


def is_empty() -> bool:
    """Whether the database holds no company and no account; tables may be missing or there."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name in {"companies_company", "companies_account"} & there:
            cursor.execute(f"SELECT count(*) FROM {name}")
            row = cursor.fetchone()
            if row and row[0]:
                return False
    return True
