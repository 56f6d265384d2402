"""Every answer of every address carries what protects it, whatever its status, and cookies are what they should be."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings
from tests.policy import OPEN, POLICY, Cell
from tests.rights.world import ACTORS, World

from ropewalk import settings as written

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def answers(world: World, cell: Cell) -> list[object]:
    """The address as somebody who may, somebody who may not, nobody, and where nothing is."""
    found = []
    stranger = next((key for key in ACTORS if key not in cell.allowed), None)
    for actor in (cell.allowed[0] if cell.allowed else None, stranger, "leaver", None):
        client = Client(raise_request_exception=False)
        if actor is not None:
            client.force_login(world.accounts[actor], backend=BACKEND)
        for path in filter(None, (cell.path, cell.wrong)):
            found.append(client.generic(cell.method, world.path(path)))
    return found


@pytest.mark.parametrize("cell", POLICY, ids=lambda cell: f"{cell.method} {cell.name} {cell.path[-24:]}")
def test_every_answer_is_protected(world: World, cell: Cell) -> None:
    for response in answers(world, cell):
        policy = response.headers.get("Content-Security-Policy", "")  # type: ignore[attr-defined]
        where = (cell.name, response.status_code)  # type: ignore[attr-defined]
        assert "unsafe" not in policy, where
        assert re.search(r"script-src 'self'( 'nonce-[^']+')?(;|$)", policy), where
        assert "frame-ancestors 'none'" in policy, where
        assert "object-src 'none'" in policy, where
        assert response.headers["X-Content-Type-Options"] == "nosniff", where  # type: ignore[attr-defined]
        assert response.headers["Referrer-Policy"] == "same-origin", where  # type: ignore[attr-defined]
        assert response.headers["X-Frame-Options"] == "DENY", where  # type: ignore[attr-defined]
        if response.status_code in (200, 403, 409, 422):  # type: ignore[attr-defined]
            kept = response.headers.get("Cache-Control", "")  # type: ignore[attr-defined]
            assert "no-store" in kept or "no-cache" in kept, where


@pytest.mark.parametrize("name", OPEN)
def test_addresses_outside_companies_are_protected(world: World, name: str) -> None:
    method, path, _ = OPEN[name]
    response = Client(raise_request_exception=False).generic(method, path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in response.headers.get("Content-Security-Policy", "")


def test_a_static_file_and_an_address_that_never_was_are_protected(world: World) -> None:
    for path in ("/static/base.css", "/static/never.css", "/never/", "/c/never/"):
        response = Client(raise_request_exception=False).get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff", path


def test_a_sign_in_changes_the_session_and_its_cookie_is_out_of_reach(world: World) -> None:
    account = world.accounts["s"]
    account.set_password("seven knots tied")
    account.save()
    client = Client()
    client.get("/sign-in/")
    client.session.save()
    before = client.session.session_key
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        response = client.post("/sign-in/", {"login": account.email, "password": "seven knots tied"})
    assert response.status_code == 302
    cookie = client.cookies["ropewalk"]
    assert client.session.session_key != before
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    old = Client()
    old.cookies["ropewalk"] = str(cookie.value)
    assert old.get("/").status_code == 302
    client.post("/sign-out/")
    assert "/sign-in/" in old.get("/").headers["Location"], (
        "signing out ends the session wherever its cookie is"
    )


def test_behind_https_cookies_are_host_bound_and_secure(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import subprocess
    import sys

    code = "from ropewalk import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    monkeypatch.setenv("ROPEWALK_SECURE", "yes")
    monkeypatch.setenv("ROPEWALK_HOME", str(tmp_path_factory.mktemp("home")))
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == ["__Host-ropewalk", "__Host-ropewalk-csrf", "True", "True"]
    assert written.SESSION_COOKIE_NAME == "ropewalk", "and plain on loopback"
