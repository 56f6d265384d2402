"""What every door of a company does: find the viewer, the day that is read, and turn refusals into answers.

A page is a function `(request, viewer, on, …)` behind `@door`. NotVisible is a 404 in the words of an address that never
was; NotAllowed a 403 with who could; a store that can't be asked is left to `one_moment`. Changes happen today only,
whatever day is being read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property

from ropewalk.companies.access import NotAllowed, NotVisible, Viewer, viewer_for
from ropewalk.companies.queries import Particulars, particulars_for_system
from ropewalk.facts.holding import StoreAway, StoreBusy, moment_shown, showing
from ropewalk.lib import clock
from ropewalk.progress.nothing_yet import NothingYet
from ropewalk.progress.state import fresh_at, source_of, state_of

Page = Callable[..., HttpResponse]
log = logging.getLogger("ropewalk.refused")
WRITTEN = {
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "pipedrive": "Pipedrive",
}  # as they write themselves


@dataclass(frozen=True)
class Day:
    """The day that is read, and whether it is a past one."""

    on: date
    today: date

    @property
    def is_past(self) -> bool:
        return self.on < self.today


def door(*methods: str, shows_the_present: bool = False) -> Callable[[Page], Page]:
    """A page of a company that answers to these methods.

    While new figures are being found out it shows those of before, unless it is about what came in.
    """

    def wrap(page: Page) -> Page:
        @wraps(page)
        def answer(request: HttpRequest, company: str, **names: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), login_url="/sign-in/")
            particulars = particulars_for_system(company)
            if particulars is None:
                raise Http404
            today = clock.today(particulars.time_zone)
            try:
                viewer = viewer_for(request.user.pk, company, on=today)
                if request.method not in methods:
                    return HttpResponseNotAllowed(methods)
                day = Day(day_read(request, today) if request.method == "GET" else today, today)
                request.ropewalk = Frame(viewer, day, particulars, request)  # type: ignore[attr-defined]
                with nullcontext() if shows_the_present else showing(viewer.company_id):
                    response = unless_unchanged(request, page, viewer, day, names)
            except NothingYet as nothing:
                response = render(
                    request,
                    "nothing_yet.html",
                    {"nothing": nothing},
                    status=200 if request.method == "GET" else 409,
                )
            except (NotVisible, Http404):
                note_refusal("not visible", request)
                raise Http404 from None
            except NotAllowed as error:
                note_refusal("not allowed", request)
                response = render(request, "not_allowed.html", {"words": str(error)}, status=403)
            add_never_cache_headers(response)
            return response

        return answer

    return wrap


def note_refusal(why: str, request: HttpRequest) -> None:
    """A line of the log for each refusal: whose account, what was asked for, and why not. Names stay out of it."""
    log.warning("refused account %s: %s %s: %s", request.user.pk, request.method, request.path, why)


def unless_unchanged(
    request: HttpRequest, page: Page, viewer: Viewer, day: Day, names: dict[str, Any]
) -> HttpResponse:
    """The page, or 304 for a poll that has it already. The rights were looked at before, at each poll."""
    if request.method != "GET":
        return page(request, viewer, day, **names)
    frame: Frame = request.ropewalk  # type: ignore[attr-defined]
    asked = request.headers.get("If-None-Match", "")
    response = (
        HttpResponseNotModified()
        if frame.state and asked.strip('W/"') == frame.state
        else page(request, viewer, day, **names)
    )
    if frame.state and response.status_code in (200, 304):
        response["ETag"] = f'"{frame.state}"'
    return response


def way_back(request: HttpRequest, viewer: Viewer, *, otherwise: str) -> str:
    """The address that a form asks to come back to, where it lies within the company."""
    asked = request.POST.get("next", "")
    return asked if asked.startswith(f"/c/{viewer.handle}/") and "\\" not in asked else otherwise


def day_read(request: HttpRequest, today: date) -> date:
    """The day of `?on=2027-05-31`; today where there is none. A day to come or no day at all is a 404."""
    written = request.GET.get("on", "")
    if not written:
        return today
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Http404 from None
    if day > today or day.year < 1970:
        raise Http404
    return day


@dataclass(frozen=True)
class Link:
    """One of the main ways: its words, its address, whether one is there, and the letter that follows `g`."""

    words: str
    address: str
    is_here: bool
    key: str


@dataclass(frozen=True)
class Frame:
    """What the layout needs on each page of a company: who looks, which day, where one may go."""

    viewer: Viewer
    day: Day
    company: Particulars
    request: HttpRequest

    @property
    def query(self) -> str:
        """What links carry along while a past day is read: `?on=…`, or nothing."""
        return "?" + urlencode({"on": self.day.on.isoformat()}) if self.day.is_past else ""

    @property
    def base(self) -> str:
        return f"/c/{self.company.handle}/"

    @cached_property
    def state(self) -> str:
        """A word that stays while nothing that this page shows has changed; the validator of live pages.

        Empty while the facts can't be asked: what shows none of them is there all the same, and isn't validated.
        """
        try:
            return state_of(self.viewer, self.day.on, self.request.get_full_path())
        except (StoreBusy, StoreAway):
            return ""

    @cached_property
    def fresh_at(self) -> datetime | None:
        """When the data of the page's figures were loaded."""
        return fresh_at(self.viewer)

    @cached_property
    def source(self) -> str:
        """What the data come from, as it writes itself; "data" where that isn't one place."""
        name = source_of(self.viewer)
        return WRITTEN.get(name, name) or "data"

    @property
    def is_counting(self) -> bool:
        """Whether newer data came in, and these are still the figures of before."""
        return moment_shown() is not None

    @property
    def may_import(self) -> bool:
        return self.viewer.has("administrator")

    @property
    def links(self) -> list[Link]:
        """The main ways."""
        viewer, base = self.viewer, self.base
        found = []
        if viewer.has("leader", "executive", "advisor"):
            found.append(("Overview", f"{base}overview/", "o"))
        if "rep" in viewer.roles:
            found.append(("Today", f"{base}today/", "t"))
        if "manager" in viewer.roles:
            found.append(("My team", f"{base}team/", "m"))
        if viewer.roles - {"administrator"}:
            found.append(("Ropes", f"{base}ropes/", "r"))
        if "rep" in viewer.roles:
            found.append(("My plan", f"{base}people/{viewer.person_id}/plan/", "y"))
        found.append(("Plan", f"{base}plan/", "p"))
        if viewer.has("administrator"):
            found += [("Set-up", f"{base}setup/", "s"), ("Import", f"{base}import/", "i")]
        path = self.request.path
        return [Link(words, to + self.query, path.startswith(to), key) for words, to, key in found]
