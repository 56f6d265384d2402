"""The service worker that keeps taps while there is no net. It stands at the root, since it may only serve below itself."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

FILE = Path(__file__).parents[1] / "static" / "worker.js"


def worker(request: HttpRequest) -> HttpResponseBase:
    """The script; nothing in it is anybody's."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    return FileResponse(
        FILE.open("rb"), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )
