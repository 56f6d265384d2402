"""Tallies: the smallest amounts of a metric, by person and day, out of the facts or out of what was kept of them.

Kept tallies (`keeping`) are only a memory: they are read while they fit the facts of the moment, and may be forgotten
at any moment without a figure changing. Reading never writes. Start with `daily_for_system`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.facts.tapped import tapped_for_system
from ropewalk.metrics import keeping, scoping
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.compiling import MOST_BOUND, Compiler, Query, Span
from ropewalk.metrics.definition import Definition, Filter, Kind, Operator
from ropewalk.metrics.expressions import COMPANY
from ropewalk.metrics.scoping import Scope, Where

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Amount:
    """What one person (0: no person) did on one day; None where people or days were added up already."""

    person_id: int | None
    day: date | None
    numerator: Decimal
    denominator: Decimal
    weighed: Decimal = ZERO  # facts that a ratio of amounts weighs
    outside: Decimal = ZERO  # those of them that aren't in its numerator


@dataclass(frozen=True)
class Touch:
    """One person (0: no person) had to do with one thing on one day."""

    person_id: int
    day: date
    thing: tuple[str, str]  # source and id


def daily_for_system(
    company_id: int,
    metric: str | Definition,
    where: Where,
    start: date,
    end: date,
    *,
    as_of: date | None = None,
    people: Collection[int] | None = None,
) -> dict[int, dict[date, tuple[Decimal, Decimal]]]:
    """Numerator and denominator of each person (0: no person) and day from start to end, in one query of the store.

    Whatever lies above (windows, teams, pace) adds these up; counts and sums have denominator 1, to be ignored. Days
    without facts are left out. A distinct count can't be added over people; here each thing stands on the day on which
    the person had to do with it first since start, so that one person's days may be added from start on.
    Raises UnknownMetric and scoping.UnknownField.
    """
    definition = definition_of(metric)
    scope = scoping.read(company_id, definition, where)
    found: dict[int, dict[date, tuple[Decimal, Decimal]]] = {}
    for one in _daily(company_id, definition, scope, Span(start, end, as_of, people)):
        assert one.person_id is not None
        assert one.day is not None
        days = found.setdefault(one.person_id, {})
        before = days.get(one.day, (ZERO, ZERO))
        denominator = before[1] + one.denominator if definition.is_level else ONE
        days[one.day] = (before[0] + one.numerator, denominator)
    return found


def amounts(
    company_id: int,
    definition: Definition,
    scope: Scope,
    span: Span,
    *,
    by: Collection[str] = ("person", "day"),
) -> list[Amount]:
    """The metric's amounts in the span, by `person` and `day` or fewer of them, taps included."""
    facts = store.for_company(company_id)
    with facts.one_moment():
        query = _query(facts, definition, scope, span, by)
        rows = facts.read(query.tree, query.values)
    found = [_amount(row, by) for row in rows if row[-1] is not None]
    found += tapped_amounts(company_id, definition, scope, span)
    if span.people is not None and "person" in by:
        found = [one for one in found if one.person_id in span.people]
    return found


def by_person_and_day(facts: store.CompanyStore, definition: Definition, scope: Scope, span: Span) -> Query:
    """The query of person, day, numerator and denominator, in this order, out of kept tallies where they fit."""
    return _query(facts, definition, scope, span, ("person", "day"))


def _query(
    facts: store.CompanyStore, definition: Definition, scope: Scope, span: Span, by: Collection[str]
) -> Query:
    kept = _kept(facts, definition, scope, span, by=by)
    return kept or Compiler(definition, scope, span).amounts(by=by)


def touches(company_id: int, definition: Definition, scope: Scope, span: Span) -> list[Touch]:
    """Who had to do with which different thing on which day, for a distinct count."""
    query = Compiler(definition, scope, span).told_apart()
    rows = store.for_company(company_id).read(query.tree, query.values)
    found = (Touch(person, day, (source, thing)) for person, day, source, thing in rows)
    return [one for one in found if span.people is None or one.person_id in span.people]


def _daily(company_id: int, definition: Definition, scope: Scope, span: Span) -> Iterator[Amount]:
    if definition.adds_up:
        yield from amounts(company_id, definition, scope, span)
        return
    seen: set[tuple[int, tuple[str, str]]] = set()
    for one in sorted(touches(company_id, definition, scope, span), key=lambda one: one.day):
        if (one.person_id, one.thing) not in seen:
            seen.add((one.person_id, one.thing))
            yield Amount(one.person_id, one.day, ONE, ONE)


