"""The one question of what a figure is: a metric by person, team or company, by period, in a scope, as of a day.

Facts are added up by person and day; teams are made of people by the membership of each fact's own day, periods by the
company's calendar. It knows nobody's rights: `people` narrows. Start with `measure_for_system`; who needs many windows
of the same days reads `daily_for_system` once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal, localcontext
from fractions import Fraction

from ropewalk.companies.queries import CompanyFacts, company_for_system
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.facts import store
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import UnknownMetric, definition_of, definitions
from ropewalk.metrics.compiling import Span
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.questions import NO_PERSON, NO_PERSON_NAME, By, Question, Reading, Row
from ropewalk.metrics.scoping import UnknownField
from ropewalk.metrics.tallying import Amount, Touch, amounts, daily_for_system, touches
from ropewalk.rules import calendar, intervals, tally

__all__ = [
    "Question",
    "Reading",
    "Row",
    "UnknownField",
    "UnknownMetric",
    "daily_for_system",
    "definition_of",
    "definitions",
    "measure_for_system",
    "value_of",
]

DIGITS = 80  # sums of any amounts stay exact
NO_LOST_AMOUNT = "The deals outside the numerator carry no amount, so by amount there is no value."


@dataclass
class _Sum:
    """What is added up for one row."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    weighed: Decimal = Decimal(0)
    outside: Decimal = Decimal(0)
    things: set[tuple[str, str]] = field(default_factory=set)

    def add(self, one: Amount) -> None:
        self.numerator += one.numerator
        self.denominator += one.denominator
        self.weighed += one.weighed
        self.outside += one.outside


Sums = dict[tuple[int, int], _Sum]  # (id of the row's thing, number of its period)


def measure_for_system(company_id: int, question: Question, *, roster: Roster | None = None) -> Reading:
    """The figures that answer the question; nobody's rights are asked.

    By person there is a row for everybody with a membership in the range, for whoever else has a figure in it, and for
    "(no person)"; by team for every team with its subtree, so that rows overlap. Every row stands in every period.
    Raises UnknownMetric, UnknownField, and ValueError where the end lies before the start.
    """
    definition = definition_of(question.metric)
    company = company_for_system(company_id)
    people = roster or roster_for_system(company_id)
    periods = periods_of(question, company)
    scope = scoping.read(company_id, definition, question.where)
    span = Span(question.start, question.end, question.as_of, question.people)
    with localcontext() as context:
        context.prec = DIGITS
        if definition.adds_up:
            found = amounts(company_id, definition, scope, span, by=_groups(question, len(periods)))
            sums = _added(found, question.by, people, periods, company_id)
        else:
            sums = _distinct(
                touches(company_id, definition, scope, span), question.by, people, periods, company_id
            )
    rows = [
        _row(definition, question.by, thing, name, periods[index], sums.get((thing, index), _Sum()))
        for thing, name in _names(question, people, company, {thing for thing, _ in sums})
        for index in range(len(periods))
    ]
    rows.sort(key=lambda row: (row.name, row.period_start, row.id))
    fresh_at = store.for_company(company_id).fresh_at()
    return Reading(question, definition, tuple(rows), fresh_at and fresh_at.replace(tzinfo=UTC))


def periods_of(question: Question, company: CompanyFacts) -> list[calendar.Period]:
    """The question's periods, the first and the latest cut to the range; quarters and years are fiscal."""
    if question.end < question.start:
        raise ValueError(f"end {question.end} lies before start {question.start}")
    if question.grain is None:
        return [calendar.Period(question.start, question.end)]
    return calendar.periods(
        question.start,
        question.end,
        grain=question.grain,
        start_month=company.fiscal_start_month,
        first_weekday=company.first_weekday,
    )


def value_of(
    definition: Definition, numerator: Decimal, denominator: Decimal, *, outside: Decimal = Decimal(0)
) -> Fraction | None:
    """The value of sums of tallies; None where there is none.

    `outside` are the deals of a ratio of amounts that aren't in its numerator: where there are some and they add nothing
    to the denominator, their amounts are missing.
    """
    if not definition.is_level:
        return tally.value(numerator)
    if definition.weighs_amounts and outside > 0 and numerator == denominator:
        return None
    return tally.value(numerator, denominator)


def _groups(question: Question, periods: int) -> tuple[str, ...]:
    """What the engine must keep apart for the question; the less, the less comes back."""
    wants_days = periods > 1 or question.by == "team"
    wants_people = question.by != "company" or question.people is not None
    return tuple(name for name, wanted in (("person", wants_people), ("day", wants_days)) if wanted)


def _things(
    by: By, roster: Roster, company_id: int, person_id: int | None, day: date | None
) -> Iterable[int]:
    """The rows that a fact of a person on a day counts for."""
    if by == "company":
        return (company_id,)
    if by == "person":
        return (person_id if person_id is not None and person_id in roster.people else NO_PERSON,)
    assert day is not None
    team_id = roster.team_of(person_id or NO_PERSON, day)
    return () if team_id is None else roster.path_of(team_id, day)


def _added(
    found: Iterable[Amount], by: By, roster: Roster, periods: list[calendar.Period], company_id: int
) -> Sums:
    sums: Sums = {}
    starts = [period.start for period in periods]
    for one in found:
        index = 0 if one.day is None else bisect_right(starts, one.day) - 1
        for thing in _things(by, roster, company_id, one.person_id, one.day):
            sums.setdefault((thing, index), _Sum()).add(one)
    return sums


def _distinct(
    found: Iterable[Touch], by: By, roster: Roster, periods: list[calendar.Period], company_id: int
) -> Sums:
    sums: Sums = {}
    starts = [period.start for period in periods]
    for one in found:
        index = bisect_right(starts, one.day) - 1
        for thing in _things(by, roster, company_id, one.person_id, one.day):
            sums.setdefault((thing, index), _Sum()).things.add(one.thing)
    for each in sums.values():
        each.numerator = Decimal(len(each.things))
    return sums


def _names(
    question: Question, roster: Roster, company: CompanyFacts, with_figures: set[int]
) -> list[tuple[int, str]]:
    """Whom the answer has rows for: id and name."""
    if question.by == "company":
        return [(company.id, company.name)]
    if question.by == "team":
        return [(team.id, team.name) for team in roster.teams.values()]
    wanted = roster.members_between(question.start, question.end) | with_figures | {NO_PERSON}
    if question.people is not None:
        wanted &= question.people
    return [(person, _name_of(person, roster.people)) for person in wanted]


def _name_of(person_id: int, people: Mapping[int, object]) -> str:
    return getattr(people[person_id], "name", "") if person_id != NO_PERSON else NO_PERSON_NAME


def _row(definition: Definition, by: By, thing: int, name: str, period: calendar.Period, total: _Sum) -> Row:
    value = value_of(definition, total.numerator, total.denominator, outside=total.outside)
    is_unsure = definition.counts_decided and 0 < total.denominator < intervals.INTERVAL_SHOWN_UNDER
    is_part = (
        total.numerator <= total.denominator
    )  # always, but for a company's own ratio of two different things
    hides = definition.weighs_amounts and value is None and total.outside > 0
    return Row(
        scope=by,
        id=thing,
        name=name,
        period_start=period.start,
        period_end=period.end,
        numerator=total.numerator,
        denominator=total.denominator if definition.is_level else None,
        value=value,
        interval=intervals.wilson(total.numerator, total.denominator) if is_unsure and is_part else None,
        deals=total.weighed if definition.weighs_amounts else None,
        note=NO_LOST_AMOUNT if hides else "",
    )
