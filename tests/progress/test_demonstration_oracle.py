"""Every rope and every thermometer of the generated company, worked out a second time by `plain_oracle`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from tests.demo.made import TODAY, Demonstration
from tests.progress.plain_figures import lifted_targets
from tests.progress.plain_oracle import NAMES, Oracle

from ropewalk.companies.absences import note_absence
from ropewalk.companies.founding import close_on
from ropewalk.journal.writing import OPERATOR
from ropewalk.progress.ropes import RopeState, ropes_of
from ropewalk.progress.thermometers import company_thermometer, person_thermometer, team_thermometer
from ropewalk.progress.world import World, world_for_system

from tests.plans.small import at  # isort: skip

DAYS = (date(2027, 1, 20), date(2027, 2, 9), date(2027, 4, 12), date(2027, 6, 3), TODAY)
VARIED = (
    ("Edda Ek", "medical-clients"),  # joined in April
    ("Falk Foss", "close-rate"),  # joined four days ago
    ("Cem Cetin", "medical-clients"),  # moved in May
    ("Rosa Renner", "close-rate"),  # moved in May
    ("Jon Jansen", "medical-clients"),  # left in spring
    ("Xenia Xanthou", "close-rate"),  # left later
    ("Ben Barros", "atlas-pro"),  # never answered
    ("Gia Grosso", "medical-clients"),  # of the team that never agreed anew
    ("Pia Pires", "close-rate"),  # of the manager who stopped talking
    ("Finn Falk", "close-rate"),  # never agreed
    ("Ana Albrecht", "close-rate"),  # an ordinary one
)


@pytest.fixture(scope="module", autouse=True)
def away_and_closed(demonstration: Demonstration) -> Demonstration:
    """Holidays and absences, which the generated company has none of, so that days move."""
    by = {"by": OPERATOR, "at": at(TODAY)}
    close_on(
        demonstration.id,
        {date(2027, 4, 2): "Friday", date(2027, 4, 5): "Monday", date(2027, 5, 17): ""},
        **by,
    )
    for name, start, end in (
        ("Piet Larsen", date(2027, 7, 12), date(2027, 7, 30)),
        ("Ines Valdor", date(2027, 1, 18), date(2027, 2, 5)),
        ("Kai Keller", date(2027, 6, 1), date(2027, 6, 11)),
        ("Finn Falk", date(2027, 1, 11), date(2027, 1, 22)),
        ("Uli Ulrich", date(2027, 7, 19), date(2027, 8, 6)),
        ("Falk Foss", date(2027, 8, 16), date(2027, 8, 18)),
        ("Tom Akers", date(2027, 1, 4), date(2027, 1, 6)),
    ):
        note_absence(demonstration.people[name], start, end, **by)
    seen.cache_clear()
    return demonstration


@cache
def seen(company_id: int, on: date) -> tuple[World, dict[tuple[str, int], RopeState], Oracle]:
    world = world_for_system(company_id, on)
    found = {(one.initiative_key, one.person_id): one for one in ropes_of(world)}
    return world, found, Oracle(company_id, on)


pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("on", DAYS)]


def initiatives(oracle: Oracle) -> Iterator[dict[str, Any]]:
    yield from oracle.plan["initiatives"]


def test_the_same_people_carry_the_same_initiatives(demonstration: Demonstration, on: date) -> None:
    _, found, oracle = seen(demonstration.id, on)
    assert set(found) == {(one["key"], who) for one in initiatives(oracle) for who in oracle.carriers(one)}
    joined = (on >= date(2027, 4, 1)) + (on >= date(2027, 8, 13))
    left = (on > date(2027, 4, 30)) + (on > date(2027, 6, 30))
    assert len(found) == 3 * (30 + joined - left)


def test_every_knot_stands_as_worked_out_by_hand(demonstration: Demonstration, on: date) -> None:
    _, found, oracle = seen(demonstration.id, on)
    differing = []
    for one in initiatives(oracle):
        for who in oracle.carriers(one):
            state = found[one["key"], who]
            mine = [(str(knot.name), str(knot.state), knot.due_on) for knot in state.rope.knots]
            theirs = [(knot.name, knot.state, knot.due) for knot in oracle.knots(one, who)]
            differing += [
                (one["key"], state.person, a, b) for a, b in zip(mine, theirs, strict=True) if a != b
            ]
    assert differing == []


def test_reach_and_debtors_are_as_worked_out_by_hand(demonstration: Demonstration, on: date) -> None:
    _, found, oracle = seen(demonstration.id, on)
    differing = []
    for one in initiatives(oracle):
        for who in oracle.carriers(one):
            state = found[one["key"], who]
            rope = state.rope
            mine = (rope.reach, rope.where_it_should_be, rope.owed_by and str(rope.owed_by))
            theirs = oracle.verdict(oracle.knots(one, who))
            debtors = oracle.debtors(one, who, theirs[2])
            if mine != theirs or state.debtors != debtors:
                differing.append((one["key"], state.person, mine, theirs, state.debtors, debtors))
    assert differing == []


def test_the_varied_ropes_are_among_them(demonstration: Demonstration, on: date) -> None:
    _, found, oracle = seen(demonstration.id, on)
    for name, key in VARIED:
        who = demonstration.people[name]
        person = oracle.people[who]
        is_there = (person["joined"] or on) <= on <= (person["left"] or on)
        assert ((key, who) in found) is is_there, name


def differences(mine: Any, theirs: Any) -> list[tuple[str, object, object]]:
    """Where the two figures differ: to the digit, but for what a rate's lifted target makes of it."""
    found: list[tuple[str, object, object]] = []
    for name in ("value", "numerator", "denominator"):
        if getattr(mine, name) != getattr(theirs, name):
            found.append((name, getattr(mine, name), getattr(theirs, name)))
    for name in ("expected", "target"):
        ours, other = getattr(mine, name), getattr(theirs, name)
        is_same = abs(ours - other) < Fraction(1, 10**9) if mine.kind == "level" else ours == other
        if not is_same:
            found.append((name, ours, other))
    if str(mine.status) != theirs.status:
        found.append(("status", str(mine.status), theirs.status))
    return found


