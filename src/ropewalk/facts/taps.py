"""What was logged by a tap: relational, so that a tap never queues behind an import.

A tap is known by the uuid that its device made: sent twice, it is there once. Start with `tap` and `undo`.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ropewalk.companies.models import Person
from ropewalk.facts.models import Tap
from ropewalk.journal.writing import Actor, write


class NoSuchTap(Exception):
    """The person never tapped that; or somebody else did."""


class TapTaken(Exception):
    """The uuid belongs to another tap, of another person, activity or day."""


def tap(
    company_id: int, uuid: UUID, *, person_id: int, activity: str, day: date, by: Actor, at: datetime
) -> bool:
    """Log one activity; whether it is new. The same tap again changes nothing, also after it was undone.

    Raises TapTaken where the uuid already stands for something else, ValueError where the person is none of the company.
    """
    if not Person.objects.filter(pk=person_id, company_id=company_id).exists():
        raise ValueError("person_id must be a person of the company")
    with transaction.atomic():
        found, is_new = Tap.objects.get_or_create(
            company_id=company_id,
            uuid=uuid,
            defaults={"person_id": person_id, "activity": activity, "day": day, "at": at},
        )
        if not is_new and (found.person_id, found.activity, found.day) != (person_id, activity, day):
            raise TapTaken("This tap was sent before for something else. Log it anew.")
        if is_new:
            _note("tapped activity", found, by=by, at=at)
    return is_new


def undo(company_id: int, uuid: UUID, *, person_id: int, by: Actor, at: datetime) -> bool:
    """Take a person's tap back; whether it still counted. Raises NoSuchTap."""
    with transaction.atomic():
        found = Tap.objects.filter(company_id=company_id, uuid=uuid, person_id=person_id).first()
        if found is None:
            raise NoSuchTap("There is no such tap to undo.")
        if found.undone_at is not None:
            return False
        found.undone_at = at
        found.save(update_fields=["undone_at"])
        _note("undid tap", found, by=by, at=at)
    return True


def _note(action: str, one: Tap, *, by: Actor, at: datetime) -> None:
    words = f"{one.activity} on {one.day.isoformat()}."
    write(action, thing=f"tap:{one.pk}", actor=by, at=at, company_id=one.company_id, words=words)
