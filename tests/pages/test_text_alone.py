"""A NUL from outside is told calmly, on every kind of database: a PostgreSQL takes none, and a page would end in an error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.pages.brought_by_page import DEALS, PEOPLE, bring, home, imported, kept, signed_in, uma
from tests.plans.small import clients, plan_of

from ropewalk.jobs.models import Job
from ropewalk.versions import plan_file

__all__ = ["home", "uma"]

pytestmark = pytest.mark.django_db
COOKIES = ["abcdefgh\0ijkl", "\0" * 32, "abcdefgh", "x" * 33, "Ä" * 32, "a" * 31 + "\n"]


@pytest.mark.parametrize("key", COOKIES)
def test_a_cookie_that_can_be_no_session_is_none_and_no_database_is_asked_for_it(
    key: str, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client = Client()
    client.cookies["ropewalk"] = key
    with django_assert_num_queries(0):
        assert client.get("/c/acme/today/").status_code == 302
    assert client.get("/sign-in/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/invitation/a%00b/", "/setup/%00/", "/c/acme%00/today/", "/c/acme/import/%00/", "/%00"]
)
def test_an_address_with_a_nul_is_one_that_never_was(uma: Client, address: str) -> None:
    for client in (Client(), uma):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/sign-in/", {"login": "a\0@acme.example", "password": "x" * 12}),
        ("/sign-in/", {"login": "a@acme.example", "password": "x\0" * 12}),
        ("/sign-in/", {"login": "a@acme.example", "password": "x" * 12, "next": "/\0"}),
        ("/c/acme/setup/people/", {"addresses": "a\0@acme.example", "role": "rep"}),
        ("/c/acme/setup/company/", {"name": "Ac\0me"}),
        ("/c/acme/setup/company/", {"na\0me": "Acme"}),
    ],
)
def test_a_form_with_a_nul_is_not_taken_and_the_page_says_why(
    uma: Client, address: str, typed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client() if address == "/sign-in/" else uma
    with caplog.at_level(logging.WARNING):
        answer = client.post(address, typed)
    assert answer.status_code == 400
    assert "null character" in answer.content.decode()
    assert "Traceback" not in caplog.text
    assert not any(one.exc_info for one in caplog.records)


@pytest.mark.parametrize(
    "address", ["/sign-in/?next=%00", "/c/acme/setup/people/?q=%00", "/c/acme/import/?%00=1"]
)
def test_a_question_with_a_nul_is_not_taken(uma: Client, address: str) -> None:
    client = Client() if address.startswith("/sign-in") else uma
    assert client.get(address).status_code == 400


@pytest.mark.django_db(transaction=True)  # a worker's thread looks whether the job is still wanted
@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("deals_csv", DEALS.replace("Ben Brandt", "Ben\0Brandt"), ["D1", "D2"]),
        ("deals_csv", DEALS.replace("Alpen AG", '"Al""pen\0, AG"'), ["D2", "D3"]),
        ("deals_csv", DEALS.replace("D2", "D\0002"), ["D1", "D3"]),
        ("deals_csv", DEALS.replace("900", "9\00000"), ["D1", "D3"]),
        ("people_csv", PEOPLE.replace("Ben Brandt", "Ben\0Brandt"), []),
    ],
    ids=["owner", "account", "id", "amount", "person"],
)
def test_a_row_with_a_nul_is_refused_and_the_others_are_taken(
    uma: Client, name: str, text: str, rows: list[str]
) -> None:
    page = imported(uma, bring(uma, **{name: text}).url)
    assert [(one.state, one.trouble) for one in Job.objects.all()] == [("done", "")]
    assert f"1 row of {name.replace('_', '.')} was refused" in page
    assert [one for (one,) in kept("id")] == rows


@pytest.mark.parametrize("sign", ["\\0", "\\ud800"])
def test_a_plan_with_a_nul_or_half_a_sign_is_refused_with_its_line(uma: Client, sign: str) -> None:
    kay = signed_in("Kay Leader", "leader")
    text = plan_file.written(plan_of(clients())).replace("24 new clients", f'"24 new{sign} clients"')
    answer = kay.post("/c/acme/plan/file/", {"plan": SimpleUploadedFile("plan.yaml", text.encode())})
    assert answer.status_code == 422
    assert "half a sign stands here" in answer.content.decode()


def test_a_header_with_a_nul_is_asked_about_as_any_that_nobody_knows(uma: Client) -> None:
    place = bring(uma, deals_csv=DEALS.replace("Close Value", "Close\0 Value")).url
    assert uma.get(place).status_code == 200
