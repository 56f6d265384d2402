"""Being away: noted by date, so that nothing is due from somebody who isn't there."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ropewalk.companies.models import Absence, Person
from ropewalk.journal.writing import Actor, write


def note_absence(person_id: int, from_day: date, to_day: date, *, by: Actor, at: datetime) -> None:
    """Note that somebody is away, both days included. Raises ValueError where the days are the wrong way round."""
    if to_day < from_day:
        raise ValueError(f"to_day {to_day} lies before from_day {from_day}")
    with transaction.atomic():
        person = Person.objects.get(pk=person_id)
        Absence.objects.get_or_create(person=person, from_day=from_day, to_day=to_day)
        write(
            "noted absence",
            thing=f"person:{person_id}",
            actor=by,
            at=at,
            company_id=person.company_id,
            words=f"{from_day} to {to_day}",
        )
