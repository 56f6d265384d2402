"""Without a proxy before it, a server answers everybody while others send or read without an end."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trust.homes import copy
from tests.trust.load import C
from tests.trust.serving import Server
from tests.trust.visiting import Visitor, form_of

from ropewalk.lib.whole_requests import PATIENCE, SMALL
from ropewalk.rsgi import THREADS

MANY = 5 * THREADS
ADMINISTRATOR = "ada.winter@northlight.example"
SOON = 10  # seconds, of a machine that does other things too


@pytest.fixture(scope="module")
def server(generated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(copy(generated_home, tmp_path_factory.mktemp("slow") / "home"))
    server.start()
    try:
        server.wait_until_ready()
        yield server
        assert "Traceback" not in server.said(), server.said()[-3000:]
    finally:
        server.stop()


def half_sent(server: Server, length: int, cookie: str = "") -> socket.socket:
    """A form with a token that fits, announced and not sent to its end."""
    stranger = Visitor(server.port, "")
    token = re.findall(r'csrfmiddlewaretoken" value="(\w+)', stranger.get("/sign-in/").body)[0]
    link = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE + 20)
    begun = f"csrfmiddlewaretoken={token}&login="
    link.sendall(
        f"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nCookie: ropewalk-csrf={stranger.cookies['ropewalk-csrf']}{cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{begun}".encode()
    )
    return link


def test_many_half_sent_forms_keep_nobody_from_an_answer_and_end_themselves(server: Server) -> None:
    links = [half_sent(server, 500) for _ in range(MANY)]
    begun = time.monotonic()
    who = Visitor(server.port, ADMINISTRATOR)
    who.sign_in()
    assert who.get(f"{C}/today/").status == 200
    assert time.monotonic() - begun < SOON
    for link in links:
        with link:
            assert link.recv(100).startswith(b"HTTP/1.1 408 ")
    assert who.wrong == []


def test_a_stranger_sends_no_file(server: Server) -> None:
    link = half_sent(server, SMALL + 1)
    with link:
        assert link.recv(100).startswith(b"HTTP/1.1 403 "), "before any of it is waited for"


def test_who_is_signed_in_brings_a_large_file_and_half_of_one_leaves_nothing(server: Server) -> None:
    who = Visitor(server.port, ADMINISTRATOR)
    who.sign_in()
    rows = "".join(f"d{n},a{n},p1,{n},2026-01-05,won\n" for n in range(60_000))
    content = ("id,account,owner,amount,closed,status\n" + rows).encode()
    assert len(content) > SMALL
    answer = who.bring(f"{C}/import/", {"large.csv": content})
    assert (answer.status, "/import/" in answer.location) == (302, True)
    kept = [one for one in (server.home / "uploads").rglob("*.csv") if one.stat().st_size == len(content)]
    assert len(kept) == 1
    links = [half_sent(server, 5 * SMALL, "; ropewalk=" + who.cookies["ropewalk"]) for _ in range(MANY)]
    begun = time.monotonic()
    assert who.get(f"{C}/today/").status == 200
    assert time.monotonic() - begun < SOON
    for link in links:
        link.close()
    until = time.monotonic() + SOON
    while (left := list((server.home / "work").rglob("*-arriving/*"))) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == []


def test_many_who_dont_read_their_answer_keep_nobody_from_theirs(server: Server) -> None:
    links = []
    for _ in range(MANY):
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        link.connect(("127.0.0.1", server.port))
        link.sendall(b"GET /static/base.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
        links.append(link)
    begun = time.monotonic()
    who = Visitor(server.port, ADMINISTRATOR)
    who.sign_in()
    assert form_of(who.get(f"{C}/setup/company/").body)
    assert time.monotonic() - begun < SOON
    for link in links:
        link.close()
