"""A person's quarterly reviews: figures frozen at the quarter's end, words and a decision on each initiative."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.one_on_one.page import day_from
from ropewalk.progress.people import require_recorder, review_page
from ropewalk.reviews.talking import Part, TalkRefused, hold_review


@door("GET", "POST")
def reviews(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """The reviews; POST records the one that is due, freezing the quarter's figures."""
    page = review_page(viewer, day.on, person_id)
    trouble = ""
    if request.method == "POST":
        require_recorder(page)
        try:
            if page.due is None:
                raise TalkRefused("Every quarter that is over has been reviewed.")
            hold_review(
                viewer.company_id,
                person_id,
                manager_id=viewer.person_id,
                quarter_end=page.due.end,
                held_on=day_from(request.POST.get("held_on", ""), day.today),
                parts=[
                    Part(
                        one.initiative_key,
                        request.POST.get(f"{one.initiative_key}.words", "")[:5000],
                        request.POST.get(f"{one.initiative_key}.decision", "keep"),
                    )
                    for one in page.ropes
                ],
                figures=list(page.figures),
                by=viewer.actor,
                on=day.today,
                at=clock.now(),
            )
        except TalkRefused as error:
            trouble = str(error)
        else:
            messages.success(request, "Recorded. The quarter’s figures are frozen with it.")
            return redirect(request.path)
    rows = [(one, request.POST.get(f"{one.initiative_key}.words", "")) for one in page.ropes]
    return render(
        request,
        "review/review.html",
        {"page": page, "trouble": trouble, "rows": rows},
        status=422 if trouble else 200,
    )
