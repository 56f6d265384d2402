"""What `serve` runs: the application, asked only for what has come whole (decision 19)."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.http import parse_cookie

from ropewalk.facts.workroom import arrivals
from ropewalk.lib.whole_requests import Whole
from ropewalk.pages.importing.quota import MOST_AT_ONCE
from ropewalk.wsgi import application as answering

THREADS = 8  # that answer, or wait for their turn to compute (`lib.giving_way`)


def is_known(cookies: str) -> bool:
    """Whether these are the cookies of somebody who is signed in; where the database doesn't tell, the page will say so."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    try:
        return bool(key) and store(key).get(SESSION_KEY) is not None
    except DatabaseError:
        return True


application = Whole(answering, threads=THREADS, most=MOST_AT_ONCE, is_known=is_known, keep_in=arrivals)