def _amount(row: tuple[object, ...], by: Collection[str]) -> Amount:
    rest = list(row)
    person = rest.pop(0) if "person" in by else None
    day = rest.pop(0) if "day" in by else None
    return Amount(person, day, *rest)  # type: ignore[arg-type]


def tapped_amounts(company_id: int, definition: Definition, scope: Scope, span: Span) -> list[Amount]:
    """Taps that pass the metric's filters and the scope; of all fields they have only a type."""
    if definition.fact != "activities" or definition.kind is not Kind.COUNT or span.last_day < span.start:
        return []
    if any(field != "type" for field, _ in scope):
        return []
    people = None if span.people is None else [person for person in span.people if person]
    types = next((values for _, values in scope), None)
    return [
        Amount(one.person_id, one.day, Decimal(one.count), Decimal(one.count))
        for one in tapped_for_system(company_id, span.start, span.last_day, people=people, activities=types)
        if tap_passes(definition.filter, scope, one.activity)
    ]


def tap_passes(filters: Iterable[Filter], scope: Scope, activity: str) -> bool:
    """Whether a tap of that activity counts."""
    return all(_says(one, activity if one.field == "type" else None) for one in filters) and all(
        field == "type" and activity in values for field, values in scope
    )


def counts_taps_of(metric: str | Definition, where: Where, activity: str) -> bool:
    """Whether taps of an activity count for a metric in a scope."""
    definition = definition_of(metric)
    if definition.fact != "activities" or definition.kind is not Kind.COUNT:
        return False
    pairs = tuple(where.items() if isinstance(where, Mapping) else where)
    scope: dict[str, list[str]] = {}
    for field, value in pairs:
        scope.setdefault(field, []).append(value)
    return tap_passes(
        definition.filter, tuple((field, tuple(held)) for field, held in scope.items()), activity
    )


def _says(one: Filter, value: str | None) -> bool:
    listed = one.value if isinstance(one.value, tuple) else (one.value,)
    if one.operator in (Operator.IS, Operator.ONE_OF):
        return value is not None and value in listed
    if one.operator in (Operator.IS_NOT, Operator.NONE_OF):
        return value is None or value not in listed
    return (value is not None) is (one.operator is Operator.KNOWN)


def _kept(
    facts: store.CompanyStore, definition: Definition, scope: Scope, span: Span, *, by: Collection[str]
) -> Query | None:
    """The query of kept tallies, or None where there are none or the facts have changed since."""
    if not keeping.can_be_kept(definition) or _looks_back(definition, scope, span):
        return None
    tally = keeping.fitting(facts, definition, scope)
    if tally is None:
        keeping.wish(facts.company_id, definition, scope)
        return None
    groups = {"person": exp.column("person_id"), "day": exp.column("day")}
    chosen = [groups[name] for name in ("person", "day") if name in by]
    values: dict[str, Any] = {"tally": tally, "start": span.start, "end": span.last_day}
    conditions: list[exp.Expr] = [exp.column("company_id").eq(COMPANY.copy())]
    conditions += [exp.column("tally").eq(exp.Placeholder(this="tally"))]
    conditions += [exp.column("day") >= exp.Placeholder(this="start")]
    conditions += [exp.column("day") <= exp.Placeholder(this="end")]
    if span.people is not None and len(span.people) <= MOST_BOUND:
        people = {f"p{place}": person for place, person in enumerate(sorted(span.people))}
        listed = [exp.Placeholder(this=name) for name in people]
        conditions += [exp.column("person_id").isin(*listed) if listed else exp.false()]
        values |= people
    names = ("numerator", "denominator", *(("weighed", "outside") if definition.weighs_amounts else ()))
    sums = [exp.column(name) if len(chosen) == 2 else exp.Sum(this=exp.column(name)) for name in names]
    tree = select(*chosen, *sums).from_("tallies").where(*conditions)
    is_grouped = bool(chosen) and len(chosen) < 2
    return Query(tree.group_by(*(one.copy() for one in chosen)) if is_grouped else tree, values)


def _looks_back(definition: Definition, scope: Scope, span: Span) -> bool:
    """Whether a fact's status on the day asked about may differ from today's, which kept tallies don't know."""
    if span.as_of is None or definition.date == "closed_on" or definition.fact != "opportunities":
        return False
    parts = [part for part in (definition.numerator, definition.denominator) if part is not None]
    filters = [*definition.filter, *(one for part in parts for one in part.filter)]
    return any(one.field == "status" for one in filters) or any(field == "status" for field, _ in scope)
