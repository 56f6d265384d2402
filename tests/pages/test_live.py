"""Pages that keep themselves up to date: a poll costs a 304 until something changed, and rights count at each poll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from tests.pages import seeding
from tests.pages.seeding import Seeded, signed_in

from ropewalk.companies.models import Person
from ropewalk.facts import store
from ropewalk.progress import remembering

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def northlight(settings: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path_factory.mktemp("live"), teams=("Neubert",)) as made:
        yield made


def poll(client: Client, page: str, state: str) -> int:
    return client.get(f"/c/northlight/{page}", headers={"If-None-Match": state}).status_code


def test_an_unchanged_page_is_a_304_until_a_tap_a_fact_or_the_day_changes_it(northlight: Seeded) -> None:
    ana = signed_in(northlight, "Ana Alder")
    state = ana.get("/c/northlight/today/").headers["ETag"]
    assert poll(ana, "today/", state) == 304
    ana.post("/c/northlight/taps/", {"activity": "deal review", "uuid": str(uuid4())})
    assert poll(ana, "today/", state) == 200
    state = ana.get("/c/northlight/today/").headers["ETag"]
    store.for_company(northlight.company_id).add(
        "accounts", [{"source": "hubspot", "id": "new", "name": "New", "vertical": "medical"}]
    )
    assert poll(ana, "today/", state) == 200
    state = ana.get("/c/northlight/today/").headers["ETag"]
    with time_machine.travel(datetime(2027, 8, 18, 10, tzinfo=UTC), tick=False):
        assert poll(ana, "today/", state) == 200


def test_nobody_elses_state_fits_and_no_other_pages(northlight: Seeded) -> None:
    ana, ben = signed_in(northlight, "Ana Alder"), signed_in(northlight, "Ben Brandt")
    state = ana.get("/c/northlight/today/").headers["ETag"]
    assert poll(ben, "today/", state) == 200
    assert poll(ana, "ropes/", state) == 200


def test_who_has_left_polls_in_vain(northlight: Seeded) -> None:
    ana = signed_in(northlight, "Ana Alder")
    state = ana.get("/c/northlight/today/").headers["ETag"]
    Person.objects.filter(pk=northlight.people["Ana Alder"]).update(left=date(2027, 8, 16))
    assert poll(ana, "today/", state) == 404


def test_the_page_for_what_nobody_foresaw_has_a_reference_that_stands_in_the_log(
    northlight: Seeded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a planted mistake")

    monkeypatch.setattr("ropewalk.pages.today.page.today_of", breaks)
    client = signed_in(northlight, "Ana Alder")
    client.raise_request_exception = False
    answer = client.get("/c/northlight/today/")
    assert answer.status_code == 500
    said = answer.content.decode()
    assert "What is safe" in said
    assert "planted" not in said
    reference = next(one for one in caplog.messages if one.startswith("reference ")).split()[1].rstrip(":")
    assert reference in said


@pytest.mark.parametrize(("name", "page"), [("Kay Lindqvist", "overview/"), ("Tom Neubert", "team/"), ("Kay Lindqvist", "ropes/"), ("Ana Alder", "today/")])  # fmt: skip
def test_before_a_plan_is_published_a_page_outlives_a_change_of_facts(
    northlight: Seeded, settings: Any, name: str, page: str
) -> None:
    settings.REMEMBERS_WORLDS = True
    remembering.forget()
    made = seeding.found_company("Newfirm", teams={"Neubert": seeding.TEAMS["Neubert"]})
    reader = signed_in(made, name)
    for number in range(3):
        assert reader.get(f"/c/newfirm/{page}").status_code == 200
        store.for_company(made.company_id).add(
            "accounts", [{"source": "hubspot", "id": f"new{number}", "name": "New", "vertical": "medical"}]
        )
    remembering.forget()
