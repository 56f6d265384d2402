"""The note that only its author can open: sealed by the server's key, bound to author and person, in no log or title.

Nothing else reads or writes the table. Start with `keep_note` and `my_note`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.journal.writing import write
from ropewalk.lib.sealing import NotUnsealed, opens, seal, unseal
from ropewalk.reviews.models import PrivateNote

LONGEST = 20_000  # letters


class NoteChanged(Exception):
    """The note was saved elsewhere since it was opened; `saved` is what stands now."""

    def __init__(self, saved: Note) -> None:
        super().__init__("Your private note was changed in another window.")
        self.saved = saved


@dataclass(frozen=True)
class Note:
    """The viewer's own note about the talks with a person; edition 0 where there is none."""

    words: str = ""
    edition: int = 0
    saved_at: datetime | None = None
    is_sealed: bool = False  # the server's key is another than the one it was sealed by


def my_note(viewer: Viewer, person_id: int, *, keys: Sequence[str]) -> Note:
    """The note that the viewer keeps about a person's talks; nobody else's, whoever asks."""
    if viewer.person_id is None:
        raise NotVisible("private note")
    row = PrivateNote.objects.filter(
        company_id=viewer.company_id, person_id=person_id, author_id=viewer.person_id
    ).first()
    if row is None:
        return Note()
    try:
        words = unseal(
            row.sealed, context=_context(viewer.company_id, viewer.person_id, person_id), keys=keys
        )
    except NotUnsealed:
        return Note("", row.edition, row.saved_at, is_sealed=True)
    return Note(words, row.edition, row.saved_at)


def keep_note(
    viewer: Viewer, person_id: int, words: str, *, edition: int, keys: Sequence[str], at: datetime
) -> None:
    """Keep the viewer's note; empty words take it away. Raises NoteChanged where it is no longer that edition."""
    words = words.strip()[:LONGEST]
    with transaction.atomic():
        now = my_note(viewer, person_id, keys=keys)
        if now.edition != edition or now.is_sealed:
            raise NoteChanged(now)
        about: dict[str, Any] = {
            "company_id": viewer.company_id,
            "person_id": person_id,
            "author_id": viewer.person_id,
        }
        if not words:
            PrivateNote.objects.filter(**about).delete()
        else:
            sealed = seal(words, context=_context(viewer.company_id, viewer.person_id, person_id), keys=keys)
            values = {"sealed": sealed, "edition": edition + 1, "saved_at": at}
            PrivateNote.objects.update_or_create(defaults=values, **about)
        write(
            "kept a private note",
            thing="private note",
            actor=viewer.actor,
            at=at,
            company_id=viewer.company_id,
        )


def opened_for_system(*, keys: Sequence[str], latest: int | None = None) -> list[bool]:
    """Of each note there is, the latest first, whether a key opens it; `latest` asks only so many. Its words go nowhere."""
    rows = PrivateNote.objects.order_by("-saved_at", "-pk").values_list(
        "sealed", "company_id", "author_id", "person_id"
    )
    return [opens(sealed, context=_context(*whose), keys=keys) for sealed, *whose in rows[:latest]]


def _context(company_id: int, author_id: int | None, person_id: int) -> str:
    return f"{company_id}|private note|{author_id}|{person_id}"
