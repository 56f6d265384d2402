"""The first administrator of an empty installation, by the link that `serve` printed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from ropewalk.companies.beginning import First, NotBegun, NoWayIn, begin, look
from ropewalk.companies.founding import Calendar
from ropewalk.lib import clock
from ropewalk.pages.setup.asking import calendar_typed, calendar_words
from ropewalk.pages.sign_in.page import BACKEND


def first_administrator(request: HttpRequest, secret: str) -> HttpResponse:
    """Found the first company and come in as its administrator; a link that is used looks like one that never was."""
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    typed = request.POST
    calendar = calendar_typed(typed) if request.method == "POST" else Calendar(time_zone="", currency="")
    first = First(
        typed.get("person", ""),
        typed.get("email", ""),
        typed.get("password", ""),
        typed.get("leads") == "yes",
    )
    troubles: dict[str, str] = {}
    try:
        if request.method == "POST":
            handle, account = begin(
                settings.HOME, secret, typed.get("name", ""), calendar=calendar, first=first, at=clock.now()
            )
            login(request, account, backend=BACKEND)
            messages.success(request, "Welcome. The list below says what comes next.")
            return redirect(f"/c/{handle}/setup/")
        look(settings.HOME, secret)
    except NoWayIn:
        response = render(request, "setup/no_way_in.html", status=404)
        add_never_cache_headers(response)
        return response
    except NotBegun as error:
        troubles = error.troubles
    shown = {"name": typed.get("name", ""), "first": first, "troubles": troubles, **calendar_words(calendar)}
    response = render(request, "setup/first.html", shown, status=422 if troubles else 200)
    add_never_cache_headers(response)
    return response
