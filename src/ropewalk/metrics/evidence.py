"""The rows behind a figure, each with its share of the credit and its part of numerator and denominator.

What the rows' parts add up to is the figure. It knows nobody's rights: the question's `people` narrows. Start with
`evidence_for_system`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from sqlglot import exp, select

from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.facts import store
from ropewalk.facts.tapped import tapped_for_system
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.compiling import Compiler, Span
from ropewalk.metrics.definition import Definition, Kind
from ropewalk.metrics.measuring import DIGITS, value_of
from ropewalk.metrics.questions import NO_PERSON, NO_PERSON_NAME, Question
from ropewalk.metrics.scoping import Scope
from ropewalk.metrics.tallying import tap_passes
from ropewalk.metrics.written import rows_asked

DEAL_COLUMNS = (
    "id", "name", "account", "product", "amount", "currency", "company_amount", "opened_on", "closed_on", "status",
    "stage", "owner", "share", "numerator", "denominator",
)  # fmt: skip
ACTIVITY_COLUMNS = ("id", "type", "day", "account", "outcome", "owner", "share", "numerator", "denominator")
TAPPED = "tapped"  # the source of what was logged here


@dataclass(frozen=True)
class EvidenceRow:
    """One fact as credited to one owner; which fields say something is named by `Evidence.columns`."""

    source: str
    id: str
    person_id: int  # 0: no person
    owner: str  # the person's name, or the source's own owner key where nobody is matched
    day: date
    account: str | None
    share: Decimal
    numerator: Decimal
    denominator: Decimal
    thing: str | None = None  # the id that a distinct count tells apart
    outside: Decimal = Decimal(0)  # of a ratio of amounts: the share, where it isn't in the numerator
    name: str | None = None
    product: str | None = None
    stage: str | None = None
    amount: Decimal | None = None  # as the source has it, in `currency`
    currency: str | None = None
    company_amount: Decimal | None = None  # in the company's currency
    opened_on: date | None = None
    closed_on: date | None = None
    status: str | None = None  # as of the day asked about
    type: str | None = None
    outcome: str | None = None
    opportunity_id: str | None = None


@dataclass(frozen=True)
class Evidence:
    """The rows behind one figure and what they make together; `rows` may be a window of `total`."""

    definition: Definition
    columns: tuple[str, ...]
    rows: tuple[EvidenceRow, ...]  # by day, then source and id
    total: int
    numerator: Decimal
    denominator: Decimal | None  # None for what is counted or added up
    value: Fraction | None


def evidence_for_system(
    company_id: int,
    question: Question,
    *,
    team_id: int | None = None,
    roster: Roster | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Evidence:
    """The facts behind the figure of the question's people over its range, grain and `by` aside.

    With a team only facts of people who belonged to it, or below it, on the fact's own day. The sums are of all rows,
    also where `limit` and `offset` show a window of them.
    """
    definition = definition_of(question.metric)
    scope = scoping.read(company_id, definition, question.where)
    span = Span(question.start, question.end, question.as_of, question.people)
    people = roster or roster_for_system(company_id)
    if limit is not None and team_id is None and span.people is None and not _is_told_apart(definition):
        return _windowed(company_id, definition, scope, span, people, limit, offset)
    found = [
        *_facts(company_id, definition, scope, span, people),
        *_taps(company_id, definition, scope, span, people),
    ]
    if span.people is not None:
        found = [row for row in found if row.person_id in span.people]
    if team_id is not None:
        found = [row for row in found if _is_of_team(people, row, team_id)]
    found.sort(key=_place)
    with localcontext() as context:
        context.prec = DIGITS
        return _summed(definition, _each_once(definition, found), limit, offset)


def _summed(definition: Definition, rows: list[EvidenceRow], limit: int | None, offset: int) -> Evidence:
    numerator = sum((row.numerator for row in rows), Decimal(0))
    denominator = sum((row.denominator for row in rows), Decimal(0))
    outside = sum((row.outside for row in rows), Decimal(0))
    shown = rows[offset:] if limit is None else rows[offset : offset + limit]
    return _evidence(definition, shown, len(rows), numerator, denominator, outside)


def _evidence(
    definition: Definition,
    shown: Iterable[EvidenceRow],
    total: int,
    numerator: Decimal,
    denominator: Decimal,
    outside: Decimal,
) -> Evidence:
    return Evidence(
        definition=definition,
        columns=DEAL_COLUMNS if definition.fact == "opportunities" else ACTIVITY_COLUMNS,
        rows=tuple(shown),
        total=total,
        numerator=numerator,
        denominator=denominator if definition.is_level else None,
        value=value_of(definition, numerator, denominator, outside=outside),
    )


def _place(row: EvidenceRow) -> tuple[object, ...]:
    """Where a row stands among others: one deal may have several owners whom nobody is matched to."""
    return (row.day, row.source, row.id, row.person_id, "" if row.person_id else row.owner, row.share)


def _windowed(
    company_id: int,
    definition: Definition,
    scope: Scope,
    span: Span,
    roster: Roster,
    limit: int,
    offset: int,
) -> Evidence:
    """A window of the rows where the engine can order and add up by itself: of a company these may be a hundred thousand."""
    query = Compiler(definition, scope, span).rows()
    rows = query.tree.copy()
    names = [f"column_{at:02}" for at in range(len(rows.expressions))]
    rows.set("expressions", [one.as_(name) for one, name in zip(rows.expressions, names, strict=True)])
    source, fact_id, owner, person, day = map(exp.column, names[:5])
    nameless = exp.case().when(person.eq(0), exp.func("COALESCE", owner, exp.Literal.string(NO_PERSON_NAME)))
    order = (day, source, fact_id, person.copy(), nameless, exp.column(names[-5]))
    sums = [
        exp.func("COALESCE", exp.Sum(this=exp.column(names[at])), exp.Literal.number(0))
        for at in (-4, -3, -1)
    ]
    facts = store.for_company(company_id)
    with facts.one_moment():
        total, *added = facts.read(
            select(exp.Count(this=exp.Star()), *sums).from_(rows.subquery("every")), query.values
        )[0]
        shown = facts.read(
            select(*map(exp.column, names))
            .from_(rows.copy().subquery("every"))
            .order_by(*(exp.Ordered(this=one, nulls_first=True) for one in order))
            .limit(limit)
            .offset(offset),
            query.values,
        )
    with localcontext() as context:
        context.prec = DIGITS
        return _evidence(definition, _evidence_rows(definition, shown, roster), total, *map(Decimal, added))


def _facts(
    company_id: int, definition: Definition, scope: Scope, span: Span, roster: Roster
) -> Iterator[EvidenceRow]:
    statement, values = rows_asked(definition, scope, span)
    return _evidence_rows(definition, store.for_company(company_id).read(statement, values), roster)


def _evidence_rows(
    definition: Definition, rows: Iterable[tuple[Any, ...]], roster: Roster
) -> Iterator[EvidenceRow]:
    names = (
        (
            "name",
            "product",
            "stage",
            "amount",
            "currency",
            "company_amount",
            "opened_on",
            "closed_on",
            "status",
        )
        if definition.fact == "opportunities"
        else ("type", "outcome", "opportunity_id")
    )
    for row in rows:
        source, fact_id, owner_key, person_id, day, account, thing, *rest = row
        share, numerator, denominator, _, outside = rest[-5:]
        own: dict[str, Any] = dict(zip(names, rest, strict=False))
        person = person_id if person_id in roster.people else NO_PERSON
        yield EvidenceRow(
            source=source,
            id=fact_id,
            person_id=person,
            owner=roster.people[person].name if person else owner_key or NO_PERSON_NAME,
            day=day,
            account=account,
            thing=thing,
            outside=outside,
            share=share,
            numerator=numerator,
            denominator=denominator,
            **own,
        )


def _taps(
    company_id: int, definition: Definition, scope: Scope, span: Span, roster: Roster
) -> Iterator[EvidenceRow]:
    if not _has_taps(definition) or span.last_day < span.start:
        return
    for one in tapped_for_system(company_id, span.start, span.last_day):
        if tap_passes(definition.filter, scope, one.activity):
            yield EvidenceRow(
                source=TAPPED,
                id=f"{one.day.isoformat()} {one.activity}",
                person_id=one.person_id,
                owner=roster.people[one.person_id].name,
                day=one.day,
                account=None,
                share=Decimal(1),
                numerator=Decimal(one.count),
                denominator=Decimal(one.count),
                type=one.activity,
            )


def _is_told_apart(definition: Definition) -> bool:
    """Whether rows beside the engine's are counted, or a row counts only where an earlier one didn't."""
    return definition.kind is Kind.DISTINCT or _has_taps(definition)


def _has_taps(definition: Definition) -> bool:
    return definition.fact == "activities" and definition.kind is Kind.COUNT


def _is_of_team(roster: Roster, row: EvidenceRow, team_id: int) -> bool:
    team = roster.team_of(row.person_id, row.day)
    return team is not None and team_id in roster.path_of(team, row.day)


def _each_once(definition: Definition, rows: Iterable[EvidenceRow]) -> list[EvidenceRow]:
    """For a distinct count: the first row of each thing counts 1 and every later one 0."""
    found = list(rows)
    if definition.kind is not Kind.DISTINCT:
        return found
    seen: set[tuple[str, str | None]] = set()
    counted = []
    for row in found:
        part = Decimal(0 if (row.source, row.thing) in seen else 1)
        seen.add((row.source, row.thing))
        counted.append(replace(row, numerator=part, denominator=part))
    return counted
