"""Whether the process lives and whether it can serve; no data, no version, for anybody who asks.

They are asked from inside too, under whatever name: `whatever_the_host` answers them before the host's name is looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import resolve

from ropewalk.jobs.examining import readiness
from ropewalk.lib import clock

PATHS = ("/healthz", "/readyz")


def whatever_the_host(
    answer: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answers these two without looking at the host's name, for a container asks itself at 127.0.0.1."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        if request.path_info in PATHS:
            response: HttpResponse = resolve(request.path_info).func(request)
            return response
        return answer(request)

    return answered


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return plain("ok\n", 200)


def ready(request: HttpRequest) -> HttpResponse:
    """A line for each thing that must hold; 503 where one doesn't."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = readiness(at=clock.now())
    words = "".join(f"{name} {'ok' if holds else 'not ready'}\n" for name, holds in found)
    return plain(words, 200 if all(holds for _, holds in found) else 503)


def plain(words: str, status: int) -> HttpResponse:
    """Text that nobody keeps."""
    response = HttpResponse(words, content_type="text/plain", status=status)
    response["Cache-Control"] = "no-store"
    return response
