"""A company's name, calendar and who may open the deals behind a figure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.settling import ChangedMeanwhile, NotSettled, Particulars, particulars_of, settle
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.setup.asking import calendar_typed, calendar_words, for_administrators
from ropewalk.versions.queries import versions_of
from ropewalk.versions.years import words_after_moving


@door("GET", "POST")
def company(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The form, filled with what holds; POST keeps it."""
    for_administrators(viewer)
    current = shown = particulars_of(viewer)
    troubles: dict[str, str] = {}
    theirs, status = None, 200
    if request.method == "POST":
        typed = request.POST
        shown = Particulars(
            name=typed.get("name", ""),
            calendar=calendar_typed(typed),
            ropes_open_to_all=typed.get("ropes") == "all",
            executives_see_deals=typed.get("deals") == "executives",
        )
        try:
            settle(shown, seen=typed.get("seen", ""), by=viewer, at=clock.now())
        except NotSettled as error:
            troubles, status = error.troubles, 422
        except ChangedMeanwhile:
            theirs, status = current, 409
        else:
            month = shown.calendar.fiscal_start_month
            moved = month != current.calendar.fiscal_start_month
            words = words_after_moving(versions_of(viewer), month, day.today) if moved else ""
            messages.success(request, f"Kept. {words}".strip())
            return redirect(f"/c/{viewer.handle}/setup/company/")
    said = {"shown": shown, "seen": current.mark, "theirs": theirs, "troubles": troubles}
    return render(request, "setup/company.html", said | calendar_words(shown.calendar), status=status)
