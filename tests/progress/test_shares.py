"""Shares of those who join, move and leave in the middle of the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.plans.small import (
    ANA,
    BEN,
    CEM,
    FIRST,
    KAY,
    LAST,
    LOU,
    MIA,
    YEAR,
    Small,
    at,
    clients,
    day,
    person_row,
    plan_of,
    rate,
)  # fmt: skip

from ropewalk.companies.joining import join
from ropewalk.companies.models import Person
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.plans.shape import Plan
from ropewalk.progress.ropes import rope_of
from ropewalk.progress.shares import share_of, team_target
from ropewalk.progress.thermometers import company_thermometer, person_thermometer, team_thermometer
from ropewalk.rules.rope import KnotName, KnotState
from ropewalk.versions.publishing import amend, publish

PUBLISHED = day(1, 4)
FIFTYNINE = {"target": Decimal(59), "baseline": Decimal(20), "weighting": "hand"}


def published(small: Small, plan: Plan) -> Small:
    define(small.id, plan, by=OPERATOR, at=at(PUBLISHED))
    publish(small.id, YEAR, by=OPERATOR, on=PUBLISHED, at=at(PUBLISHED))
    return small


def amount(small: Small, name: str, on: date, slot: int = 0) -> Decimal | None:
    world = small.world(on)
    share = share_of(world, world.initiatives[slot], small.ids[name])
    return share.amount if share else None


def team(small: Small, name: str, on: date) -> Decimal | None:
    world = small.world(on)
    target = team_target(world, world.initiatives[0], small.teams[name])
    return target[0] if target else None


def move(small: Small, name: str, boss: str, on: date, *, old: str = MIA) -> None:
    rows = [
        person_row(name, old, to_day=date.fromordinal(on.toordinal() - 1)),
        person_row(name, boss, from_day=on),
    ]
    assert [one.state for one in join(small.id, rows, by=OPERATOR, at=at(on))] == ["changed", "changed"]


@pytest.fixture
def by_hand(small: Small) -> Small:
    """Ana carries 29, Ben and Cem 15 each."""
    shares = ((ANA, Decimal(29)), (BEN, Decimal(15)), (CEM, Decimal(15)))
    return published(small, plan_of(clients(goal={**FIFTYNINE, "shares_by_hand": shares})))


def test_a_move_on_the_first_of_july_takes_fourteen_of_twenty_nine_along(by_hand: Small) -> None:
    move(by_hand, ANA, LOU, day(7, 1))
    before, after = day(6, 30), day(7, 1)
    assert [team(by_hand, one, before) for one in (f"Team {MIA}", f"Team {LOU}")] == [44, 15]
    assert [team(by_hand, one, after) for one in (f"Team {MIA}", f"Team {LOU}")] == [30, 29]
    assert team(by_hand, "Sales", before) == team(by_hand, "Sales", after) == 59
    assert amount(by_hand, ANA, before) == amount(by_hand, ANA, after) == 29


def test_a_move_opens_nothing_and_company_and_person_keep_their_goals(by_hand: Small) -> None:
    move(by_hand, ANA, LOU, day(7, 1))
    world = by_hand.world(day(7, 5))
    assert world.initiatives
    state = rope_of(world, world.initiatives[0], by_hand.ids[ANA])
    assert state.evidence.changes == ()
    assert state.evidence.rope_first_day == PUBLISHED
    assert state.team_id == by_hand.teams[f"Team {LOU}"]
    assert company_thermometer(world, world.initiatives[0]).target == 59


def test_a_mover_who_moves_back_brings_the_rest_of_the_year_back(by_hand: Small) -> None:
    rows = [
        person_row(ANA, MIA, to_day=day(6, 30)),
        person_row(ANA, LOU, from_day=day(7, 1), to_day=day(9, 30)),
        person_row(ANA, MIA, from_day=day(10, 1)),
    ]
    join(by_hand.id, rows, by=OPERATOR, at=at(day(7, 1)))
    assert team(by_hand, f"Team {MIA}", day(9, 30)) == 30
    assert team(by_hand, f"Team {MIA}", day(10, 1)) == 37  # 29 x 3 / 12 is 7.25
    assert team(by_hand, f"Team {LOU}", day(10, 1)) == 22


def test_a_move_counts_on_after_an_amendment_of_another_initiative(small: Small) -> None:
    shares = ((ANA, Decimal(29)), (BEN, Decimal(15)), (CEM, Decimal(15)))
    plan = plan_of(clients(goal={**FIFTYNINE, "shares_by_hand": shares}), rate(goal={"is_cascaded": False}))
    published(small, plan)
    move(small, ANA, LOU, day(7, 1))
    changed = replace(
        plan, initiatives=(plan.initiatives[0], replace(plan.initiatives[1], why="Because it is ours."))
    )
    amend(
        small.id,
        changed,
        reason="Said better.",
        from_day=day(8, 2),
        by=OPERATOR,
        on=day(8, 2),
        at=at(day(8, 2)),
    )
    for on in (day(8, 1), day(8, 2), day(12, 31)):
        assert [team(small, one, on) for one in (f"Team {MIA}", f"Team {LOU}")] == [30, 29]


def test_a_joiner_carries_a_share_on_top_and_nobody_elses_changes(small: Small) -> None:
    published(small, plan_of(clients()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(4, 1)))
    small.refresh()
    world = small.world(day(4, 1))
    dora = small.ids["Dora Dahl"]
    assert small.world(day(3, 31)).carriers(world.initiatives[0]) == tuple(
        sorted(small.ids[name] for name in (ANA, BEN, CEM))
    )
    assert dora in world.carriers(world.initiatives[0])
    share = share_of(world, world.initiatives[0], dora)
    assert share is not None
    assert (share.amount, share.capacity) == (4, Decimal("6.5"))  # 8 a year, 6.5 of 12 months: 4.33
    assert [amount(small, name, day(4, 1)) for name in (ANA, BEN, CEM)] == [8, 8, 8]
    assert team(small, f"Team {MIA}", day(4, 1)) == 16


def test_a_joiners_expectation_follows_the_ramp(small: Small) -> None:
    """Nothing in the month of joining, then a quarter more of each month's working days."""
    published(small, plan_of(clients()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(4, 1)))
    small.refresh()
    world = small.world(day(5, 31))
    figure = person_thermometer(world, world.initiatives[0], small.ids["Dora Dahl"])
    # working days of 2027: April 22, May 21, June 22, July 22, August to December 22 + 22 + 21 + 22 + 23
    assert figure.target == 4
    quarter, half, most, all_of_it = Fraction(21, 4), Fraction(22, 2), Fraction(66, 4), 110
    assert figure.expected == 4 * quarter / (quarter + half + most + all_of_it)
    assert share_of(world, world.initiatives[0], small.ids["Dora Dahl"]) is not None


