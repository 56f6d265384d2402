"""A plan drafted from the standards, edited, and never overwritten unseen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.plans.small import ANA, MIA, ROLE, YEAR, Small, at, clients, day, rate

from ropewalk.individual_plans.drafting import (
    ChangedMeanwhile,
    PlanNotAccepted,
    brought_up_to_date,
    item_from_standards,
    save_draft,
)
from ropewalk.individual_plans.item import Items, PlanItem, PlannedActivity, from_json, to_json
from ropewalk.individual_plans.models import IndividualPlan
from ropewalk.individual_plans.queries import plans_for_system
from ropewalk.journal.models import Line
from ropewalk.plans import shape

CALLS = PlannedActivity("call", Decimal(10), "week", "crm", (), Decimal(10))


def standard(amount: int, activity: str = "call") -> shape.Standard:
    return shape.Standard(ROLE, activity, Decimal(amount), "week", "crm")


def test_a_draft_holds_what_the_role_is_asked_for() -> None:
    one = clients(standards=(standard(10), shape.Standard("Engineer", "visit", Decimal(1), "month")))
    assert item_from_standards(one, ROLE) == PlanItem("clients", (CALLS,))
    assert item_from_standards(one, "Diver").activities == ()
    assert item_from_standards(one, None).activities == ()


def test_a_raised_standard_moves_those_who_followed_it_and_leaves_what_was_set_on_purpose() -> None:
    raised = clients(standards=(standard(12), standard(2, "visit")))
    following = Items((PlanItem("clients", (CALLS,), "I call.", "I can't travel."),), "Lists")
    found = brought_up_to_date(following, [raised], ROLE)
    assert [(one.activity, one.amount, one.standard) for one in found.items[0].activities] == [
        ("call", 12, 12),
        ("visit", 2, 2),
    ]
    assert (found.items[0].in_my_words, found.items[0].objection, found.stop) == (
        "I call.",
        "I can't travel.",
        "Lists",
    )
    own = replace(CALLS, amount=Decimal(11), reason="")
    found = brought_up_to_date(Items((PlanItem("clients", (own,)),)), [raised], ROLE)
    assert [(one.amount, one.standard) for one in found.items[0].activities] == [(11, 12), (2, 2)]


def test_what_somebody_added_stays_and_a_standard_that_fell_away_goes() -> None:
    added = PlannedActivity("podcast", Decimal(1), "month", "tap")
    gone = PlannedActivity("visit", Decimal(2), "week", "crm", (), Decimal(2))
    found = brought_up_to_date(Items((PlanItem("clients", (CALLS, gone, added)),)), [clients()], ROLE)
    assert found.items[0].activities == (CALLS, added)


def test_a_new_initiative_gets_an_item_and_one_no_longer_carried_goes() -> None:
    found = brought_up_to_date(
        Items((PlanItem("clients", (CALLS,)), PlanItem("old"))), [clients(), rate()], ROLE
    )
    assert [one.initiative_key for one in found.items] == ["clients", "rate"]


def test_items_keep_through_json() -> None:
    held = Items(
        (
            PlanItem(
                "clients", (replace(CALLS, where=(("a", "b"),), reason="Why"),), "w", "o", Decimal("8.50")
            ),
        ),
        "s",
    )
    assert from_json(to_json(held)) == held
    assert from_json({}) == Items()


def save(small: Small, items: Items, edition: int, by: str = ANA) -> int:
    return save_draft(
        small.id, small.ids[ANA], YEAR, items, edition=edition, by=small.actor(by), at=at(day(1, 18))
    )


def test_who_saves_second_is_told_before_anything_is_overwritten(small: Small) -> None:
    mine = Items((PlanItem("clients", (CALLS,), "Mine."),))
    theirs = Items((PlanItem("clients", (CALLS,), "Theirs."),))
    assert save(small, mine, 1) == 2
    with pytest.raises(ChangedMeanwhile):
        save(small, theirs, 1, MIA)
    assert plans_for_system(small.id, YEAR)[small.ids[ANA]].draft == mine
    assert save(small, theirs, 2, MIA) == 3
    assert Line.objects.filter(action="edited individual plan").count() == 2


def test_a_plan_below_the_standard_is_not_saved_without_a_reason(small: Small) -> None:
    with pytest.raises(PlanNotAccepted):
        save(small, Items((PlanItem("clients", (replace(CALLS, amount=Decimal("9.5")),)),)), 1)
    assert not IndividualPlan.objects.exists()
