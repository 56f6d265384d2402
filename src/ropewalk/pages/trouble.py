"""The page for what nobody foresaw, with a reference that stands in the log. Start with `server_error`."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

log = logging.getLogger("ropewalk.trouble")


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page. It needs neither database nor session, which may be what is broken."""
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path)
    response = HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
    add_never_cache_headers(response)
    return response
