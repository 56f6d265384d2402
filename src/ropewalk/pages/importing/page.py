"""Bringing files in, saying how they read, and following the import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.connectors.files.mapping import read_mapping
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import uploads
from ropewalk.facts.sources import sources_for_system
from ropewalk.facts.uploads import MOST_BYTES, WHO_MAY, UploadFacts, UploadRefused, bring, upload
from ropewalk.jobs import looking, uploading
from ropewalk.lib import clock
from ropewalk.pages.changed_meanwhile.page import Field, both_texts
from ropewalk.pages.door import Day, door
from ropewalk.pages.importing import mapping_form
from ropewalk.pages.importing.following import progress_of
from ropewalk.pages.importing.reporting import report_of

NOT_LOOKED_INTO = "The files are here, but looking into them was interrupted. Let them be shown now."


def reading(viewer: Viewer) -> None:
    """Raise NotVisible unless the viewer may know of imports: administrators, and sales leaders to read."""
    if not viewer.has("administrator", "leader"):
        raise NotVisible("import")


@door("GET", "POST", shows_the_present=True)
def imports(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """What was brought, and the form; POST keeps files and goes on to how they read."""
    reading(viewer)
    trouble = ""
    if request.method == "POST":
        require(viewer, "administrator", words=WHO_MAY)
        try:
            made = bring(request.FILES.getlist("files"), by=viewer, at=clock.now())
            look(viewer, made)
        except UploadRefused as error:
            trouble = str(error)
        else:
            return redirect(f"/c/{viewer.handle}/import/{made}/")
    left = uploads.waiting(viewer)
    shown = {
        "uploads": [(one, sum(left.get(one.id, {}).values())) for one in uploads.uploads(viewer)],
        "at_the_shell": [one for one in sources_for_system(viewer.company_id) if one.at_the_shell],
        "trouble": trouble,
        "may_bring": viewer.has("administrator"),
        "most": MOST_BYTES >> 20,
    }
    return render(request, "importing/imports.html", shown, status=422 if trouble else 200)


def look(viewer: Viewer, upload_id: int) -> None:
    """Look into the files just brought, and keep the proposal. A mapping among them that is wrong takes all back."""
    found = upload(viewer, upload_id)
    try:
        source, entries = looking.look_into(found)
    except MappingRefused as error:
        uploads.drop(upload_id, by=viewer, at=clock.now())
        raise UploadRefused(str(error)) from None
    if not entries:
        uploads.drop(upload_id, by=viewer, at=clock.now())
        raise UploadRefused("A mapping alone brings no rows. Choose the files with it.")
    uploads.plan_reading(upload_id, source, entries, seen=found.mark, by=viewer)


@door("GET", "POST", shows_the_present=True)
def one_import(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int) -> HttpResponse:
    """An upload as it stands: how it reads, how far it is, or what became of it. POST goes one step on."""
    reading(viewer)
    found = upload(viewer, upload_id)
    if request.method == "POST":
        require(viewer, "administrator", words=WHO_MAY)
        return step(request, viewer, found)
    if found.state == "new":
        if not viewer.has("administrator"):
            raise NotVisible("import")
        return asking(request, viewer, found)
    if found.state == "done":
        return render(request, "importing/report.html", report_of(viewer, found))
    return render(
        request, "importing/following.html", {"upload": found, "progress": progress_of(found, clock.now())}
    )


def step(request: HttpRequest, viewer: Viewer, found: UploadFacts) -> HttpResponse:
    """What a button of the page does."""
    here = f"/c/{viewer.handle}/import/{found.id}/"
    what = request.POST.get("what", "")
    try:
        if what == "drop":
            uploads.drop(found.id, by=viewer, at=clock.now())
            messages.success(request, "The files are gone. Nothing was imported.")
            return redirect(f"/c/{viewer.handle}/import/")
        if what == "stop":
            if not uploading.stop(found.id, by=viewer, at=clock.now()):
                messages.error(request, "It was taken in already. It can be undone as a whole.")
            return redirect(here)
        if what == "again":
            uploading.again(found.id, by=viewer, at=clock.now())
            return redirect(here)
        if what in ("show", "import") and found.state == "new" and not found.entries:
            return looked_again(request, viewer, found)
        if what in ("show", "import") and found.state == "new":
            return said(request, viewer, found, wants_import=what == "import")
    except UploadRefused as error:
        messages.error(request, str(error))
    return redirect(here)


def looked_again(request: HttpRequest, viewer: Viewer, found: UploadFacts) -> HttpResponse:
    """Look into files that came whole, but the server went before it had looked into them."""
    try:
        look(viewer, found.id)
    except UploadRefused as error:
        messages.error(request, str(error))
        return redirect(f"/c/{viewer.handle}/import/")
    return redirect(f"/c/{viewer.handle}/import/{found.id}/")


def said(request: HttpRequest, viewer: Viewer, found: UploadFacts, *, wants_import: bool) -> HttpResponse:
    """Keep how the files are to be read; then show it, or order the import where nothing is left to ask."""
    entries = []
    for place, one in enumerate(found.entries):
        entry, seen = mapping_form.entry_typed(place, one, request.POST), one["seen"]
        form = mapping_form.form_typed(place, one, request.POST)
        if entry and (not one["entry"] or entry["object"] != one["entry"]["object"]):
            seen = looking.seen_as(found, one["file"], entry["object"], form)
            entry = seen["entry"]
        elif form != mapping_form.form_of(one):
            seen = looking.seen_as(found, one["file"], entry["object"] if entry else None, form)
            is_passed_over = one["entry"] is not None and entry is None
            entry = None if is_passed_over else mapping_form.read_otherwise(entry, seen, form)
        entries.append(one | {"entry": entry, "seen": seen})
    source = request.POST.get("source", "").strip().lower() or found.source
    try:
        uploads.plan_reading(found.id, source, entries, seen=request.POST.get("seen", ""), by=viewer)
    except uploads.ReadingChanged:
        return theirs_beside_mine(request, viewer, upload(viewer, found.id))
    if not wants_import:
        return redirect(f"/c/{viewer.handle}/import/{found.id}/")
    found = upload(viewer, found.id)
    troubles = troubles_of(found)
    samples = samples_of(viewer, found)
    if troubles or any(one and (one["asks"] or one["whole"]) for one in samples):
        return asking(
            request,
            viewer,
            found,
            troubles=troubles or ["Answer the questions below first: nothing is guessed."],
            samples=samples,
        )
    uploading.put(found.id, by=viewer, at=clock.now())
    return redirect(f"/c/{viewer.handle}/import/{found.id}/")


def theirs_beside_mine(request: HttpRequest, viewer: Viewer, found: UploadFacts) -> HttpResponse:
    """What was chosen beside what somebody else kept meanwhile."""
    fields = [Field("source", "Where they come from", found.source)]
    fields += [
        Field(*one) for place, each in enumerate(found.entries) for one in mapping_form.told(place, each)
    ]
    return both_texts(
        request, viewer, fields, thing=f"upload:{found.id}", edition=("seen", found.mark), what="how the files are read"
    )  # fmt: skip


def troubles_of(found: UploadFacts) -> list[str]:
    """What is wrong with the mapping, all at once."""
    if not any(one["entry"] for one in found.entries):
        return ["Every file is passed over. Say of one at least what it holds."]
    asked = [
        (one["file"], words)
        for one in found.entries
        if one["entry"] and (words := mapping_form.asked_words(one["entry"], one["seen"]))
    ]
    if asked:
        return [mapping_form.asking_for(file, words) for file, words in asked]
    try:
        read_mapping(looking.mapping_text(found.source, found.entries))
    except MappingRefused as error:
        return [one.sentence for one in error.troubles]
    return []


def samples_of(viewer: Viewer, found: UploadFacts) -> list[dict[str, Any] | None]:
    """How each file's first rows read."""
    return [
        looking.sample_of(found, viewer.handle, one["entry"])
        if one["entry"] and not one["seen"]["whole"]
        else None
        for one in found.entries
    ]


