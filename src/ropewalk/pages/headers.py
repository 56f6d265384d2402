"""What every answer carries: nobody on the way keeps a page, whatever became of the request. Start with `kept_nowhere`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponseBase]


def kept_nowhere(answer: Answer) -> Answer:
    """Middleware: an answer that doesn't say by itself how long it may be kept is kept nowhere, refusals included."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response

    return answered
