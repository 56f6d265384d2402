"""What is told beside the pages: mails, the log, the journal. No secret stands in the last two, nobody else's words in the first."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as given
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from tests.pages.postbox import Postbox
from tests.rights.asking import client_of, taken_back
from tests.rights.canaries import PAIR, strange_in
from tests.rights.reading_forms import form_with
from tests.rights.world import World

from ropewalk.companies.inviting import invite
from ropewalk.companies.models import MailServer
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.lib import clock
from ropewalk.lib.discreet import Discreet, hidden

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
PASSWORD, WRONG = "gyrfalcon under the eaves", "lannerfalcon at the door"


@contextmanager
def log() -> Iterator[io.StringIO]:
    """All that the program says at its most talkative, as its own formatter writes it."""
    made = logging.config.DictConfigurator(given.LOGGING)
    said, handler = io.StringIO(), logging.StreamHandler()
    handler.setStream(said)
    handler.setFormatter(made.configure_formatter(dict(given.LOGGING["formatters"]["plain"])))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def test_the_formatter_of_the_settings_is_the_discreet_one() -> None:
    made = logging.config.DictConfigurator(given.LOGGING)
    assert isinstance(made.configure_formatter(dict(given.LOGGING["formatters"]["plain"])), Discreet)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Not Found: /invitation/aB3_x-9/", "Not Found: /invitation/…/"),
        ("GET http://127.0.0.1:8000/setup/s3cr3t/ 500", "GET http://127.0.0.1:8000/setup/…/ 500"),
        ('"POST /invitation/aB3?x=1"', '"POST /invitation/…?x=1"'),
        ("/setup/s3cr3t", "/setup/…"),
        ("Not Found: /c/acme/setup/company/", "Not Found: /c/acme/setup/company/"),
        ("Not Found: /c/acme/setup/invitations/7/", "Not Found: /c/acme/setup/invitations/7/"),
    ],
)
def test_links_that_are_good_once_end_before_their_secret(line: str, written: str) -> None:
    assert hidden(line) == written


def test_no_secret_and_no_private_word_stands_in_the_log_or_the_journal(world: World) -> None:
    latest = Line.objects.latest("pk").pk
    with taken_back(), log() as said:
        invited = invite(
            world.names["c"], "late@northlight.example", roles=("rep",), by=OPERATOR, at=clock.now()
        )
        secrets = {
            invited.token,
            PASSWORD,
            WRONG,
            "merlinsecret9",
            "merlinfalcon",
            PAIR,
            *map(str, given.DATA_KEYS),
            given.SECRET_KEY,
        }
        provoked = provoke(world, f"/invitation/{invited.token}/")
        written = " ".join(Line.objects.filter(pk__gt=latest).values_list("words", flat=True))
    text = said.getvalue()
    assert provoked == {200, 302, 403, 404, 405, 422, 500}, "each way of ending was met"
    assert "/invitation/…" in text
    assert "Traceback" in text, "the crash was written, with where it happened"
    assert [one for one in secrets if one in text] == []
    assert [one for one in secrets if one in written] == []


def provoke(world: World, link: str) -> set[int]:
    """Sign in and fail to, take an invitation in every wrong way and the right one, keep notes and passwords, crash."""
    found: list[Any] = []
    stranger = Client(raise_request_exception=False)

    def fall(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise DatabaseError("gone")

    with override_settings(ACCOUNT_RATE_LIMITS=False):
        found += [stranger.get(link), stranger.put(link), stranger.post(link, {"password": ""})]
        found.append(Client(enforce_csrf_checks=True).post(link, {"password": PASSWORD}))
        with connection.execute_wrapper(fall):
            found.append(stranger.get(link))
        email = world.accounts["s"].email
        found += [
            stranger.post("/sign-in/", {"login": email, "password": WRONG}),
            stranger.post(link, {"password": PASSWORD}),
        ]
        stranger.post("/sign-out/")
        found += [
            stranger.get(link),
            stranger.post("/sign-in/", {"login": "late@northlight.example", "password": PASSWORD}),
        ]
    boss, uma = client_of(world, "m"), client_of(world, "a")
    talks = world.path("/c/{c}/people/{rep}/talks/")
    found.append(boss.post(talks, {"medical.words": PAIR, "notes": PAIR}))
    note = form_with(boss.get(talks).content.decode(), "private") | {"private": "merlinfalcon once more"}
    found.append(boss.post(f"{talks}note/", note))
    mail = world.path("/c/{c}/setup/mail/")
    found.append(
        uma.post(
            mail,
            form_with(uma.get(mail).content.decode(), "host")
            | {"password": "merlinsecret9", "host": "localhost"},
        )
    )
    uma.post(f"{mail}test/")
    return {one.status_code for one in found}


@pytest.mark.parametrize("side", ["here", "elsewhere"])
def test_mails_hold_words_of_their_own_company_alone(world: World, postbox: Postbox, side: str) -> None:
    mine = world if side == "here" else world.turned()
    with taken_back():
        MailServer.objects.filter(company_id=mine.ids[mine.names["c"]]).update(
            host="localhost",
            port=postbox.port,
            security="none",
            user="",
            sealed_password="",
            sender="rope@example.com",
        )
        client = client_of(mine, "a")
        client.post(mine.path("/c/{c}/setup/mail/test/"))
        client.post(
            mine.path("/c/{c}/setup/people/"), {"addresses": "x@new.example\ny@new.example", "role": "rep"}
        )
        client.post(mine.path("/c/{c}/setup/invitations/{invitation}/"), {"what": "renew"})
    assert len(postbox.taken) == 4
    for letter in postbox.taken:
        assert strange_in(letter.encode(), handle=mine.names["c"], person=None, may_share=False) == []
