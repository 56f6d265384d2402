"""Companies of one team, each in a state that pages have words for: just begun, with old data, with everything done.

Start with `just_begun`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.pages import seeding
from tests.pages.seeding import Seeded, at

from ropewalk.facts import store
from ropewalk.individual_plans.commitments import close
from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.rollout.announcing import announce
from ropewalk.versions.publishing import publish

TEAM = "Neubert"
FEW = {TEAM: seeding.TEAMS[TEAM]}
STALE_ON = date(2027, 8, 3)  # two weeks before the day that is looked at


class Steady(random.Random):
    """Chance that gives nobody a gap."""

    def random(self) -> float:
        return 0.5


def published(
    name: str, plan: shape.Plan, *, on: date, told: date, loaded_on: date | None = None
) -> tuple[Seeded, Any]:
    """A company of one team with a plan in force and sent."""
    made = seeding.found_company(name, teams=FEW)
    seeding.fill_store(made, seed=20270817, loaded_on=loaded_on)
    define(made.company_id, plan, by=OPERATOR, at=at(on))
    version = publish(made.company_id, seeding.YEAR, by=OPERATOR, on=on, at=at(on)).version
    kay = Actor("Kay Lindqvist", made.people["Kay Lindqvist"])
    announce(made.company_id, version, by=kay, on=told, at=at(told))
    return made, version


def just_begun() -> Seeded:
    """Told a week ago: too early for figures, hardly anything due yet."""
    start, told = date(2027, 8, 9), date(2027, 8, 12)
    plan = seeding.the_plan()
    ones = tuple(
        replace(
            one,
            goal=replace(one.goal, start=start),
            milestones=tuple(
                step
                if step.by > start
                else replace(step, by=date(2027, 8, 31) + timedelta(number), delivered_on=None)
                for number, step in enumerate(one.milestones)
            ),
        )
        for one in plan.initiatives
    )
    calendar = shape.RolloutCalendar(told, date(2027, 8, 20), date(2027, 9, 3))
    plan = replace(plan, initiatives=ones, calendar=calendar)
    return published("Earlyfirm", plan, on=date(2027, 8, 11), told=told)[0]


def not_told() -> Seeded:
    """Published this morning, and not sent yet."""
    made = seeding.found_company("Untoldfirm", teams=FEW)
    define(made.company_id, seeding.the_plan(), by=OPERATOR, at=at(made.on))
    publish(made.company_id, seeding.YEAR, by=OPERATOR, on=made.on, at=at(made.on))
    return made


def with_old_data() -> Seeded:
    """Half a year gone, and nothing imported for two weeks."""
    made, version = published(
        "Stalefirm", seeding.the_plan(), on=date(2027, 1, 4), told=date(2027, 1, 6), loaded_on=STALE_ON
    )
    chance = random.Random(7)
    for rep in FEW[TEAM]:
        seeding.live(made, version, rep, seeding.MANAGERS[TEAM], chance)
    return made


def all_done() -> Seeded:
    """Every rope where it should be, nothing left this week, every promise kept."""
    plan = replace(seeding.the_plan(), initiatives=tuple(map(easy, seeding.the_plan().initiatives)))
    made, version = published("Donefirm", plan, on=date(2027, 1, 4), told=date(2027, 1, 6))
    for rep in FEW[TEAM]:
        me = made.people[rep]
        seeding.live(made, version, rep, seeding.MANAGERS[TEAM], Steady())
        for number in (1, 2):
            seeding.tap_once(made, me, Actor(rep, me), made.on, random.Random(10 * me + number))
        for one in Commitment.objects.filter(person_id=me):
            close(made.company_id, one.pk, kept=True, by=Actor(rep, me), on=made.on, at=at(made.on))
    monday = made.on - timedelta(made.on.weekday())
    store.for_company(made.company_id).add(
        "activities",
        [
            {
                "source": "hubspot", "id": f"done-{rep}-{kind}-{number}", "owner_key": rep, "type": kind,
                "occurred_on": monday, "account_id": "a0", "load_id": 1,
            }
            for rep in FEW[TEAM]
            for kind, most in (("call", 10), ("meeting", 2))
            for number in range(most)
        ],
    )  # fmt: skip
    return made


def easy(one: shape.Initiative) -> shape.Initiative:
    """The same with a goal that the generated deals meet."""
    target = {"close_rate": Decimal("0.45"), "new_clients": Decimal(2), "revenue_won": Decimal(150_000)}
    low, high = one.goal.baseline or Decimal(0), target[one.goal.metric]
    milestones = (
        shape.Milestone("Half way", date(2027, 6, 30), (low + high) / 2),
        shape.Milestone("Nearly", date(2027, 9, 30), (low + 3 * high) / 4),
    )
    return replace(one, goal=replace(one.goal, target=high), milestones=milestones)
