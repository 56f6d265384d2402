"""One request as the server brings it to an application, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ropewalk.lib.whole_requests import SMALL, Whole

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
