"""Definitions out of data, with everything that is wrong about them said at once.

It knows the shape of the data and which kind needs what. Start with `read`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from ropewalk.metrics.definition import (
    Better,
    Definition,
    Filter,
    Kind,
    Operator,
    Part,
    Tag,
    Unit,
    Value,
    Words,
)
from ropewalk.metrics.fields import DATES, FACT_FIELDS, Sort, did_you_mean, sort_of

LISTS = (Operator.ONE_OF, Operator.NONE_OF)
BARE = (Operator.KNOWN, Operator.UNKNOWN)
ORDERED = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW)
TOLD_APART = ("account_id", "opportunity_id", "id")


@dataclass(frozen=True)
class Issue:
    """One thing to mend in a definition: where it stands ("numerator.filter.0.field") and a sentence."""

    place: str
    sentence: str


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterData(_Data):
    field: StrictStr
    operator: Operator
    value: StrictStr | int | Decimal | date | list[StrictStr] | None = None


class PartData(_Data):
    of: StrictStr | None = None
    filter: list[FilterData] = []


class WordsData(_Data):
    counts: StrictStr
    leaves_out: StrictStr
    day: StrictStr
    credit: StrictStr


class DefinitionData(_Data):
    name: StrictStr = Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")
    label: StrictStr = Field(min_length=1, max_length=80)
    kind: Kind
    fact: Literal["opportunities", "activities"]
    date: StrictStr
    unit: Unit
    better: Better
    tag: Tag
    words: WordsData
    filter: list[FilterData] = []
    of: StrictStr | None = None
    numerator: PartData | None = None
    denominator: PartData | None = None
    companion: StrictStr | None = None


def read(data: Mapping[str, Any]) -> tuple[Definition | None, list[Issue]]:
    """The definition that the data say, or None and everything there is to mend."""
    try:
        given = DefinitionData.model_validate(dict(data))
    except ValidationError as error:
        return None, [_issue_of(one) for one in error.errors()]
    issues = list(_issues(given))
    if issues:
        return None, issues
    return (
        Definition(
            name=given.name,
            label=given.label,
            kind=given.kind,
            fact=given.fact,
            date=given.date,
            unit=given.unit,
            better=given.better,
            tag=given.tag,
            words=Words(**given.words.model_dump()),
            filter=_filters(given.fact, given.filter),
            of=given.of,
            numerator=_part(given.fact, given.numerator),
            denominator=_part(given.fact, given.denominator),
            companion=given.companion,
        ),
        [],
    )


def _issue_of(error: Any) -> Issue:
    place = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"])
    return Issue(place, f"{place or 'The definition'}: {message[0].lower()}{message[1:]}.")


def _issues(given: DefinitionData) -> Iterator[Issue]:
    if given.date not in DATES[given.fact]:
        yield Issue(
            "date", f"date is {given.date!r}; {given.fact} are counted by {' or '.join(DATES[given.fact])}."
        )
    yield from _issues_of_kind(given)
    yield from _issues_of_filters(given.fact, "filter", given.filter)
    for place, part in (("numerator", given.numerator), ("denominator", given.denominator)):
        if part is not None:
            yield from _issues_of_filters(given.fact, f"{place}.filter", part.filter)
            if part.of is not None:
                yield from _issues_of_number(given.fact, f"{place}.of", part.of)
    if (
        given.numerator
        and given.denominator
        and (given.numerator.of is None) != (given.denominator.of is None)
    ):
        yield Issue("numerator.of", "numerator and denominator must both be counted or both be added up.")
    if given.companion == given.name:
        yield Issue(
            "companion",
            "companion is the metric itself, which can't show that it is gamed. Name another one.",
        )


def _issues_of_kind(given: DefinitionData) -> Iterator[Issue]:
    is_ratio = given.kind is Kind.RATIO
    for place, part in (("numerator", given.numerator), ("denominator", given.denominator)):
        if is_ratio and part is None:
            yield Issue(place, f"{place} is missing; a ratio needs one.")
        if not is_ratio and part is not None:
            yield Issue(place, f"{place} belongs to a ratio, and this is a {given.kind}. Leave it out.")
    if given.kind in (Kind.SUM, Kind.MEAN):
        if given.of is None:
            yield Issue("of", f"of is missing; a {given.kind} needs to know which number is added up.")
        else:
            yield from _issues_of_number(given.fact, "of", given.of)
    elif given.kind in (Kind.DISTINCT, Kind.FIRST_TIME):
        if given.of not in TOLD_APART or sort_of(given.fact, given.of or "") is None:
            yield Issue("of", f"of is {given.of!r}; what is told apart is an id, such as account_id.")
    elif given.of is not None:
        yield Issue(
            "of", f"of says what is added up or told apart, which a {given.kind} doesn't do. Leave it out."
        )


def _issues_of_number(fact: str, place: str, field: str) -> Iterator[Issue]:
    numbers = [name for name, sort in FACT_FIELDS[fact].items() if sort is Sort.NUMBER]
    if field not in numbers:
        yield Issue(
            place, f"{place} is {field!r}, which is no number of {fact}. {did_you_mean(field, numbers)}"
        )


def _issues_of_filters(fact: str, place: str, filters: list[FilterData]) -> Iterator[Issue]:
    for index, one in enumerate(filters):
        here = f"{place}.{index}"
        sort = sort_of(fact, one.field)
        if sort is None:
            known = [*FACT_FIELDS[fact], "custom.<name>"]
            yield Issue(
                f"{here}.field",
                f"{fact} have no field {one.field!r} to filter by. {did_you_mean(one.field, known)}",
            )
            continue
        if one.operator in LISTS and not (isinstance(one.value, list) and one.value):
            yield Issue(f"{here}.value", f"{one.operator} needs a list of values.")
        elif one.operator in BARE and one.value is not None:
            yield Issue(f"{here}.value", f"{one.operator} takes no value.")
        elif one.operator not in (*LISTS, *BARE) and (one.value is None or isinstance(one.value, list)):
            yield Issue(f"{here}.value", f"{one.operator} needs one value.")
        elif one.operator in ORDERED and sort is Sort.TEXT:
            yield Issue(f"{here}.operator", f"{one.field} is text, which is compared by is or one_of.")
        elif sort is not Sort.TEXT and one.operator in LISTS:
            yield Issue(f"{here}.operator", f"{one.field} is no text; compare it by is, at_least or at_most.")
        elif one.value is not None and not isinstance(one.value, list):
            yield from _issues_of_value(here, one, sort)


def _issues_of_value(here: str, one: FilterData, sort: Sort) -> Iterator[Issue]:
    try:
        _value_of(sort, one.value)
    except (ValueError, InvalidOperation):
        wanted = "a number" if sort is Sort.NUMBER else "a date such as 2027-01-31"
        yield Issue(f"{here}.value", f"{one.field} is compared with {one.value!r}, which isn't {wanted}.")


def _value_of(sort: Sort, value: Any) -> Value:
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(value)
    if sort is Sort.NUMBER:
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueError("value must be finite")
        return number
    if sort is Sort.DAY:
        return date.fromisoformat(str(value)).isoformat()
    return str(value)


def _filters(fact: str, filters: list[FilterData]) -> tuple[Filter, ...]:
    return tuple(
        Filter(one.field, one.operator, _value_of(sort_of(fact, one.field) or Sort.TEXT, one.value))
        for one in filters
    )


def _part(fact: str, part: PartData | None) -> Part | None:
    return None if part is None else Part(part.of, _filters(fact, part.filter))
