"""Whether the process lives and whether it can serve; no data, no version, for anybody who asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from ropewalk.jobs.examining import readiness
from ropewalk.lib import clock


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
