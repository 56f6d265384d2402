"""A person's one-on-ones: what the next one is about, and the record of one that was held."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.jobs.talking import record_talk
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.one_on_one.coaching import questions_for
from ropewalk.progress.people import require_recorder, talk_page
from ropewalk.progress.preparing import preparation
from ropewalk.reviews.talking import Part, TalkRefused


def day_from(written: str, otherwise: date) -> date:
    """A day out of a form; today where none was said. Raises TalkRefused for what is no day."""
    if not written:
        return otherwise
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise TalkRefused(f"“{written[:20]}” is no day. Write it as 2027-05-31.") from None
    if not 1970 <= day.year < 2200:
        raise TalkRefused(f"{written} lies outside 1970 to 2199. Write the day as 2027-05-31.")
    return day


@door("GET", "POST")
def talks(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """The talks; POST records one, with at most one new commitment."""
    page = talk_page(viewer, day.on, person_id)
    trouble = ""
    if request.method == "POST":
        require_recorder(page)
        try:
            record_talk(
                viewer,
                person_id,
                held_on=day_from(request.POST.get("held_on", ""), day.today),
                parts=[
                    Part(one.initiative_key, request.POST.get(f"{one.initiative_key}.words", "")[:5000])
                    for one in page.ropes
                ],
                notes=request.POST.get("notes", "")[:5000],
                commitment=(
                    request.POST.get("commitment", "")[:400],
                    request.POST.get("commitment_for", ""),
                    day_from(request.POST.get("commitment_by", ""), day.today),
                ),
                keys=[one.initiative_key for one in page.ropes],
                on=day.today,
                at=clock.now(),
            )
        except TalkRefused as error:
            trouble = str(error)
        else:
            messages.success(request, "Recorded.")
            return redirect(request.path)
    written = {one.initiative_key: request.POST.get(f"{one.initiative_key}.words", "") for one in page.ropes}
    return render(
        request,
        "one_on_one/one_on_one.html",
        {
            "page": page,
            "sheet": (sheet := preparation(viewer, day.on, person_id)),
            "questions": questions_for(sheet.open_ropes),
            "open_promises": [one for one in page.promises if one.kept is None],
            "closed_promises": [one for one in page.promises if one.kept is not None],
            "trouble": trouble,
            "rows": [(one, written[one.initiative_key]) for one in page.ropes],
            "typed": request.POST,
        },
        status=422 if trouble else 200,
    )
