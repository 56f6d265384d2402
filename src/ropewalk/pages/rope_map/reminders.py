"""One button that reminds everybody who owes an overdue step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ropewalk.companies.access import Viewer
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.progress.reminders import overdue_steps
from ropewalk.rollout.reminding import Reminded, remind


@door("POST")
def reminders(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Remind all; whoever was reminded today already is left in peace."""
    steps = overdue_steps(viewer, day.today)
    sent = remind(viewer.company_id, steps, by=viewer.actor, on=day.today, at=clock.now())
    messages.success(request, said(sent))
    return redirect(f"/c/{viewer.handle}/ropes/")


def said(sent: Reminded) -> str:
    """What happened, in words."""
    people = "1 person" if sent.now == 1 else f"{sent.now} people"
    if not sent.now:
        return (
            "Everybody who owes a step was reminded today already." if sent.before else "Nobody owes a step."
        )
    again = f" {sent.before} had been reminded today already." if sent.before else ""
    return f"{people} reminded. They find it on their first page, until the step is done.{again}"
