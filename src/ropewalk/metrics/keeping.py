"""Tallies that are kept: made once out of all facts, then changed by what a change of facts changes.

Each carries the revision of the facts that it fits; it is read only while that is the revision in force. Which metrics
and scopes are kept is decided above. Start with `keep` and `refresh`; the store calls `Keeper` at every change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.facts.store.changing import CELL_COLUMNS, CELLS, Needs
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.metrics.compiling import Compiler, Span
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.expressions import COMPANY
from ropewalk.metrics.reading_definitions import read
from ropewalk.metrics.scoping import Scope, Where

ALL_DAYS = Span(date(1, 1, 1), date(9999, 12, 31))
MOST_WISHED = 300  # of one company
_wished: dict[int, dict[tuple[str, tuple[tuple[str, str], ...]], None]] = {}
TOUCHED = "touched_"  # how the tables of a change's rows begin


@dataclass(frozen=True)
class Kept:
    """One kept tally: its number, and what it counts."""

    number: int
    definition: Definition
    scope: Scope


class Keeper:
    """Changes the kept tallies by what a change of facts makes different."""

    def needs(self, company_id: int) -> Needs | None:
        """What must be shown of a change; None where nothing fitting is kept."""
        self.kept = _kept(store.for_company(company_id), only_fitting=True)
        if not self.kept:
            return None
        looking = {one.definition.fact for one in self.kept if _counting(one).looks_at_account}
        return Needs(frozenset(looking))

    def add(self, company_id: int, objects: frozenset[str]) -> None:
        """Count the rows shown into the differences."""
        facts = store.for_company(company_id)
        for one in self.kept:
            if one.definition.fact in objects:
                facts.change(_counting(one).statement, _counting(one).values)


def can_be_kept(definition: Definition) -> bool:
    """Whether days and people are all that the figure depends on: different things counted can't be added up."""
    return definition.adds_up


def keep(company_id: int, metric: str | Definition, where: Where = ()) -> bool:
    """Make and keep the tallies of a metric and scope, anew where they are kept; whether it is one that can be kept."""
    definition = definition_of(metric)
    if not can_be_kept(definition):
        return False
    facts = store.for_company(company_id)
    scope = scoping.read(company_id, definition, where)
    with facts.writing_derived():
        _make(facts, definition, scope)
    return True


def keep_all(company_id: int, wanted: Iterable[tuple[str, Where]] = ()) -> int:
    """Keep the built-in metrics and what else is wanted, unless they fit already; how many had to be made."""
    facts = store.for_company(company_id)
    made = 0
    asked = [*((name, ()) for name in definitions()), *wanted]
    for metric, where in asked:
        definition = definition_of(metric)
        if can_be_kept(definition):
            scope = scoping.read(company_id, definition, where)
            if fitting(facts, definition, scope) is None:
                with facts.writing_derived():
                    _make(facts, definition, scope)
                made += 1
    return made + refresh(company_id)


def wish(company_id: int, definition: Definition, scope: Scope) -> None:
    """Note that a tally was asked for that isn't kept. Reading never writes: it is made when there is time."""
    held = _wished.setdefault(company_id, {})
    if len(held) < MOST_WISHED and can_be_kept(definition) and definition.name in definitions():
        held[definition.name, tuple((field, value) for field, values in scope for value in values)] = None


def wished(company_id: int) -> list[tuple[str, Where]]:
    """What was asked for of a company since this process began."""
    return list(_wished.get(company_id, ()))


def refresh(company_id: int) -> int:
    """Make every kept tally anew that doesn't fit the facts any more; how many."""
    facts = store.for_company(company_id)
    fit = {one.number for one in _kept(facts, only_fitting=True)}
    stale = [one for one in _kept(facts, only_fitting=False) if one.number not in fit]
    for one in stale:
        with facts.writing_derived():
            _make(facts, one.definition, one.scope)
    return len(stale)


def forget(company_id: int) -> None:
    """Drop every kept tally of the company; figures stay as they are."""
    facts = store.for_company(company_id)
    with facts.writing_derived():
        for table in ("tallies", "watermarks"):
            facts.change(exp.delete(table).where(_mine()))


def fitting(facts: store.CompanyStore, definition: Definition, scope: Scope) -> int | None:
    """The number of the tally kept of a metric and scope, if it fits the facts of this moment."""
    names = {"metric": definition.name, "scope": scoping.key_of(scope), "fingerprint": definition.fingerprint}
    same = [exp.column(name, table="w").eq(exp.Placeholder(this=name)) for name in names]
    found = facts.read(_fitting_marks().select(exp.column("tally", table="w")).where(*same), names)
    return int(found[0][0]) if found else None


