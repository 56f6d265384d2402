"""Recording a talk together with what was promised in it: one act for those who talked, two capabilities below."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ropewalk.companies.access import Viewer
from ropewalk.individual_plans.commitments import CommitmentRefused, commit
from ropewalk.reviews.talking import Part, TalkRefused, hold_one_on_one


def record_talk(
    viewer: Viewer,
    person_id: int,
    *,
    held_on: date,
    parts: list[Part],
    notes: str,
    commitment: tuple[str, str, date],  # words, initiative, by when; no words: none was made
    keys: list[str],
    on: date,
    at: datetime,
) -> int:
    """Record a one-on-one and the commitment made in it, both or neither. Raises TalkRefused."""
    assert viewer.person_id is not None
    words, key, due_on = commitment
    with transaction.atomic():
        talk_id = hold_one_on_one(
            viewer.company_id,
            person_id,
            manager_id=viewer.person_id,
            held_on=held_on,
            parts=parts,
            notes=notes,
            by=viewer.actor,
            on=on,
            at=at,
        )
        if words.strip():
            if key not in keys:
                raise TalkRefused("Say which initiative the commitment belongs to.")
            try:
                commit(
                    viewer.company_id,
                    person_id,
                    initiative_key=key,
                    text=words,
                    due_on=due_on,
                    by=viewer.actor,
                    on=on,
                    at=at,
                )
            except CommitmentRefused as error:
                raise TalkRefused(str(error)) from None
    return talk_id
