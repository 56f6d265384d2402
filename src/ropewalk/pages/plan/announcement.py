"""Sending the announcement, and answering it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.queries import company_of
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.plan.naming import trouble_with_name
from ropewalk.progress.telling import my_announcement
from ropewalk.progress.telling import sending as what_is_sent
from ropewalk.rollout.announcing import NothingToAnnounce, announce
from ropewalk.rollout.recognising import acknowledge


@door("GET", "POST")
def sending(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """What everybody will read; POST sends it to everyone whose rope the version changed, once the company was named."""
    found = what_is_sent(viewer, day.on)
    trouble = name_trouble = ""
    typed, words = request.POST.get("named", ""), request.POST.get("words", "")[:5000]
    if request.method == "POST":
        name_trouble = trouble_with_name(typed, company_of(viewer).name, "Nothing was sent.")
    if request.method == "POST" and not name_trouble:
        try:
            told = announce(
                viewer.company_id,
                found.version,
                words=words,
                by=viewer.actor,
                on=day.today,
                at=clock.now(),
            )
        except NothingToAnnounce as error:
            trouble = str(error)
        else:
            messages.success(request, f"Sent to {told} people. They find it on their first page.")
            return redirect(f"/c/{viewer.handle}/plan/announcement/")
    return render(
        request,
        "plan/sending.html",
        {
            "sending": found,
            "plan": found.version.document.plan,
            "trouble": trouble,
            "words": words,
            "named": typed,
            "name_trouble": name_trouble,
        },
        status=422 if trouble or name_trouble else 200,
    )


@door("GET", "POST")
def acknowledgement(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The announcement as the viewer reads it, and the recognition check."""
    mine = my_announcement(viewer, day.on)
    answer, picked, own_words = None, [], mine.own_words
    if request.method == "POST":
        picked = request.POST.getlist("picked")
        own_words = request.POST.get("own_words", "")[:2000]
        answer = acknowledge(
            viewer.company_id,
            mine.plan,
            picked=picked,
            own_words=own_words,
            by=viewer.actor,
            on=day.today,
            at=clock.now(),
        )
        if answer.is_acknowledged:
            messages.success(request, "Thank you. Next: agree your own plan.")
            return redirect(f"/c/{viewer.handle}/people/{viewer.person_id}/plan/")
    return render(
        request,
        "plan/acknowledgement.html",
        {"mine": mine, "answer": answer, "picked": picked, "own_words": own_words},
        status=422 if answer else 200,
    )
