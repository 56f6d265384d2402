"""What was logged by taps, counted for figures. Taps that were undone don't count.

Start with `tapped_for_system`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from ropewalk.facts.models import Tap
from ropewalk.lib.asked_often import asked_often


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
    return [OneTap(*row) for row in _taps_of_day(company_id, person_id, day)]


@asked_often
def _taps_of_day(company_id: int, person_id: int, day: date) -> QuerySet[Tap, tuple[Any, ...]]:
    taps = Tap.objects.filter(company_id=company_id, person_id=person_id, day=day, undone_at__isnull=True)
    return taps.order_by("-at", "-pk").values_list("uuid", "activity", "at")


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
    return [Tapped(*row) for row in _counted(taps)]


def tapped_by_one_for_system(company_id: int, person_id: int, start: date, end: date) -> list[Tapped]:
    """One person's taps of these days, as `tapped_for_system` tells them."""
    return [Tapped(*row) for row in _tapped_of_one(company_id, person_id, start, end)]


@asked_often
def _tapped_of_one(company_id: int, person_id: int, start: date, end: date) -> QuerySet[Tap, tuple[Any, ...]]:
    days = {"day__gte": start, "day__lte": end}
    return _counted(
        Tap.objects.filter(company_id=company_id, person_id=person_id, undone_at__isnull=True, **days)
    )


def _counted(taps: QuerySet[Tap]) -> QuerySet[Tap, tuple[Any, ...]]:
    by_day = taps.order_by("day", "person_id", "activity").values_list("person_id", "activity", "day")
    return by_day.annotate(Count("id"))


def tapped_by_whom_for_system(company_id: int, ids: Collection[int]) -> set[tuple[int, str]]:
    """Person and activity of taps by their number, of which there are few."""
    return {(person_id, activity) for one in ids for person_id, activity in _tapped_by(company_id, one)}


@asked_often
def _tapped_by(company_id: int, tap_id: int) -> QuerySet[Tap, tuple[Any, ...]]:
    return Tap.objects.filter(company_id=company_id, pk=tap_id).values_list("person_id", "activity")
