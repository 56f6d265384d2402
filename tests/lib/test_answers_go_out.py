"""An answer goes out whole, is closed once, and who reads it slowly keeps no thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse
from tests.lib.one_request import Protocol, asked, scope_of, whole

from ropewalk.lib.whole_requests import PIECE


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
