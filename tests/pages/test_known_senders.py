"""Only who is signed in may send a file: told by the cookies, before any of it is read."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from ropewalk.companies.models import Account
from ropewalk.pages.sign_in.sessions import SessionStore
from ropewalk.rsgi import is_known

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = pytest.mark.django_db


def cookies_of(client: Client) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())


def test_by_the_cookies_it_is_told_who_is_signed_in_as_long_as_they_are() -> None:
    client = Client()
    assert not is_known("")
    assert not is_known("ropewalk=; other=1")
    assert not is_known(f"ropewalk={'a' * 32}")
    assert not is_known("ropewalk=made0up0by0somebody")
    assert not is_known('ropewalk="aaaaaaaaaaaaaaaa\\000aaaaaaaaaaaaaaa"'), (
        "which PostgreSQL can't even be asked"
    )
    client.get("/sign-in/")
    assert not is_known(cookies_of(client))
    ana = Account.objects.create(email="ana@acme.example")
    client.force_login(ana, backend=BACKEND)
    kept = f"theme=dark; {cookies_of(client)}"
    assert is_known(kept)
    Account.objects.update(is_active=False)
    assert not is_known(kept), "an account that was closed"
    Account.objects.update(is_active=True)
    client.logout()
    assert not is_known(kept), "the session ended, wherever its cookie is"


def test_where_the_database_doesnt_tell_the_page_will_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: SessionStore) -> dict[str, object]:
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionStore, "load", locked)
    assert is_known(f"ropewalk={'a' * 32}")
