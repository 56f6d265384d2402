"""Two agree to one plan, each for oneself; what both agreed to never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.plans.small import ANA, BEN, LOU, MIA, YEAR, Small, at, day

from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import ChangedMeanwhile, PlanNotAccepted, save_draft
from ropewalk.individual_plans.item import Items, PlanItem, PlannedActivity
from ropewalk.individual_plans.models import Agreement, IndividualPlan
from ropewalk.individual_plans.queries import plans_for_system
from ropewalk.journal.models import Line

CALLS = PlannedActivity("call", Decimal(10), "week", "crm", (("account.vertical", "medical"),), Decimal(10))
ITEMS = Items((PlanItem("clients", (CALLS,), "I call before nine."),), "Monday lists")
ON = day(1, 20)


def say_yes(
    small: Small,
    name: str,
    *,
    items: Items = ITEMS,
    share: int | None = 8,
    counterpart: str | None = MIA,
    edition: int = 1,
    on: date = ON,
) -> bool:
    return agree(
        small.id,
        small.ids[ANA],
        YEAR,
        items=items,
        shares={"clients": None if share is None else Decimal(share)},
        counterpart_id=small.ids[counterpart] if counterpart else None,
        edition=edition,
        by=small.actor(name),
        on=on,
        at=at(on),
    )


def with_calls(amount: int, reason: str = "") -> Items:
    activity = replace(CALLS, amount=Decimal(amount), reason=reason)
    return replace(ITEMS, items=(replace(ITEMS.items[0], activities=(activity,)),))


def test_the_second_yes_makes_the_agreement_whoever_says_it(small: Small) -> None:
    assert say_yes(small, MIA, on=day(1, 19)) is False
    assert not Agreement.objects.exists()
    assert say_yes(small, ANA) is True
    agreement = Agreement.objects.get()
    assert (agreement.agreed_on, agreement.counterpart_id) == (ON, small.ids[MIA])
    (plan,) = plans_for_system(small.id, YEAR).values()
    assert (plan.person_agreed_on, plan.counterpart_agreed_on) == (ON, day(1, 19))
    (agreed,) = plan.agreements
    assert agreed.items.items[0].share == 8
    assert agreed.items.items[0].activities == (CALLS,)
    assert agreed.items.stop == "Monday lists"
    assert Line.objects.filter(action="agreed individual plan").count() == 2


@pytest.mark.parametrize("name", [BEN, LOU, "Kay Lindqvist"])
def test_nobody_agrees_on_anothers_behalf(small: Small, name: str) -> None:
    with pytest.raises(PermissionError, match="Only the two whose plan it is"):
        say_yes(small, name)
    assert not IndividualPlan.objects.exists()


def test_the_operator_at_the_shell_agrees_to_nothing(small: Small) -> None:
    from ropewalk.journal.writing import OPERATOR

    with pytest.raises(PermissionError):
        agree(
            small.id,
            small.ids[ANA],
            YEAR,
            items=ITEMS,
            shares={},
            counterpart_id=None,
            edition=1,
            by=OPERATOR,
            on=ON,
            at=at(ON),
        )


def test_one_yes_said_twice_is_still_one(small: Small) -> None:
    assert say_yes(small, ANA) is False
    assert say_yes(small, ANA, on=day(1, 21)) is False
    assert not Agreement.objects.exists()


def test_a_second_tap_on_the_day_makes_no_second_agreement(small: Small) -> None:
    say_yes(small, MIA)
    assert say_yes(small, ANA) is True
    assert say_yes(small, ANA) is True
    assert Agreement.objects.count() == 1


def test_who_stands_at_the_top_agrees_alone(small: Small) -> None:
    assert say_yes(small, ANA, counterpart=None) is True
    assert Agreement.objects.get().counterpart_id is None


def test_below_the_standard_takes_a_reason_and_then_it_stands(small: Small) -> None:
    with pytest.raises(PlanNotAccepted) as refused:
        say_yes(small, ANA, items=with_calls(6))
    assert refused.value.findings == [
        "call: 6 a week is below the standard of 10. Write why, or take the standard."
    ]
    with pytest.raises(PlanNotAccepted):
        say_yes(small, ANA, items=with_calls(6, "  "))
    with pytest.raises(PlanNotAccepted, match="0 a week is no amount"):
        say_yes(small, ANA, items=with_calls(0, "Never."))
    assert say_yes(small, ANA, items=with_calls(6, "Half of my week is in the field.")) is False
    assert say_yes(small, ANA, items=with_calls(14)) is False


def test_a_plan_that_changed_meanwhile_is_not_agreed_to(small: Small) -> None:
    save_draft(
        small.id, small.ids[ANA], YEAR, with_calls(12), edition=1, by=small.actor(ANA), at=at(day(1, 18))
    )
    with pytest.raises(ChangedMeanwhile):
        say_yes(small, MIA, edition=1)
    plan = IndividualPlan.objects.get()
    assert (plan.edition, plan.counterpart_agreed_on) == (2, None)
    assert say_yes(small, MIA, items=with_calls(12), edition=2) is False


def test_an_edit_takes_back_what_was_said_to_the_draft_before(small: Small) -> None:
    say_yes(small, MIA)
    edition = save_draft(
        small.id, small.ids[ANA], YEAR, with_calls(12), edition=1, by=small.actor(ANA), at=at(ON)
    )
    assert edition == 2
    assert say_yes(small, ANA, items=with_calls(12), edition=2) is False
    assert say_yes(small, MIA, items=with_calls(12), edition=2) is True


def test_an_agreement_stays_as_it_was_whatever_happens_to_the_draft(small: Small) -> None:
    say_yes(small, MIA)
    say_yes(small, ANA)
    before = Agreement.objects.values().get()
    save_draft(
        small.id, small.ids[ANA], YEAR, with_calls(12), edition=1, by=small.actor(ANA), at=at(day(2, 1))
    )
    assert Agreement.objects.values().get() == before
    for name in (ANA, MIA):
        say_yes(small, name, items=with_calls(12), share=9, edition=2, on=day(2, 2))
    first, second = plans_for_system(small.id, YEAR)[small.ids[ANA]].agreements
    assert (first.agreed_on, first.items.items[0].share, first.items.items[0].activities[0].amount) == (
        ON,
        8,
        10,
    )
    assert (second.agreed_on, second.items.items[0].share, second.items.items[0].activities[0].amount) == (
        day(2, 2),
        9,
        12,
    )


def test_after_the_share_has_changed_both_say_yes_anew(small: Small) -> None:
    say_yes(small, MIA)
    say_yes(small, ANA)
    assert say_yes(small, ANA, share=10, on=day(6, 20)) is False
    assert Agreement.objects.count() == 1
    assert say_yes(small, MIA, share=10, on=day(6, 22)) is True
    assert [one.agreed_on for one in Agreement.objects.order_by("pk")] == [ON, day(6, 22)]


def test_a_yes_to_another_share_does_not_count_for_this_one(small: Small) -> None:
    assert say_yes(small, ANA, share=8) is False
    assert say_yes(small, MIA, share=10, on=day(6, 20)) is False
    assert say_yes(small, ANA, share=10, on=day(6, 21)) is True


def test_a_yes_of_the_manager_before_does_not_count_for_the_new_one(small: Small) -> None:
    assert say_yes(small, MIA) is False
    assert say_yes(small, ANA, counterpart=LOU, on=day(1, 25)) is False
    assert say_yes(small, LOU, counterpart=LOU, on=day(1, 26)) is True
    assert Agreement.objects.get().counterpart_id == small.ids[LOU]


def test_agreeing_anew_each_quarter_takes_both_again(small: Small) -> None:
    for name in (ANA, MIA):
        say_yes(small, name)
    assert say_yes(small, ANA, on=day(4, 10)) is False
    assert say_yes(small, MIA, on=day(4, 12)) is True
    assert Agreement.objects.count() == 2