def test_a_joiner_of_a_rate_starts_from_the_companys_baseline_with_the_common_lift(small: Small) -> None:
    published(small, plan_of(rate()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(4, 1)))
    small.refresh()
    world = small.world(day(4, 1))
    share = share_of(world, world.initiatives[0], small.ids["Dora Dahl"])
    assert share is not None
    assert share.baseline == Decimal("0.4")
    assert float(share.amount) == pytest.approx(0.5, abs=1e-9)  # nobody has a deal, so all start alike


def leave(small: Small, name: str, on: date) -> None:
    """Somebody gives notice: the last day is known from now on."""
    Person.objects.filter(pk=small.ids[name]).update(left=on)


def test_a_leavers_share_is_cut_at_the_last_day_and_the_gap_stays_until_an_amendment(by_hand: Small) -> None:
    leave(by_hand, ANA, day(6, 30))
    assert amount(by_hand, ANA, day(5, 3)) == 15  # half of 29, the larger part first
    assert [amount(by_hand, name, day(5, 3)) for name in (BEN, CEM)] == [15, 15]
    assert team(by_hand, f"Team {MIA}", day(7, 1)) == 44
    world = by_hand.world(day(6, 30))
    figure = person_thermometer(world, world.initiatives[0], by_hand.ids[ANA])
    assert (figure.target, figure.expected) == (15, 15)
    assert by_hand.ids[ANA] not in by_hand.world(day(7, 1)).carriers(world.initiatives[0])
    assert company_thermometer(by_hand.world(day(7, 1)), world.initiatives[0]).target == 59


