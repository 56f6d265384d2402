"""Publishing the draft: the checks once more, then the one act that leaves the house."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer, require
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.plans.queries import draft_of, years_of
from ropewalk.versions.checking import check
from ropewalk.versions.publishing import NotPublishable, PublicationRefused, publish
from ropewalk.versions.queries import versions_of


@door("GET", "POST")
def publication(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The draft's checks and, where nothing blocks, the button; POST publishes version 1."""
    require(viewer, "leader", words="Only a sales leader can publish the plan.")
    published = {one.year for one in versions_of(viewer)}
    year = next((one for one in years_of(viewer) if one not in published), None)
    draft = draft_of(viewer, year) if year is not None else None
    trouble = ""
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            trouble = "Tick the box first: publishing can’t be taken back, only amended."
        elif year is None:
            trouble = "There is no draft to publish. A published plan is changed by an amendment."
        else:
            try:
                publish(viewer.company_id, year, by=viewer.actor, on=day.today, at=clock.now())
            except (NotPublishable, PublicationRefused) as error:
                trouble = str(error)
            else:
                messages.success(request, f"The plan for {year} is published. Tell everybody now.")
                return redirect(f"/c/{viewer.handle}/plan/announcement/")
    report = check(viewer.company_id, draft, on=day.today)[0] if draft else None
    return render(
        request,
        "plan/publication.html",
        {"draft": draft, "report": report, "trouble": trouble, "published": sorted(published)},
        status=422 if trouble else 200,
    )
