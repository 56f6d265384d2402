"""What was logged by taps, counted for figures. Taps that were undone don't count.

Start with `tapped_for_system`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from ropewalk.facts.models import Tap


@dataclass(frozen=True)
class Tapped:
    """How often somebody tapped one activity on one day."""

    person_id: int
    activity: str
    day: date
    count: int


@dataclass(frozen=True)
class OneTap:
    """One tap that counts."""

    uuid: UUID
    activity: str
    at: datetime


def taps_of_day_for_system(company_id: int, person_id: int, day: date) -> list[OneTap]:
    """What somebody tapped on one day and didn't undo, the latest first."""
    taps = Tap.objects.filter(company_id=company_id, person_id=person_id, day=day, undone_at__isnull=True)
    return [OneTap(one.uuid, one.activity, one.at) for one in taps.order_by("-at", "-pk")]


def tapped_for_system(
    company_id: int,
    start: date,
    end: date,
    *,
    people: Collection[int] | None = None,
    activities: Collection[str] | None = None,
) -> list[Tapped]:
    """The company's taps of these days, both included, by day, person and activity, in one query."""
    taps = Tap.objects.filter(company_id=company_id, day__range=(start, end), undone_at__isnull=True)
    if activities is not None:
        taps = taps.filter(activity__in=activities)
    if people is not None:
        taps = taps.filter(person_id__in=people)
    counted = taps.order_by("day", "person_id", "activity").values_list("person_id", "activity", "day")
    return [Tapped(*row) for row in counted.annotate(Count("id"))]


def tapped_by_whom_for_system(company_id: int, ids: Collection[int]) -> set[tuple[int, str]]:
    """Person and activity of taps by their number."""
    found = Tap.objects.filter(company_id=company_id, pk__in=ids).values_list("person_id", "activity")
    return set(found)
