"""Everybody's tallies of one metric at once, in whole numbers and a fixed number of places: what a company's day stands on.

The figures are those of `tallying.daily_for_system`; only the way is shorter. The engine hands over one line of text a
person, which costs a tenth of a row for each day, and a decimal's text without its point is its exact whole number.
Start with `gather_for_system`.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.facts.store.schema import TALLY_PLACES
from ropewalk.lib.giving_way import give_way
from ropewalk.metrics import scoping, tallying
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.compiling import Query, Span
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.scoping import Scope, Where

NOTHING_AFTER = "." + "0" * TALLY_PLACES


@dataclass(frozen=True)
class Days:
    """What one person (0: no person) did, day by day. Numbers are whole ones, in units of the places behind the point."""

    days: Sequence[int]  # ordinals, in order, only those with something
    numerators: Sequence[int]
    denominators: Sequence[int] | None  # None for counts and sums, which have none


@dataclass(frozen=True)
class Gathered:
    """A metric's tallies by person."""

    places: int  # digits behind the point that every number has
    people: dict[int, Days] = field(default_factory=dict)


def gather_for_system(
    company_id: int,
    metric: str | Definition,
    where: Where,
    start: date,
    end: date,
    *,
    people: Collection[int] | None = None,
) -> Gathered:
    """The tallies of these days, both included, of everybody or of these people, taps included, in one query of the store.

    Raises UnknownMetric and scoping.UnknownField.
    """
    definition = definition_of(metric)
    scope = scoping.read(company_id, definition, where)
    span = Span(start, end, people=people)
    if definition.adds_up:
        found = _told(_lines(company_id, definition, scope, span), definition)
        _add_taps(found, tallying.tapped_amounts(company_id, definition, scope, span))
    else:
        daily = tallying.daily_for_system(company_id, definition, where, start, end, people=people)
        found = Gathered(0, {one: _counted(days) for one, days in daily.items()})
    if people is not None:
        return Gathered(found.places, {one: days for one, days in found.people.items() if one in people})
    return found


def _lines(
    company_id: int, definition: Definition, scope: Scope, span: Span
) -> list[tuple[int, str, str, str | None]]:
    """Person, and as text with commas: ordinals of days, numerators, denominators."""
    facts = store.for_company(company_id)
    with facts.one_moment():
        query = tallying.by_person_and_day(facts, definition, scope, span)
        return facts.read(_lined(query, with_denominators=definition.is_level), query.values)


def _lined(query: Query, *, with_denominators: bool) -> exp.Select:
    names = ("person_id", "day", "numerator", "denominator")
    cells = query.tree.copy()
    cells.set(
        "expressions",
        [one.as_(name) for one, name in zip(cells.expressions[: len(names)], names, strict=True)],
    )
    since = exp.cast(exp.Literal.string("0001-01-01"), "DATE")
    ordinal = exp.Sub(this=exp.column("day"), expression=since)  # of a day's ordinal one is missing
    denominators = _joined_up(exp.column("denominator")) if with_denominators else exp.null()
    return (
        select(
            exp.column("person_id"), _joined_up(ordinal), _joined_up(exp.column("numerator")), denominators
        )
        .from_(cells.subquery("cells"))
        .group_by(exp.column("person_id"))
    )


def _joined_up(one: exp.Expr) -> exp.Expr:
    """All of a person's as one text, in the order of the days."""
    order = exp.Order(
        this=exp.cast(one, "TEXT"), expressions=[exp.Ordered(this=exp.column("day"), nulls_first=False)]
    )
    return exp.GroupConcat(this=order, separator=exp.Literal.string(","))


def _told(lines: Iterable[tuple[int, str, str, str | None]], definition: Definition) -> Gathered:
    """The lines as numbers: without places where no person has any, else all with the same."""
    held = list(lines)
    for places, is_whole in ((0, True), (TALLY_PLACES, False)):
        try:
            return Gathered(
                places,
                {
                    person: Days(
                        array("l", (int(one) + 1 for one in days.split(","))),
                        _numbers(numerators, is_whole=is_whole),
                        _numbers(denominators, is_whole=is_whole) if denominators else None,
                    )
                    for person, days, numerators, denominators in held
                },
            )
        except ValueError:
            if not is_whole:
                raise
    raise AssertionError("the second reading gives or raises")


def _numbers(text: str, *, is_whole: bool) -> list[int]:
    """The numbers of a text; raises ValueError where they should be whole and aren't."""
    give_way()
    return list(map(int, text.replace(NOTHING_AFTER if is_whole else ".", "").split(",")))


def _counted(days: dict[date, tuple[Decimal, Decimal]]) -> Days:
    order = sorted(days)
    return Days(array("l", (day.toordinal() for day in order)), [int(days[day][0]) for day in order], None)


def _add_taps(found: Gathered, taps: list[tallying.Amount]) -> None:
    """Taps beside what the facts say, on their days."""
    one_tap = 10**found.places
    by_person: dict[int, dict[int, int]] = {}
    for one in taps:
        assert one.person_id is not None
        assert one.day is not None
        held = by_person.setdefault(one.person_id, {})
        held[one.day.toordinal()] = held.get(one.day.toordinal(), 0) + int(one.numerator) * one_tap
    for person, tapped in by_person.items():
        before = found.people.get(person)
        for day, number in zip(before.days, before.numerators, strict=True) if before else ():
            tapped[day] = tapped.get(day, 0) + number
        order = sorted(tapped)
        found.people[person] = Days(array("l", order), [tapped[day] for day in order], None)
