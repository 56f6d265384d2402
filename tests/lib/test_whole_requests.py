"""What is sent is whole before a thread is asked, and told as WSGI wants it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tests.lib.one_request import MOST, Protocol, asked, echo, scope_of, whole

from ropewalk.lib import whole_requests
from ropewalk.lib.whole_requests import SMALL, environ_of


def test_a_form_in_pieces_comes_whole(tmp_path: Path) -> None:
    done = asked(whole(echo, tmp_path), Protocol([b"words=", b"in ", b"pieces"]), 15)
    assert (done.status, done.answered) == (200, [b"words=in pieces"])


@pytest.mark.parametrize("length", ["", "0", "-5", "many", "٣", "9" * 5000])
def test_what_isnt_announced_isnt_read(tmp_path: Path, length: str) -> None:
    done = asked(whole(echo, tmp_path), Protocol([b"never"]), length)
    assert (done.status, done.answered, done.was_read) == (200, [b""], 0)


def test_a_length_may_begin_with_noughts(tmp_path: Path) -> None:
    assert asked(whole(echo, tmp_path), Protocol([b"a=1"]), "0" * 30 + "3").answered == [b"a=1"]


def test_where_there_is_no_room_it_is_said(tmp_path: Path) -> None:
    class Full:
        def write(self, piece: bytes) -> int:
            raise OSError(28, "No space left on device")

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_requests, "SpooledTemporaryFile", lambda *given, **more: Full())
        done = asked(whole(pytest.fail, tmp_path), Protocol([b"x" * 100]), 2 * SMALL)
    assert done.status == 507
    assert {
        ("connection", "close"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    } <= set(done.headers)
    assert b"no room" in done.answered[0]


def test_a_large_file_of_somebody_known_comes_whole_and_nothing_of_it_stays(tmp_path: Path) -> None:
    pieces = [bytes([n]) * 100_000 for n in range(25)]
    done = asked(whole(echo, tmp_path), Protocol(pieces), 2_500_000)
    assert done.answered == [b"".join(pieces)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("length", "known"), [(SMALL + 1, False), (MOST + 1, True)])
def test_of_what_is_too_much_nothing_is_read_and_the_application_hears_how_much_it_is(
    tmp_path: Path, length: int, known: bool
) -> None:
    done = asked(whole(echo, tmp_path, known=known), Protocol([b"x" * 1000]), length)
    assert (done.answered, done.was_read, done.headers) == ([b""], 0, [("x-length", str(length))])


@pytest.mark.parametrize(
    "protocol",
    [
        Protocol([b"half"]),  # its sender has gone
        Protocol([b"half"], then=30),  # its sender waits
        Protocol([b"x"] * 10, after=[0.04] * 10),  # each piece in time, the whole not
    ],
)
def test_a_form_that_doesnt_come_to_its_end_gets_a_408_and_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: Protocol
) -> None:
    monkeypatch.setattr(whole_requests, "PATIENCE", 0.2)
    done = asked(whole(pytest.fail, tmp_path), protocol, 10)
    assert done.status == 408
    assert ("connection", "close") in done.headers
    assert b"Send it again" in done.answered[0]
    assert done.is_left == bool(protocol.then or protocol.after), "else the server kept the connection"


def test_a_large_file_may_take_its_time_as_long_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_requests, "PATIENCE", 0.2)
    pieces = [b"x" * 200_000] * 6
    assert asked(whole(echo, tmp_path), Protocol(pieces, after=[0.1] * 6), 1_200_000).status == 200
    assert asked(whole(echo, tmp_path), Protocol(pieces, after=[0.0, 0.9] * 3), 1_200_000).status == 408


def test_many_who_never_come_to_an_end_keep_nobody_from_an_answer(tmp_path: Path) -> None:
    application = whole(echo, tmp_path, threads=1)

    async def all_at_once() -> float:
        slow = [
            asyncio.ensure_future(application(scope_of(("content-length", "9")), Protocol([b"x"], then=30)))
            for _ in range(200)
        ]
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        quick = Protocol([b"a=1"])
        await application(scope_of(("content-length", "3")), quick)
        assert quick.answered == [b"a=1"]
        for one in slow:
            one.cancel()
        return time.monotonic() - begun

    assert asyncio.run(all_at_once()) < 5


def test_what_wsgi_wants_to_know() -> None:
    environ = environ_of(
        scope_of(
            ("host", "here:8000"), ("cookie", "a=1"), ("cookie", "b=ü"), ("x-many", "1"), ("x-many", "2"),
            ("x_forwarded_proto", "https"), ("content-type", "text/plain"), ("content-type", "text/css"), ("content-length", "3"),
            method="PUT", path="/für/ /%", query_string="q=%C3%A4&ä", client="[2001:db8::1]:443", server="[::1]:8000",
        )
    )  # fmt: skip
    assert {name: value for name, value in environ.items() if not name.startswith("wsgi.")} == {
        "REQUEST_METHOD": "PUT",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/für/ /%".encode().decode("latin-1"),
        "QUERY_STRING": "q=%C3%A4&ä".encode().decode("latin-1"),
        "SERVER_NAME": "::1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "2001:db8::1",
        "HTTP_HOST": "here:8000",
        "HTTP_COOKIE": "a=1; b=Ã¼",
        "HTTP_X_MANY": "1,2",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "3",
    }, "and no header with an underscore, which could pass for a proxy's"
    assert environ_of(scope_of(authority="there"))["HTTP_HOST"] == "there"
    assert environ_of(scope_of())["HTTP_HOST"] == "", "which is nobody's, instead of the server's own"
