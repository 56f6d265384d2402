"""Publishing the draft: the checks once more, then the one act that leaves the house."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer, require
from ropewalk.companies.queries import company_of
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.plan.naming import trouble_with_name
from ropewalk.plans.queries import draft_of, years_of
from ropewalk.versions.checking import check
from ropewalk.versions.publishing import NotPublishable, PublicationRefused, publish
from ropewalk.versions.queries import versions_of


@door("GET", "POST")
def publication(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The draft's checks and, where nothing blocks, the button; POST publishes version 1 once the company was named."""
    require(viewer, "leader", words="Only a sales leader can publish the plan.")
    published = {one.year for one in versions_of(viewer)}
    year = next((one for one in years_of(viewer) if one not in published), None)
    draft = draft_of(viewer, year) if year is not None else None
    trouble = name_trouble = ""
    typed = request.POST.get("named", "")
    if request.method == "POST":
        name_trouble = trouble_with_name(typed, company_of(viewer).name, "Nothing was published.")
        if year is None:
            trouble = "There is no draft to publish. A published plan is changed by an amendment."
        elif not name_trouble:
            try:
                publish(viewer.company_id, year, by=viewer.actor, on=day.today, at=clock.now())
            except (NotPublishable, PublicationRefused) as error:
                trouble = str(error)
            else:
                messages.success(request, f"The plan for {year} is published. Tell everybody now.")
                return redirect(f"/c/{viewer.handle}/plan/announcement/")
    report, knowledge = check(viewer.company_id, draft, on=day.today) if draft else (None, None)
    spreads = knowledge.spreads.values() if knowledge else ()
    return render(
        request,
        "plan/publication.html",
        {
            "draft": draft,
            "report": report,
            "trouble": trouble,
            "named": typed,
            "name_trouble": name_trouble,
            "people": len({person for one in spreads for person in one.people}),
            "published": sorted(published),
        },
        status=422 if trouble or name_trouble else 200,
    )
