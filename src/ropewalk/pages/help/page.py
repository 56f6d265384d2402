"""Help in short words for the reader's own roles, and the words of the house below. The long form is docs/for-….md.

Start with `help_page`.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.companies.access import Viewer
from ropewalk.pages.door import Day, door
from ropewalk.rules.status import Status

ROLES = ("rep", "manager", "leader", "executive", "administrator", "advisor")


@door("GET")
def help_page(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """A part for each role that the reader holds, and what the words and shapes mean."""
    parts = [(role, f"help/{role}.html") for role in ROLES if role in viewer.roles]
    statuses = {one.name.lower(): one for one in Status}
    return render(request, "help/help.html", {"parts": parts, "statuses": statuses})
