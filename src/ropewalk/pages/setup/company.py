"""A company's name, calendar and who may open the deals behind a figure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.settling import ChangedMeanwhile, NotSettled, Particulars, particulars_of, settle
from ropewalk.lib import clock
from ropewalk.pages.changed_meanwhile.page import Field, both_texts
from ropewalk.pages.door import Day, door
from ropewalk.pages.setup.asking import MONTHS, WEEKDAYS, calendar_typed, calendar_words, for_administrators
from ropewalk.versions.queries import versions_of
from ropewalk.versions.years import words_after_moving

WHO_OPENS_DEALS = (  # value, words, what it means
    ("leaders", "each person, their managers up the line, and sales leaders", "Executives see sums."),
    (
        "executives",
        "the same, and executives",
        "They can open the deals of the company and of each team. That opens no individual plan and no talk.",
    ),
)
WHO_SEES_ROPES = (
    ("chain", "that person, their managers up the line, leaders and executives", ""),
    ("all", "everybody in the company", ""),
)


@door("GET", "POST")
def company(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The form, filled with what holds; POST keeps it."""
    for_administrators(viewer)
    current = shown = particulars_of(viewer)
    troubles: dict[str, str] = {}
    seen = current.mark
    if request.method == "POST":
        typed, seen = request.POST, request.POST.get("seen", "")
        shown = Particulars(
            name=typed.get("name", ""),
            calendar=calendar_typed(typed),
            ropes_open_to_all=typed.get("ropes") == "all",
            executives_see_deals=typed.get("deals") == "executives",
        )
        try:
            settle(shown, seen=seen, by=viewer, at=clock.now())
        except NotSettled as error:
            troubles = error.troubles
        except ChangedMeanwhile:
            return theirs_beside_mine(request, viewer, particulars_of(viewer))
        else:
            month = shown.calendar.fiscal_start_month
            moved = month != current.calendar.fiscal_start_month
            words = words_after_moving(versions_of(viewer), month, day.today) if moved else ""
            messages.success(request, f"Kept. {words}".strip())
            return redirect(f"/c/{viewer.handle}/setup/company/")
    said = {
        "shown": shown,
        "seen": seen,
        "troubles": troubles,
        "choices": {"deals": WHO_OPENS_DEALS, "ropes": WHO_SEES_ROPES},
        "chosen": (opens_deals(shown), sees_ropes(shown)),
    } | calendar_words(shown.calendar)
    return render(request, "setup/company.html", said, status=422 if troubles else 200)


def opens_deals(of: Particulars) -> str:
    """Which of WHO_OPENS_DEALS a company has chosen."""
    return "executives" if of.executives_see_deals else "leaders"


def sees_ropes(of: Particulars) -> str:
    """Which of WHO_SEES_ROPES."""
    return "all" if of.ropes_open_to_all else "chain"


def named(choices: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The choices by value and words alone."""
    return tuple((value, words) for value, words, _ in choices)


def theirs_beside_mine(request: HttpRequest, viewer: Viewer, now: Particulars) -> HttpResponse:
    """What was typed beside what somebody else kept meanwhile, of every field of the form."""
    calendar = now.calendar
    weekdays = tuple((str(place), day) for place, day in enumerate(WEEKDAYS))
    months = tuple((str(place), month) for place, month in enumerate(MONTHS, start=1))
    fields = [
        Field("name", "Name", now.name),
        Field("time_zone", "Time zone", calendar.time_zone),
        Field("currency", "Currency", calendar.currency),
        Field("fiscal_start_month", "The fiscal year starts in", str(calendar.fiscal_start_month), choices=months),
        Field("first_weekday", "A week starts on", str(calendar.first_weekday), choices=weekdays),
        Field("working_weekdays", "We work on", ",".join(calendar.working_weekdays), choices=weekdays, is_many=True),
        Field("deals", "The deals behind a figure can be opened by", opens_deals(now), choices=named(WHO_OPENS_DEALS)),
        Field("ropes", "How far a salesperson’s ropes reach is seen by", sees_ropes(now), choices=named(WHO_SEES_ROPES)),
    ]  # fmt: skip
    return both_texts(
        request, viewer, fields, thing=f"company:{viewer.company_id}", action="changed company",
        edition=("seen", now.mark), what="the company’s settings",
    )  # fmt: skip
