"""What the two want to talk about next time: raised, taken back, or ticked when a talk is recorded.

Read by the two only; who they are is decided in `progress`. Start with `raise_topic`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ropewalk.companies.access import Viewer
from ropewalk.journal.writing import Actor, write
from ropewalk.reviews.models import Topic
from ropewalk.reviews.talking import TalkRefused

LONGEST = 300  # letters


@dataclass(frozen=True)
class OpenTopic:
    """One topic that waits for the next talk."""

    id: int
    words: str
    raised_by_id: int
    raised_on: date
    raised_by: str = ""  # by name
    is_for_both: bool = True  # False: raised for a manager of before, and read by who raised it alone


def open_topics(viewer: Viewer, person_id: int) -> tuple[OpenTopic, ...]:
    """What waits for a person's next talk, the person's own topics first; only for a viewer who is one of the two."""
    rows = Topic.objects.filter(company_id=viewer.company_id, person_id=person_id, talk=None).order_by("pk")
    found = [OpenTopic(row.pk, row.words, row.raised_by_id, row.raised_on) for row in rows]
    return tuple(sorted(found, key=lambda one: one.raised_by_id != person_id))


def raise_topic(
    company_id: int, person_id: int, words: str, *, raised_by: int, by: Actor, on: date, at: datetime
) -> int:
    """Put a topic on the list for a person's next talk, and give its id. Raises TalkRefused."""
    words = " ".join(words.split())
    if not words:
        raise TalkRefused("A topic needs words: what do you want to talk about?")
    if len(words) > LONGEST:
        raise TalkRefused(f"That is more than {LONGEST} letters. Say it in one line.")
    with transaction.atomic():
        row = Topic.objects.create(
            company_id=company_id, person_id=person_id, raised_by_id=raised_by, words=words, raised_on=on
        )
        write("raised topic", thing=f"topic:{row.pk}", actor=by, at=at, company_id=company_id)
    return row.pk


def take_back(company_id: int, topic_id: int, *, raised_by: int, by: Actor, at: datetime) -> bool:
    """Take an open topic back that one raised oneself; False where there is no such one."""
    with transaction.atomic():
        gone, _ = Topic.objects.filter(
            company_id=company_id, pk=topic_id, raised_by_id=raised_by, talk=None
        ).delete()
        if gone:
            write("took topic back", thing=f"topic:{topic_id}", actor=by, at=at, company_id=company_id)
    return bool(gone)


def tick(company_id: int, person_id: int, topics: Collection[int], *, talk_id: int) -> int:
    """Note that open topics of a person were talked about in a talk just recorded; how many there were.

    Its journal line is the talk's: both are one act.
    """
    return Topic.objects.filter(company_id=company_id, person_id=person_id, pk__in=topics, talk=None).update(
        talk_id=talk_id
    )
