"""Changes of a company's facts, told to whoever keeps tallies of them, so that a change costs what it changes.

Whoever changes facts says first which rows it touches; these are shown to the keeper as they are before and as they are
after, and what was kept is changed by the difference, in the same transaction. The keeper is named in the settings,
since nothing here knows a metric. Must not know why facts change. Start with `changing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import duckdb
from django.conf import settings
from django.utils.module_loading import import_string

from ropewalk.facts.store import connection, schema

MOST_TOUCHED = (
    2_000_000  # rows of a change; with more, counting anew is no slower than counting the difference
)
OBJECTS = ("opportunities", "activities")
COUNTED_IN = {"credits": "opportunities"}  # what counts within another object
CELLS = "changed_cells"  # the temporary table that a keeper writes differences into
CELL_COLUMNS = list(schema.CELL)
OWNED = "(source, owner_key) IN (SELECT (source, id) FROM touched_keys WHERE object = 'owners')"


@dataclass(frozen=True)
class Needs:
    """What a keeper must be shown beside the touched rows themselves: the rows of these objects whose account is touched."""

    by_account: frozenset[str]


class Keeper(Protocol):
    """Keeps tallies of one company's facts."""

    def needs(self, company_id: int) -> Needs | None:
        """What it must be shown; None where nothing is kept that fits the facts of this moment."""

    def add(self, company_id: int, objects: frozenset[str]) -> None:
        """Count `touched_…` of the objects, with `touched_credits` of these deals, into `changed_cells`."""


def keeper() -> Keeper | None:
    """The keeper that the settings name."""
    name = getattr(settings, "TALLY_KEEPER", None)
    found: Keeper | None = import_string(name)() if name else None
    return found


@dataclass
class Touching:
    """The rows that a change touches. Name them, then call `before`, then change."""

    cursor: duckdb.DuckDBPyConnection
    company_id: int
    revision: str
    keeper: Keeper | None = None
    needs: Needs | None = None
    is_watched: bool = False  # whether the difference is being counted
    leaving: dict[str, str] = field(default_factory=dict)  # object -> table of its rows as they are before
    arriving: dict[str, str] = field(default_factory=dict)  # object -> table of its rows as they are after

    def rows(self, name: str, keys: str, values: Mapping[str, Any] | None = None) -> None:
        """Touch the rows of an object whose source and id a question gives; of credits their opportunities."""
        if self.needs is None:  # nothing is kept that could be changed by the difference
            return
        counted = COUNTED_IN.get(name, name)
        self.cursor.execute(
            f"INSERT INTO touched_keys SELECT '{counted}', k.* FROM ({keys}) AS k", values or {}
        )

    def accounts(self, keys: str, values: Mapping[str, Any] | None = None) -> None:
        """Touch accounts, by source and id: whatever hangs on them may count otherwise afterwards."""
        self.rows("accounts", keys, values)

    def owners(self, keys: str, values: Mapping[str, Any] | None = None) -> None:
        """Touch owner keys, by source and key: all that they own counts for another person afterwards."""
        self.rows("owners", keys, values)

    def before(self) -> None:
        """Show the rows as they are. Whatever is touched must have been named."""
        if self.needs is None or self._touched() > MOST_TOUCHED:
            return
        self._widen()
        self.is_watched = True
        shape = ", ".join(f"{name} {kind}" for name, kind in schema.CELL.items())
        self.cursor.execute(f"CREATE OR REPLACE TEMP TABLE {CELLS} ({shape})")
        for name in self.needs.by_account:
            self.cursor.execute(
                f"CREATE OR REPLACE TEMP TABLE beside_touched_{name} AS {self._of_the_same_account(name)}",
                {"company": self.company_id},
            )
        self._show(self.leaving)
        taken_off = ", ".join(f"{name} = -{name}" for name in ("facts", *schema.SUMS))
        self.cursor.execute(f"UPDATE {CELLS} SET {taken_off}")

    def after(self) -> None:
        """Show the rows as they are now, change what is kept by the difference, and note that the facts are others."""
        revision = _revise(self.cursor, self.company_id)
        if not self.is_watched:
            return
        self._show(self.arriving)
        _settle(self.cursor, self.company_id)
        self.cursor.execute(
            "UPDATE watermarks SET revision = ? WHERE company_id = ? AND revision = ?",
            [revision, self.company_id, self.revision],
        )

    def _touched(self) -> int:
        """How many rows are touched by their own keys or by their owners."""
        keys = self.cursor.execute("SELECT count(*) FROM touched_keys WHERE object <> 'owners'").fetchone()
        found = int(keys[0]) if keys else 0
        if self._touches_owners():
            for name in (*OBJECTS, "credits"):
                sql = f"SELECT count(*) FROM {name} WHERE company_id = ? AND {OWNED}"
                owned = self.cursor.execute(sql, [self.company_id]).fetchone()
                found += int(owned[0]) if owned else 0
        return found

    def _touches_owners(self) -> bool:
        sql = "SELECT 1 FROM touched_keys WHERE object = 'owners' LIMIT 1"
        return self.cursor.execute(sql).fetchone() is not None

    def _widen(self) -> None:
        """Add what owners own, and the accounts that the touched deals hang on, unless whoever has these rows named them."""
        mine = {"company": self.company_id}
        if self._touches_owners():
            for name in OBJECTS:
                self.rows(
                    name, f"SELECT source, id FROM {name} WHERE company_id = $company AND {OWNED}", mine
                )
            self.rows(
                "credits",
                f"SELECT source, opportunity_id FROM credits WHERE company_id = $company AND {OWNED}",
                mine,
            )
        if "opportunities" in self.leaving:
            return
        self.accounts(
            "SELECT source, account_id FROM opportunities WHERE company_id = $company AND account_id <> '' "
            "AND (source, id) IN (SELECT (source, id) FROM touched_keys WHERE object = 'opportunities')",
            mine,
        )

    def _show(self, ready: Mapping[str, str]) -> None:
        assert self.needs is not None
        assert self.keeper is not None
        shown = set()
        for name in OBJECTS:
            columns = schema.columns_of(name)
            sql = f"SELECT {columns} FROM {ready[name]}" if name in ready else self._by_key(name)
            if name in self.needs.by_account:
                sql = f"{sql} UNION ALL SELECT {columns} FROM beside_touched_{name}"
            values = {"company": self.company_id} if "$company" in sql else {}
            self.cursor.execute(f"CREATE OR REPLACE TEMP TABLE touched_{name} AS {sql}", values)
            if self.cursor.execute(f"SELECT 1 FROM touched_{name} LIMIT 1").fetchone():
                shown.add(name)
        if "opportunities" in shown:
            self.cursor.execute(
                "CREATE OR REPLACE TEMP TABLE touched_credits AS SELECT * FROM credits WHERE company_id = $company "
                "AND (source, opportunity_id) IN (SELECT (source, id) FROM touched_opportunities)",
                {"company": self.company_id},
            )
        self.keeper.add(self.company_id, frozenset(shown))

    def _by_key(self, name: str) -> str:
        return (
            f"SELECT {schema.columns_of(name)} FROM {name} WHERE company_id = $company AND (source, id) IN "
            f"(SELECT (source, id) FROM touched_keys WHERE object = '{name}')"
        )

    def _of_the_same_account(self, name: str) -> str:
        """The rows whose account is touched and that aren't themselves: the same before the change and after it."""
        return (
            f"SELECT {schema.columns_of(name)} FROM {name} WHERE company_id = $company AND (source, account_id) IN "
            "(SELECT (source, id) FROM touched_keys WHERE object = 'accounts') AND (source, id) NOT IN "
            f"(SELECT (source, id) FROM touched_keys WHERE object = '{name}')"
        )


