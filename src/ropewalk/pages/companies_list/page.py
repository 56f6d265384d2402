"""The companies of an account, and which page of a company comes first for whom."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from ropewalk.companies.access import Viewer
from ropewalk.companies.queries import belongings, company_of
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.versions.queries import versions_of


def companies(request: HttpRequest) -> HttpResponse:
    """One company: straight in. Several: the list. None: says whom to ask."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if not request.user.is_authenticated:
        return redirect_to_login("/", login_url="/sign-in/")
    found = belongings(request.user.pk, on_by_zone=clock.today)
    if len(found) == 1:
        return redirect(f"/c/{found[0].handle}/")
    response = render(request, "companies_list/companies.html", {"companies": found})
    add_never_cache_headers(response)
    return response


@door("GET")
def first_page(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The first page of the viewer's foremost role; while nothing is published, administrators set up. Advisors get a list."""
    frame = request.ropewalk  # type: ignore[attr-defined]
    firsts = (("leader", "overview"), ("executive", "overview"), ("manager", "team"), ("rep", "today"))
    if "administrator" in viewer.roles and (viewer.roles == {"administrator"} or not versions_of(viewer)):
        return redirect(f"{frame.base}setup/")
    for role, page in firsts:
        if role in viewer.roles:
            return redirect(f"{frame.base}{page}/{frame.query}")
    return render(request, "companies_list/reachable.html", {"company": company_of(viewer)})
