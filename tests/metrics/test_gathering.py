"""Everybody's tallies at once are the tallies asked for day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.demo.made import TODAY, Demonstration, demonstration, kept_demonstration
from tests.metrics.conftest import World

from ropewalk.facts import store, taps
from ropewalk.journal.writing import SYSTEM
from ropewalk.metrics import keeping
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.gathering import Gathered, gather_for_system
from ropewalk.metrics.tallying import daily_for_system

from tests.plans.small import at  # isort: skip

__all__ = ["demonstration", "kept_demonstration"]

pytestmark = pytest.mark.django_db
START = date(2026, 3, 1)
SCOPES = ((), (("vertical", "medical"),), (("product", "rope"),))
Plain = dict[int, dict[date, tuple[Decimal, Decimal]]]


def told(found: Gathered, *, is_level: bool) -> Plain:
    """As the question by days gives them."""
    unit = Decimal(10) ** found.places
    return {
        person: {
            date.fromordinal(day): (
                Decimal(days.numerators[at]) / unit,
                Decimal(days.denominators[at]) / unit if is_level and days.denominators else Decimal(1),
            )
            for at, day in enumerate(days.days)
        }
        for person, days in found.people.items()
    }


@pytest.mark.parametrize("is_kept", [False, True])
def test_every_metric_is_gathered_as_it_is_counted_day_by_day(
    demonstration: Demonstration, is_kept: bool
) -> None:
    if is_kept:
        keeping.keep_all(demonstration.id)
    for definition in definitions().values():
        for where in SCOPES:
            if definition.fact == "activities" and where and where[0][0] == "product":
                continue
            plain = daily_for_system(demonstration.id, definition, where, START, TODAY)
            found = gather_for_system(demonstration.id, definition, where, START, TODAY)
            assert told(found, is_level=definition.is_level) == plain, (definition.name, where)
            assert all(list(one.days) == sorted(set(one.days)) for one in found.people.values())
    keeping.forget(demonstration.id)


def test_in_a_company_where_everything_odd_happens_it_is_the_same(small: World) -> None:
    first, last = date(2025, 1, 1), date(2027, 6, 30)
    for definition in definitions().values():
        plain = daily_for_system(small.company.pk, definition, (), first, last)
        found = gather_for_system(small.company.pk, definition, (), first, last)
        assert told(found, is_level=definition.is_level) == plain, definition.name


def test_amounts_that_no_other_number_holds_are_gathered_to_the_last_digit(
    demonstration: Demonstration,
) -> None:
    long = Decimal("98765432109876543.210987")
    deal = {"source": "demo-crm", "status": "won", "closed_on": TODAY, "load_id": 9, "owner_key": "nobody"}
    facts = store.for_company(demonstration.id)
    facts.add("opportunities", [{**deal, "id": "long", "amount": long, "company_amount": long}])
    facts.add(
        "credits",
        [
            {"source": "demo-crm", "opportunity_id": "long", "owner_key": "nobody", "share": Decimal(share)}
            for share in ("0.333333333", "0.666666667")
        ],
    )
    found = gather_for_system(demonstration.id, "revenue_won", (), TODAY, TODAY).people[0]
    assert found.numerators[0] == 98765432109876543210987 * 10**9


def test_one_persons_tallies_are_gathered_alone_with_their_taps(demonstration: Demonstration) -> None:
    who = next(iter(demonstration.people.values()))
    taps.tap(demonstration.id, uuid4(), person_id=who, activity="call", day=TODAY, by=SYSTEM, at=at(TODAY))
    where = (("type", "call"),)
    plain = daily_for_system(demonstration.id, "activities", where, START, TODAY)
    everybody = gather_for_system(demonstration.id, "activities", where, START, TODAY)
    alone = gather_for_system(demonstration.id, "activities", where, START, TODAY, people={who})
    assert alone.people == {who: everybody.people[who]}
    assert told(everybody, is_level=False) == plain
    assert plain[who][TODAY][0] >= 1
