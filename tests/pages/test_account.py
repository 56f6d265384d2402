"""One's own account, and signing out everywhere else: the other browser is out at its next request, this one stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client, override_settings
from tests.rights.asking import client_of, taken_back
from tests.rights.kept import changed, kept
from tests.rights.world import World

from ropewalk.companies.models import Account
from ropewalk.journal.models import Line

pytestmark = pytest.mark.django_db
PASSWORD = "seven knots tied"


@contextmanager
def in_two_browsers(world: World) -> Iterator[tuple[World, Client, Client]]:
    """Ana, who has a password, in two browsers."""
    with taken_back():
        account = world.accounts["s"]
        account.set_password(PASSWORD)
        account.save()
        yield world, client_of(world, "s"), client_of(world, "s")
    account.refresh_from_db()


NEEDS = {"signed": in_two_browsers}  # how what a test asks for is made of the world


@pytest.fixture
def signed(world: World) -> Iterator[tuple[World, Client, Client]]:
    with in_two_browsers(world) as found:
        yield found


def test_the_page_says_who_one_is_and_with_which_address_one_signs_in(world: World) -> None:
    text = client_of(world, "s").get(world.path("/c/{c}/account/")).content.decode()
    for word in (world.accounts["s"].email, "Ana Alder", "<dd>salesperson</dd>", "Sign out everywhere else"):
        assert word in text
    menu = client_of(world, "s").get(world.path("/c/{c}/help/")).content.decode()
    assert f'href="{world.path("/c/{c}/account/")}"' in menu, "the way there stands in one's menu"


def test_the_other_browser_is_out_at_its_next_request_and_this_one_stays(
    signed: tuple[World, Client, Client],
) -> None:
    world, mine, other = signed
    page, today = world.path("/c/{c}/account/"), world.path("/c/{c}/today/")
    assert other.get(today).status_code == 200
    seen = other.get(today)
    done = mine.post(page, follow=True)
    assert "this one stays signed in" in done.content.decode()
    assert done.redirect_chain == [(page, 302)]
    assert mine.get(today).status_code == 200
    poll = {"HTTP_IF_NONE_MATCH": seen.headers["ETag"], "HTTP_HX_REQUEST": "true"}
    for response in (other.get(today, **poll), other.get(today), other.post(world.path("/c/{c}/taps/"))):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/"), "no 304, no page, no write"
    assert other.get("/").headers["Location"].startswith("/sign-in/"), "nor anywhere outside the company"


def test_the_cookie_of_the_browser_that_stays_is_a_new_one(signed: tuple[World, Client, Client]) -> None:
    """Whoever had copied it has nothing."""
    world, mine, _ = signed
    thief = Client()
    thief.cookies["ropewalk"] = mine.cookies["ropewalk"].value
    assert thief.get(world.path("/c/{c}/today/")).status_code == 200
    mine.post(world.path("/c/{c}/account/"))
    assert thief.get(world.path("/c/{c}/today/")).status_code == 302


def test_who_was_signed_out_comes_in_again_with_the_password_and_may_press_it_too(
    signed: tuple[World, Client, Client],
) -> None:
    world, mine, other = signed
    today = world.path("/c/{c}/today/")
    mine.post(world.path("/c/{c}/account/"))
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        come_in = {"login": world.accounts["s"].email, "password": PASSWORD}
        assert other.post("/sign-in/", come_in).status_code == 302
    assert (mine.get(today).status_code, other.get(today).status_code) == (200, 200)
    other.post(world.path("/c/{c}/account/"))
    assert (mine.get(today).status_code, other.get(today).status_code) == (302, 200)
    assert Account.objects.get(pk=world.accounts["s"].pk).sign_outs == 2


def test_it_ends_ones_sessions_in_all_companies_and_nobody_elses(
    signed: tuple[World, Client, Client],
) -> None:
    world, mine, other = signed
    there = world.turned()
    account = world.accounts["s"]
    person = there.accounts["s"].people.get()
    person.account = account
    person.save(update_fields=["account"])
    colleague = client_of(world, "m")
    assert other.get(there.path("/c/{c}/today/")).status_code == 200
    mine.post(world.path("/c/{c}/account/"))
    assert other.get(there.path("/c/{c}/today/")).status_code == 302
    assert mine.get(there.path("/c/{c}/today/")).status_code == 200
    assert colleague.get(world.path("/c/{c}/team/")).status_code == 200


def test_it_writes_one_line_and_changes_nothing_besides(signed: tuple[World, Client, Client]) -> None:
    world, mine, _ = signed
    before = kept()
    mine.post(world.path("/c/{c}/account/"))
    assert changed(before, kept()) == {"companies.Account", "journal.Line"}
    line = Line.objects.latest("pk")
    assert (line.action, line.thing, line.person_id, line.words) == (
        "signed out elsewhere",
        f"person:{world.names['rep']}",
        int(world.names["rep"]),
        "",
    )
    assert line.company_id == world.ids[world.names["c"]]


def test_a_session_from_before_the_number_was_kept_still_holds(world: World) -> None:
    """An upgrade signs nobody out."""
    fresh = Account(email="new@x.example", password="hashed")
    assert "." not in fresh.get_session_auth_hash()
    fresh.sign_outs = 1
    assert fresh.get_session_auth_hash().endswith(".1")
    with override_settings(SECRET_KEY_FALLBACKS=["an older key"]):
        assert [one[-2:] for one in fresh.get_session_auth_fallback_hash()] == [".1"]
