"""Whoever was above the company's goal before it was set holds it: the value is held against the target itself.

Ana closed 60 of 100 the year before, Ben 40 of 100 and Cem 30 of 100; all three are to close half, so that Ana's target lies
below where she comes from.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.plans.small import ANA, BEN, CEM, LAST, MIA, YEAR, Small, at, day, plan_of, rate

from ropewalk.drawing.thermometer import thermometer as drawn
from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR
from ropewalk.pages import saying
from ropewalk.pages.pictures import tube_of
from ropewalk.plans.defining import define
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.ropes import rope_of
from ropewalk.progress.thermometers import person_thermometer, team_thermometer
from ropewalk.rules.rope import KnotName, KnotState
from ropewalk.versions.publishing import publish

BEFORE = {ANA: 60, BEN: 40, CEM: 30}  # won of a hundred decided


def decided(small: Small, name: str, *, won: int, lost: int, on: date, mark: str) -> None:
    """Deals of somebody, closed one a day from a day on and backwards."""
    rows = [
        {
            "source": "crm", "id": f"{mark}-{name}-{number}", "owner_key": name, "account_id": "a1",
            "status": "won" if number < won else "lost", "opened_on": on - timedelta(80),
            "closed_on": on - timedelta(number % 60), "load_id": 1,
        }
        for number in range(won + lost)
    ]  # fmt: skip
    store.for_company(small.id).add("opportunities", rows)


@pytest.fixture
def holding(small: Small) -> Small:
    """The small company with a rate of the same target for all, published on 4 January."""
    store.for_company(small.id).add(
        "owners",
        [{"source": "crm", "owner_key": name, "person_id": small.ids[name]} for name in (ANA, BEN, CEM)],
    )
    for name, won in BEFORE.items():
        decided(small, name, won=won, lost=100 - won, on=day(12, 20, YEAR - 1), mark="before")
    plan = plan_of(rate(goal={"weighting": "same_target"}))
    define(small.id, plan, by=OPERATOR, at=at(day(1, 4)))
    publish(small.id, YEAR, by=OPERATOR, on=day(1, 4), at=at(day(1, 4)))
    return small


def figure(small: Small, name: str, on: date) -> Thermometer:
    world = small.world(on)
    return person_thermometer(world, world.initiatives[0], small.ids[name])


@pytest.mark.parametrize(
    ("won", "status"),
    [(58, "on pace"), (50, "on pace"), (48, "on pace"), (47, "behind"), (43, "behind"), (42, "off pace")],
)
def test_a_value_is_held_against_the_target_that_lies_below_the_start(
    holding: Small, won: int, status: str
) -> None:
    """48 of 100 are 0.96 of the half, 47 are 0.94, 43 are 0.86 and 42 are 0.84."""
    on = day(8, 31)
    decided(holding, ANA, won=won, lost=100 - won, on=on, mark="now")
    seen = figure(holding, ANA, on)
    assert seen.held_from is not None
    assert seen.held_from > Fraction(1, 2)
    assert (seen.value, seen.target, seen.expected) == (Fraction(won, 100), Fraction(1, 2), Fraction(1, 2))
    assert str(seen.status) == status
    assert seen.progress == seen.r == Fraction(won, 50)


@pytest.mark.parametrize(("won", "status"), [(50, "reached"), (58, "reached"), (49, "missed")])
def test_on_the_due_day_the_target_is_reached_or_missed(holding: Small, won: int, status: str) -> None:
    decided(holding, ANA, won=won, lost=100 - won, on=LAST, mark="now")
    assert str(figure(holding, ANA, LAST).status) == status


def test_whoever_holds_has_a_tied_last_knot_and_those_with_a_way_to_go_keep_their_line(
    holding: Small,
) -> None:
    on = day(8, 31)
    for name, won in ((ANA, 55), (BEN, 48)):
        decided(holding, name, won=won, lost=100 - won, on=on, mark="now")
    world = holding.world(on)
    one = world.initiatives[0]
    assert rope_of(world, one, holding.ids[ANA]).rope.knot(KnotName.MOVING).state is KnotState.TIED
    ben = figure(holding, BEN, on)
    assert ben.held_from is None
    assert ben.expected is not None
    assert ben.baseline < ben.expected < Fraction(1, 2)
    team = team_thermometer(world, one, holding.teams[f"Team {MIA}"])
    assert team is not None
    assert team.value == Fraction(103, 200)
    assert str(team.status) == "on pace"


def test_it_is_said_and_drawn_as_a_target_to_hold(holding: Small) -> None:
    on = day(8, 31)
    decided(holding, ANA, won=45, lost=55, on=on, mark="now")
    seen = figure(holding, ANA, on)
    assert "goal 50 % by 31 December, to be held, it was 56.7 %." in saying.sentence(seen)
    assert saying.gap(seen).replace(saying.SPACE, " ") == "5 points short, 88 working days left"
    tube = tube_of(seen, has_scale=True)
    assert (tube.part, tube.expected) == (pytest.approx(0.9), 1)
    assert tube.bottom.startswith("0")
    assert all(mark.words.startswith("Guide") for mark in tube.marks)
    assert str(drawn(tube))
