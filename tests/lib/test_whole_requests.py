"""What is sent is whole before a thread is asked, and who reads slowly keeps none."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import FileResponse

from ropewalk.lib import whole_requests
from ropewalk.lib.whole_requests import PIECE, SMALL, Whole, environ_of

MOST = 3 * SMALL


def scope_of(*headers: tuple[str, str], **more: str) -> Any:
    usual = {
        "server": "127.0.0.1:8000", "client": "192.0.2.7:51134", "scheme": "http", "method": "POST", "path": "/",
        "query_string": "", "http_version": "1.1", "authority": None,
    }  # fmt: skip
    return SimpleNamespace(**(usual | more), headers=SimpleNamespace(items=lambda: list(headers)))


@dataclass
class Protocol:
    """The server's side: what is sent, piece by piece, and what was answered."""

    sent: list[bytes] = field(default_factory=list)
    after: list[float] = field(default_factory=list)  # seconds before each piece
    then: float = 0  # seconds before the end
    reads_after: float = 0  # seconds before a piece of the answer is taken
    is_gone: bool = False
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    answered: list[bytes] = field(default_factory=list)
    was_read: int = 0
    is_left: bool = False  # nobody waits for the rest any more
    file: str = ""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            for place, piece in enumerate(self.sent):
                await asyncio.sleep(self.after[place] if self.after else 0)
                self.was_read += len(piece)
                yield piece
            await asyncio.sleep(self.then)
        except asyncio.CancelledError:
            self.is_left = True
            raise

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        self.status, self.headers, self.file = status, headers, file

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.answered = status, headers, [body]

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Protocol:
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, piece: bytes) -> None:
        await asyncio.sleep(self.reads_after)
        if self.is_gone:
            raise RuntimeError("transport closed")
        self.answered.append(piece)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("x-length", environ.get("CONTENT_LENGTH", ""))])
    return [environ["wsgi.input"].read()]


def whole(application: Any, tmp_path: Path, *, threads: int = 2, known: bool = True) -> Whole:
    return Whole(application, threads=threads, most=MOST, is_known=lambda _: known, keep_in=lambda: tmp_path)


def asked(application: Whole, protocol: Protocol, length: int | str = "") -> Protocol:
    headers = [("content-length", str(length))] if length != "" else []
    asyncio.run(application(scope_of(*headers), protocol))
    return protocol


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


class Long:
    """A long answer, as a file is."""

    streaming = True

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self.closed = iter(pieces), 0

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self.closed += 1


def test_a_long_answer_goes_out_piece_by_piece_and_is_closed(tmp_path: Path) -> None:
    answer = Long([b"x" * 10_000] * 100)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Long:
        start_response("200 OK", [("content-length", "1000000")])
        return answer

    done = asked(whole(application, tmp_path), Protocol())
    assert (done.status, b"".join(done.answered)) == (200, b"x" * 1_000_000)
    assert all(len(one) < PIECE + 10_000 for one in done.answered)
    assert len(done.answered) > 2
    assert answer.closed == 1


def test_who_has_gone_is_let_go(tmp_path: Path) -> None:
    answer = Long([b"x" * PIECE] * 1000)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Long:
        start_response("200 OK", [])
        return answer

    done = asked(whole(application, tmp_path), Protocol(is_gone=True))
    assert done.answered == []
    assert answer.closed == 1


@pytest.mark.parametrize(
    ("size", "said", "status", "by_the_server"),
    [
        (PIECE + 1, PIECE + 1, "200 OK", True),
        (PIECE + 1, PIECE, "200 OK", False),  # a part of it
        (PIECE + 1, PIECE + 1, "206 Partial Content", False),
        (10, 10, "200 OK", False),
    ],
)
def test_a_long_file_is_left_to_the_server_where_it_is_the_whole_answer(
    tmp_path: Path, size: int, said: int, status: str, by_the_server: bool
) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"x" * size)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> FileResponse:
        answer = FileResponse(file.open("rb"))
        start_response(status, [("Content-Length", str(said)), ("Content-Type", "text/csv")])
        return answer

    done = asked(whole(application, tmp_path), Protocol())
    assert done.file == (str(file) if by_the_server else "")
    assert ("Content-Type", "text/csv") in done.headers
    assert b"".join(done.answered) == (b"" if by_the_server else b"x" * size)


def test_who_reads_a_long_answer_slowly_keeps_no_thread(tmp_path: Path) -> None:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", [])
        return Long([b"x" * PIECE] * 5) if environ["PATH_INFO"] == "/long" else [b"short"]

    one = whole(application, tmp_path, threads=1)

    async def both() -> None:
        slow = asyncio.ensure_future(one(scope_of(path="/long"), Protocol(reads_after=30)))
        await asyncio.sleep(0.1)
        quick = Protocol()
        async with asyncio.timeout(5):
            await one(scope_of(path="/short"), quick)
        assert quick.answered == [b"short"]
        slow.cancel()

    asyncio.run(both())


@pytest.mark.parametrize("at", ["head", "first piece", "later piece"])
def test_an_answer_that_breaks_is_closed(tmp_path: Path, at: str) -> None:
    def broken() -> Iterator[bytes]:
        if at == "later piece":
            yield b"x" * PIECE
        raise OSError("the disk")

    answer = Long(broken())

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Long:
        if at == "head":
            raise OSError("the disk")
        start_response("200 OK", [])
        return answer

    with pytest.raises(OSError, match="the disk"):
        asked(whole(application, tmp_path), Protocol())
    assert answer.closed == (at != "head")


def test_threads_are_its_own_and_no_more_than_said(tmp_path: Path) -> None:
    names, at_once, most = set(), 0, 0
    lock = threading.Lock()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            names.add(threading.current_thread().name)
        time.sleep(0.01)
        with lock:
            at_once -= 1
        start_response("204 No Content", [])
        return []

    one = whole(application, tmp_path, threads=3)

    async def many() -> None:
        await asyncio.gather(*(one(scope_of(), Protocol()) for _ in range(30)))

    asyncio.run(many())
    assert (most, len(names)) == (3, 3)


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