def asking(
    request: HttpRequest,
    viewer: Viewer,
    found: UploadFacts,
    *,
    troubles: list[str] | None = None,
    samples: list[dict[str, Any] | None] | None = None,
) -> HttpResponse:
    """The form of the mapping, with the sample beside it."""
    samples = samples if samples is not None else samples_of(viewer, found)
    files = [
        mapping_form.shown(place, one, sample)
        for place, (one, sample) in enumerate(zip(found.entries, samples, strict=True))
    ]
    shown = {
        "upload": found,
        "files": files,
        "troubles": troubles or ([] if found.entries else [NOT_LOOKED_INTO]),
        "is_asking": any(one.get("is_asking") for one in files),
        "is_ready": mapping_form.is_ready(files),
    }
    return render(request, "importing/mapping.html", shown, status=422 if troubles else 200)


@door("GET", shows_the_present=True)
def progress(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int) -> HttpResponse:
    """How far an import is: the part of the page that changes."""
    reading(viewer)
    found = upload(viewer, upload_id)
    if found.state == "new":
        raise Http404
    return render(
        request, "importing/progress.html", {"upload": found, "progress": progress_of(found, clock.now())}
    )


@door("GET", shows_the_present=True)
def mapping_file(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int) -> HttpResponse:
    """The mapping as a file that the shell takes too."""
    reading(viewer)
    found = upload(viewer, upload_id)
    response = HttpResponse(
        looking.mapping_text(found.source, found.entries), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="mapping.yaml"'
    return response
