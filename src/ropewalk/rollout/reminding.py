"""Reminding people of steps they owe: at most once a day each, found on their first page until the steps are done.

Knows whom and how many; which steps are overdue is decided in `progress`. Start with `remind`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ropewalk.companies.access import Viewer
from ropewalk.journal.writing import Actor, write
from ropewalk.lib.asked_often import asked_often
from ropewalk.rollout.models import Reminder


@dataclass(frozen=True)
class Reminded:
    """How many people were reminded now, and how many had been today already."""

    now: int
    before: int


@dataclass(frozen=True)
class Standing:
    """The latest reminder that somebody got."""

    by: str
    sent_on: date


def remind(company_id: int, steps: Mapping[int, int], *, by: Actor, on: date, at: datetime) -> Reminded:
    """Remind each person of so many overdue steps. Whoever was reminded today isn't again."""
    with transaction.atomic():
        had = set(
            Reminder.objects.filter(company_id=company_id, sent_on=on, person_id__in=steps).values_list(
                "person_id", flat=True
            )
        )
        fresh = {person_id: count for person_id, count in steps.items() if person_id not in had}
        Reminder.objects.bulk_create(
            Reminder(
                company_id=company_id,
                person_id=person_id,
                by_id=by.person_id,
                by_name=by.name[:200],
                sent_on=on,
                sent_at=at,
                steps=count,
            )
            for person_id, count in sorted(fresh.items())
        )
        if fresh:
            write(
                "reminded people",
                thing="reminders",
                actor=by,
                at=at,
                company_id=company_id,
                words=f"{len(fresh)} of {sum(fresh.values())} overdue steps",
            )
    return Reminded(len(fresh), len(had))


def reminded_on_for_system(company_id: int, on: date) -> frozenset[int]:
    """The people who were reminded on a day."""
    return frozenset(person_id for (person_id,) in _reminded_on(company_id, on))


@asked_often
def _reminded_on(company_id: int, on: date) -> QuerySet[Reminder, tuple[Any, ...]]:
    return Reminder.objects.filter(company_id=company_id, sent_on=on).values_list("person_id")


def latest_reminder(viewer: Viewer, on: date) -> Standing | None:
    """The viewer's own latest reminder as of a day; None where there was none."""
    if viewer.person_id is None:
        return None
    found = _latest_reminder_of(viewer.company_id, viewer.person_id, on)
    return Standing(*found[0]) if found else None


@asked_often
def _latest_reminder_of(company_id: int, person_id: int, on: date) -> QuerySet[Reminder, tuple[Any, ...]]:
    found = Reminder.objects.filter(company_id=company_id, person_id=person_id, sent_on__lte=on)
    return found.order_by("-sent_on").values_list("by_name", "sent_on")[:1]