def _make(facts: store.CompanyStore, definition: Definition, scope: Scope) -> None:
    facts.ensure_revision()
    names: dict[str, Any] = {"metric": definition.name, "scope": scoping.key_of(scope)}
    same = [exp.column(name).eq(exp.Placeholder(this=name)) for name in names]
    of_company = select(exp.column("tally")).from_("watermarks").where(_mine())
    held = [number for (number,) in facts.read(of_company.where(*same), names)]
    taken = [number for (number,) in facts.read(of_company)]
    number = held[0] if held else max(taken, default=0) + 1
    for one in {number, *held}:  # also cells whose mark was lost: they must not be counted with the new ones
        _drop(facts, one)
    _count(facts, Kept(number, definition, scope))
    line = names | {
        "tally": number,
        "fingerprint": definition.fingerprint,
        "definition": json.dumps(definition.as_data()),
        "revision": facts.mark(),
    }
    row = select(COMPANY.copy(), *(exp.Placeholder(this=name) for name in line))
    facts.change(exp.insert(row, "watermarks", columns=["company_id", *line]), line)


def _drop(facts: store.CompanyStore, number: int) -> None:
    same = exp.column("tally").eq(exp.Placeholder(this="tally"))
    for table in ("tallies", "watermarks"):
        facts.change(exp.delete(table).where(_mine(), same.copy()), {"tally": number})


def _count(facts: store.CompanyStore, one: Kept) -> None:
    """Count all facts into the tallies, in the order of person and day."""
    query = Compiler(one.definition, one.scope, ALL_DAYS).cells()
    person, day, *sums = query.tree.expressions
    tree = query.tree.copy().order_by(person.copy(), day.copy())
    tree.set("expressions", [COMPANY.copy(), _number(), person, day, *sums])
    facts.change(
        exp.insert(tree, "tallies", columns=["company_id", *CELL_COLUMNS]),
        query.values | {"tally": one.number},
    )


@dataclass(frozen=True)
class _Counting:
    """What counts the rows of a change into a tally."""

    statement: store.Statement
    values: dict[str, Any]
    looks_at_account: bool


@lru_cache(maxsize=1024)
def _counting(one: Kept) -> _Counting:
    compiler = Compiler(one.definition, one.scope, ALL_DAYS, prefix=TOUCHED)
    query = compiler.cells()
    query.tree.set("expressions", [_number(), *query.tree.expressions])
    statement = store.Statement(exp.insert(query.tree, CELLS, columns=list(CELL_COLUMNS)))
    return _Counting(statement, query.values | {"tally": one.number}, compiler.looks_at_account)


def _number() -> exp.Expr:
    return exp.cast(exp.Placeholder(this="tally"), "INTEGER")


def _kept(facts: store.CompanyStore, *, only_fitting: bool) -> list[Kept]:
    marks = _fitting_marks() if only_fitting else select().from_(exp.to_table("watermarks").as_("w"))
    names = ("tally", "scope", "definition", "fingerprint")
    tree = marks.select(*(exp.column(name, table="w") for name in names))
    tree = tree.where(exp.column("company_id", table="w").eq(COMPANY.copy())).order_by(exp.Literal.number(1))
    found = []
    for number, scope, data, fingerprint in facts.read(tree):
        definition = _definition(data)
        if definition is not None and definition.fingerprint == fingerprint:
            found.append(Kept(number, definition, _scope_of(scope)))
    return found


@lru_cache(maxsize=256)
def _definition(data: str) -> Definition | None:
    return read(json.loads(data))[0]


def _scope_of(key: str) -> Scope:
    return tuple((field, tuple(values)) for field, values in json.loads(key))


def _fitting_marks() -> exp.Select:
    """The watermarks of the company whose revision is the one in force."""
    marks = select().from_(exp.to_table("watermarks").as_("w"))
    same = [
        exp.column(name, table="r").eq(exp.column(name, table="w")) for name in ("company_id", "revision")
    ]
    marks = marks.join(exp.to_table("revisions").as_("r"), on=exp.and_(*same))
    return marks.where(exp.column("company_id", table="w").eq(COMPANY.copy()))


def _mine() -> exp.Expr:
    return exp.column("company_id").eq(COMPANY.copy())
