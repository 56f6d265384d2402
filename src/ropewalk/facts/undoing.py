"""Undoing a whole import of facts, with its line in the journal. People and teams stay: what they said may be relied on.

Start with `preview_for_system` and `undo`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ropewalk.facts.models import Suspicion, Upload
from ropewalk.facts.store import undoing
from ropewalk.facts.store.undoing import NoSuchLoad, Undoing
from ropewalk.journal.writing import Actor, write

__all__ = ["NoSuchLoad", "NotUndone", "Undoing", "preview_for_system", "undo"]


class NotUndone(Exception):
    """A later import builds upon this one; the sentence says which."""


def preview_for_system(company_id: int, load_id: int) -> Undoing:
    """What undoing the import that a load belongs to would change. Raises NoSuchLoad."""
    return undoing.preview(company_id, load_id)


def undo(company_id: int, load_id: int, *, by: Actor, at: datetime) -> Undoing:
    """Take the import back. Raises NoSuchLoad and NotUndone, with nothing changed."""
    with transaction.atomic():
        found = undoing.preview(company_id, load_id)
        if found.in_the_way:
            raise NotUndone(in_the_way_words(found))
        loads = [str(one) for one in found.loads]
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
        done = undoing.undo(company_id, load_id, at=at)
        if done.in_the_way:
            raise NotUndone(in_the_way_words(done))
    return done


def in_the_way_words(found: Undoing) -> str:
    """Why an import can't be undone, and the way out."""
    return (
        f"{', '.join(found.in_the_way)} came later and changed or found rows of this import, so taking it back would leave that one "
        "without ground. Undo the later import first."
    )
