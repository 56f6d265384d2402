"""A world that is remembered is the world that would be made anew, whatever has happened in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.demo.made import TODAY, Demonstration

from ropewalk.companies.absences import note_absence
from ropewalk.facts import store, taps
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.drafting import save_draft
from ropewalk.journal.writing import SYSTEM, Actor
from ropewalk.progress import remembering
from ropewalk.progress.headline import month_before
from ropewalk.progress.ropes import on_the_ground_of, ropes_of
from ropewalk.progress.world import world_for_system
from ropewalk.reviews.talking import Part, hold_one_on_one
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rollout.touching import hold_team_talk

from tests.plans.small import at  # isort: skip


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remembered(settings: Any) -> Iterator[None]:
    settings.REMEMBERS_WORLDS = True
    remembering.forget()
    yield
    remembering.forget()


def test_ropes_out_of_memory_are_those_judged_anew_after_every_kind_of_change(
    demonstration: Demonstration, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    company_id = demonstration.id
    days = (TODAY, month_before(TODAY), TODAY - timedelta(9), TODAY - timedelta(150))

    def same() -> None:
        for day in days:
            remembered, anew = (
                remembering.world_on(company_id, day, today=TODAY),
                world_for_system(company_id, day),
            )
            short = on_the_ground_of(remembered)  # before its ropes are judged, which would answer it
            assert on_the_ground_of(anew) == short
            assert ropes_of(remembered) == ropes_of(anew)
            assert short == [one.rope.on_the_ground for one in ropes_of(anew)]
            assert replace(remembered) == replace(anew)
            some = sorted(anew.roster.people)[::3]
            assert ropes_of(remembered, some) == [one for one in ropes_of(anew) if one.person_id in some]

    same()
    first = remembering.world_of(company_id, TODAY)
    with django_assert_max_num_queries(3):
        assert remembering.world_of(company_id, TODAY) is first
        ropes_of(first)

    rope = ropes_of(first)[0]
    who = Actor(rope.person, rope.person_id)
    uuid = uuid4()
    taps.tap(
        company_id, uuid, person_id=rope.person_id, activity="deal review", day=TODAY, by=who, at=at(TODAY)
    )
    same()
    taps.undo(company_id, uuid, person_id=rope.person_id, by=who, at=at(TODAY))
    same()
    hold_one_on_one(
        company_id, rope.person_id, manager_id=ropes_of(first)[-1].person_id, held_on=TODAY,
        parts=[Part(rope.initiative_key, "As agreed.")], by=SYSTEM, on=TODAY, at=at(TODAY),
    )  # fmt: skip
    same()
    commit(
        company_id, rope.person_id, initiative_key=rope.initiative_key, text="Call the three oldest", due_on=TODAY,
        by=who, on=TODAY, at=at(TODAY),
    )  # fmt: skip
    same()
    plan = first.plans[rope.person_id]
    save_draft(
        company_id, rope.person_id, plan.year, replace(plan.draft, stop="Reports nobody reads."), edition=plan.edition,
        by=who, at=at(TODAY),
    )  # fmt: skip
    same()
    acknowledge(
        company_id, first.plan, picked=[one.title for one in first.initiatives], own_words="Every day a list.",
        by=who, on=TODAY, at=at(TODAY),
    )  # fmt: skip
    same()
    team = rope.team_id or 0
    hold_team_talk(
        company_id, team, [rope.initiative_key], held_on=TODAY, note="", by=SYSTEM, on=TODAY, at=at(TODAY)
    )
    taps.tap(company_id, uuid4(), person_id=rope.person_id, activity="call", day=TODAY, by=who, at=at(TODAY))
    same()
    note_absence(rope.person_id, TODAY, TODAY, by=SYSTEM, at=at(TODAY))
    same()
    won = {
        "source": "demo-crm",
        "id": "new",
        "owner_key": None,
        "status": "won",
        "closed_on": TODAY,
        "load_id": 9,
    }
    store.for_company(company_id).add("opportunities", [won])
    same()
