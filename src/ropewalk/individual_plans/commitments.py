""" "This week I will …": made, then kept or not kept."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.writing import Actor, write

LONGEST = 300  # letters


class CommitmentRefused(Exception):
    """The commitment can't be made or closed so; the words say why."""


def commit(
    company_id: int,
    person_id: int,
    *,
    initiative_key: str,
    text: str,
    due_on: date,
    by: Actor,
    on: date,
    at: datetime,
) -> int:
    """Make a commitment and give its id. Raises CommitmentRefused."""
    text = text.strip()
    if not text:
        raise CommitmentRefused("A commitment needs words: what will be done by then?")
    if len(text) > LONGEST:
        raise CommitmentRefused(f"That is more than {LONGEST} letters. Say it in one line.")
    if due_on < on:
        raise CommitmentRefused(f"{due_on:%-d %B %Y} is over. Say a day to come.")
    with transaction.atomic():
        row = Commitment.objects.create(
            company_id=company_id,
            person_id=person_id,
            initiative_key=initiative_key,
            text=text,
            made_on=on,
            due_on=due_on,
        )
        write("made commitment", thing=f"commitment:{row.pk}", actor=by, at=at, company_id=company_id)
    return row.pk


def close(company_id: int, commitment_id: int, *, kept: bool, by: Actor, on: date, at: datetime) -> None:
    """Say whether a commitment was kept; saying it anew replaces the answer. Raises CommitmentRefused."""
    with transaction.atomic():
        changed = Commitment.objects.filter(pk=commitment_id, company_id=company_id).update(
            kept=kept, closed_on=on
        )
        if not changed:
            raise CommitmentRefused("There is no such commitment.")
        write(
            "closed commitment",
            thing=f"commitment:{commitment_id}",
            actor=by,
            at=at,
            company_id=company_id,
            words="kept" if kept else "not kept",
        )
