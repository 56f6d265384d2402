"""The pages for what nobody foresaw, with a reference that stands in the log, and for what can't be taken in.

Start with `server_error`, `bad_request`, `too_many` and `TextAlone`.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from ropewalk.pages.importing.quota import MOST_AT_ONCE
from ropewalk.pages.one_moment import is_passing, one_moment

NUL = "\0"
log = logging.getLogger("ropewalk.trouble")
A_MINUTE = 60  # seconds in which sign-ins from one place are counted


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page. It needs neither database nor session, which may be what is broken.

    Where a store failed outside of any view, as when a session was to be kept, it is one moment here, too.
    """
    error = sys.exception()
    if error is not None and is_passing(error):
        return one_moment(request, error)
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path)
    response = HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page; 413 where more was sent at once than is taken."""
    is_too_much = isinstance(exception, RequestDataTooBig)
    words = render_to_string("400.html", {"is_too_much": is_too_much, "most": MOST_AT_ONCE >> 20})
    return HttpResponse(words, status=413 if is_too_much else 400)


def too_many(request: HttpRequest) -> HttpResponse:
    """The 429 page, for more sign-ins from one place than are taken in a minute."""
    response = HttpResponse(render_to_string("429.html"), status=429, headers={"Retry-After": str(A_MINUTE)})
    add_never_cache_headers(response)
    return response


class TextAlone:
    """Middleware: a NUL is no text, and a server's database takes none. An address with one never was; a form is a 400."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, page: object, words: object, names: dict[str, object]
    ) -> HttpResponse | None:
        if any(NUL in one for one in names.values() if isinstance(one, str)):
            raise Http404
        for sent in (request.GET, request.POST):
            if any(NUL in one for name, values in sent.lists() for one in (name, *values)):
                return HttpResponse(render_to_string("400.html", {"is_no_text": True}), status=400)
        return None
