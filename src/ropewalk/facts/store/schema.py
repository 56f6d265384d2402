"""The tables of the store. No keys and no indexes: intake proves that there is one row per id.

Every table carries `company_id`; facts carry `source` beside the source's own ids, which are unique within it.
`tallies` and `watermarks` are derived and may be emptied at any moment; `revisions` says by a word that changes with
every change whether they still fit. Names are always quoted: `at` and `rows` are words of the engine. Start with `TABLES`.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

TEXT, WHOLE, DAY, INSTANT, DOCUMENT = "VARCHAR", "BIGINT", "DATE", "TIMESTAMP", "JSON"
AMOUNT = "DECIMAL(38,6)"
SHARE = "DECIMAL(38,9)"
TALLY_PLACES = 15
TALLY = f"DECIMAL(38,{TALLY_PLACES})"  # an amount times a share, with nothing rounded away

Columns = dict[str, str]
COMPANY: Columns = {"company_id": "INTEGER"}
SOURCE: Columns = COMPANY | {"source": TEXT}
LOAD: Columns = {"load_id": WHOLE}
COUNTS = ("rows", "new", "changed", "unchanged", "refused", "blank", "suspicions")

FACT_TABLES: dict[str, Columns] = {
    "accounts": SOURCE
    | dict.fromkeys(("id", "name", "vertical", "segment", "country", "parent_id", "owner_key"), TEXT)
    | {"custom": DOCUMENT}
    | LOAD,
    "opportunities": SOURCE
    | dict.fromkeys(("id", "account_id", "owner_key", "name", "product"), TEXT)
    | {"amount": AMOUNT, "currency": TEXT, "company_amount": AMOUNT, "opened_on": DAY, "closed_on": DAY}
    | {"status": TEXT, "stage": TEXT, "custom": DOCUMENT}
    | LOAD,
    "credits": SOURCE | {"opportunity_id": TEXT, "owner_key": TEXT, "share": SHARE} | LOAD,
    "activities": SOURCE
    | {"id": TEXT, "owner_key": TEXT, "type": TEXT, "occurred_at": INSTANT, "occurred_on": DAY}
    | {"account_id": TEXT, "opportunity_id": TEXT, "outcome": TEXT, "custom": DOCUMENT}
    | LOAD,
}

TABLES: dict[str, Columns] = FACT_TABLES | {
    "loads": SOURCE
    | {"load_id": WHOLE, "name": TEXT, "object": TEXT, "at": INSTANT}
    | dict.fromkeys(COUNTS, WHOLE)
    | {"sha256": TEXT},
    "owners": SOURCE | {"owner_key": TEXT, "person_id": WHOLE},
    "revisions": COMPANY | {"revision": TEXT},
}
REPLACED = {  # rows as they stood before a load changed them, so that an import can be undone
    f"replaced_{table}": columns | {"by_load": WHOLE} for table, columns in FACT_TABLES.items()
}
TABLES |= REPLACED | {"undone": SOURCE | {"load_id": WHOLE}}  # loads that count no more
TABLES |= {"together": SOURCE | {"load_id": WHOLE, "first_load": WHOLE}}  # the loads of one delivery
SUMS = ("numerator", "denominator", "weighed", "outside")
CELL: Columns = {"tally": "INTEGER", "person_id": WHOLE, "day": DAY, "facts": WHOLE} | dict.fromkeys(
    SUMS, TALLY
)
DERIVED: dict[str, Columns] = {
    "tallies": COMPANY | CELL,  # kept in the order of company, tally, person, day
    "watermarks": COMPANY
    | {"tally": "INTEGER", "metric": TEXT, "scope": TEXT, "fingerprint": TEXT}
    | {"definition": TEXT, "revision": TEXT},
}
TABLES |= DERIVED
REQUIRED = {"company_id", "source", "id", "status", "opportunity_id", "share", "metric", "scope", "revision"}
OPTIONAL_IN = {"activities": {"opportunity_id"}}
GONE = {"row_hash"}  # what told changed rows, before their columns were compared

RELAXED = (
    "ALTER TABLE replaced_activities ALTER COLUMN opportunity_id DROP NOT NULL",
)  # was needed once, by mistake


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are missing, and anew what is derived and has other columns; harmless where all are there.

    What an earlier version kept beside, such as the hash of each row, goes.
    """
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    if any(table in found and found[table] != set(columns) for table, columns in DERIVED.items()):
        for table in DERIVED:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            found.pop(table, None)
    for table in TABLES.keys() - found.keys():
        connection.execute(_definition(table))
    for statement in shedding(found):
        connection.execute(statement)
    for statement in RELAXED if "replaced_activities" in found else ():
        connection.execute(statement)


def shedding(found: Mapping[str, set[str]]) -> list[str]:
    """The statements that take out what an earlier version kept, given the columns that are there."""
    return [
        f'ALTER TABLE {table} DROP COLUMN "{column}"'
        for table in sorted(TABLES.keys() & found.keys())
        for column in sorted(found[table] & GONE)
    ]


def columns_of(table: str) -> str:
    """The columns of a table of facts for a statement written by hand, in the order in which they are listed above."""
    return ", ".join(FACT_TABLES[table])


def quoted(names: list[str]) -> str:
    """Column names for a statement written by hand, each in quotes."""
    return ", ".join(f'"{name}"' for name in names)


def needed_in(table: str) -> set[str]:
    """The columns that are never empty."""
    return REQUIRED - OPTIONAL_IN.get(table.removeprefix("replaced_"), set())


def _definition(table: str) -> str:
    needed = needed_in(table)
    columns = (
        f'"{name}" {kind}{" NOT NULL" if name in needed else ""}' for name, kind in TABLES[table].items()
    )
    return f"CREATE TABLE {table} ({', '.join(columns)})"
