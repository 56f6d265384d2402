"""The import of uploaded files, as a job that can be watched and stopped. Start with `put` and `perform`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from ropewalk.companies.access import Viewer, require
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import queries, uploads
from ropewalk.facts.uploads import UploadFacts
from ropewalk.jobs import importing, queue
from ropewalk.jobs.kinds import NotDone, Say
from ropewalk.jobs.looking import mapping_text
from ropewalk.journal.writing import Actor
from ropewalk.lib import clock

STOPPED = "You stopped it. Nothing was taken in; the files are still here."
TAKING = "taking in what was read"


def put(upload_id: int, *, by: Viewer, at: datetime) -> int:
    """Order the import; the job's id. Raises NotAllowed, NotVisible and UploadRefused."""
    require(by, "administrator", words=uploads.WHO_MAY)
    with transaction.atomic():
        order = {"upload": upload_id, "company": by.handle, "person": by.person_id, "name": by.name}
        job = queue.put(queue.FROM_A_PAGE, order, at=at)
        uploads.order(upload_id, by=by, job=job)
    return job


def stop(upload_id: int, *, by: Viewer, at: datetime) -> bool:
    """Stop the import where it is still reading; False where it has been taken in already. Raises NotAllowed, NotVisible."""
    require(by, "administrator", words=uploads.WHO_MAY)
    found = uploads.upload(by, upload_id)
    if found.job_id is None or not queue.stop(found.job_id, STOPPED, unless=TAKING, at=at):
        return False
    uploads.stop_for_system(upload_id, STOPPED)
    return True


def again(upload_id: int, *, by: Viewer, at: datetime) -> None:
    """Let an import that stopped or failed be looked at and ordered anew. Raises NotAllowed and NotVisible."""
    require(by, "administrator", words=uploads.WHO_MAY)
    found = uploads.upload(by, upload_id)
    if found.job_id is not None and not queue.is_wanted(found.job_id):
        uploads.stop_for_system(upload_id, found.trouble or queue.standing(found.job_id).trouble)
    uploads.again(upload_id, by=by)


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Import an upload's files; the report. The order holds upload, company, person and name.

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """
    upload = uploads.upload_for_system(order["upload"])
    if upload.report is not None:
        uploads.finish_for_system(upload.id, upload.report)  # whoever finished it went before saying so
        return upload.report
    uploads.begin_for_system(upload.id, at=clock.now())
    try:
        report = _import(upload, Actor(order["name"], order["person"]), say)
    except NotDone as trouble:
        uploads.stop_for_system(upload.id, str(trouble))
        raise
    uploads.finish_for_system(upload.id, report)
    return report


def _import(upload: UploadFacts, by: Actor, say: Say) -> dict[str, Any]:
    mapping = upload.folder / "mapping.yaml"
    wanted = [one for one in upload.entries if one["entry"]]
    names = list(dict.fromkeys(one["file"] for one in wanted))
    paths = [upload.path(name) for name in names]
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        raise NotDone(f"{', '.join(absent)} isn't here any more. Bring the files again.")
    try:
        mapping.write_text(mapping_text(upload.source, upload.entries), encoding="utf-8")
        watch = _Watch(upload, {path.name: path.stat().st_size for path in paths}, say)
        report = importing.run(
            upload.handle, paths, mapping, by=by, progress=watch.tell, read=watch.read, since=upload.began_at
        )
    except (
        queries.UnknownCompany,
        queries.UnknownMapping,
        MappingRefused,
        importing.NothingToImport,
    ) as trouble:
        raise NotDone(str(trouble)) from None
    except OSError as trouble:
        raise NotDone(
            f"The import stopped: {trouble}. Import the same files again; nothing is counted twice."
        ) from trouble
    return report.as_json()


@dataclass
class _Watch:
    """How far an import is, over all its files together, in bytes read; and whether it is still wanted."""

    upload: UploadFacts
    sizes: dict[str, int]
    say: Say
    refused: int = 0
    done: int = 0  # never goes back

    def __post_init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.of: dict[str, int] = {}
        self.bad: dict[str, int] = {}

    def tell(self, how_far: importing.Progress) -> None:
        """Pass it on: rows done of about so many, over all files."""
        if how_far.is_step:
            if how_far.name == "people":
                self.say(self.done, max(self.done, self._whole()), TAKING)
            return
        if not how_far.of:
            return
        name = how_far.name
        self.rows[name] = max(self.rows.get(name, 0), min(how_far.rows, how_far.of))
        self.of[name], self.bad[name] = max(how_far.of, self.of.get(name, 0)), how_far.refused
        self.done = max(self.done, sum(self.rows.values()))
        bad = sum(self.bad.values())
        self.say(self.done, self._whole(), f"{name}|{bad}")

    def _whole(self) -> int:
        """Rows of all files: as counted where a file was opened, else in proportion to its size."""
        known = sum(self.of.values())
        size = sum(self.sizes[name] for name in self.of if name in self.sizes)
        rest = sum(bytes_ for name, bytes_ in self.sizes.items() if name not in self.of)
        return known + (round(rest * known / size) if size else 0)

    def read(self, order: dict[str, Any], word: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Read one file in a child that ends within a second of the import being stopped."""
        return importing.in_child(order, word, is_wanted=self._is_wanted)

    def _is_wanted(self) -> bool:
        """Asked in a thread of the child's watch; where the database can't be asked, the work goes on."""
        in_main = threading.current_thread() is threading.main_thread()
        try:
            return self.upload.job_id is None or queue.is_wanted(self.upload.job_id)
        except DatabaseError:
            return True
        finally:
            if not in_main:
                connection.close()