def test_every_persons_thermometer_is_as_worked_out_by_hand(demonstration: Demonstration, on: date) -> None:
    world, _, oracle = seen(demonstration.id, on)
    found = [
        (one["key"], oracle.people[who]["name"], *each)
        for one, initiative in zip(initiatives(oracle), world.initiatives, strict=True)
        for who in oracle.carriers(one)
        for each in differences(person_thermometer(world, initiative, who), oracle.person_figure(one, who))
    ]
    assert found == []


def test_every_teams_thermometer_is_as_worked_out_by_hand(demonstration: Demonstration, on: date) -> None:
    world, _, oracle = seen(demonstration.id, on)
    found = []
    for one, initiative in zip(initiatives(oracle), world.initiatives, strict=True):
        for team, name in oracle.team_rows.items():
            mine, theirs = team_thermometer(world, initiative, team), oracle.team_figure(one, team)
            assert (mine is None) == (theirs is None), name
            if mine is not None:
                found += [(one["key"], name, *each) for each in differences(mine, theirs)]
    assert found == []


def test_the_companys_thermometers_are_as_worked_out_by_hand(demonstration: Demonstration, on: date) -> None:
    world, _, oracle = seen(demonstration.id, on)
    for one, initiative in zip(initiatives(oracle), world.initiatives, strict=True):
        assert differences(company_thermometer(world, initiative), oracle.company_figure(one)) == []


def before(oracle: Oracle, initiative: dict[str, Any]) -> dict[int, tuple[Decimal, Decimal]]:
    """Everybody's result of the year before."""
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for who, day, n, d in oracle.of(initiative):
        if date(2026, 1, 1) <= day <= date(2026, 12, 31):
            held = found.get(who, (Decimal(0), Decimal(0)))
            found[who] = (held[0] + n, held[1] + d)
    return found


def test_the_lifted_targets_and_shares_that_were_published_are_as_worked_out_by_hand(
    demonstration: Demonstration, on: date
) -> None:
    _, _, oracle = seen(demonstration.id, on)
    rate = oracle.plan["initiatives"][0]
    spread = oracle.spread(rate)
    results, people = before(oracle, rate), [int(one) for one in spread["people"]]
    volumes = {}
    for who in people:
        person = oracle.people[who]
        assert oracle.capacity(person["joined"], person["left"], date(2026, 1, 1)) == 12
        volumes[who] = Fraction(results[who][1]) * oracle.capacity(person["joined"], person["left"]) / 12
    company = float(rate["goal"]["baseline"])
    rows = [(int(results[who][0]), int(results[who][1]), volumes[who]) for who in people]
    lows, highs = lifted_targets(company, float(rate["goal"]["target"]), rows)
    for who, low, high in zip(people, lows, highs, strict=True):
        held = spread["people"][str(who)]
        assert float(held["baseline"]) == pytest.approx(low, abs=1e-9)
        assert float(held["amount"]) == pytest.approx(high, abs=1e-9)
    for team in spread["teams"]:
        mine = [
            who
            for who in people
            if int(team) in oracle.teams_above(oracle.team(who, date(2027, 1, 1)), date(2027, 1, 1))
        ]
        whole = float(sum(volumes[who] for who in mine))
        mean = sum(float(volumes[who]) * highs[people.index(who)] for who in mine) / whole
        assert float(spread["teams"][team]["amount"]) == pytest.approx(mean, abs=1e-9)
    for one in oracle.plan["initiatives"][1:]:
        held = oracle.spread(one)
        assert sum(Decimal(each["amount"]) for each in held["people"].values()) == Decimal(
            one["goal"]["target"]
        )
        assert Decimal(held["coverage"]) == 1


def test_the_knots_are_seven_in_their_order(demonstration: Demonstration, on: date) -> None:
    _, found, _ = seen(demonstration.id, on)
    assert {tuple(str(knot.name) for knot in one.rope.knots) for one in found.values()} == {NAMES}
