"""The calm page for a moment in which a store can't be asked: 503, when to come back, and what became of what was sent.

Start with `Patient`, the middleware that answers with it, and `is_passing`, which tells such a moment from an error.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from ropewalk.facts.holding import StoreAway, StoreBusy
from ropewalk.lib.giving_way import answering

AGAIN_AFTER = 10  # seconds
PASSING = {  # primary result codes of SQLite: the file is locked, can't be opened, written or read at the moment
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
}  # fmt: skip
log = logging.getLogger("ropewalk.moment")


def is_passing(error: BaseException | None) -> bool:
    """Whether a store is locked or away for now. A missing table or a wrong question is not such a moment."""
    if not isinstance(error, StoreBusy | StoreAway | InterfaceError | OperationalError):
        return False
    cause = error.__cause__
    return not isinstance(cause, sqlite3.Error) or cause.sqlite_errorcode & 0xFF in PASSING


class Patient:
    """Middleware: whoever asks comes before what is found out beforehand; the calm page where a store is busy or away."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with answering():
            return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return one_moment(request, error) if is_passing(error) else None


def one_moment(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The 503 page, with a line of the log that says what isn't there. It needs neither store nor session."""
    log.warning("%s: %s %s", str(error).strip().partition("\n")[0], request.method, request.path)
    words = render_to_string(
        "one_moment.html",
        {
            "is_facts": isinstance(error, StoreBusy | StoreAway),
            "is_sent": request.method not in ("GET", "HEAD"),
            "again": request.get_full_path(),
            "seconds": AGAIN_AFTER,
        },
    )
    response = HttpResponse(words, status=503, headers={"Retry-After": str(AGAIN_AFTER)})
    add_never_cache_headers(response)
    return response
