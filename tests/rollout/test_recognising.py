"""The recognition check: a mixed list without tricks, repeated as often as one likes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.plans.small import ANA, BEN, MIA, YEAR, Small, at, clients, day, plan_of, rate

from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.plans.playbooks import TITLES
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.models import Receipt
from ropewalk.rollout.recognising import Answer, NoReceipt, acknowledge, judge, mixed_list
from ropewalk.versions.publishing import amend, publish

CLIENTS, RATE = clients().title, rate().title
PLAN = plan_of(clients(), rate())


def told(small: Small, plan: shape.Plan = PLAN) -> shape.Plan:
    define(small.id, plan, by=OPERATOR, at=at(day(1, 4)))
    version = publish(small.id, YEAR, by=OPERATOR, on=day(1, 4), at=at(day(1, 4))).version
    announce(small.id, version, by=OPERATOR, on=day(1, 6), at=at(day(1, 6)))
    return plan


def try_it(
    small: Small,
    *picked: str,
    words: str = "I call.",
    name: str = ANA,
    on: date = day(1, 8),
    plan: shape.Plan = PLAN,
) -> Answer:
    return acknowledge(small.id, plan, picked=picked, own_words=words, by=small.actor(name), on=on, at=at(on))


@pytest.mark.parametrize(
    ("picked", "words", "is_acknowledged", "missed", "extra"),
    [
        ((CLIENTS, RATE), "I call.", True, (), ()),
        ((RATE, CLIENTS), "I call.", True, (), ()),
        ((CLIENTS,), "I call.", False, (RATE,), ()),
        ((CLIENTS, RATE, "Fewer discounts"), "I call.", False, (), ("Fewer discounts",)),
        (("Fewer discounts",), "I call.", False, tuple(sorted((CLIENTS, RATE))), ("Fewer discounts",)),
        ((), "I call.", False, tuple(sorted((CLIENTS, RATE))), ()),
        ((CLIENTS, RATE), "  ", False, (), ()),
        ((CLIENTS, RATE), " ok ", False, (), ()),
    ],
)
def test_exactly_this_years_picked_and_own_words_written_pass(
    picked: tuple[str, ...],
    words: str,
    is_acknowledged: bool,
    missed: tuple[str, ...],
    extra: tuple[str, ...],
) -> None:
    answer = judge(PLAN, picked, words)
    assert answer.is_acknowledged is is_acknowledged
    assert (answer.missed, answer.extra) == (missed, extra)


def test_what_is_retired_is_no_longer_to_be_picked() -> None:
    plan = plan_of(clients(), replace(rate(), retired_on=day(6, 1)))
    assert judge(plan, [CLIENTS], "I call.").is_acknowledged
    assert judge(plan, [CLIENTS, RATE], "I call.").extra == (RATE,)


def test_a_try_that_fails_is_noted_nowhere_and_can_be_repeated(small: Small) -> None:
    told(small)
    lines = Line.objects.count()
    assert not try_it(small, CLIENTS).is_acknowledged
    assert not try_it(small, CLIENTS, RATE, words="").is_acknowledged
    assert Line.objects.count() == lines
    assert not Receipt.objects.filter(acknowledged_on__isnull=False).exists()
    assert try_it(small, CLIENTS, RATE, on=day(1, 9)).is_acknowledged
    receipt = Receipt.objects.get(person_id=small.ids[ANA])
    assert (receipt.acknowledged_on, receipt.own_words) == (day(1, 9), "I call.")
    assert Line.objects.filter(action="acknowledged announcement").count() == 1


def test_a_pass_is_ones_own_and_the_first_day_stays(small: Small) -> None:
    told(small)
    try_it(small, CLIENTS, RATE)
    try_it(small, CLIENTS, RATE, words="Something else.", on=day(2, 1))
    assert Receipt.objects.get(person_id=small.ids[ANA]).acknowledged_on == day(1, 8)
    assert Receipt.objects.get(person_id=small.ids[BEN]).acknowledged_on is None


def test_whoever_was_sent_nothing_has_nothing_to_acknowledge(small: Small) -> None:
    told(small)
    with pytest.raises(NoReceipt, match="There is no announcement for you yet"):
        try_it(small, CLIENTS, RATE, name=MIA)
    with pytest.raises(NoReceipt):
        try_it(small, CLIENTS, RATE, on=day(1, 5))


def test_after_an_amendment_one_pass_confirms_everything_that_waits(small: Small) -> None:
    told(small)
    more = plan_of(replace(clients(), why="Two buyers are half of it."), rate())
    on = day(6, 14)
    version = amend(small.id, more, reason="Worse.", from_day=on, by=OPERATOR, on=on, at=at(on)).version
    announce(small.id, version, by=OPERATOR, on=on, at=at(on))
    try_it(small, CLIENTS, RATE, on=day(6, 15), plan=more)
    held = Receipt.objects.filter(person_id=small.ids[ANA]).values_list("acknowledged_on", flat=True)
    assert list(held) == [day(6, 15), day(6, 15)]


# --- the list -------------------------------------------------------------------------------------------------------


def listed(small: Small, *ideas: str, plan: shape.Plan = PLAN) -> list[str]:
    define(
        small.id, replace(plan, ideas=tuple(shape.Idea(one) for one in ideas)), by=OPERATOR, at=at(day(1, 4))
    )
    return mixed_list(small.id, plan, small.ids[ANA])


def test_the_others_are_real_entries_of_the_parking_lot(small: Small) -> None:
    ideas = ("Fewer discounts", "Renewals", "Partners", "Schools")
    found = listed(small, *ideas)
    assert sorted(found) == sorted((CLIENTS, RATE, *ideas))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_are_filled_up_with_playbook_titles(small: Small, count: int) -> None:
    ideas = ("Fewer discounts", "Renewals")[:count]
    found = listed(small, *ideas)
    assert len(found) == 5
    assert {CLIENTS, RATE, *ideas} <= set(found)
    assert set(found) - {CLIENTS, RATE, *ideas} <= set(TITLES)


def test_many_ideas_are_cut_to_five_and_nothing_of_this_year_is_lost(small: Small) -> None:
    found = listed(small, *(f"Idea {n}" for n in range(40)))
    assert len(found) == 7
    assert {CLIENTS, RATE} <= set(found)


def test_a_parked_idea_that_became_an_initiative_stands_there_once(small: Small) -> None:
    plan = plan_of(replace(clients(), title="Win new clients"), rate())
    found = listed(small, "Win new clients", plan=plan)
    assert len(found) == len(set(found)) == 5


def test_the_order_is_each_persons_own_and_always_the_same(small: Small) -> None:
    first = listed(small, "Fewer discounts", "Renewals", "Partners")
    assert mixed_list(small.id, PLAN, small.ids[ANA]) == first
    orders = {tuple(mixed_list(small.id, PLAN, person)) for person in small.ids.values()}
    assert len(orders) > 1
    assert {tuple(sorted(one)) for one in orders} == {tuple(sorted(first))}