@contextmanager
def changing(company_id: int) -> Iterator[Touching]:
    """A change of the company's facts, in a transaction of its own or the one around it."""
    with connection.writing() as cursor:
        connection.account()
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE touched_keys (object VARCHAR, source VARCHAR, id VARCHAR)"
        )
        touching = Touching(cursor, company_id, revision_of(cursor, company_id))
        touching.keeper = keeper()
        touching.needs = touching.keeper.needs(company_id) if touching.keeper else None
        yield touching
        touching.after()


def revision_of(cursor: duckdb.DuckDBPyConnection, company_id: int) -> str:
    """The word that stands for the company's facts as they are; empty before the first of them."""
    found = cursor.execute("SELECT revision FROM revisions WHERE company_id = ?", [company_id]).fetchone()
    return str(found[0]) if found else ""


def revise(company_id: int) -> None:
    """Note that the company's facts have changed otherwise than by a change whose rows are known."""
    with connection.writing() as cursor:
        connection.account()
        _revise(cursor, company_id)


def _revise(cursor: duckdb.DuckDBPyConnection, company_id: int) -> str:
    """A revision that never was, in this file or in any other."""
    connection.revised(company_id)
    cursor.execute("DELETE FROM revisions WHERE company_id = ?", [company_id])
    found = cursor.execute(
        "INSERT INTO revisions SELECT ?, gen_random_uuid()::VARCHAR RETURNING revision", [company_id]
    ).fetchone()
    assert found is not None
    return str(found[0])


def _settle(cursor: duckdb.DuckDBPyConnection, company_id: int) -> None:
    """Change the kept cells by the differences; what no fact stands behind any more goes."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in ("facts", *schema.SUMS))
    differs = " OR ".join(f"sum({name}) <> 0" for name in ("facts", *schema.SUMS))
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE net_cells AS SELECT tally, person_id, day, {sums} FROM {CELLS} "
        f"GROUP BY tally, person_id, day HAVING {differs}"
    )
    columns = ", ".join(CELL_COLUMNS)
    # Looked for by three narrow columns first, and by their places then: the sums of all the others are never read.
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE standing_cells AS SELECT t.rowid AS place FROM net_cells AS n JOIN tallies AS t "
        "ON t.company_id = $company AND t.tally = n.tally AND t.person_id = n.person_id AND t.day = n.day",
        {"company": company_id},
    )
    standing = f"SELECT {columns} FROM tallies WHERE rowid IN (SELECT place FROM standing_cells)"
    added = ", ".join(f"coalesce(t.{name}, 0) + n.{name} AS {name}" for name in ("facts", *schema.SUMS))
    # Rewritten at the end and not in place: the engine keeps whole blocks of what is changed in place in memory.
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE moved_cells AS SELECT n.tally, n.person_id, n.day, {added} FROM net_cells AS n "
        f"LEFT JOIN ({standing}) AS t ON t.tally = n.tally AND t.person_id = n.person_id AND t.day = n.day"
    )
    cursor.execute("DELETE FROM tallies WHERE rowid IN (SELECT place FROM standing_cells)")
    cursor.execute(
        f"INSERT INTO tallies (company_id, {columns}) SELECT $company, {columns} FROM moved_cells WHERE facts <> 0 "
        "ORDER BY tally, person_id, day",
        {"company": company_id},
    )
