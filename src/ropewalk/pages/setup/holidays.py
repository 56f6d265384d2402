"""The days on which the company is closed: proposed by country, changed by hand."""

from __future__ import annotations

from datetime import date

from babel import Locale
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.public_holidays import UnknownCountry, countries, proposed
from ropewalk.companies.settling import drop_holiday, holidays_of, keep_holidays
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.setup.asking import Choice, for_administrators


@door("GET", "POST")
def holidays(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The list, with a country's days proposed where one was chosen; POST keeps the ticked days or one typed day."""
    for_administrators(viewer)
    country, region = request.GET.get("country", "").upper(), request.GET.get("region", "").upper()
    troubles: dict[str, str] = {}
    if request.method == "POST":
        found, troubles = days_typed(request)
        if found:
            new = keep_holidays(found, by=viewer, at=clock.now())
            messages.success(
                request, f"{len(found)} day{'s' if len(found) > 1 else ''} noted, {new} of them new."
            )
            return redirect(f"/c/{viewer.handle}/setup/holidays/")
    days: dict[date, str] = {}
    if country:
        try:
            days = proposed(country, region, range(day.today.year - 1, day.today.year + 3))
        except UnknownCountry as error:
            troubles["country"] = str(error)
    kept = holidays_of(viewer)
    noted = {one for _, one, _ in kept}
    names = Locale("en").territories
    shown = {
        "kept": kept,
        "proposed": [(one, name) for one, name in days.items() if one not in noted],
        "is_asked": bool(country) and "country" not in troubles,
        "countries": [
            Choice(code, names.get(code, code), code == country)
            for code in sorted(countries(), key=lambda code: names.get(code, code))
        ],
        "regions": [Choice(code, code, code == region) for code in countries().get(country, ())],
        "country": country,
        "troubles": troubles,
        "typed": request.POST,
    }
    return render(request, "setup/holidays.html", shown, status=422 if troubles else 200)


def days_typed(request: HttpRequest) -> tuple[dict[date, str], dict[str, str]]:
    """The days that were ticked or typed, with their names, and what is wrong by field."""
    found: dict[date, str] = {}
    for ticked in request.POST.getlist("day")[:500]:
        written, _, name = ticked.partition("|")
        try:
            found[date.fromisoformat(written)] = name
        except ValueError:
            return {}, {"day": f"“{written[:20]}” is no day. Choose the days anew."}
    written = request.POST.get("typed_day", "").strip()
    if written:
        try:
            found[date.fromisoformat(written)] = request.POST.get("typed_name", "").strip()
        except ValueError:
            return {}, {"typed_day": f"“{written[:20]}” is no day. Write it like 2027-12-24."}
    if any(not 1970 <= one.year <= 2199 or "\0" in name for one, name in found.items()):
        return {}, {"typed_day": "Say a day between 1970 and 2199."}
    return found, {} if found else {"typed_day": "Tick days above, or type one."}


@door("POST")
def holiday(request: HttpRequest, viewer: Viewer, day: Day, holiday_id: int) -> HttpResponse:
    """Take one out."""
    for_administrators(viewer)
    messages.success(
        request, f"{drop_holiday(holiday_id, by=viewer, at=clock.now())}, is a working day again."
    )
    return redirect(f"/c/{viewer.handle}/setup/holidays/")
