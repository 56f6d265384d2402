"""A page asks the database a few times, however many people there are: it is asked as it is served, with worlds remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.demo.made import Demonstration
from tests.pages import seeding

from ropewalk.companies.models import Account, Leadership, Membership, Person
from ropewalk.facts import store
from ropewalk.progress import remembering

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
MOST = 25
PAGES = {
    "rep": (
        "today/", "ropes/", "ropes/{key}/{me}/", "announcement/", "people/{me}/plan/", "people/{me}/talks/",
        "people/{me}/reviews/", "figures/{key}/person/{me}/", "plan/",
    ),
    "manager": (
        "team/", "ropes/", "ropes/{key}/{below}/", "people/{below}/plan/", "people/{below}/talks/",
        "people/{below}/reviews/", "figures/{key}/person/{below}/", "figures/{key}/team/{team}/", "plan/",
    ),
    "leader": ("overview/", "ropes/", "figures/{key}/company/0/", "figures/{key}/team/{team}/", "plan/"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def as_served(settings: Any) -> Iterator[None]:
    settings.REMEMBERS_WORLDS = True
    remembering.forget()
    with time_machine.travel(NOW, tick=False):
        yield
    remembering.forget()


@pytest.fixture
def northlight(db: None, settings: Any, tmp_path: Path) -> Iterator[int]:
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    store.close()
    yield seeding.seed().company_id
    store.close()


def test_every_page_asks_seldom_in_a_small_company(northlight: int) -> None:
    assert too_many(northlight) == {}


def test_every_page_asks_seldom_in_a_company_of_sixty(demonstration: Demonstration) -> None:
    assert too_many(demonstration.id) == {}


def too_many(company_id: int) -> dict[str, int]:
    """Pages that ask more often than they may, each as its reader opens it for the second time."""
    found = {}
    for role, pages in PAGES.items():
        reader, names = reader_of(company_id, role)
        client = Client()
        client.force_login(reader.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        for page in pages:
            address = f"/c/{reader.company.handle}/{page.format(**names)}"
            assert client.get(address).status_code == 200, address
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            if len(asked) > MOST:
                found[f"{role}: {page}"] = len(asked)
    return found


def reader_of(company_id: int, role: str) -> tuple[Person, dict[str, object]]:
    """Somebody of that role, with the ids that the role's addresses name."""
    led = Leadership.objects.filter(
        team__memberships__person__access_roles__name="rep", team__company_id=company_id
    )
    lead = led.select_related("person").order_by("pk")[0]
    below = Membership.objects.filter(team_id=lead.team_id).order_by("person_id")[0].person_id
    people = Person.objects.filter(company_id=company_id).select_related("account", "company")
    chosen = {
        "rep": {"pk": below},
        "manager": {"pk": lead.person_id},
        "leader": {"access_roles__name": "leader"},
    }[role]
    reader = people.filter(**chosen)[0]
    if reader.account is None:
        reader.account = Account.objects.create(email=f"{role}@few.example")
        reader.save(update_fields=["account"])
    world = remembering.world_of(company_id, NOW.date())
    key = next(one.key for one in world.initiatives if world.is_carried_by(one, below))
    return reader, {"me": reader.pk, "below": below, "team": lead.team_id, "key": key}
