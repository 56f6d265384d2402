"""What the forms of the set-up have in common: how a calendar is typed, and the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django.http import QueryDict

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.founding import Calendar

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its value, its words, and whether it is chosen."""

    value: str
    words: str
    is_chosen: bool


def for_administrators(viewer: Viewer) -> None:
    """Raise NotVisible unless the viewer administers the company: for others these pages don't exist."""
    if not viewer.has("administrator"):
        raise NotVisible("set-up")


def calendar_typed(typed: QueryDict) -> Calendar:
    """The calendar as it was typed, right or wrong."""
    days = [day for day in typed.getlist("working_weekdays") if day in "0123456" and len(day) == 1]
    return Calendar(
        time_zone=typed.get("time_zone", "").strip(),
        currency=typed.get("currency", "").strip().upper(),
        fiscal_start_month=whole(typed.get("fiscal_start_month", "")),
        first_weekday=whole(typed.get("first_weekday", "")),
        working_weekdays="".join(sorted(set(days))),
    )


def whole(text: str, otherwise: int = -1) -> int:
    """A whole number as typed; `otherwise` where it is none."""
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 9 else otherwise


def calendar_words(calendar: Calendar) -> dict[str, object]:
    """What the calendar's part of a form shows."""
    return {
        "calendar": calendar,
        "weekdays": [
            Choice(str(place), day, str(place) in calendar.working_weekdays)
            for place, day in enumerate(WEEKDAYS)
        ],
        "first_weekdays": [
            Choice(str(place), day, place == calendar.first_weekday) for place, day in enumerate(WEEKDAYS)
        ],
        "months": [
            Choice(str(place), month, place == calendar.fiscal_start_month)
            for place, month in enumerate(MONTHS, start=1)
        ],
        "zones": sorted(
            zone
            for zone in available_timezones()
            if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
        ),
        "currencies": sorted(code for code in list_currencies() if len(code) == 3),
    }
