"""A company whose administrator brings files in by page, and what tests of that say to it. Start with `bring` and `imported`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.rights.reading_forms import form_with

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.models import Account, Company, Person
from ropewalk.facts import store
from ropewalk.facts.store import connection
from ropewalk.jobs.runner import take_one
from ropewalk.journal.writing import OPERATOR

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DEALS = """Opportunity ID,Account,Sales Agent,Product,Close Value,Engage Date,Close Date,Deal Stage
D1,Alpen AG,Ana Alder,GTX Pro,1200.50,2027-01-04,2027-02-03,Won
D2,Nord GmbH,Ana Alder,GTX Pro,900,2027-01-05,,Engaging
D3,Nord GmbH,Ben Brandt,GTX Pro,300,2027-01-06,2027-02-20,Lost
"""
PEOPLE = "Sales Agent,Manager,Regional Office\nAna Alder,Tom Neubert,West\nBen Brandt,Tom Neubert,West\n"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=False):
        yield tmp_path
    store.close()


def signed_in(name: str, *roles: str, company: str = "acme") -> Client:
    company_id = Company.objects.get(handle=company).pk
    person = hire(
        company_id,
        name,
        email=f"{name.split()[0].lower()}@{company}.example",
        roles=roles,
        by=OPERATOR,
        at=NOW,
    )
    account = Account.objects.create(email=f"{name.split()[0].lower()}@{company}.example")
    Person.objects.filter(pk=person).update(account=account)
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def uma(home: Path) -> Client:
    found("Acme", calendar=Calendar("Europe/Zurich", "USD"), by=OPERATOR, at=NOW)
    return signed_in("Uma Admin", "administrator")


def bring(client: Client, **files: str | bytes) -> Any:
    """Bring files; a name's last underscore stands for the point."""
    given = [
        SimpleUploadedFile(".".join(name.rsplit("_", 1)), text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    ]
    return client.post("/c/acme/import/", {"files": given})


def imported(client: Client, place: str, **more: str) -> str:
    """Press Import on the mapping's page, let the job run, and give the page that follows."""
    typed = form_with(client.get(place).content.decode(), "source") | {"what": "import"} | more
    answer = client.post(place, typed)
    assert answer.status_code == 302, answer.content.decode()
    while take_one():
        pass
    return client.get(place).content.decode()


def kept(columns: str, table: str = "opportunities") -> list[tuple[Any, ...]]:
    return connection.cursor().execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
