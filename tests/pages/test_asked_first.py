"""What leaves the house is asked about first: whoever publishes or sends types the company's name, and without it nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.pages import seeding
from tests.rights.reading_forms import form_with

from ropewalk.companies.models import Company
from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR
from ropewalk.pages.plan.naming import trouble_with_name
from ropewalk.plans.defining import define
from ropewalk.rollout.models import Announcement, Receipt
from ropewalk.versions.models import Version
from ropewalk.versions.publishing import publish

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 10, tzinfo=UTC)
PUBLICATION, ANNOUNCEMENT = "/c/northlight/plan/publication/", "/c/northlight/plan/announcement/"
PEOPLE = len(seeding.TEAMS["Neubert"])


@pytest.fixture
def made(settings: Any, tmp_path: Path) -> Iterator[seeding.Seeded]:
    """A company with a draft that may be published."""
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=False):
        made = seeding.found_company(teams={"Neubert": seeding.TEAMS["Neubert"]})
        define(made.company_id, seeding.the_plan(), by=OPERATOR, at=NOW)
        yield made
    store.close()


@pytest.fixture
def kay(made: seeding.Seeded) -> Client:
    return seeding.signed_in(made, "Kay Lindqvist")


@pytest.mark.parametrize("name", ["", "  ", "yes", "North", "Northlight 2", "publish"])
def test_without_the_company_s_name_nothing_is_published(kay: Client, name: str) -> None:
    answer = kay.post(PUBLICATION, {"named": name})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Nothing was published." in page.partition('id="trouble_named">')[2].partition("</small>")[0]
    assert form_with(page, "named")["named"] == [name], "what was typed is kept"
    assert not Version.objects.exists()


@pytest.mark.parametrize("name", ["Northlight", " northlight ", "NORTH LIGHT"])
def test_with_the_name_in_whatever_case_the_plan_is_published(kay: Client, name: str) -> None:
    page = unescape(kay.get(PUBLICATION).content.decode())
    assert f"{PEOPLE} people get a target by it. That can’t be taken back, only amended." in page
    assert kay.post(PUBLICATION, {"named": name}).status_code == 302
    assert Version.objects.count() == 1


def test_a_name_doesnt_put_another_way_what_was_published_before(kay: Client, made: seeding.Seeded) -> None:
    publish(made.company_id, 2027, by=OPERATOR, on=NOW.date(), at=NOW)
    assert kay.post(PUBLICATION, {"named": "Northlight"}).status_code == 422
    assert Version.objects.count() == 1


def test_an_announcement_goes_out_once_the_company_is_named_and_the_words_are_kept(
    kay: Client, made: seeding.Seeded
) -> None:
    publish(made.company_id, 2027, by=OPERATOR, on=date(2027, 1, 4), at=NOW)
    page = unescape(kay.get(ANNOUNCEMENT).content.decode())
    assert f"{PEOPLE} people find it on their first page at once. It can’t be called back." in page
    for name in ("", "Southlight"):
        answer = kay.post(ANNOUNCEMENT, {"words": "One thing\nthis year", "named": name})
        page = unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "Nothing was sent." in page.partition('id="trouble_named">')[2].partition("</small>")[0]
        form = form_with(page, "named")
        assert (form["words"], form["named"]) == (["One thing\nthis year"], [name])
        assert not Announcement.objects.exists()
    sent = kay.post(ANNOUNCEMENT, {"words": "One thing", "named": "northlight"})
    assert sent.status_code == 302
    assert Receipt.objects.count() == PEOPLE


def test_it_is_asked_without_script_by_one_labelled_field(kay: Client) -> None:
    page = unescape(kay.get(PUBLICATION).content.decode())
    company = Company.objects.get().name
    assert f'<label for="id_named">To publish, type the company’s name: {company}</label>' in page
    assert page.count('name="named"') == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [("straße 7", "Strasse 7"), ("ACME  ag", "Acme AG"), ("Ａｃｍｅ", "Acme"), ("été", "Été")],
)
def test_case_blanks_and_width_dont_count(typed: str, name: str) -> None:
    assert trouble_with_name(typed, name, "Nothing was sent.") == ""


def test_the_sentence_says_what_to_type_and_what_did_not_happen() -> None:
    assert trouble_with_name("", "Acme", "Nothing was sent.") == (
        "The name is missing. Type Acme. Nothing was sent."
    )
    assert trouble_with_name("Ame", "Acme", "Nothing was sent.") == (
        "“Ame” isn’t its name. Type Acme. Nothing was sent."
    )