def test_somebody_known_to_leave_when_it_was_published_is_not_cut_twice(small: Small) -> None:
    leave(small, ANA, day(6, 30))
    published(small, plan_of(clients(goal={"weighting": "capacity", "target": Decimal(30)})))
    assert [amount(small, name, day(5, 3)) for name in (ANA, BEN, CEM)] == [6, 12, 12]


def test_an_amendment_spreads_what_a_leaver_left_behind(by_hand: Small) -> None:
    leave(by_hand, ANA, day(6, 30))
    plan = plan_of(clients(goal={**FIFTYNINE, "weighting": "equal"}))
    amend(
        by_hand.id, plan, reason="Ana left.", from_day=day(7, 5), by=OPERATOR, on=day(7, 5), at=at(day(7, 5))
    )
    assert amount(by_hand, BEN, day(7, 4)) == 15
    assert sorted(filter(None, [amount(by_hand, name, day(7, 5)) for name in (BEN, CEM)])) == [29, 30]
    world = by_hand.world(day(7, 5))
    assert set(world.document.reshared["clients"]) >= {by_hand.ids[BEN], by_hand.ids[CEM]}


def test_a_share_of_nothing_is_a_share_and_ties_planned_but_is_never_moving(small: Small) -> None:
    shares = ((ANA, Decimal(24)), (BEN, Decimal(0)), (CEM, Decimal(0)))
    published(small, plan_of(clients(goal={"weighting": "hand", "shares_by_hand": shares})))
    world = small.world(day(9, 1))
    state = rope_of(world, world.initiatives[0], small.ids[BEN])
    assert state.thermometer.target == 0
    assert str(state.thermometer.status) == "no share"
    assert state.rope.knot(KnotName.MOVING).state is KnotState.NONE
    assert state.evidence.has_share


def test_a_goal_that_is_not_shared_out_gives_everybody_the_initiatives_own_figure(small: Small) -> None:
    published(small, plan_of(clients(goal={"is_cascaded": False})))
    world = small.world(day(2, 1))
    one = world.initiatives[0]
    assert share_of(world, one, small.ids[ANA]) is None
    assert team_thermometer(world, one, small.teams[f"Team {MIA}"]) is None
    assert person_thermometer(world, one, small.ids[ANA]) == company_thermometer(world, one)
    assert rope_of(world, one, small.ids[ANA]).evidence.has_share


def test_figures_of_the_past_keep_the_target_that_was_in_force_on_their_day(small: Small) -> None:
    plan = plan_of(clients())
    published(small, plan)
    more = replace(plan.initiatives[0], goal=replace(plan.initiatives[0].goal, target=Decimal(48)))
    amend(
        small.id, replace(plan, initiatives=(more,)), reason="Twice as many.", from_day=day(7, 1), by=OPERATOR,
        on=day(6, 14), at=at(day(6, 14)),
    )  # fmt: skip
    assert [amount(small, ANA, on) for on in (day(1, 4), day(6, 14), day(6, 30), day(7, 1), LAST)] == [
        8,
        8,
        8,
        16,
        16,
    ]
    world = small.world(day(6, 30))
    assert company_thermometer(world, world.initiatives[0]).target == 24
    assert world.plan.initiatives[0].goal.target == 24
    assert (world.plan.first_day, KAY in small.ids) == (FIRST, True)
