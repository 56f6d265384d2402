"""Tries to sign in are counted by account and by where they come from: behind a proxy that is what the proxy says, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests.pages.test_headers import protected

from ropewalk.companies.models import Account

pytestmark = pytest.mark.django_db
PASSWORD = "seven-knots-to-the-ground"
STRANGER, OFFICE = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


@pytest.fixture
def ana() -> Account:
    made = Account(email="ana@acme.example")
    made.set_password(PASSWORD)
    made.save()
    return made


def tried(email: str, password: str, *, came: str = "", **more: Any) -> Any:
    """The answer to a sign-in; `came` is what stands in X-Forwarded-For."""
    names = {"HTTP_X_FORWARDED_FOR": came} if came else {}
    return Client().post("/sign-in/", {"login": email, "password": password}, **names, **more)


def guess(times: int, came: str = "", **more: Any) -> list[Any]:
    """Wrong passwords, each for another address that nobody has."""
    return [tried(f"nobody{one}@acme.example", "wrong", came=came, **more) for one in range(times)]


def test_a_stranger_who_guesses_keeps_nobody_out_who_comes_from_elsewhere(
    proxied: None, ana: Account
) -> None:
    guesses = guess(40, STRANGER)
    assert "Too many tries" in guesses[-1].content.decode()
    assert "Too many tries" in tried(ana.email, PASSWORD, came=STRANGER).content.decode()
    assert tried(ana.email, PASSWORD, came=OFFICE).status_code == 302


def test_who_makes_addresses_up_is_counted_by_the_one_that_the_proxy_adds(
    proxied: None, ana: Account
) -> None:
    for one in range(40):
        tried(f"nobody{one}@acme.example", "wrong", came=f"10.0.0.{one}, {STRANGER}")
    assert "Too many tries" in tried(ana.email, PASSWORD, came=f"10.9.9.9, {STRANGER}").content.decode()
    assert tried(ana.email, PASSWORD, came=OFFICE).status_code == 302


def test_without_a_proxy_nobody_is_believed_where_they_say_they_are(ana: Account) -> None:
    for one in range(40):
        tried(f"nobody{one}@acme.example", "wrong", came=f"10.0.0.{one}", REMOTE_ADDR=STRANGER)
    refused = tried(ana.email, PASSWORD, came="10.9.9.9", REMOTE_ADDR=STRANGER)
    assert "Too many tries" in refused.content.decode()
    assert tried(ana.email, PASSWORD, REMOTE_ADDR=OFFICE).status_code == 302


def test_one_account_is_guessed_at_five_times_from_wherever(proxied: None, ana: Account) -> None:
    for one in range(5):
        tried(ana.email, "wrong", came=f"203.0.113.{one}")
    assert "Too many tries" in tried(ana.email, PASSWORD, came=OFFICE).content.decode()


def test_a_company_behind_one_address_comes_in_on_a_monday_and_the_one_too_many_is_told_calmly(
    proxied: None, ana: Account
) -> None:
    assert {tried(ana.email, PASSWORD, came=OFFICE).status_code for _ in range(300)} == {302}
    refused = tried(ana.email, PASSWORD, came=OFFICE)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "no-store" in refused.headers["Cache-Control"]
    assert "<h1>In a minute</h1>" in refused.content.decode()
    protected(refused, "429")
    assert tried(ana.email, PASSWORD, came=STRANGER).status_code == 302


@pytest.mark.parametrize(("secure", "count"), [("yes", "1"), ("no", "0")])
def test_the_proxy_is_believed_where_one_stands_before_ropewalk(
    secure: str, count: str, tmp_path: Any
) -> None:
    names = os.environ | {"ROPEWALK_HOME": str(tmp_path), "ROPEWALK_SECURE": secure}
    said = subprocess.run(
        [sys.executable, "-c", "from ropewalk import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"],
        env=names, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == count
