"""Who carries a goal, in which order, and what the year before says of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.plans.small import ANA, BEN, CEM, LOU, MIA, Small, at, clients, day, email, person_row, plan_of

from ropewalk.cascade.weighing import carriers_of, carries, year_before
from ropewalk.companies.joining import RosterRow, join
from ropewalk.companies.models import FrontLineRole, Person
from ropewalk.companies.roster import roster_for_system
from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR


def carrying(small: Small, on: date, **more: object) -> list[str]:
    roster = roster_for_system(small.id)
    return [
        roster.people[one.person_id].name
        for one in carriers_of(small.id, plan_of(), clients(**more), roster, kind="first_time", on=on)
    ]


def test_those_who_hold_a_named_role_carry_it_and_managers_do_not(small: Small) -> None:
    assert carrying(small, day(1, 4)) == [ANA, BEN, CEM]
    assert carrying(small, day(1, 4), roles=("Engineer",)) == []


def test_a_manager_who_sells_carries_it_too_and_a_hiring_goal_hangs_on_managers(small: Small) -> None:
    FrontLineRole.objects.create(person_id=small.ids[MIA], name="Sales manager", from_day=day(3, 1))
    assert carrying(small, day(2, 28), roles=("Sales manager",)) == []
    assert carrying(small, day(3, 1), roles=("Sales manager",)) == [MIA]
    assert carrying(small, day(3, 1), roles=("Sales manager", "Salesperson")) == [ANA, BEN, CEM, MIA]


def test_an_initiative_of_a_team_holds_for_the_teams_below_it(small: Small) -> None:
    assert carrying(small, day(1, 4), teams=(f"Team {MIA}",)) == [ANA, BEN]
    assert carrying(small, day(1, 4), teams=("Sales",)) == [ANA, BEN, CEM]
    assert carrying(small, day(1, 4), teams=(f"Team {LOU}", f"Team {MIA}")) == [ANA, BEN, CEM]
    assert carrying(small, day(1, 4), teams=("Nowhere",)) == []


def test_membership_role_and_employment_count_by_day(small: Small) -> None:
    Person.objects.filter(name=BEN).update(left=day(5, 31))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(4, 1)))
    roster = roster_for_system(small.id)
    ben, dora = small.ids[BEN], Person.objects.get(name="Dora Dahl").pk
    one = clients(teams=(f"Team {MIA}",))
    assert [carries(one, roster, ben, on) for on in (day(5, 31), day(6, 1))] == [True, False]
    assert [carries(one, roster, dora, on) for on in (day(3, 31), day(4, 1))] == [False, True]


def test_carriers_come_by_joining_date_then_by_id(small: Small) -> None:
    for name, joined in ((ANA, date(2026, 5, 1)), (BEN, date(2025, 5, 1)), (CEM, date(2026, 5, 1))):
        Person.objects.filter(name=name).update(joined=joined)
    join(small.id, [RosterRow("Zoe", "Zoe", email("Zoe"), role="Salesperson")], by=OPERATOR, at=at(day(1, 2)))
    assert carrying(small, day(1, 4)) == ["Zoe", BEN, ANA, CEM]


def test_each_brings_capacity_and_the_result_of_the_fiscal_year_before(small: Small) -> None:
    facts = store.for_company(small.id)
    won = [
        ("1", "a", date(2026, 1, 1)),
        ("2", "b", date(2026, 12, 31)),
        ("3", "c", date(2027, 1, 2)),
        ("4", "d", date(2025, 12, 31)),
    ]
    facts.add(
        "opportunities",
        [
            {"source": "crm", "id": number, "account_id": account, "owner_key": "ana", "status": "won", "closed_on": closed}
            for number, account, closed in won
        ],
    )  # fmt: skip
    facts.replace_owners([("crm", "ana", small.ids[ANA])])
    Person.objects.filter(name=ANA).update(joined=date(2026, 7, 1))
    roster = roster_for_system(small.id)
    found = {
        one.person_id: one
        for one in carriers_of(small.id, plan_of(), clients(), roster, kind="first_time", on=day(1, 4))
    }
    ana, cem = found[small.ids[ANA]], found[small.ids[CEM]]
    assert (ana.numerator, ana.denominator) == (2, 2)
    assert (ana.capacity, ana.capacity_before) == (12, Fraction(7, 2))  # a ramp of four months, then two
    assert (cem.numerator, cem.capacity, cem.capacity_before) == (0, 12, 12)
    assert cem.path == (small.teams["Sales"], small.teams[f"Team {LOU}"])


@pytest.mark.parametrize(("written", "is_found"), [(ANA, True), (email(ANA), True), ("Nobody", False)])
def test_a_share_set_by_hand_is_found_by_name_or_address(small: Small, written: str, is_found: bool) -> None:
    one = clients(goal={"shares_by_hand": ((written, Decimal(5)),)})
    roster = roster_for_system(small.id)
    found = carriers_of(small.id, plan_of(), one, roster, kind="first_time", on=day(1, 4))
    assert [each.by_hand for each in found] == ([Decimal(5), None, None] if is_found else [None] * 3)


def test_the_year_before_is_fiscal() -> None:
    plan = replace(plan_of(), first_day=date(2026, 4, 1), last_day=date(2027, 3, 31))
    assert year_before(plan) == (date(2025, 4, 1), date(2026, 3, 31))
