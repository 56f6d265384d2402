"""Every answer of every address carries what protects it, whatever its status, and cookies are what they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client, override_settings
from tests.pages.walking import taken_away
from tests.policy import OPEN, POLICY, Cell
from tests.rights.asking import client_of, taken_back
from tests.rights.given import as_given
from tests.rights.kept import rows_kept
from tests.rights.world import ACTORS, World

import ropewalk.pages
from ropewalk import settings as written
from ropewalk.companies.models import Account
from ropewalk.facts import store
from ropewalk.pages.one_moment import is_passing
from ropewalk.progress import remembering

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
STATIC = Path(ropewalk.pages.__file__).parent / "static"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


STATUSES: set[int] = set()  # met by this process, over all addresses


def gone(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise DatabaseError("the database is gone")


def away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise OperationalError("the database is locked")


def answers(world: World, cell: Cell) -> Iterator[Any]:
    """The address in each way it can answer: who may, who may not, nobody, nothing there, wrong method, wrong host, no
    token, too much, with the database out of order, and with it away for a moment.
    """
    path, stranger = world.path(cell.path), next((key for key in ACTORS if key not in cell.allowed), None)
    for actor in (cell.allowed[0], stranger, "leaver", None):
        client = Client(raise_request_exception=False)
        if actor is not None:
            client.force_login(world.accounts[actor], backend=BACKEND)
        for one in filter(None, (cell.path, cell.wrong)):
            with taken_back() if cell.method == "POST" else nullcontext():
                yield client.generic(cell.method, world.path(one))
    client = client_of(world, cell.allowed[0], raise_request_exception=False)
    if cell.method == "POST":
        with as_given(world, cell), taken_back():
            yield client.post(path, world.body(cell))
        client = client_of(world, cell.allowed[0], raise_request_exception=False)  # its session may be gone
        yield client_of(world, cell.allowed[0], enforce_csrf_checks=True).post(path)
        yield client.generic(
            "POST", path, b"--x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(1 << 40)
        )
    yield client.generic("DELETE", path)
    yield client.generic(cell.method, path, HTTP_HOST="no host")
    for trouble in (gone, away):
        with connection.execute_wrapper(trouble):
            yield client.generic(cell.method, path)


def is_one_moment(response: Any) -> bool:
    """Whether an answer is the calm page: what is safe, when to come back, nothing of the program."""
    text = response.content.decode()
    return (
        response.status_code == 503
        and response.headers["Retry-After"] == "10"
        and "<h1>One moment</h1>" in text
        and "Traceback" not in text
        and "locked" not in text
    )


def protected(response: Any, where: object) -> None:
    """Whether an answer carries all that protects it."""
    policy = response.headers.get("Content-Security-Policy", "")
    assert "unsafe" not in policy, where
    assert re.search(r"script-src 'self'( 'nonce-[^']+')?(;|$)", policy), where
    assert re.search(r"default-src 'self'(;|$)", policy), where
    assert "frame-ancestors 'none'" in policy, where
    assert "object-src 'none'" in policy, where
    assert response.headers["X-Content-Type-Options"] == "nosniff", where
    assert response.headers["Referrer-Policy"] == "same-origin", where
    assert response.headers["X-Frame-Options"] == "DENY", where


@pytest.mark.parametrize("cell", POLICY, ids=lambda cell: f"{cell.method} {cell.name} {cell.path[-24:]}")
def test_every_answer_is_protected_and_kept_nowhere(world: World, cell: Cell) -> None:
    met = set()
    for response in answers(world, cell):
        where = (cell.name, response.status_code)
        met.add(response.status_code)
        protected(response, where)
        assert "no-store" in response.headers.get("Cache-Control", ""), where
        assert response.status_code != 503 or is_one_moment(response), where
    assert {400, 500, 503} <= met, "the wrong host, the crash, and the moment"
    assert met & {200, 302}, "whoever may"
    STATUSES.update(met)


def test_every_status_was_met(world: World) -> None:
    if len(STATUSES) < 2:
        pytest.skip("only told after the addresses before it, in the same process")
    assert {200, 302, 400, 403, 404, 405, 413, 422, 500, 503} <= STATUSES


def test_downloads_are_protected_and_saved_not_shown(world: World) -> None:
    for path in ("/c/{c}/import/{upload}/mapping.yaml", "/c/{c}/import/{upload}/refused/0/file/"):
        response = client_of(world, "a").get(world.path(path))
        assert response.status_code == 200
        protected(response, path)
        assert response.headers["Content-Disposition"].startswith("attachment"), path
        assert "no-store" in response.headers["Cache-Control"], path


@pytest.mark.parametrize("name", OPEN)
def test_addresses_outside_companies_are_protected(world: World, name: str) -> None:
    method, path, _ = OPEN[name]
    client = Client(raise_request_exception=False)
    asked = [
        client.generic(method, path),
        client.generic("DELETE", path),
        client.generic(method, path, HTTP_HOST="no host"),
    ]
    for trouble in (gone, away):
        with connection.execute_wrapper(trouble):
            asked.append(client.generic(method, path))
    for response in asked:
        protected(response, (name, response.status_code))
        kept = response.headers.get("Cache-Control", "")
        assert "no-store" in kept or (name, kept) == ("tap_worker", "no-cache"), name


def test_static_files_and_addresses_that_never_were_are_protected(world: World) -> None:
    static = sorted(str(one.relative_to(STATIC)) for one in STATIC.rglob("*") if one.is_file())
    assert static
    for path in (*(f"/static/{one}" for one in static), "/static/never.css", "/never/", "/c/never/"):
        response = Client(raise_request_exception=False).get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff", path
        assert response.headers["Referrer-Policy"] == "same-origin", path
        if response.status_code == 404:
            protected(response, path)
        response.close()


def test_a_sign_in_changes_the_session_and_its_cookie_is_out_of_reach(world: World) -> None:
    with taken_back():
        signs_in_and_out(Account.objects.get(pk=world.accounts["s"].pk))


def signs_in_and_out(account: Account) -> None:
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


@pytest.mark.skipif(bool(settings.FACTS_URL), reason="a server is held by nobody")
def test_while_another_process_holds_the_facts_pages_and_polls_ask_for_one_moment(world: World) -> None:
    """A real process has the real file. What shows no facts is there as ever; a write is kept whole or not at all."""
    busy = set()
    with taken_away("busy"):
        for cell in POLICY:
            client = client_of(world, cell.allowed[0], raise_request_exception=False)
            poll = {"HTTP_IF_NONE_MATCH": '"a state"', "HTTP_HX_REQUEST": "true"}
            before = rows_kept()
            if cell.method == "GET":
                responses = [client.get(world.path(cell.path)), client.get(world.path(cell.path), **poll)]
            else:
                with transaction.atomic():
                    responses = [client.post(world.path(cell.path), world.body(cell))]
                    if responses[0].status_code == 503:
                        assert rows_kept() == before, cell.name
                    transaction.set_rollback(True)
            for response in responses:
                protected(response, cell.name)
                assert response.status_code in (200, 302, 409, 422) or is_one_moment(response), cell.name
                if response.status_code == 503:
                    busy.add(cell.name)
                    assert ("Try again</a>" in response.content.decode()) is (cell.method == "GET"), cell.name
    assert {"overview", "today", "team", "rope_map", "rope", "figure"} <= busy
    assert not busy & {"help", "setup_company", "setup_people", "ideas", "playbooks"}, "these show no facts"


def test_while_the_server_of_the_facts_is_away_pages_ask_for_one_moment(world: World) -> None:
    with override_settings(FACTS_URL="postgresql://nobody@127.0.0.1:9/none"):
        remembering.forget()
        for path in ("/c/{c}/overview/", "/c/{c}/import/"):
            client = client_of(world, "l", raise_request_exception=False)
            assert is_one_moment(client.get(world.path(path))), path
        assert client.get(world.path("/c/{c}/help/")).status_code == 200
    store.close()
    remembering.forget()
    assert client_of(world, "l").get(world.path("/c/{c}/overview/")).status_code == 200, "and then it goes on"


def test_what_is_wrong_with_the_question_is_no_moment(world: World) -> None:
    """A table that isn't there doesn't come in ten seconds."""
    with pytest.raises(DatabaseError) as trouble, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM never_made")
    assert not is_passing(trouble.value)
    assert not is_passing(DatabaseError("the database is gone"))
    assert is_passing(OperationalError("the server closed the connection unexpectedly"))
