"""A person's one-on-ones: what the next one is about, and the record of one that was held."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotAllowed, Viewer
from ropewalk.jobs.talking import record_talk
from ropewalk.lib import clock
from ropewalk.pages.changed_meanwhile.page import together, wants_both
from ropewalk.pages.door import Day, door
from ropewalk.pages.one_on_one.coaching import questions_for
from ropewalk.progress.people import TalkPage, require_recorder, talk_page
from ropewalk.progress.preparing import preparation
from ropewalk.reviews.private_notes import Note, NoteChanged, keep_note, my_note
from ropewalk.reviews.talking import Part, TalkRefused
from ropewalk.reviews.topics import raise_topic, take_back

A_WEEK = timedelta(days=7)  # within which something promised is to be done, where no day was said


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
    if request.method == "GET":
        return shown(request, viewer, day, page)
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
                day_from(request.POST.get("commitment_by", ""), day.today + A_WEEK),
            ),
            keys=[one.initiative_key for one in page.ropes],
            topics={one.id for one in page.topics} & {int(one) for one in ticked(request)},
            on=day.today,
            at=clock.now(),
        )
    except TalkRefused as error:
        return shown(request, viewer, day, page, trouble=str(error))
    messages.success(request, "Recorded.")
    return redirect(request.path)


def ticked(request: HttpRequest) -> list[str]:
    """The topics that the form says were talked about."""
    return [one for one in request.POST.getlist("topic") if one.isdecimal() and len(one) < 12]


def shown(
    request: HttpRequest,
    viewer: Viewer,
    day: Day,
    page: TalkPage,
    *,
    trouble: str = "",
    topic_trouble: str = "",
    mine: str | None = None,  # a private note that couldn't be kept: what was typed
) -> HttpResponse:
    """The page, with what was typed where something was refused."""
    sheet = preparation(viewer, day.on, page.person_id)
    has_note = page.may_note and not day.is_past
    note = my_note(viewer, page.person_id, keys=settings.DATA_KEYS) if has_note else Note()
    return render(
        request,
        "one_on_one/one_on_one.html",
        {
            "page": page,
            "sheet": sheet,
            "questions": questions_for(sheet.open_ropes),
            "open_promises": [one for one in page.promises if one.kept is None],
            "closed_promises": [one for one in page.promises if one.kept is not None],
            "trouble": trouble,
            "topic_trouble": topic_trouble,
            "rows": [(one, request.POST.get(f"{one.initiative_key}.words", "")) for one in page.ropes],
            "usual_by": day.today + A_WEEK,
            "typed": request.POST,
            "ticked": ticked(request),
            "has_note": has_note,
            "note": note,
            "mine": mine,
            "puts_together": wants_both(request),
        },
        status=409 if mine is not None else 422 if trouble or topic_trouble else 200,
    )


@door("POST")
def topics(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """Put a topic on the list for the next talk, or take one's own back."""
    page = talk_page(viewer, day.today, person_id)
    if not page.may_raise or viewer.person_id is None:
        raise NotAllowed(
            f"Only {page.name} and {page.counterpart or 'the manager'} set what they talk about."
        )
    back = request.POST.get("take_back", "")
    if back:
        is_id = back.isdecimal() and len(back) < 12
        if not is_id or not take_back(
            viewer.company_id, int(back), raised_by=viewer.person_id, by=viewer.actor, at=clock.now()
        ):
            raise Http404
        messages.success(request, "Taken back.")
        return redirect(way_to(viewer, person_id))
    try:
        raise_topic(
            viewer.company_id,
            person_id,
            request.POST.get("words", ""),
            raised_by=viewer.person_id,
            by=viewer.actor,
            on=day.today,
            at=clock.now(),
        )
    except TalkRefused as error:
        return shown(request, viewer, day, page, topic_trouble=str(error))
    return redirect(way_to(viewer, person_id))


@door("POST")
def private_note(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """Keep the viewer's private note, which nobody else ever reads."""
    page = talk_page(viewer, day.today, person_id)
    if not page.may_note:
        raise NotAllowed("Private notes are kept by those who sit in the talk.")
    edition, words = request.POST.get("edition", ""), request.POST.get("private", "")
    if wants_both(request):
        kept = my_note(viewer, person_id, keys=settings.DATA_KEYS).words
        return shown(request, viewer, day, page, mine=together(kept, words))
    try:
        keep_note(
            viewer,
            person_id,
            words,
            edition=int(edition) if edition.isdecimal() and len(edition) < 9 else -1,
            keys=settings.DATA_KEYS,
            at=clock.now(),
        )
    except NoteChanged:
        return shown(request, viewer, day, page, mine=words)
    messages.success(request, "Kept, for you only.")
    return redirect(way_to(viewer, person_id))


def way_to(viewer: Viewer, person_id: int) -> str:
    return f"/c/{viewer.handle}/people/{person_id}/talks/"
