"""What `serve` runs: the application, asked only for what has come whole (decision 19)."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error
from django.http import HttpRequest, parse_cookie

from ropewalk.facts.workroom import arrivals
from ropewalk.lib.whole_requests import Whole
from ropewalk.pages.importing.quota import MOST_AT_ONCE
from ropewalk.pages.one_moment import is_passing
from ropewalk.pages.sign_in.sessions import KEY
from ropewalk.wsgi import application as answering

THREADS = 8  # that answer, or wait for their turn to compute (`lib.giving_way`)


def is_known(cookies: str) -> bool:
    """Whether these are the cookies of somebody who is signed in; where the database is away, the page will say so."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    if not KEY.fullmatch(key):
        return False
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    try:
        return get_user(request).is_authenticated
    except Error as error:
        return is_passing(error)


application = Whole(answering, threads=THREADS, most=MOST_AT_ONCE, is_known=is_known, keep_in=arrivals)
