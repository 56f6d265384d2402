"""Companies of many people, for what is drawn of them: sixty by name, three hundred as bundles. Start with `crowd`.

Everybody lives by the capabilities users have, but shortly: told, understood, agreed, a talk and a review of this summer; so
that three hundred are made in some seconds. Gaps fall by chance, in some teams more often.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.pages import seeding
from tests.pages.seeding import MANAGERS, TEAMS, YEAR, Seeded, at

from ropewalk.facts.models import Tap
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import item_from_standards
from ropewalk.individual_plans.item import Items
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans.defining import define
from ropewalk.reviews.talking import Part, hold_one_on_one, hold_review
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.publishing import publish

FIRST, LAST = zip(*(name.split() for names in TEAMS.values() for name in names), strict=True)
HEADS = (
    *MANAGERS, "Aebi", "Bodmer", "Caflisch", "Derungs", "Egli", "Furrer", "Gygax", "Hürlimann", "Iten", "Jenni",
)  # fmt: skip


def teams_of(people: int, *, each: int) -> dict[str, tuple[str, ...]]:
    """Teams of people, no name twice: first names with each other's last names."""
    names = [
        f"{first} {LAST[(place + turn) % len(LAST)]}"
        for turn in range(1 + people // len(FIRST))
        for place, first in enumerate(FIRST)
    ]
    return {
        HEADS[number]: tuple(names[number * each : (number + 1) * each]) for number in range(people // each)
    }


def crowd(name: str, people: int, *, each: int) -> Seeded:
    """A company of so many salespeople in teams of so many, half a year into its plan."""
    teams, day = teams_of(people, each=each), date(YEAR, 1, 4)
    made = seeding.found_company(name, teams=teams)
    reps = [one for names in teams.values() for one in names]
    seeding.fill_store(made, seed=people, reps=reps, busy_since=made.on - timedelta(40))
    define(made.company_id, seeding.the_plan(), by=OPERATOR, at=at(day))
    version = publish(made.company_id, YEAR, by=OPERATOR, on=day, at=at(day)).version
    kay = Actor("Kay Lindqvist", made.people["Kay Lindqvist"])
    announce(made.company_id, version, by=kay, on=day + timedelta(2), at=at(day + timedelta(2)))
    chance = random.Random(people)
    taps: list[Tap] = []
    for team, names in teams.items():
        gaps = chance.choice((0.02, 0.05, 0.12, 0.25))
        head = MANAGERS.get(team, f"Head {team}")
        for rep in names:
            taps += live_shortly(made, version, rep, head, chance, gaps)
    Tap.objects.bulk_create(taps)
    return made


def live_shortly(
    made: Seeded, version: Any, rep: str, manager: str, chance: random.Random, gaps: float
) -> list[Tap]:
    """A person's year in as few words as ropes ask for; gives what is still to be tapped."""
    company_id, me, boss = made.company_id, made.people[rep], made.people[manager]
    by, chief = Actor(rep, me), Actor(manager, boss)
    plan = version.document.plan
    day = date(YEAR, 1, 11)
    if chance.random() < gaps:
        return []
    titles = [one.title for one in plan.initiatives]
    acknowledge(company_id, plan, picked=titles, own_words="I bring a colleague.", by=by, on=day, at=at(day))
    if chance.random() < gaps:
        return []
    items = Items(tuple(item_from_standards(one, "Salesperson") for one in plan.initiatives))
    shares = seeding.shares_of(version, me)
    day = date(YEAR, 1, 20)
    for who in (by, chief):
        agree(
            company_id, me, YEAR, items=items, shares=shares, counterpart_id=boss, edition=1, by=who, on=day, at=at(day)
        )  # fmt: skip
    talked = [one.key for one in plan.initiatives if chance.random() > gaps]
    if talked:
        latest, parts = chance.randrange(3, 12), [Part(key, "What moved, and what next.") for key in talked]
        for day in (made.on - timedelta(latest + 35), made.on - timedelta(latest)):
            hold_one_on_one(
                company_id, me, manager_id=boss, held_on=day, by=chief, on=day, at=at(day), parts=parts
            )  # fmt: skip
    if chance.random() > gaps:
        day, parts = date(YEAR, 7, 14), [Part(one.key, "As the plan says.") for one in plan.initiatives]
        hold_review(
            company_id, me, manager_id=boss, quarter_end=date(YEAR, 6, 30), held_on=day, figures=[], by=chief, on=day,
            at=at(day), parts=parts,
        )  # fmt: skip
    often = 1 if chance.random() < gaps else 3
    days = [
        made.on - timedelta(made.on.weekday() + 7 * week - place)
        for week in range(5)
        for place in range(often)
    ]
    return [
        Tap(
            company_id=company_id, uuid=UUID(int=chance.getrandbits(128)), person_id=me, activity="deal review", day=one,
            at=at(one),
        )
        for one in days
        if one < made.on
    ]  # fmt: skip
