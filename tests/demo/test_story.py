"""The generated company tells the story it was made for: what works, what breaks and where, who came and went."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from tests.demo.made import START, TODAY, Demonstration

from ropewalk.demo.people import MANAGERS
from ropewalk.demo.plan import CLIENTS, CLOSE_RATE, PRODUCT
from ropewalk.demo.story import SILENT, STALLED
from ropewalk.progress.ropes import RopeState, ropes_of
from ropewalk.progress.shares import share_of, team_target
from ropewalk.progress.silence import silences_of
from ropewalk.progress.thermometers import company_thermometer
from ropewalk.progress.world import World, world_for_system
from ropewalk.rules.rope import Debtor, KnotName, KnotState, reach_of
from ropewalk.rules.status import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(demonstration: Demonstration) -> World:
    return world_for_system(demonstration.id, TODAY)


@pytest.fixture
def ropes(world: World) -> list[RopeState]:
    return ropes_of(world)


def of(ropes: list[RopeState], key: str, person: str) -> RopeState:
    return next(one for one in ropes if (one.initiative_key, one.person) == (key, person))


def team_of(manager: str) -> str:
    return manager.split()[1]


def test_three_initiatives_hang_on_thirty_people_each(ropes: list[RopeState]) -> None:
    assert Counter(one.initiative_key for one in ropes) == {CLOSE_RATE: 30, CLIENTS: 30, PRODUCT: 30}
    reach = reach_of(one.rope for one in ropes)
    assert 0 < reach.on_the_ground < reach.ropes == 90


def test_one_team_never_agreed_the_raised_standard_and_breaks_at_planned(
    world: World, ropes: list[RopeState], demonstration: Demonstration
) -> None:
    stuck = demonstration.teams[team_of(STALLED)]
    mine = [one for one in ropes if one.initiative_key == CLIENTS and one.team_id == stuck]
    assert len(mine) == 4
    for one in mine:
        planned = one.rope.knot(KnotName.PLANNED)
        assert planned.state is KnotState.OVERDUE, one.person
        assert one.rope.reach == 3
        assert one.owed_by is Debtor.BOTH
    others = [
        one for one in ropes if one.initiative_key == CLIENTS and one.team_id != stuck and one.rope.reach >= 3
    ]
    assert {one.rope.knot(KnotName.PLANNED).state for one in others} == {KnotState.TIED}


def test_the_amendment_reopened_no_other_initiative(world: World, ropes: list[RopeState]) -> None:
    amended = world.versions[-1]
    assert amended.number == 2
    assert amended.document.changed is not None
    assert {key for key, people in amended.document.changed.items() if people} == {CLIENTS}
    assert {key for key, people in amended.document.reshared.items() if people} == {CLIENTS}
    first = world.versions[0].document
    assert amended.document.spreads == first.spreads
    stalled = [one for one in ropes if one.person in ("Gia Grosso", "Hugo Hansen")]
    assert {one.rope.knot(KnotName.PLANNED).state for one in stalled if one.initiative_key != CLIENTS} == {
        KnotState.TIED
    }


def test_one_manager_stopped_talking_and_owes_every_rope_of_the_team(
    world: World, ropes: list[RopeState], demonstration: Demonstration
) -> None:
    team, manager = demonstration.teams[team_of(SILENT)], demonstration.people[SILENT]
    mine = [one for one in ropes if one.team_id == team]
    assert len(mine) == 12
    for one in mine:
        assert one.rope.knot(KnotName.REVIEWED).state is KnotState.OVERDUE
        assert (one.owed_by, one.debtors) == (Debtor.MANAGER, (manager,))
    alarms = {one.team for one in silences_of(world, frozenset(world.roster.teams)) if one.is_alarm}
    assert alarms == {team_of(SILENT)}


def test_who_never_answered_is_told_and_no_more(ropes: list[RopeState]) -> None:
    for person in ("Ben Barros", "Yara Yilmaz"):
        for key in (CLOSE_RATE, CLIENTS, PRODUCT):
            state = of(ropes, key, person)
            assert state.rope.reach == 2
            assert state.owed_by is Debtor.REP


def test_who_never_agreed_understood_and_no_more(ropes: list[RopeState]) -> None:
    for person in ("Finn Falk", "Iris Ito"):
        assert {of(ropes, key, person).rope.reach for key in (CLOSE_RATE, CLIENTS, PRODUCT)} == {3}


def test_a_newcomer_of_four_days_is_told_and_late_with_nothing(ropes: list[RopeState]) -> None:
    for key in (CLOSE_RATE, CLIENTS, PRODUCT):
        state = of(ropes, key, "Falk Foss")
        assert state.rope.reach == 2
        assert state.rope.where_it_should_be
        assert state.rope.knot(KnotName.UNDERSTOOD).due_on is not None


def test_who_joined_in_april_has_a_rope_from_the_first_day_and_a_share_on_top(
    demonstration: Demonstration, world: World, ropes: list[RopeState]
) -> None:
    edda = demonstration.people["Edda Ek"]
    before = world_for_system(demonstration.id, date(2027, 3, 31))
    after = world_for_system(demonstration.id, date(2027, 4, 1))
    clients = before.initiatives[1]
    assert edda not in before.carriers(clients)
    assert edda in after.carriers(clients)
    share = share_of(world, clients, edda)
    assert share is not None
    assert share.amount == 1  # a median of 40 over 30, for 6.5 of 12 months
    assert share.capacity == 6.5
    spread = world.document.spreads[CLIENTS]
    assert edda not in spread.people
    assert sum(one.amount for one in spread.people.values()) == 40
    assert of(ropes, CLOSE_RATE, "Edda Ek").rope.on_the_ground


def test_leavers_ropes_end_with_the_last_day_and_their_deals_stay(demonstration: Demonstration) -> None:
    for person, left in (("Jon Jansen", date(2027, 4, 30)), ("Xenia Xanthou", date(2027, 6, 30))):
        who = demonstration.people[person]
        then = world_for_system(demonstration.id, left)
        after = world_for_system(demonstration.id, left.replace(month=left.month + 1, day=1))
        rate = then.initiatives[0]
        assert who in then.carriers(rate)
        assert who not in after.carriers(rate)
        year = (START, TODAY)
        held = then.series_of(rate).person(who).between(*year)
        assert held[1] > 0
        assert after.series_of(rate).person(who).between(*year) == held


def test_a_movers_part_goes_to_the_new_team_also_after_an_amendment_of_something_else(
    demonstration: Demonstration,
) -> None:
    """Revenue was not amended; both movers went on the first of May, the amendment came at the end of it."""
    at_end_of_may = world_for_system(demonstration.id, date(2027, 5, 30))
    today = world_for_system(demonstration.id, TODAY)
    product = today.initiatives[2]
    spread = today.document.spreads[PRODUCT]
    moved = {name: spread.people[demonstration.people[name]] for name in ("Cem Cetin", "Rosa Renner")}
    assert all(one.capacity == 12 for one in moved.values())
    for name, gained, lost in (
        ("Cem Cetin", "Osei", "Valdor"),
        ("Rosa Renner", "Haddad", "Larsen"),
    ):
        thousands = moved[name].amount / 1000
        part = round(thousands * 8 / 12) * 1000
        for world in (at_end_of_may, today):
            for team, sign in ((gained, 1), (lost, -1)):
                target = team_target(world, product, demonstration.teams[team])
                assert target is not None
                held = spread.teams[demonstration.teams[team]].amount
                assert target[0] == held + sign * part, (world.on, team)


def test_one_initiative_works_one_is_slow_and_one_has_hardly_begun(world: World) -> None:
    rate, clients, product = (company_thermometer(world, one) for one in world.initiatives)
    assert rate.value is not None
    assert rate.value > rate.baseline
    assert clients.status in (Status.BEHIND, Status.OFF_PACE)
    assert product.status is Status.TOO_EARLY


def test_everybody_of_the_six_teams_is_there(demonstration: Demonstration) -> None:
    assert {team_of(manager) for manager, _ in MANAGERS} <= set(demonstration.teams)
    assert {region for _, region in MANAGERS} <= set(demonstration.teams)
