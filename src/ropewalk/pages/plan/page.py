"""The plan as everybody reads it, the draft with its checks for those who work on it, and the parking lot."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.queries import names_by_email
from ropewalk.lib import clock
from ropewalk.metrics.built_in import definitions
from ropewalk.pages.door import Day, door
from ropewalk.plans.parking import IdeaRefused, park
from ropewalk.plans.queries import draft_of, parking_lot, years_of
from ropewalk.plans.shape import Plan
from ropewalk.versions.checking import check
from ropewalk.versions.queries import in_force, versions_of


@door("GET")
def plan(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The version in force on the day, or the one asked for; below it the draft, for those who may read one."""
    every = versions_of(viewer)
    versions = [one for one in every if one.published_on <= day.on]
    holding = in_force(versions, day.on)
    versions = [one for one in versions if holding and one.year == holding.year]
    version = holding
    if asked := request.GET.get("version"):
        version = next((one for one in versions if str(one.number) == asked), None)
        if version is None:
            raise NotVisible("version")
    draft, report = None, None
    if not day.is_past:
        published = {one.year for one in every}
        year = next((one for one in years_of(viewer) if one not in published), None)
        draft = draft_of(viewer, year) if year is not None else None
        if draft is not None:
            report, _ = check(viewer.company_id, draft, on=day.on)
    return render(
        request,
        "plan/plan.html",
        {
            "version": version,
            "plan": version.document.plan if version else None,
            "versions": versions,
            "holding": holding,
            "draft": draft,
            "report": report,
            "parked": parking_lot(viewer),
            "names": names_by_email(viewer, written_in(version.document.plan if version else None, draft)),
            "labels": {name: one.label for name, one in definitions().items()},
            "can_publish": viewer.has("leader"),
            "can_park": not viewer.roles <= {"administrator"},
        },
    )


def written_in(*plans: Plan | None) -> Iterator[str]:
    """Whom the plans name as sponsors and owners of milestones, as written."""
    for plan in plans:
        for one in plan.initiatives if plan else ():
            yield one.sponsor
            yield from (step.owner for step in one.milestones)


@door("POST")
def ideas(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Park an idea."""
    if viewer.roles <= {"administrator"}:
        raise NotVisible("parking lot")
    try:
        park(
            request.POST.get("title", ""),
            estimate=request.POST.get("estimate", ""),
            by=viewer,
            at=clock.now(),
        )
        messages.success(request, "Parked. Nothing is lost, and it is no plan yet.")
    except IdeaRefused as error:
        messages.error(request, str(error))
    return redirect(f"/c/{viewer.handle}/plan/#parked")
