"""The rep's first screen, and what is done on it: a tap, its undo, a promise kept or not.

Works without script: every button is a form. Start with `today`.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as answer
from django.urls import reverse

from ropewalk.companies.access import Viewer
from ropewalk.facts import taps
from ropewalk.facts.tapped import OneTap
from ropewalk.facts.taps import NoSuchTap, TapTaken
from ropewalk.individual_plans.commitments import close
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door, way_back
from ropewalk.pages.owing import Way, next_way, to_do
from ropewalk.progress.activity import ActivityState
from ropewalk.progress.homes import Today
from ropewalk.progress.homes import today as today_of
from ropewalk.progress.promises import promise_for
from ropewalk.progress.tapping import may_tap
from ropewalk.rollout.reminding import latest_reminder
from ropewalk.rules.rope import KnotName

FIRST_STEPS = (KnotName.UNDERSTOOD, KnotName.PLANNED)  # before these are tied there is nothing to do by week


@dataclass(frozen=True)
class ToTap:
    """One button that logs an activity. The uuid is made with the page, so that two taps of it count once."""

    activity: ActivityState
    uuid: UUID


@dataclass(frozen=True)
class FirstStep:
    """A step of the own ropes that comes before any activity."""

    words: str
    titles: tuple[str, ...]
    is_overdue: bool
    way: Way


@door("GET")
def today(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """What is left, whom to call, what was promised, where I stand, and one button."""
    found = today_of(viewer, day.on)
    buttons = [] if day.is_past else [ToTap(one, uuid4()) for _, one in found.to_tap]
    return answer(
        request,
        "today/today.html",
        {
            "today": found,
            "when": when_of(found),
            "buttons": buttons,
            "counted": [one for _, one in found.activities if one.counted != "tap" or not buttons],
            "tapped": tapped_of(found, request.GET.get("tapped", "")) if not day.is_past else None,
            "undone": bool(request.GET.get("undone")) and not day.is_past,
            "reminder": latest_reminder(viewer, day.on),
            "overdue": any(one.is_overdue for one in found.next_steps),
            "first_steps": (firsts := first_steps_of(viewer, found)),
            "quiet": found.quiet[:2] if firsts else found.quiet,  # so that all has room on a phone
            "shows_promises": [] if day.is_past else found.promises[:2],
        },
    )


def when_of(found: Today) -> str:
    """The period that what is left belongs to: "this week" where all activities have one cadence."""
    cadences = {one.per for _, one in found.activities}
    return (
        {"day": "today", "week": "this week", "month": "this month"}[cadences.pop()]
        if len(cadences) == 1
        else ""
    )


def tapped_of(found: Today, written: str) -> OneTap | None:
    """The tap just logged, as the address says; None where there is no such one."""
    return next((one for one in found.logged if str(one.uuid) == written), None)


def first_steps_of(viewer: Viewer, found: Today) -> list[FirstStep]:
    """What the person has to answer or agree before there are weekly activities, each step once."""
    by_way: dict[Way, list[str]] = {}
    ropes: dict[Way, tuple[str, bool]] = {}
    for rope in found.next_steps:
        way = next_way(viewer, rope)
        knot = rope.rope.tag
        if way is not None and knot is not None and knot.name in FIRST_STEPS:
            by_way.setdefault(way, []).append(rope.title)
            ropes.setdefault(way, (to_do(knot), rope.is_overdue))
    return [FirstStep(ropes[way][0], tuple(titles), ropes[way][1], way) for way, titles in by_way.items()]


@door("POST")
def tap(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Log one activity of the viewer's own. The same uuid again changes nothing."""
    activity, uuid = request.POST.get("activity", ""), uuid_from(request.POST.get("uuid", ""))
    base = reverse("today", args=[viewer.handle])
    if viewer.person_id is None or not may_tap(viewer, day.today, activity):
        messages.warning(
            request, f"“{activity[:80]}” isn’t counted by taps in your plan, so nothing was logged."
        )
        return redirect(base)
    try:
        taps.tap(
            viewer.company_id,
            uuid,
            person_id=viewer.person_id,
            activity=activity,
            day=day.today,
            by=viewer.actor,
            at=clock.now(),
        )
    except TapTaken as error:
        messages.warning(request, str(error))
        return redirect(base)
    return redirect(f"{base}?tapped={uuid}")


@door("POST")
def untap(request: HttpRequest, viewer: Viewer, day: Day, uuid: UUID) -> HttpResponse:
    """Take a tap of the viewer's own back."""
    try:
        taps.undo(viewer.company_id, uuid, person_id=viewer.person_id or 0, by=viewer.actor, at=clock.now())
    except NoSuchTap:
        raise Http404 from None
    return redirect(reverse("today", args=[viewer.handle]) + "?undone=yes")


def uuid_from(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise Http404 from None


@door("POST")
def promise(request: HttpRequest, viewer: Viewer, day: Day, promise_id: int) -> HttpResponse:
    """Say whether a commitment was kept; then back to where one was, within the company."""
    promise_for(viewer, promise_id)
    said = request.POST.get("kept", "")
    if said not in ("yes", "no"):
        raise Http404
    close(viewer.company_id, promise_id, kept=said == "yes", by=viewer.actor, on=day.today, at=clock.now())
    messages.success(request, "Kept. Well done." if said == "yes" else "Noted as not kept.")
    return redirect(way_back(request, viewer, otherwise=reverse("today", args=[viewer.handle])))
