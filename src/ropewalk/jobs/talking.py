"""Recording a talk together with what was promised in it: one act for those who talked, two capabilities below."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from ropewalk.companies.access import Viewer
from ropewalk.individual_plans.commitments import CommitmentRefused, commit
from ropewalk.reviews.talking import Part, TalkRefused, hold_one_on_one
from ropewalk.reviews.topics import tick


def record_talk(
    viewer: Viewer,
    person_id: int,
    *,
    held_on: date,
    parts: list[Part],
    notes: str,
    commitment: tuple[str, str, date],  # words, initiative, by when; no words: none was made
    keys: list[str],
    topics: Collection[int] = (),
    on: date,
    at: datetime,
) -> int:
    """Record a one-on-one, the topics it was about and the commitment made in it, all or nothing. Raises TalkRefused."""
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
        tick(viewer.company_id, person_id, topics, talk_id=talk_id)
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
