"""What `serve` runs: the application, asked only for what has come whole (decision 19)."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.http import parse_cookie

from ropewalk.facts.workroom import arrivals
from ropewalk.lib.whole_requests import Whole
from ropewalk.pages.importing.quota import MOST_AT_ONCE
from ropewalk.wsgi import application as answering

THREADS = 8  # that answer, or wait for their turn to compute (`lib.giving_way`)


def is_known(cookies: str) -> bool:
    """Whether these are the cookies of somebody who is signed in."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return bool(key) and store(key).get("_auth_user_id") is not None


application = Whole(answering, threads=THREADS, most=MOST_AT_ONCE, is_known=is_known, keep_in=arrivals)
