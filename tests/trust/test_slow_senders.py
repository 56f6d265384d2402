"""Without a proxy before it, a server answers everybody while others send or read without an end."""

from __future__ import annotations

import os
import re
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trust.homes import copy
from tests.trust.load import C
from tests.trust.serving import Server
from tests.trust.visiting import Visitor, form_of

from ropewalk.cli.serving import LAST_WORDS
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


def everything(link: socket.socket) -> bytes:
    """What comes until the server closes."""
    return b"".join(iter(lambda: link.recv(4096), b""))


def test_more_than_a_thousand_who_say_nothing_or_half_of_it_keep_nobody_out(server: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, hard), hard))
    if min(4_096, hard) < 2_048:
        pytest.skip("this machine allows too few open files")
    links = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(1_200)]
    try:
        for link in links[:600]:
            link.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nabc")
        begun = time.monotonic()
        who = Visitor(server.port, ADMINISTRATOR)
        who.sign_in()
        assert who.get(f"{C}/today/").status == 200
        assert time.monotonic() - begun < SOON
        assert everything(links[0]).startswith(b"HTTP/1.1 408 ")
        assert everything(links[-1]) == b"", "who says nothing is let go, too"
    finally:
        for link in links:
            link.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_many_half_sent_forms_keep_nobody_from_an_answer_and_end_themselves(server: Server) -> None:
    links = [half_sent(server, 500) for _ in range(MANY)]
    begun = time.monotonic()
    who = Visitor(server.port, ADMINISTRATOR)
    who.sign_in()
    assert who.get(f"{C}/today/").status == 200
    assert time.monotonic() - begun < SOON
    for link in links:
        with link:
            assert everything(link).startswith(b"HTTP/1.1 408 "), "and it is closed"
    assert who.wrong == []


def open_in(folder: Path) -> list[str]:
    """The files below it that processes hold open, those without a name too."""
    found = []
    for one in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            found.append(os.readlink(one))
        except OSError:
            continue  # its process has gone, or is another's
    return [one for one in found if one.startswith(str(folder))]


def test_a_server_that_is_stopped_doesnt_wait_for_what_never_comes(
    generated_home: Path, tmp_path: Path
) -> None:
    server = Server(copy(generated_home, tmp_path / "home"))
    server.start()
    server.wait_until_ready()
    with half_sent(server, 500):
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < LAST_WORDS + SOON


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
    while (left := open_in(server.home / "work")) and time.monotonic() < until:
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
