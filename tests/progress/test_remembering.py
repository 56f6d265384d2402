"""A world that is remembered is the world that would be made anew, whatever has happened in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.demo.made import TODAY, Demonstration

from ropewalk.companies.absences import note_absence
from ropewalk.companies.history import lines_since_for_system
from ropewalk.connectors.files import reading
from ropewalk.facts import matches, store, taps, undoing
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.drafting import save_draft
from ropewalk.jobs import importing
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
FILES = """
source: other-crm
files:
  - name: won*
    object: opportunities
    columns: {id: id, owner: owner, product: product, amount: amount, currency: currency, opened_on: opened,
      closed_on: closed, status: status}
"""


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


def test_a_world_that_is_remembered_is_that_made_anew_after_files_matches_and_undoing(
    demonstration: Demonstration, tmp_path: Path
) -> None:
    company_id, asked = demonstration.id, tmp_path / "mapping.yaml"
    asked.write_text(FILES)

    def same() -> int:
        remembered, anew = (
            remembering.world_on(company_id, TODAY, today=TODAY),
            world_for_system(company_id, TODAY),
        )
        assert ropes_of(remembered) == ropes_of(anew)
        assert replace(remembered) == replace(anew)
        return len(remembered.initiatives)

    def bring(*rows: str) -> int:
        file = tmp_path / "won.csv"
        file.write_text("\n".join(["id,owner,product,amount,currency,opened,closed,status", *rows]) + "\n")
        report = importing.run("northlight", [file], asked, by=SYSTEM, read=reading.read)
        (brought,) = report.files
        assert (brought.new, brought.refused) == (len(rows), 0)
        return int(brought.load or 0)

    assert same()
    rep = next(name for name in demonstration.people if name.startswith("Ana"))
    bring(f"n1,{rep},Atlas Pro 2,50000,USD,2027-06-01,2027-08-12,won")
    same()
    load = bring("n2,Somebody Else,Atlas Pro 2,70000,USD,2027-06-01,2027-08-12,won")
    same()
    matches.match(
        company_id, "other-crm", "Somebody Else", demonstration.people[rep], by=SYSTEM, at=at(TODAY)
    )
    same()
    undoing.undo(company_id, load, by=SYSTEM, at=at(TODAY))
    same()
    told = {line.action for line in lines_since_for_system(company_id, 0)}
    assert told >= {"imported facts", "matched owner", "undid import"}
