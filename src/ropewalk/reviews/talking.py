"""Recording a one-on-one. It counts for an initiative only where something was written on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ropewalk.journal.writing import Actor, write
from ropewalk.reviews.models import FrozenFigure, OneOnOne, QuarterlyReview, ReviewPart, TalkPart

DECISIONS = ("keep", "change", "stop")


class TalkRefused(Exception):
    """The talk can't be recorded so; the words say why."""


@dataclass(frozen=True)
class Part:
    """What was said of one initiative; `decision` is of quarterly reviews only."""

    initiative_key: str
    words: str
    decision: str = "keep"


@dataclass(frozen=True)
class Figure:
    """A figure to freeze, as shown."""

    initiative_key: str
    name: str
    value: str
    expected: str
    status: str


def hold_one_on_one(
    company_id: int,
    person_id: int,
    *,
    manager_id: int,
    held_on: date,
    parts: list[Part],
    notes: str = "",
    by: Actor,
    on: date,
    at: datetime,
) -> int:
    """Record a one-on-one and give its id. Parts without words are left out: ticking a box is no talk.

    Raises TalkRefused where nothing was written at all, or the day is still to come.
    """
    written = [part for part in parts if part.words.strip()]
    if held_on > on:
        raise TalkRefused(f"{held_on:%-d %B %Y} is still to come. Record the talk once it was held.")
    if not written and not notes.strip():
        raise TalkRefused("Write a line on at least one initiative: what was said, what was found?")
    if manager_id == person_id:
        raise TalkRefused("A one-on-one takes two.")
    with transaction.atomic():
        talk = OneOnOne.objects.create(
            company_id=company_id,
            person_id=person_id,
            manager_id=manager_id,
            held_on=held_on,
            recorded_at=at,
            notes=notes.strip(),
        )
        for part in written:
            TalkPart.objects.create(talk=talk, initiative_key=part.initiative_key, words=part.words.strip())
        write("held one-on-one", thing=f"one-on-one:{talk.pk}", actor=by, at=at, company_id=company_id)
    return talk.pk


def hold_review(
    company_id: int,
    person_id: int,
    *,
    manager_id: int | None,
    quarter_end: date,
    held_on: date,
    parts: list[Part],
    figures: list[Figure],
    by: Actor,
    on: date,
    at: datetime,
) -> int:
    """Record a person's quarterly review with the figures of the quarter's end, and give its id. Raises TalkRefused."""
    written = [part for part in parts if part.words.strip()]
    if held_on > on:
        raise TalkRefused(f"{held_on:%-d %B %Y} is still to come. Record the review once it was held.")
    if held_on <= quarter_end:
        raise TalkRefused(f"The quarter runs until {quarter_end:%-d %B %Y}. Review it once it is over.")
    if not written:
        raise TalkRefused("Write a line on at least one initiative: did we do what the plan says?")
    if any(part.decision not in DECISIONS for part in written):
        raise TalkRefused("Decide for each initiative: keep, change or stop.")
    with transaction.atomic():
        if QuarterlyReview.objects.filter(person_id=person_id, quarter_end=quarter_end).exists():
            raise TalkRefused("This quarter was reviewed already; its figures are frozen.")
        review = QuarterlyReview.objects.create(
            company_id=company_id,
            person_id=person_id,
            manager_id=manager_id,
            quarter_end=quarter_end,
            held_on=held_on,
            recorded_at=at,
        )
        for part in written:
            ReviewPart.objects.create(
                review=review,
                initiative_key=part.initiative_key,
                words=part.words.strip(),
                decision=part.decision,
            )
        for figure in figures:
            FrozenFigure.objects.create(review=review, as_of=quarter_end, **figure.__dict__)
        write("held quarterly review", thing=f"review:{review.pk}", actor=by, at=at, company_id=company_id)
    return review.pk
