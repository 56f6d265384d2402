"""Undoing a whole import of facts, with its line in the journal. People and teams stay: what they said may be relied on.

Start with `preview_for_system` and `undo`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from ropewalk.facts.models import SourceMapping, Suspicion, Upload
from ropewalk.facts.store import undoing
from ropewalk.facts.store.undoing import NoSuchLoad, Undoing
from ropewalk.journal.writing import Actor, write

__all__ = ["NoSuchLoad", "NotUndone", "Undoing", "preview_for_system", "undo"]


class NotUndone(Exception):
    """A later import builds upon this one; the sentence says which."""


def preview_for_system(company_id: int, load_id: int) -> Undoing:
    """What undoing the import that a load belongs to would change. Raises NoSuchLoad."""
    return undoing.preview(company_id, load_id)


def undo(company_id: int, load_id: int, *, by: Actor, at: datetime, is_retry: bool = False) -> Undoing:
    """Take the import back. Raises NoSuchLoad and NotUndone, with nothing changed.

    What is about to be undone is noted first: a try that died after the facts were taken back is completed by the next. A
    retry of what was done and told already finds it done.
    """
    begun, is_told = _begun(company_id, load_id)
    if begun is not None and is_told and is_retry:
        return begun
    found = begun
    if found is None or is_told:
        found = undoing.preview(company_id, load_id)
        _note(company_id, found.source, _said(found))
        if not found.in_the_way:
            found = undoing.undo(company_id, load_id, at=at)
        if found.in_the_way:
            _note(company_id, found.source, None)
            raise NotUndone(in_the_way_words(found))
    _tell(company_id, found, by=by, at=at)
    return found


def _tell(company_id: int, found: Undoing, *, by: Actor, at: datetime) -> None:
    """What the relational database keeps of it: suspicions, uploads, the journal."""
    loads = [str(one) for one in found.loads]
    with transaction.atomic():
        Suspicion.objects.filter(
            company_id=company_id,
            source=found.source,
            first_load__in=loads,
            latest_load__in=loads,
            settled_at=None,
        ).update(settled_at=at)
        for one in Upload.objects.filter(company_id=company_id, state=Upload.State.DONE, undone_at=None):
            if {load["load"] for load in (one.report or {}).get("loads", [])} & set(loads):
                Upload.objects.filter(pk=one.pk).update(undone_at=at)
        gone, back = sum(found.goes.values()), sum(found.returns.values())
        write(
            "undid import", thing=f"source:{found.source}"[:80], actor=by, at=at, company_id=company_id,
            words=f"{', '.join(found.names)}: {gone} rows gone, {back} as before.",
        )  # fmt: skip
        _note(company_id, found.source, _said(found) | {"is_told": True})


def _begun(company_id: int, load_id: int) -> tuple[Undoing | None, bool]:
    """What an earlier try has undone already, and whether it told."""
    for said in SourceMapping.objects.filter(company_id=company_id).values_list("undoing", flat=True):
        if said and load_id in said["loads"] and undoing.is_undone(company_id, load_id):
            found = Undoing(
                said["source"], datetime.fromisoformat(said["at"]), tuple(said["loads"]), tuple(said["names"]),
                said["goes"], said["returns"],
            )  # fmt: skip
            return found, bool(said.get("is_told"))
    return None, False


def _note(company_id: int, source: str, said: dict[str, Any] | None) -> None:
    SourceMapping.objects.filter(company_id=company_id, source=source).update(undoing=said)


def _said(found: Undoing) -> dict[str, Any]:
    return asdict(found) | {"at": found.at.isoformat()}


def in_the_way_words(found: Undoing) -> str:
    """Why an import can't be undone, and the way out."""
    return (
        f"{', '.join(found.in_the_way)} came later and changed or found rows of this import, so taking it back would leave that one "
        "without ground. Undo the later import first."
    )
