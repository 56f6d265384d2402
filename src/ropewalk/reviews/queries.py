"""What is read of talks. Notes leave only towards the two who met; `progress` narrows everything else by viewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ropewalk.companies.access import Viewer
from ropewalk.reviews.models import OneOnOne, QuarterlyReview
from ropewalk.reviews.talking import Figure, Part


@dataclass(frozen=True)
class Talk:
    """One one-on-one; `words` and `notes` are empty for whoever wasn't there."""

    id: int
    person_id: int
    manager_id: int
    held_on: date
    initiatives: tuple[str, ...]
    words: dict[str, str]
    notes: str = ""
    topics: tuple[str, ...] = ()  # those of the list that were talked about


@dataclass(frozen=True)
class Review:
    """One quarterly review of a person."""

    id: int
    person_id: int
    manager_id: int | None
    quarter_end: date
    held_on: date
    parts: tuple[Part, ...]
    figures: tuple[Figure, ...]


def talks_for_system(company_id: int, people: Collection[int] | None = None) -> list[Talk]:
    """One-on-ones without their words, oldest first; of these people only where they are named."""
    rows = OneOnOne.objects.filter(company_id=company_id).prefetch_related("parts")
    if people is not None:
        rows = rows.filter(person_id__in=people)
    return [talk_of(row, is_there=False) for row in rows.order_by("held_on", "pk")]


def talked_with_whom_for_system(company_id: int, ids: Collection[int]) -> set[int]:
    """With whom these one-on-ones were held, by their numbers."""
    rows = OneOnOne.objects.filter(company_id=company_id, pk__in=ids)
    return set(rows.values_list("person_id", flat=True))


def reviewed_whom_for_system(company_id: int, ids: Collection[int]) -> set[int]:
    """Whom these quarterly reviews are of, by their numbers."""
    rows = QuarterlyReview.objects.filter(company_id=company_id, pk__in=ids)
    return set(rows.values_list("person_id", flat=True))


def talk_of(row: OneOnOne, *, is_there: bool) -> Talk:
    parts = sorted(row.parts.all(), key=lambda part: part.pk)
    return Talk(
        id=row.pk,
        person_id=row.person_id,
        manager_id=row.manager_id,
        held_on=row.held_on,
        initiatives=tuple(part.initiative_key for part in parts),
        words={part.initiative_key: part.words for part in parts} if is_there else {},
        notes=row.notes if is_there else "",
        topics=tuple(one.words for one in row.topics.all()) if is_there else (),
    )


def talks_with_words(viewer: Viewer, person_id: int) -> list[Talk]:
    """A person's one-on-ones, latest first; words only of those in which the viewer sat."""
    rows = (
        OneOnOne.objects.filter(company_id=viewer.company_id, person_id=person_id)
        .prefetch_related("parts", "topics")
        .order_by("-held_on", "-pk")
    )
    return [
        talk_of(
            row, is_there=viewer.person_id is not None and viewer.person_id in (row.person_id, row.manager_id)
        )
        for row in rows
    ]


def reviews_for_system(company_id: int, people: Collection[int] | None = None) -> list[Review]:
    """Quarterly reviews of people, oldest first; of these people only where they are named."""
    rows = QuarterlyReview.objects.filter(company_id=company_id).prefetch_related("parts", "figures")
    if people is not None:
        rows = rows.filter(person_id__in=people)
    return [
        Review(
            id=row.pk,
            person_id=row.person_id,
            manager_id=row.manager_id,
            quarter_end=row.quarter_end,
            held_on=row.held_on,
            parts=tuple(Part(one.initiative_key, one.words, one.decision) for one in row.parts.all()),
            figures=tuple(
                Figure(one.initiative_key, one.name, one.value, one.expected, one.status)
                for one in row.figures.all()
            ),
        )
        for row in rows.order_by("quarter_end", "pk")
    ]
