"""A plan that is brought as a file becomes the draft; one that is there already is asked about first.

What is wrong with the file is said with its lines, on the page that it came from. Start with `plan_from_file`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.history import latest_change
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.playbooks.meanwhile import mark
from ropewalk.pages.playbooks.page import drafts, leading, start_month
from ropewalk.plans.defining import DraftChanged, FourthInitiative, define
from ropewalk.plans.playbooks import playbooks
from ropewalk.plans.queries import draft_of, edition_of, plan_id_for_system
from ropewalk.plans.shape import Plan
from ropewalk.versions.plan_file import FileFinding, PlanFileRefused, read
from ropewalk.versions.queries import versions_of

LARGEST_FILE = 1_000_000  # bytes


@door("POST")
def plan_from_file(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """A plan file as the draft; what is wrong with it is said with its lines. A draft that is there is asked about first."""
    leading(viewer)
    text, trouble = plan_brought(request)
    if trouble:
        return file_refused(request, viewer, trouble)
    try:
        plan = read(text, fiscal_start_month=start_month(request))
        if plan.year in {one.year for one in versions_of(viewer)}:
            words = f"The plan for {plan.year} is published. It is changed by an amendment, at the shell: ropewalk plan import FILE --reason … --from DAY."
            return file_refused(request, viewer, words)
        edition = edition_of(viewer, plan.year)  # before the draft: never newer than what is shown
        before = draft_of(viewer, plan.year)
        if before not in (None, plan) and request.POST.get("replace") != mark(plan.year, edition):
            return asked_whether(request, viewer, plan, before, text, edition)
        define(viewer.company_id, plan, by=viewer.actor, at=clock.now(), seen=edition)
    except PlanFileRefused as error:
        return file_refused(request, viewer, "", error.findings)
    except FourthInitiative as error:
        return file_refused(request, viewer, str(error))
    except DraftChanged:
        return asked_whether(
            request, viewer, plan, draft_of(viewer, plan.year), text, edition_of(viewer, plan.year)
        )
    messages.success(request, f"The draft for {plan.year} is kept. Below is what its checks say.")
    return redirect(f"/c/{viewer.handle}/plan/publication/")


def plan_brought(request: HttpRequest) -> tuple[bytes, str]:
    """The file's bytes, brought now or carried along by the question, or why it can't be read."""
    file = request.FILES.get("plan")
    carried = request.POST.get("text", "").encode()
    if file is None and not carried:
        return b"", "Choose a plan file (.yaml)."
    if len(carried) > LARGEST_FILE or (file is not None and (file.size or 0) > LARGEST_FILE):
        return b"", "A plan has a few thousand letters; this file is larger than a million."
    return (file.read() if file is not None else carried), ""


def file_refused(
    request: HttpRequest, viewer: Viewer, trouble: str, findings: Sequence[FileFinding] = ()
) -> HttpResponse:
    """The page that the file came from, with what is wrong."""
    shown = {
        "books": [(book, False) for book in playbooks()],
        "file_trouble": trouble,
        "findings": findings,
        "drafts": drafts(viewer),
    }
    return render(request, "playbooks/playbooks.html", shown, status=422)


def asked_whether(
    request: HttpRequest, viewer: Viewer, plan: Plan, before: Plan | None, text: bytes, edition: int
) -> HttpResponse:
    """Ask before a draft is replaced by a file: what stands there, who wrote it, and what the file says."""
    plan_id = plan_id_for_system(viewer.company_id, plan.year)
    shown = {
        "year": plan.year,
        "mine": plan.initiatives,
        "theirs": before.initiatives if before else (),
        "change": latest_change(viewer, f"plan:{plan_id}"),
        "text": text.decode("utf-8-sig"),
        "replace": mark(plan.year, edition),
    }
    return render(request, "playbooks/replacing.html", shown, status=409)
