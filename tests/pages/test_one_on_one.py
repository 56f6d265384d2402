"""One-on-ones: what the two put on the list, and the note that only its author reads; and the plan that refuses at its field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.pages import seeding
from tests.pages.seeding import Seeded, signed_in

from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.models import Line
from ropewalk.reviews.models import PrivateNote, Topic

pytestmark = pytest.mark.django_db
SECRET = "She thinks of leaving, says the marmalade"


@pytest.fixture
def two_teams(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, teams=("Neubert", "Brinkmann")) as made:
        yield made


def page(made: Seeded, name: str, path: str = "talks/") -> str:
    ana = made.people["Ana Alder"]
    return signed_in(made, name).get(f"/c/northlight/people/{ana}/{path}").content.decode()


def test_a_private_note_is_read_by_its_author_and_nowhere_else(two_teams: Seeded) -> None:
    ana = two_teams.people["Ana Alder"]
    base = f"/c/northlight/people/{ana}/talks/"
    tom = signed_in(two_teams, "Tom Neubert")
    assert tom.post(f"{base}note/", {"edition": "0", "private": SECRET}).status_code == 302
    assert SECRET in page(two_teams, "Tom Neubert")
    for name in ("Ana Alder", "Kay Lindqvist"):
        assert "One-on-ones" in page(two_teams, name).replace("one-on-ones", "One-on-ones")
        assert SECRET not in page(two_teams, name)
    for path in ("talks/?on=2027-08-16", "plan/", "reviews/"):
        assert SECRET not in page(two_teams, "Tom Neubert", path)
    assert SECRET not in PrivateNote.objects.get().sealed
    lines = Line.objects.values_list("action", "thing", "words")
    assert not [one for one in lines if SECRET in " ".join(map(str, one))]
    assert ("kept a private note", "private note") in {one[:2] for one in lines}


def test_a_note_changed_in_another_window_keeps_both_texts(two_teams: Seeded) -> None:
    ana = two_teams.people["Ana Alder"]
    note = f"/c/northlight/people/{ana}/talks/note/"
    tom = signed_in(two_teams, "Tom Neubert")
    tom.post(note, {"edition": "0", "private": "first"})
    response = tom.post(note, {"edition": "0", "private": "second"})
    assert response.status_code == 409
    assert "first" in response.content.decode()
    assert "second" in response.content.decode()
    assert tom.post(note, {"edition": "1", "private": ""}).status_code == 302
    assert not PrivateNote.objects.exists()


def test_under_another_key_a_note_is_said_to_be_there_and_is_not_overwritten(
    two_teams: Seeded, settings: Any
) -> None:
    ana = two_teams.people["Ana Alder"]
    note = f"/c/northlight/people/{ana}/talks/note/"
    tom = signed_in(two_teams, "Tom Neubert")
    tom.post(note, {"edition": "0", "private": SECRET})
    before = PrivateNote.objects.get().sealed
    settings.DATA_KEYS = ["another key"]
    assert "sealed by another key" in page(two_teams, "Tom Neubert")
    assert tom.post(note, {"edition": "1", "private": "new"}).status_code == 409
    assert PrivateNote.objects.get().sealed == before


def test_the_two_put_topics_on_the_list_and_nobody_else_reads_them(two_teams: Seeded) -> None:
    ana = two_teams.people["Ana Alder"]
    base = f"/c/northlight/people/{ana}/talks/"
    own, tom = signed_in(two_teams, "Ana Alder"), signed_in(two_teams, "Tom Neubert")
    own.post(f"{base}topics/", {"words": "The price of the pilot"})
    tom.post(f"{base}topics/", {"words": "Holidays in July"})
    html = page(two_teams, "Tom Neubert")
    assert html.index("The price of the pilot") < html.index("Holidays in July")
    assert html.index("The price of the pilot") < html.index(
        "What changed"
    )  # the rep's own topics come first
    assert "Holidays in July" not in page(two_teams, "Kay Lindqvist")
    mine = Topic.objects.get(words="The price of the pilot")
    assert tom.post(f"{base}topics/", {"take_back": mine.pk}).status_code == 404
    assert own.post(f"{base}topics/", {"words": "  "}).status_code == 422
    tom.post(base, {"medical.words": "Two clinics answered", "topic": str(mine.pk)})
    mine.refresh_from_db()
    assert mine.talk is not None
    assert Topic.objects.get(talk=None).words == "Holidays in July"


def test_what_is_refused_of_a_plan_stands_at_its_field_and_keeps_what_was_typed(two_teams: Seeded) -> None:
    ana = two_teams.people["Ana Alder"]
    own, path = signed_in(two_teams, "Ana Alder"), f"/c/northlight/people/{ana}/plan/"
    before = own.get(path).content.decode()
    edition = before.split('name="edition" value="')[1].split('"')[0]
    typed = {"edition": edition, "medical.0.amount": "many", "medical.words": "I call before nine"}
    response = own.post(path, typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="many" aria-invalid="true"' in html
    assert 'href="#medical.0.amount"' in html
    assert "I call before nine" in html
    html = own.post(path, {**typed, "medical.0.amount": "1"}).content.decode()
    assert "below the standard" in html.split('id="medical.0.reason.trouble"')[1][:200]


def test_something_promised_without_a_day_is_due_in_a_week(two_teams: Seeded) -> None:
    in_a_week = two_teams.on + timedelta(7)
    assert f'name="commitment_by" value="{in_a_week}"' in page(two_teams, "Tom Neubert")
    said = {
        "medical.words": "Two clinics answered.",
        "commitment": "Call the third",
        "commitment_for": "medical",
    }
    base = f"/c/northlight/people/{two_teams.people['Ana Alder']}/talks/"
    assert signed_in(two_teams, "Tom Neubert").post(base, said).status_code == 302
    assert Commitment.objects.get(text="Call the third").due_on == in_a_week
