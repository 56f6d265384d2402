"""Taking a whole import back: first what would change, then the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.facts import undoing
from ropewalk.facts.uploads import WHO_MAY, UploadFacts, upload
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.importing.mapping_form import OBJECT_WORDS
from ropewalk.pages.importing.page import reading


def load_of(found: UploadFacts) -> int:
    """A load of facts that the upload made. Raises NotVisible where it made none."""
    loads = [one["load"] for one in (found.report or {}).get("loads", []) if one["load"].isdigit()]
    if not loads:
        raise NotVisible(f"loads of upload {found.id}")
    return int(loads[0])


@door("GET", "POST", shows_the_present=True)
def undo_import(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int) -> HttpResponse:
    """What undoing would change; POST does it."""
    reading(viewer)
    found = upload(viewer, upload_id)
    load = load_of(found)
    if request.method == "POST":
        require(viewer, "administrator", words=WHO_MAY)
    trouble, what = "", None
    try:
        if request.method == "POST":
            undoing.undo(viewer.company_id, load, by=viewer.actor, at=clock.now())
            messages.success(request, "Undone. The data stand as they stood before this import.")
            return redirect(f"/c/{viewer.handle}/import/{found.id}/")
        what = undoing.preview_for_system(viewer.company_id, load)
        trouble = undoing.in_the_way_words(what) if what.in_the_way else ""
    except (undoing.NoSuchLoad, undoing.NotUndone) as error:
        trouble = str(error)
    shown = {
        "upload": found,
        "trouble": trouble,
        "goes": [(OBJECT_WORDS[name], count) for name, count in what.goes.items() if count] if what else [],
        "returns": [(OBJECT_WORDS[name], count) for name, count in what.returns.items() if count]
        if what
        else [],
        "has_people": any(one["object"] == "people" for one in (found.report or {}).get("loads", [])),
        "may_change": viewer.has("administrator"),
    }
    return render(
        request, "importing/undo.html", shown, status=409 if trouble and request.method == "POST" else 200
    )
