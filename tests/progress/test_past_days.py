"""A past day seen from a later one is that day, also where another year's plan held then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.plans.small import ANA, BEN, Small, at, clients, day, plan_of

from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.progress.past import earlier
from ropewalk.progress.ropes import ropes_of
from ropewalk.progress.series import Cut, series_for_system
from ropewalk.progress.world import world_for_system
from ropewalk.versions.publishing import publish

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2028, 1, 1)


def test_in_january_a_day_of_december_is_read_with_the_old_years_plan(small: Small) -> None:
    define(small.id, plan_of(clients()), by=OPERATOR, at=at(day(1, 4)))
    publish(small.id, 2027, by=OPERATOR, on=day(1, 4), at=at(day(1, 4)))
    goal = {"start": NEXT_YEAR, "due": date(2028, 12, 31)}
    half = (
        shape.Milestone("A third", date(2028, 4, 30), Decimal(8)),
        shape.Milestone("Two thirds", date(2028, 8, 31), Decimal(16)),
    )
    later = replace(
        plan_of(
            clients(key="other", goal=goal, milestones=half),
            calendar=shape.RolloutCalendar(announcement=date(2028, 1, 6)),
        ),
        year=2028,
        first_day=NEXT_YEAR,
        last_day=date(2028, 12, 31),
    )
    define(small.id, later, by=OPERATOR, at=at(day(12, 6)))
    publish(small.id, 2028, by=OPERATOR, on=day(12, 6), at=at(day(12, 6)))
    january = small.world(date(2028, 1, 15))
    assert january.plan.year == 2028
    for past in (date(2028, 1, 2), day(12, 20), day(6, 1)):
        seen, anew = earlier(january, past), world_for_system(small.id, past)
        assert replace(seen) == replace(anew)
        assert seen.plan.year == past.year
        assert ropes_of(seen) == ropes_of(anew)


def test_tallies_cut_at_a_day_are_those_read_up_to_it(small: Small) -> None:
    calls = [
        {"source": "crm", "id": f"c{n}", "owner_key": who, "type": "call", "occurred_on": day(3, 1) + timedelta(n % 40), "load_id": 1}
        for n, who in enumerate([ANA, ANA, BEN] * 30)
    ]  # fmt: skip
    facts = store.for_company(small.id)
    facts.replace_owners([("crm", name, small.ids[name]) for name in (ANA, BEN)])
    facts.add("activities", calls)
    roster = small.world(day(6, 1)).roster

    whole = series_for_system(small.id, roster, "activities", (), start=day(1, 1), end=day(6, 1))
    for end in (day(2, 1), day(3, 1), day(3, 20), day(4, 30)):
        cut, alone = (
            Cut(whole, end),
            series_for_system(small.id, roster, "activities", (), start=day(1, 1), end=end),
        )
        by_hand = sum(one["owner_key"] == ANA and one["occurred_on"] <= end for one in calls)
        assert cut.person(small.ids[ANA]).between(day(1, 1), day(12, 31))[0] == Decimal(by_hand)
        assert cut.people.keys() == alone.people.keys()
        for kind in (
            lambda one: one.company,
            lambda one: one.team(small.teams["Sales"]),
            lambda one: one.person(small.ids[BEN]),
        ):
            assert kind(cut).daily() == kind(alone).daily()
            assert kind(cut).daily(day(3, 10)) == {
                on: n for on, n in kind(alone).daily().items() if on >= day(3, 10)
            }
