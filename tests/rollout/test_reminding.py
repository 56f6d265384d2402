"""Reminding: once a day each, found on the first page, gone when nothing is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pages import seeding
from tests.pages.seeding import Seeded, signed_in

from ropewalk.companies.access import viewer_for
from ropewalk.journal.models import Line
from ropewalk.progress.maps import rope_map
from ropewalk.rollout.models import Reminder

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_teams(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, teams=("Neubert", "Brinkmann")) as made:
        yield made


def overdue(made: Seeded) -> list[Any]:
    kay = viewer_for(made.account("Kay Lindqvist").pk, made.handle, on=made.on)
    return [rope for bay in rope_map(kay, made.on).bays for rope in bay.ropes if rope.is_overdue]


def test_a_leader_reminds_everybody_who_owes_once_a_day_and_the_journal_says_so(two_teams: Seeded) -> None:
    kay, late = signed_in(two_teams, "Kay Lindqvist"), overdue(two_teams)
    owing = {person for rope in late for person in rope.debtors} - {two_teams.people["Kay Lindqvist"]}
    people = f"{len(owing)} people"
    assert f"Remind all {people}" in kay.get("/c/northlight/ropes/").content.decode()
    said = kay.post("/c/northlight/ropes/reminders/", follow=True).content.decode()
    assert f"{people} reminded." in said  # counts what the button counted
    assert f"✓ {people} reminded today" in said
    assert "Remind all" not in said
    assert set(Reminder.objects.values_list("person_id", flat=True)) == owing
    again = kay.post("/c/northlight/ropes/reminders/", follow=True).content.decode()
    assert "was reminded today already" in again
    assert Reminder.objects.count() == len(owing)
    assert Line.objects.filter(action="reminded people").count() == 1


def test_a_manager_reminds_the_own_chain_only_and_a_rep_nobody(two_teams: Seeded) -> None:
    signed_in(two_teams, "Bo Brinkmann").post("/c/northlight/ropes/reminders/")
    names = {
        name
        for name, person in two_teams.people.items()
        if person in Reminder.objects.values_list("person_id", flat=True)
    }
    assert names <= set(seeding.TEAMS["Brinkmann"])
    assert signed_in(two_teams, "Ana Alder").post("/c/northlight/ropes/reminders/").status_code == 403


def test_the_reminded_find_it_on_their_first_page_and_nobody_else_does(two_teams: Seeded) -> None:
    signed_in(two_teams, "Kay Lindqvist").post("/c/northlight/ropes/reminders/")
    reminded = Reminder.objects.filter(person__access_roles__name="manager").first()
    assert reminded is not None
    words = "Kay Lindqvist reminded you on 17\u00a0August"
    assert words in signed_in(two_teams, reminded.person.name).get("/c/northlight/team/").content.decode()
    calm = next(
        name
        for name in seeding.TEAMS["Neubert"]
        if not Reminder.objects.filter(person_id=two_teams.people[name]).exists()
    )
    assert "reminded you" not in signed_in(two_teams, calm).get("/c/northlight/today/").content.decode()


def test_one_person_is_reminded_from_the_card_once_and_a_stranger_of_the_chain_is_not_there(
    two_teams: Seeded,
) -> None:
    bo = signed_in(two_teams, "Bo Brinkmann")
    mine = {two_teams.people[name] for name in seeding.TEAMS["Brinkmann"]}
    waits = [rope.debtors for rope in overdue(two_teams) if len(rope.debtors) == 1]
    person = next(debtors[0] for debtors in waits if debtors[0] in mine)
    asked = {"person": str(person), "next": "/c/northlight/team/"}
    before = bo.get("/c/northlight/team/").content.decode()
    assert f'name="person" value="{person}"' in before
    response = bo.post("/c/northlight/ropes/reminders/", asked)
    assert response["Location"] == "/c/northlight/team/"
    assert list(Reminder.objects.values_list("person_id", flat=True)) == [person]
    after = bo.get("/c/northlight/team/").content.decode()
    assert f'name="person" value="{person}"' not in after
    assert "✓ reminded today" in after
    other = two_teams.people["Tom Neubert"]
    assert bo.post("/c/northlight/ropes/reminders/", {"person": str(other)}).status_code == 404
    assert bo.post("/c/northlight/ropes/reminders/", {**asked, "next": "//evil.example/"})["Location"] == (
        "/c/northlight/ropes/"
    )
