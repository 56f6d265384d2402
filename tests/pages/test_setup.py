"""Setting a company up in the browser: the first way in, the company, days off, mail and people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.pages.postbox import Postbox

from ropewalk.backups import taking
from ropewalk.companies.beginning import way_in
from ropewalk.companies.founding import hire
from ropewalk.companies.joining import RosterRow, join
from ropewalk.companies.models import Account, Company, Holiday, Invitation, MailServer, Person
from ropewalk.facts import store
from ropewalk.facts.sources import SourceState
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.pages.setup import page as setup

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
RIGHT = {
    "person": "Uma Admin", "email": "uma@acme.example", "password": "a sentence of some length", "name": "Acme",
    "time_zone": "Europe/Zurich", "currency": "chf", "fiscal_start_month": "1", "first_weekday": "0",
    "working_weekdays": ["0", "1", "2", "3", "4"],
}  # fmt: skip
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=False):
        yield tmp_path
    store.close()


@pytest.fixture
def uma(home: Path) -> Client:
    """The first administrator, signed in."""
    client = Client()
    assert client.post(f"/setup/{way_in(home)}/", RIGHT).status_code == 302
    return client


def test_the_first_person_founds_the_company_and_is_in(home: Path) -> None:
    client = Client()
    link = f"/setup/{way_in(home)}/"
    assert client.get(link).status_code == 200
    answer = client.post(link, RIGHT, follow=True)
    assert answer.redirect_chain[-1][0] == "/c/acme/setup/"
    assert "left to set up" in answer.content.decode()
    person = Person.objects.get()
    assert (person.name, [role.name for role in person.access_roles.all()]) == (
        "Uma Admin",
        ["administrator"],
    )
    company = Company.objects.get()
    assert (company.currency, company.time_zone, company.working_weekdays) == (
        "CHF",
        "Europe/Zurich",
        "01234",
    )
    assert set(Line.objects.values_list("actor", flat=True)) == {"Uma Admin"}
    assert not (home / "setup_link").exists()


def test_the_link_is_good_once_and_looks_afterwards_like_one_that_never_was(home: Path) -> None:
    secret = way_in(home)
    assert way_in(home) == secret, "serving again before it was used gives the same link"
    assert (home / "setup_link").stat().st_mode & 0o777 == 0o600
    assert Client().post(f"/setup/{secret}/", RIGHT).status_code == 302
    used, never = Client().get(f"/setup/{secret}/"), Client().get("/setup/never/")
    assert used.status_code == never.status_code == 404
    assert used.content == never.content
    assert Client().post(f"/setup/{secret}/", RIGHT | {"name": "Other"}).status_code == 404
    assert way_in(home) is None
    assert Company.objects.count() == 1


def test_a_wrong_secret_is_no_way_in_even_while_nobody_is_here(home: Path) -> None:
    way_in(home)
    assert Client().post("/setup/guessed/", RIGHT).status_code == 404
    assert not Company.objects.exists()
    (home / "setup_link").unlink()
    assert Client().post("/setup//", RIGHT).status_code == 404


def test_each_wrong_input_gets_its_sentence_and_what_was_typed_stays(home: Path) -> None:
    wrong = RIGHT | {
        "email": "uma at acme",
        "password": "short",
        "time_zone": "Europe/Zürich",
        "currency": "francs",
        "working_weekdays": [],
    }
    answer = Client().post(f"/setup/{way_in(home)}/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "is no e-mail address",
        "too short",
        "is no time zone",
        "is no currency",
        "one day of the week at least",
    ):
        assert sentence in page, sentence
    assert 'value="uma at acme"' in page
    assert 'value="Europe/Zürich"' in page
    assert "short" not in page.replace("too short", ""), "a password isn't shown again"
    assert not Account.objects.exists()
    assert not Company.objects.exists()


def test_a_new_calendar_is_kept_with_a_line_in_the_journal(uma: Client) -> None:
    seen = seen_on(uma, "/c/acme/setup/company/")
    typed = RIGHT | {
        "seen": seen,
        "name": "Acme AG",
        "first_weekday": "6",
        "deals": "executives",
        "ropes": "all",
    }
    assert uma.post("/c/acme/setup/company/", typed).status_code == 302
    company = Company.objects.get()
    assert (company.name, company.handle, company.first_weekday) == ("Acme AG", "acme", 6)
    assert company.executives_see_deals
    assert company.ropes_open_to_all
    line = Line.objects.get(action="changed company")
    assert "executives see deals: False → True" in line.words


def test_who_saves_second_is_told_and_overwrites_nothing(uma: Client) -> None:
    seen = seen_on(uma, "/c/acme/setup/company/")
    assert uma.post("/c/acme/setup/company/", RIGHT | {"seen": seen, "name": "First"}).status_code == 302
    answer = uma.post("/c/acme/setup/company/", RIGHT | {"seen": seen, "name": "Second"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Uma Admin changed this meanwhile" in page
    assert 'value="Second"' in page
    assert "First" in page
    assert Company.objects.get().name == "First"


def seen_on(client: Client, path: str) -> str:
    return client.get(path).content.decode().partition('name="seen" value="')[2].partition('"')[0]


def test_public_holidays_are_proposed_and_only_the_ticked_ones_kept(uma: Client) -> None:
    page = uma.get("/c/acme/setup/holidays/?country=CH&region=ZH").content.decode()
    assert "2027-08-01|National Day" in page
    assert uma.post("/c/acme/setup/holidays/", {"day": ["2027-08-01|National Day"]}).status_code == 302
    assert list(Holiday.objects.values_list("day", "name")) == [(date(2027, 8, 1), "National Day")]
    assert uma.get("/c/acme/setup/holidays/?country=XX").status_code == 422
    assert uma.post("/c/acme/setup/holidays/", {"typed_day": "24.12."}).status_code == 422
    assert uma.post("/c/acme/setup/holidays/", {"day": ["soon|x"]}).status_code == 422
    one = Holiday.objects.get()
    assert uma.post(f"/c/acme/setup/holidays/{one.pk}/").status_code == 302
    assert not Holiday.objects.exists()


def test_many_are_invited_by_one_paste_and_each_link_lets_one_in(uma: Client) -> None:
    hire(Company.objects.get().pk, "Anna Alder", by=OPERATOR, at=NOW)
    pasted = (
        'Anna Alder <Anna@acme.example>, "Ben Brandt" <ben@acme.example>\ncem@acme.example; dora@acme.example'
    )
    answer = uma.post("/c/acme/setup/people/", {"addresses": pasted, "role": ["rep", "manager"]})
    page = answer.content.decode()
    assert "4 invitations made" in page
    assert Person.objects.get(email="anna@acme.example").name == "Anna Alder", (
        "whoever came with a file is found by name"
    )
    assert Person.objects.count() == 5
    link = page.partition("http://testserver")[2].partition("<")[0]
    assert "Anna Alder" in Client().get(link).content.decode()
    entered = Client().post(link, {"password": "a sentence of some length"})
    assert entered.status_code == 302
    assert "Waiting to come in" in uma.get("/c/acme/setup/people/").content.decode()


@pytest.mark.parametrize(
    ("pasted", "roles", "sentence"),
    [
        ("", ["rep"], "Paste one e-mail address"),
        ("anna@acme.example\nnot an address", ["rep"], "“not an address” holds no e-mail address"),
        ("anna@acme", ["rep"], "is no e-mail address"),
        ("anna@acme.example", [], "tick one role"),
        ("anna@acme.example", ["king"], "Role king isn"),
        (" ".join(f"p{n}@acme.example" for n in range(201)), ["rep"], "200 at once is the limit"),
    ],
)
def test_one_wrong_address_and_nobody_is_invited(
    uma: Client, pasted: str, roles: list[str], sentence: str
) -> None:
    answer = uma.post("/c/acme/setup/people/", {"addresses": pasted, "role": roles})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_renewed_invitation_ends_the_old_link_and_a_revoked_one_ends_all(uma: Client) -> None:
    def link_of(page: str) -> str:
        return page.partition("http://testserver")[2].partition("<")[0]

    old = link_of(
        uma.post("/c/acme/setup/people/", {"addresses": "a@acme.example", "role": "rep"}).content.decode()
    )
    first = Invitation.objects.get()
    new = link_of(uma.post(f"/c/acme/setup/invitations/{first.pk}/", {"what": "renew"}).content.decode())
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    assert uma.post(f"/c/acme/setup/invitations/{first.pk}/", {"what": "renew"}).status_code == 404, (
        "it is over"
    )
    latest = Invitation.objects.latest("pk")
    assert uma.post(f"/c/acme/setup/invitations/{latest.pk}/", {"what": "revoke"}).status_code == 302
    assert Client().get(new).status_code == 404
    assert {"invited person", "renewed invitation", "revoked invitation"} <= set(
        Line.objects.values_list("action", flat=True)
    )


def mail_typed(port: int, **more: str) -> dict[str, str]:
    return {"host": "localhost", "port": str(port), "security": "none", "sender": "rope@acme.example", **more}


def mark_in(page: Any) -> str:
    """The mark of what is kept, as the form carries it."""
    found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


def test_a_test_mail_arrives_and_invitations_go_by_mail(uma: Client, postbox: Postbox) -> None:
    assert uma.post("/c/acme/setup/mail/", mail_typed(postbox.port)).status_code == 302
    told = uma.post("/c/acme/setup/mail/test/", follow=True).content.decode()
    assert "took the test mail for uma@acme.example" in told
    assert "To: uma@acme.example" in postbox.taken[0]
    page = uma.post(
        "/c/acme/setup/people/", {"addresses": "a@acme.example, nobody@acme.example", "role": "rep"}
    ).content.decode()
    assert "sent by mail" in page
    assert "take mail for this address" in page, "what didn't go out is said, and its link is there to copy"
    assert page.count("/invitation/") == 2
    assert "Subject: Acme invites you to Ropewalk" in postbox.taken[1]


def test_a_mail_server_that_isn_t_there_is_told_in_words(uma: Client, settings: Any) -> None:
    settings.ALLOW_HOSTS = ["localhost"]
    uma.post("/c/acme/setup/mail/", mail_typed(1))
    assert (
        "Nothing listens at localhost, port 1."
        in uma.post("/c/acme/setup/mail/test/", follow=True).content.decode()
    )
    settings.ALLOW_HOSTS = []
    refused = uma.post("/c/acme/setup/mail/test/", follow=True).content.decode()
    assert "is an address inside a network" in refused
    wrong = uma.post("/c/acme/setup/mail/", mail_typed(0, host="no host"))
    assert wrong.status_code == 422
    assert "from 1 to 65535" in wrong.content.decode()


def test_the_mail_password_lies_sealed_and_is_never_shown(uma: Client, settings: Any) -> None:
    uma.post("/c/acme/setup/mail/", mail_typed(25, user="rope", password="hunter-two-secret"))
    kept = MailServer.objects.get()
    assert "hunter" not in kept.sealed_password
    assert "hunter" not in uma.get("/c/acme/setup/mail/").content.decode()
    assert not Line.objects.filter(words__contains="hunter").exists()
    form = mail_typed(26, user="rope", seen=mark_in(uma.get("/c/acme/setup/mail/")))
    uma.post("/c/acme/setup/mail/", form)
    assert MailServer.objects.get().sealed_password == kept.sealed_password, "left empty it stays"
    stolen = uma.post(
        "/c/acme/setup/mail/",
        form | {"host": "evil.example", "seen": mark_in(uma.get("/c/acme/setup/mail/"))},
    )
    assert stolen.status_code == 422, "a kept password doesn't travel to another server"
    settings.DATA_KEYS = ["another key"]
    settings.ALLOW_HOSTS = ["localhost"]
    assert "sealed with another key" in uma.post("/c/acme/setup/mail/test/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("taken", "is_published", "said"),
    [
        (None, False, "No backup was ever taken: to do"),
        (None, True, "No backup was ever taken: needs attention"),
        (NOW - timedelta(hours=9), True, "A backup is there: done"),
        (NOW - timedelta(days=3, hours=1), True, "The latest backup is 3 days old: needs attention"),
    ],
)
def test_once_there_is_something_to_lose_the_list_tells_of_the_backup(
    uma: Client, monkeypatch: pytest.MonkeyPatch, taken: datetime | None, is_published: bool, said: str
) -> None:
    assert "backup" not in uma.get("/c/acme/setup/").content.decode()
    list_of = setup.checklist

    def with_facts(viewer: Any, *, at: datetime) -> Any:
        crm = SourceState("crm", NOW, 2, 0, ())
        return replace(list_of(viewer, at=at), sources=(crm,), published=(2027,) if is_published else ())

    monkeypatch.setattr(setup, "checklist", with_facts)
    if taken is not None:
        taking.note(taking.NOTE, {"at": taken.isoformat()})
    page = re.sub(r"<[^>]+>", "", uma.get("/c/acme/setup/").content.decode())
    assert said in page
    assert ("ropewalk backup FILE" in page) is ("done" not in said)


def staff(handle: str = "acme") -> Company:
    """Three who sell, one with an odd name, their manager, and one who left."""
    company = Company.objects.get(handle=handle)
    rows = [
        RosterRow(
            name, name, email, manager="Mia", team="North", role="Salesperson", access=("rep",), to_day=left
        )
        for name, email, left in (
            ("Ann", "ann@acme.example", None),
            ("Ben", "ben@acme.example", None),
            ("Doe, Cid", "cid@acme.example", None),
            ("Paul", "paul@acme.example", date(2027, 2, 26)),
        )
    ]
    rows.append(RosterRow("Mia", "Mia", "mia@acme.example", team="North", access=("manager",)))
    assert {one.state for one in join(company.pk, rows, by=OPERATOR, at=NOW)} == {"new"}
    return company


def test_those_who_came_with_a_people_file_are_listed_and_invited_without_typing_them_again(
    uma: Client,
) -> None:
    company = staff()
    page = "/c/acme/setup/people/"
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", uma.get(page).content.decode()))
    assert "3 people · salesperson" in text
    assert "1 person · manager" in text
    assert "Paul" not in text
    filled = uma.get(page, {"ready": "rep"}).content.decode()
    typed = re.search(r'<textarea id="addresses"[^>]*>(.*?)</textarea>', filled, re.S)
    assert typed is not None
    assert unescape(typed[1]) == "Ann <ann@acme.example>\nBen <ben@acme.example>\ncid@acme.example"
    assert re.search(r'name="role" value="rep" checked', filled)
    assert uma.post(page, {"addresses": unescape(typed[1]), "role": "rep"}).status_code == 200
    assert Invitation.objects.filter(person__company=company).count() == 3
    assert Person.objects.filter(company=company).count() == 6, "nobody was made a second time"
    after = uma.get(page).content.decode()
    assert "1 person · manager" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", after))
    assert "ready=rep" not in after
    assert uma.get(page, {"ready": "never"}).status_code == 200


def test_who_has_left_is_not_invited_and_the_sentence_says_since_when(uma: Client) -> None:
    staff()
    answer = uma.post("/c/acme/setup/people/", {"addresses": "paul@acme.example", "role": "rep"})
    assert answer.status_code == 422
    assert "Paul left on 26 February 2027" in answer.content.decode()
    assert not Invitation.objects.filter(person__name="Paul").exists()


def test_the_team_of_whoever_leads_everybody_lacks_no_manager(uma: Client) -> None:
    company = Company.objects.get(handle="acme")
    rows = [
        RosterRow("Vic", "Vic", "vic@acme.example", team="Sales", access=("leader",)),
        RosterRow("Mia", "Mia", "mia@acme.example", manager="Vic", team="North", access=("manager",)),
        RosterRow("Ann", "Ann", "ann@acme.example", manager="Mia", team="North", access=("rep",)),
    ]
    join(company.pk, rows, by=OPERATOR, at=NOW)
    assert "no manager" not in uma.get("/c/acme/setup/").content.decode()
    join(
        company.pk,
        [RosterRow("Zed", "Zed", "zed@acme.example", team="Sales", access=("rep",))],
        by=OPERATOR,
        at=NOW,
    )
    assert "1 team has no manager" in uma.get("/c/acme/setup/").content.decode()
