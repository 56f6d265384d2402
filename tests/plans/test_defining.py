"""The draft of a year: written whole, read back equal, never more than three."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.plans.small import ANA, KAY, YEAR, Small, at, clients, day, email, found_small, plan_of, rate

from ropewalk.companies.models import Person
from ropewalk.companies.roster import roster_for_system
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import FourthInitiative, define, enter_value, person_named
from ropewalk.plans.models import Initiative, Plan
from ropewalk.plans.queries import (
    draft_for_system,
    ideas_for_system,
    manual_values_for_system,
    years_for_system,
)

AT = at(day(1, 2))
FOUR = tuple(clients(key=f"k{n}", title=f"Thing {n}") for n in range(4))


def write(small: Small, plan: shape.Plan) -> None:
    define(small.id, plan, by=OPERATOR, at=AT)


def test_a_draft_reads_back_as_it_was_written(small: Small) -> None:
    rich = plan_of(
        clients(
            goal={
                "where": (("account.vertical", "medical"), ("product", "Line")),
                "over_assignment": (Decimal("1.05"), Decimal("1.10")),
                "over_assignment_reason": "Two of ten leave each year.",
                "unit": Decimal(2),
                "shares_by_hand": ((email(ANA), Decimal(6)),),
            },
            worth=Decimal("480000.50"),
            teams=("Sales",),
            roles=("Salesperson", "Engineer"),
        ),
        rate(goal={"window": "days", "window_days": 120}),
        revenue_goal=Decimal(12_000_000),
        revenue_before=Decimal("10900000.25"),
        ideas=(shape.Idea("Fewer discounts", KAY, "two points"), shape.Idea("Renewals")),
        calendar=shape.RolloutCalendar(day(1, 6), day(1, 15), day(1, 29)),
    )
    write(small, rich)
    assert draft_for_system(small.id, YEAR) == rich
    assert years_for_system(small.id) == [YEAR]


def test_defining_anew_replaces_the_draft_counts_it_and_loses_no_idea(small: Small) -> None:
    write(small, plan_of(clients(), rate(), ideas=(shape.Idea("Renewals", "Ana", "some"),)))
    write(small, plan_of(rate(), ideas=(shape.Idea("Renewals"), shape.Idea("Partners"))))
    held = draft_for_system(small.id, YEAR)
    assert held is not None
    assert [one.key for one in held.initiatives] == ["rate"]
    assert ideas_for_system(small.id) == [shape.Idea("Renewals", "Ana", "some"), shape.Idea("Partners")]
    assert Plan.objects.get().edition == 2
    assert Line.objects.filter(action="defined plan").count() == 2


def test_a_fourth_initiative_is_refused_and_the_way_out_is_named(small: Small) -> None:
    write(small, plan_of(clients()))
    with pytest.raises(FourthInitiative) as refused:
        write(small, plan_of(*FOUR))
    assert str(refused.value) == (
        "“Thing 3” would be initiative number 4 of 2027, after “Thing 0”, “Thing 1”, “Thing 2”. Three is the limit, so "
        "that each gets done: park one (move it under “parked”), or retire one of a published plan (“retired_on:” a day), "
        "then add this one."
    )
    held = draft_for_system(small.id, YEAR)
    assert held is not None
    assert [one.key for one in held.initiatives] == ["clients"]


def test_one_that_is_retired_makes_room_for_another_and_the_order_stays(small: Small) -> None:
    plan = plan_of(FOUR[0], replace(FOUR[1], retired_on=day(6, 1)), FOUR[2], FOUR[3])
    write(small, plan)
    assert draft_for_system(small.id, YEAR) == plan
    assert list(Initiative.objects.order_by("pk").values_list("slot", flat=True)) == [1, None, 2, 3]
    assert [plan.slot(one.key) for one in plan.initiatives] == [1, 2, 3, 2]
    assert [one.key for one in plan.active(day(5, 31))] == ["k0", "k1", "k2", "k3"]
    assert [one.key for one in plan.active(day(6, 1))] == ["k0", "k2", "k3"]


@pytest.mark.parametrize("slot", [0, 4, 3, None])
def test_the_database_itself_refuses_a_fourth(small: Small, slot: int | None) -> None:
    """A fourth slot, a third one twice, or none at all for something that isn't retired."""
    write(small, plan_of(*FOUR[:3]))
    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.create(plan=Plan.objects.get(), slot=slot, key="more", title="More", kind="other")
    assert Initiative.objects.count() == 3


def test_a_person_is_found_by_address_or_by_a_name_that_only_one_has(small: Small) -> None:
    Person.objects.create(company_id=small.id, name="Twin")
    Person.objects.create(company_id=small.id, name="Twin")
    roster = roster_for_system(small.id)
    assert person_named(roster, f" {email(ANA).upper()} ") == small.ids[ANA]
    assert person_named(roster, "ana alder") == small.ids[ANA]
    for nobody in ("Twin", "", "Zoe", "ana"):
        assert person_named(roster, nobody) is None


def test_a_sponsor_whom_nobody_answers_to_is_kept_as_written(small: Small) -> None:
    write(small, plan_of(clients(sponsor="the board")))
    held = draft_for_system(small.id, YEAR)
    assert held is not None
    assert held.initiatives[0].sponsor == "the board"


def test_a_value_entered_twice_for_a_day_is_the_latter(small: Small) -> None:
    for value, on in ((Decimal(2), day(2, 1)), (Decimal(3), day(2, 1)), (Decimal(5), day(3, 1))):
        enter_value(small.id, "Hires", value, day=on, note="", by=OPERATOR, at=AT)
    assert manual_values_for_system(small.id, "Hires") == [(day(2, 1), 3), (day(3, 1), 5)]


def test_two_companies_plan_apart(small: Small) -> None:
    other = found_small("Other")
    write(small, plan_of(clients(), ideas=(shape.Idea("Renewals"),)))
    assert draft_for_system(other.id, YEAR) is None
    assert ideas_for_system(other.id) == []
    write(other, plan_of(rate()))
    assert [years_for_system(one.id) for one in (small, other)] == [[YEAR], [YEAR]]
    held = draft_for_system(small.id, YEAR)
    assert held is not None
    assert [one.key for one in held.initiatives] == ["clients"]
