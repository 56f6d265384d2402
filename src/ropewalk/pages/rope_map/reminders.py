"""Reminding everybody who owes an overdue step, or one person of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from ropewalk.companies.access import Viewer
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door, way_back
from ropewalk.progress.reminders import overdue_steps
from ropewalk.rollout.reminding import Reminded, remind


@door("POST")
def reminders(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Remind all, or the `person` asked for; whoever was reminded today already is left in peace."""
    steps, asked = overdue_steps(viewer, day.today), request.POST.get("person", "")
    if asked:
        steps = {person: count for person, count in steps.items() if str(person) == asked}
        if not steps:
            raise Http404
    sent = remind(viewer.company_id, steps, by=viewer.actor, on=day.today, at=clock.now())
    messages.success(request, said(sent))
    return redirect(way_back(request, viewer, otherwise=f"/c/{viewer.handle}/ropes/"))


def said(sent: Reminded) -> str:
    """What happened, in words."""
    people = "1 person" if sent.now == 1 else f"{sent.now} people"
    if not sent.now:
        return (
            "Everybody who owes a step was reminded today already." if sent.before else "Nobody owes a step."
        )
    again = f" {sent.before} had been reminded today already." if sent.before else ""
    return f"{people} reminded. They find it on their first page, until the step is done.{again}"
