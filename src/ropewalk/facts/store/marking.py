"""The mark of a restore on a server's schema, which says that the facts there may be half of an installation.

The file of facts needs none: it takes its place whole. Must not know what a backup is. Start with `mark`.
"""

from __future__ import annotations

from typing import cast

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ropewalk.facts.store import connection, schema
from ropewalk.facts.store.postgresql import PostgresCursor

TABLE = "restoring"


def is_marked() -> bool:
    """Whether a restore into the server's schema was begun and not ended. Makes no schema; False where nobody answers."""
    if not connection.is_server():
        return False
    try:
        with psycopg.connect(settings.FACTS_URL, autocommit=True) as link:
            name = sql.Identifier(connection.schema_name(), TABLE).as_string(link)
            row = link.execute("SELECT to_regclass(%s)", [name]).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] is not None


def mark() -> None:
    """Mark the server's schema; harmless where it is marked, and where a file keeps the facts."""
    if connection.is_server():
        _spoken_to().run(f"CREATE TABLE IF NOT EXISTS {TABLE} (begun boolean)")


def unmark() -> None:
    """Take the mark away; harmless where there is none."""
    if connection.is_server():
        _spoken_to().run(f"DROP TABLE IF EXISTS {TABLE}")


def empty() -> None:
    """Take everything out of a server's schema that bears the mark. Raises ValueError where it bears none."""
    with connection.writing():
        cursor = _spoken_to()
        found = cursor.run(f"SELECT to_regclass('{TABLE}')").fetchone()
        if found is None or found[0] is None:
            raise ValueError("only what a restore has marked is emptied")
        for table in schema.TABLES:
            cursor.run(f"DELETE FROM {table}")


def place() -> str:
    """Where the facts are kept, in words that give no password away."""
    if not connection.is_server():
        return str(settings.FACTS_FILE)
    said = conninfo_to_dict(settings.FACTS_URL)
    return f"the schema {connection.schema_name()} of the database {said.get('dbname')} on {said.get('host') or 'this machine'}"


def _spoken_to() -> PostgresCursor:
    return cast("PostgresCursor", connection.cursor())
