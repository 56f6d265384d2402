"""Files brought in the browser: kept below the home under safe names, with how they are to be read and what became of them.

Only administrators bring files; sales leaders may read what became of them. Start with `bring`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.facts.models import Upload
from ropewalk.journal.writing import write

MOST_BYTES = 200 << 20  # of one file
MOST_FILES = 20
WHO_MAY = "Only an administrator of the company imports data."
KEPT_LISTED = 50


class UploadRefused(Exception):
    """The files can't be taken; the sentence says why."""


class ReadingChanged(Exception):
    """Somebody else said meanwhile how the files are to be read; nothing was overwritten."""


class Brought(Protocol):
    """A file as it arrives."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class UploadFacts:
    """One upload as doors and jobs see it."""

    id: int
    company_id: int
    handle: str
    made_at: datetime
    person_name: str
    state: str
    source: str
    files: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    job_id: int | None
    began_at: datetime | None
    report: dict[str, Any] | None
    trouble: str
    mends: int | None
    undone_at: datetime | None

    @property
    def mark(self) -> str:
        """A word that differs whenever it is to be read otherwise."""
        return mark_of(self.source, self.entries)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.HOME) / "uploads" / self.handle / str(self.id)

    def path(self, name: str) -> Path:
        """One of its files."""
        return self.folder / name


def bring(files: Sequence[Brought], *, by: Viewer, at: datetime, mends: int | None = None) -> int:
    """Keep files until they are imported; the upload's id. Raises NotAllowed and UploadRefused, with nothing kept."""
    require(by, "administrator", words=WHO_MAY)
    if not files:
        raise UploadRefused("Choose one file or more: CSV or Excel (.xlsx).")
    if len(files) > MOST_FILES:
        raise UploadRefused(
            f"These are {len(files)} files; {MOST_FILES} at once is the limit. Bring the rest afterwards."
        )
    for file in files:
        if (file.size or 0) > MOST_BYTES:
            raise UploadRefused(
                f"{safe_name(file.name or '')} has {file.size or 0:,} bytes; {MOST_BYTES:,} is the limit in the browser. "
                "Split it, or import it at the shell: ropewalk import."
            )
    names = distinct([safe_name(file.name or "") for file in files])
    with transaction.atomic():
        row = Upload.objects.create(
            company_id=by.company_id, made_at=at, person_id=by.person_id, person_name=by.name, source="",
            files=[{"name": name, "bytes": file.size or 0} for name, file in zip(names, files, strict=True)],
            mends=_own(mends, by) if mends else None,
        )  # fmt: skip
        write(
            "brought files",
            thing=f"upload:{row.pk}",
            actor=by.actor,
            at=at,
            company_id=by.company_id,
            words=", ".join(names),
        )
        folder = _facts(row).folder
        shutil.rmtree(
            folder, ignore_errors=True
        )  # of an upload that died before it was one: its number is free again
        folder.mkdir(parents=True, mode=0o700)
        try:
            for name, file in zip(names, files, strict=True):
                with (folder / name).open("xb") as kept:
                    for chunk in file.chunks():
                        kept.write(chunk)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise UploadRefused(f"The files couldn't be kept: {error.strerror}. Is the disk full?") from None
    return row.pk


def safe_name(name: str) -> str:
    """A file's name without folders and signs that a file system or a pattern could take for something else."""
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = re.sub(r"[^\w .()+-]", "_", bare).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:90]}{dot}{ending[:10]}" if stem else (kept[:90] or "file")


def distinct(names: Iterable[str]) -> list[str]:
    """The names with a number where one comes twice, case aside."""
    found: list[str] = []
    for name in names:
        wanted, number = name, 1
        while wanted.casefold() in {one.casefold() for one in found}:
            number += 1
            stem, dot, ending = name.rpartition(".")
            wanted = f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
        found.append(wanted)
    return found


def upload(viewer: Viewer, upload_id: int) -> UploadFacts:
    """One upload of the viewer's company. Raises NotVisible."""
    return _facts(_own(upload_id, viewer))


def uploads(viewer: Viewer) -> list[UploadFacts]:
    """The latest uploads, newest first."""
    _reader(viewer)
    rows = Upload.objects.filter(company_id=viewer.company_id).select_related("company").order_by("-pk")
    return [_facts(row) for row in rows[:KEPT_LISTED]]


def waiting(viewer: Viewer) -> dict[int, dict[str, int]]:
    """Upload -> file -> its refused rows that still wait to be mended: those of the latest import that brought them back.

    An import that was undone brought nothing back.
    """
    _reader(viewer)
    done = Upload.objects.filter(company_id=viewer.company_id, state=Upload.State.DONE, undone_at=None)
    rows = list(done.order_by("pk").values_list("pk", "mends_id", "files", "report"))
    refused = {pk: _refused(report or {}) for pk, _, _, report in rows}
    mending: dict[tuple[int, str], tuple[int, str]] = {}
    for pk, mends, files, _ in rows:
        if mends is not None:
            name = files[0]["name"]
            mending[mends, name] = mending[mends, name.removesuffix(".csv")] = (pk, name)

    def left(pk: int, name: str) -> int:
        return left(*mending[pk, name]) if (pk, name) in mending else refused.get(pk, {}).get(name, 0)

    return {pk: {name: left(pk, name) for name in found} for pk, found in refused.items()}


