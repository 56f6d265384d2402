"""A WSGI application behind the server's own interface (RSGI): no thread waits for who sends or reads slowly.

What is sent is read to its end first, within a time, by the server's loop; only then is a thread asked for an answer. A file
that is the answer is left to the server, which reads it as it is taken. Start with `Whole`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

SMALL = 1_000_000  # bytes that a form without files may weigh
IN_MEMORY = 65_536  # bytes of what is sent; more is kept in a file meanwhile
PATIENCE = 20.0  # seconds for a form, and for each piece of a file
SLOWEST = 20_000  # bytes a second of a file that is brought
PIECE = 262_144  # bytes of a long answer that are fetched in one go
LENGTHY = 100  # digits of a length
TOO_SLOW = 408, "What you sent didn’t come to its end. Send it again.\n"
NO_ROOM = (
    507,
    "There is no room here for what you sent. Whoever looks after Ropewalk makes some; then send it again.\n",
)
PLAIN = [
    ("content-type", "text/plain; charset=utf-8"), ("connection", "close"), ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"), ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
]  # fmt: skip
log = logging.getLogger(__name__)

Told = TypeVar("Told")
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass
class Answer:
    """An answer whose head is there; `rest` is what comes after its first piece."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    first: bytes = b""
    rest: Iterator[bytes] | None = None
    file: str = ""  # what is sent instead, where the answer is a file as it lies
    close: Callable[[], None] = lambda: None


class Whole:
    """Answers by some threads, each asked only when everything that it needs is there.

    `is_known` tells by the cookies whether somebody is signed in: nobody else may send more than SMALL. Of what is longer than
    `most`, and of what strangers bring, nothing is read; the application is told its length and says no in its own words.
    `keep_in` is where files are kept while they come.
    """

    def __init__(
        self, application: Application, *, threads: int, most: int, is_known: Callable[[str], bool],
        keep_in: Callable[[], Path],
    ) -> None:  # fmt: skip
        self._application, self._most, self._is_known, self._keep_in = application, most, is_known, keep_in
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answering")

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """One request, from its head to the last byte of its answer."""
        environ = environ_of(scope)
        length = length_of(environ)
        folder = str(self._keep_in()) if length > IN_MEMORY else None
        with SpooledTemporaryFile(IN_MEMORY, dir=folder) as sent:
            if await self._may_send(length, environ):
                try:
                    await read_whole(protocol, sent, length)
                except (TimeoutError, EOFError):
                    refuse(protocol, *TOO_SLOW)
                    return
                except OSError as error:
                    log.error("What was sent can't be kept: %s", error)
                    refuse(protocol, *NO_ROOM)
                    return
            sent.seek(0)
            environ["wsgi.input"] = sent
            answer: Answer = await self._in_a_thread(begin, self._application, environ)
        if answer.file:
            protocol.response_file(answer.status, answer.headers, answer.file)
        elif answer.rest is None:
            protocol.response_bytes(answer.status, answer.headers, answer.first)
        else:
            await self._stream(protocol, answer)

    async def _may_send(self, length: int, environ: dict[str, Any]) -> bool:
        if not SMALL < length <= self._most:
            return 0 < length <= SMALL
        known: bool = await self._in_a_thread(self._is_known, environ.get("HTTP_COOKIE", ""))
        return known

    async def _stream(self, protocol: Any, answer: Answer) -> None:
        way = protocol.response_stream(answer.status, answer.headers)
        piece = answer.first
        try:
            while piece:
                await way.send_bytes(piece)
                piece = await self._in_a_thread(gathered, answer.rest)
        except RuntimeError:
            return  # who read it has gone
        finally:
            await self._in_a_thread(answer.close)

    async def _in_a_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


async def read_whole(protocol: Any, into: IO[bytes], length: int) -> None:
    """Everything that is sent. Raises TimeoutError where it comes too slowly, EOFError where it ends before its length."""
    is_small = length <= SMALL
    until = time.monotonic() + PATIENCE + (0 if is_small else length / SLOWEST)
    pieces = aiter(protocol)
    while length > 0:
        piece = await within(min(PATIENCE, until - time.monotonic()), anext(pieces, b""))
        if not piece:
            raise EOFError
        if is_small:
            into.write(piece)
        else:
            await asyncio.to_thread(into.write, piece)  # a slow disk is nobody else's business
        length -= len(piece)


async def within(seconds: float, work: Awaitable[Told]) -> Told:
    """What it comes to, or TimeoutError; nothing waits for it any more then, so that the server can close the connection."""
    waiting = asyncio.ensure_future(work)
    await asyncio.wait((waiting,), timeout=max(seconds, 0))
    if waiting.done():
        return waiting.result()
    waiting.cancel()
    waiting.add_done_callback(let_be)
    raise TimeoutError


def let_be(done: asyncio.Future[Any]) -> None:
    """Hear how something ended that nobody waits for, so that it isn't reported as unheard."""
    if not done.cancelled():
        done.exception()


def refuse(protocol: Any, status: int, words: str) -> None:
    """A plain answer, after which the connection is closed."""
    protocol.response_str(status, PLAIN, words)


def begin(application: Application, environ: dict[str, Any]) -> Answer:
    """Ask the application; an answer of one piece is taken whole."""
    answer = Answer()

    def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
        answer.status = int(status.split(" ", 1)[0])
        answer.headers = [(name, value.strip()) for name, value in headers]

    pieces = application(environ, start_response)
    answer.close = getattr(pieces, "close", lambda: None)
    try:
        answer.file = file_of(pieces, answer)
        if not answer.file and getattr(pieces, "streaming", not isinstance(pieces, list)):
            answer.rest = iter(pieces)
            answer.first = gathered(answer.rest)
        elif not answer.file:
            answer.first = b"".join(pieces)
    except BaseException:
        answer.close()
        raise
    if answer.rest is None:
        answer.close()
    return answer


def file_of(pieces: Any, answer: Answer) -> str:
    """Where the file lies that the answer is, whole and long; empty where it is anything else."""
    name = getattr(getattr(pieces, "file_to_stream", None), "name", None)
    length = next((value for key, value in answer.headers if key.lower() == "content-length"), "")
    if answer.status != 200 or not isinstance(name, str) or not length.isdecimal() or int(length) <= PIECE:
        return ""
    return name if os.path.isfile(name) and os.path.getsize(name) == int(length) else ""


def gathered(pieces: Iterator[bytes]) -> bytes:
    """The next pieces, about PIECE bytes of them; nothing where it is over."""
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size >= PIECE:
            break
    return b"".join(found)


def length_of(environ: dict[str, Any]) -> int:
    """How many bytes are announced; what isn't announced isn't read."""
    announced = environ.get("CONTENT_LENGTH", "")
    is_number = announced.isascii() and announced.isdecimal() and len(announced) <= LENGTHY
    return int(announced) if is_number else 0


def environ_of(scope: Any) -> dict[str, Any]:
    """What PEP 3333 wants to know of a request. A header with an underscore could pass for another's, and is left out."""
    name, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": as_bytes_are(scope.path),
        "QUERY_STRING": as_bytes_are(scope.query_string),
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        if "_" in header:
            continue
        key = header.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key == "CONTENT_TYPE" and key in environ:
            continue
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = as_bytes_are(value)
    environ.setdefault("HTTP_HOST", scope.authority or "")  # without a name nobody is answered
    return environ


def as_bytes_are(words: str) -> str:
    """Text as WSGI hands it over: each byte a character."""
    return words.encode("utf-8", "surrogateescape").decode("latin-1")
