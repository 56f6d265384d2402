"""Telling people: everyone whose rope a version changed gets an announcement, whoever comes later theirs on the first day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ropewalk.cascade.weighing import carries
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.journal.writing import Actor, write
from ropewalk.rollout.models import Announcement, Receipt
from ropewalk.versions.document import Document, VersionInForce
from ropewalk.versions.queries import in_force, versions_for_system


class NothingToAnnounce(Exception):
    """There is no version to tell of, or it was told already; the words say which."""


def announce(
    company_id: int, version: VersionInForce, *, words: str = "", by: Actor, on: date, at: datetime
) -> int:
    """Send a version's announcement to everybody it concerns, and give how many there are.

    Raises NothingToAnnounce where it was sent before.
    """
    if on < version.published_on:
        raise NothingToAnnounce(f"Version {version.number} is published on {version.published_on:%-d %B %Y}.")
    roster = roster_for_system(company_id)
    audience = {
        person_id: keys
        for person_id in roster.people
        if (keys := concerned(version.document, roster, person_id, max(on, version.in_force_from)))
    }
    with transaction.atomic():
        if Announcement.objects.filter(version_id=version.id).exists():
            raise NothingToAnnounce(
                f"Version {version.number} was announced already. Amend the plan to tell anew."
            )
        announcement = Announcement.objects.create(
            company_id=company_id,
            version_id=version.id,
            sent_on=on,
            sent_at=at,
            by_id=by.person_id,
            words=words.strip(),
        )
        Receipt.objects.bulk_create(
            Receipt(announcement=announcement, person_id=person_id, initiatives=keys, sent_on=on)
            for person_id, keys in audience.items()
        )
        write(
            "sent announcement",
            thing=f"announcement:{announcement.pk}",
            actor=by,
            at=at,
            company_id=company_id,
            words=f"version {version.number}, to {len(audience)} people",
        )
    return len(audience)


def concerned(document: Document, roster: Roster, person_id: int, on: date) -> list[str]:
    """Keys of the initiatives that the version changed for somebody who carries them on the day."""
    return [
        one.key
        for one in document.plan.initiatives
        if (one.retired_on is None or one.retired_on > on)
        and (document.changed is None or person_id in document.changed.get(one.key, ()))
        and carries(one, roster, person_id, on)
    ]


def tell_newcomers(company_id: int, *, by: Actor, on: date, at: datetime) -> int:
    """Send the latest announcement to everyone whose rope began after it; give how many were sent.

    Harmless to repeat: who was told of an initiative isn't told again.
    """
    versions = versions_for_system(company_id)
    version = in_force(versions, on)
    if version is None or version.document.plan.last_day < on:
        return 0
    announcement = (
        Announcement.objects.filter(company_id=company_id, version__year=version.year, sent_on__lte=on)
        .order_by("-version__number")
        .first()
    )
    if announcement is None:
        return 0
    roster = roster_for_system(company_id)
    told: dict[int, set[str]] = {}
    for receipt in Receipt.objects.filter(
        announcement__company_id=company_id, announcement__version__year=version.year
    ):
        told.setdefault(receipt.person_id, set()).update(receipt.initiatives)
    sent = 0
    with transaction.atomic():
        for person_id in roster.people:
            keys = [
                one.key
                for one in version.document.plan.initiatives
                if (one.retired_on is None or one.retired_on > on) and carries(one, roster, person_id, on)
            ]
            missing = [key for key in keys if key not in told.get(person_id, set())]
            if missing:
                sent += send_one(announcement, person_id, missing, on=on)
        if sent:
            write(
                "told newcomers",
                thing=f"announcement:{announcement.pk}",
                actor=by,
                at=at,
                company_id=company_id,
                words=f"{sent} people",
            )
    return sent


def send_one(announcement: Announcement, person_id: int, keys: list[str], *, on: date) -> int:
    """One newcomer's receipt; one of the same day takes the missing initiatives in."""
    receipt, is_new = Receipt.objects.get_or_create(
        announcement=announcement, person_id=person_id, sent_on=on, defaults={"initiatives": keys}
    )
    if not is_new:
        receipt.initiatives = [*receipt.initiatives, *keys]
        receipt.save(update_fields=["initiatives"])
    return 1