def _refused(report: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in report.get("files", []):
        footers = len(one.get("footers", []))  # which nobody has to mend
        found[one["name"]] = found.get(one["name"], 0) + one["refused"] - footers
    return found


def upload_for_system(upload_id: int) -> UploadFacts:
    """One upload, for the job that has it."""
    return _facts(Upload.objects.select_related("company").get(pk=upload_id))


def _reader(viewer: Viewer) -> None:
    if not viewer.has("administrator", "leader"):
        raise NotVisible("import")


def _own(upload_id: int, viewer: Viewer) -> Upload:
    _reader(viewer)
    row = Upload.objects.filter(company_id=viewer.company_id, pk=upload_id).select_related("company").first()
    if row is None:
        raise NotVisible(f"upload {upload_id}")
    return row


def _facts(row: Upload) -> UploadFacts:
    return UploadFacts(
        row.pk, row.company_id, row.company.handle, row.made_at, row.person_name, row.state, row.source, row.files,
        row.entries, row.job_id, row.began_at, row.report, row.trouble, row.mends_id, row.undone_at,
    )  # fmt: skip


def mark_of(source: str, entries: list[dict[str, Any]]) -> str:
    """A word for how files are to be read, another one for each other way."""
    told = json.dumps([source, [one["entry"] for one in entries]], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def plan_reading(
    upload_id: int, source: str, entries: list[dict[str, Any]], *, seen: str, by: Viewer
) -> None:
    """Keep how the files are to be read; `seen` is the mark of what was read before.

    Raises NotAllowed, NotVisible, ReadingChanged, and UploadRefused where it is under way already.
    """
    require(by, "administrator", words=WHO_MAY)
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=_own(upload_id, by).pk)
        if row.state != Upload.State.NEW:
            raise UploadRefused("These files are imported already, or are being imported.")
        if mark_of(row.source, row.entries) != seen:
            raise ReadingChanged
        row.source, row.entries = source, entries
        row.save(update_fields=["source", "entries"])


def order(upload_id: int, *, by: Viewer, job: int) -> None:
    """Note the job that imports it. Raises UploadRefused where another one does."""
    row = _own(upload_id, by)
    kept = Upload.objects.filter(pk=row.pk, state=Upload.State.NEW).update(
        state=Upload.State.ORDERED, job_id=job
    )
    if not kept:
        raise UploadRefused("These files are imported already, or are being imported.")


def begin_for_system(upload_id: int, *, at: datetime) -> None:
    """Note when the job began, the first time."""
    Upload.objects.filter(pk=upload_id, began_at=None).update(began_at=at)


def finish_for_system(upload_id: int, report: dict[str, Any]) -> None:
    """Keep what became of it, and let the files go: what was refused lies in its download."""
    Upload.objects.filter(pk=upload_id).update(state=Upload.State.DONE, report=report, trouble="")
    shutil.rmtree(upload_for_system(upload_id).folder, ignore_errors=True)


def stop_for_system(upload_id: int, trouble: str) -> None:
    """Note that nothing was taken, and why. The files stay, so that a mended mapping can have another go."""
    Upload.objects.filter(pk=upload_id).exclude(state=Upload.State.DONE).update(
        state=Upload.State.STOPPED, trouble=trouble
    )


def again(upload_id: int, *, by: Viewer) -> None:
    """Let a stopped upload be looked at and ordered anew. Raises NotAllowed and NotVisible."""
    require(by, "administrator", words=WHO_MAY)
    row = _own(upload_id, by)
    Upload.objects.filter(pk=row.pk, state=Upload.State.STOPPED).update(
        state=Upload.State.NEW, job_id=None, began_at=None, trouble=""
    )


def drop(upload_id: int, *, by: Viewer, at: datetime) -> None:
    """Take files away that were never imported. Raises NotAllowed, NotVisible and UploadRefused."""
    require(by, "administrator", words=WHO_MAY)
    with transaction.atomic():
        row = _own(upload_id, by)
        if row.state not in (Upload.State.NEW, Upload.State.STOPPED):
            raise UploadRefused("These files are imported already, or are being imported.")
        folder = _facts(row).folder
        write("dropped files", thing=f"upload:{row.pk}", actor=by.actor, at=at, company_id=by.company_id)
        row.delete()
    shutil.rmtree(folder, ignore_errors=True)


def tidy_for_system() -> None:
    """Let go of files that a death left: of uploads that are finished, dropped, or never became one."""
    wanted = {
        (handle, str(key))
        for handle, key in Upload.objects.exclude(state=Upload.State.DONE).values_list(
            "company__handle", "pk"
        )
    }
    for folder in (Path(settings.HOME) / "uploads").glob("*/*"):
        if (folder.parent.name, folder.name) not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
