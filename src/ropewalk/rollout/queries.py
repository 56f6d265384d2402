"""What is read of announcements, acknowledgements and touches. Doors go through `progress`, which narrows by viewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ropewalk.rollout.models import Announcement, Receipt, Touch


@dataclass(frozen=True)
class Sent:
    """One announcement of a version."""

    version_id: int
    sent_on: date
    by: str
    words: str
    recipients: int


@dataclass(frozen=True)
class Told:
    """One person was sent one version's announcement."""

    person_id: int
    version_id: int
    initiatives: tuple[str, ...]
    sent_on: date
    sent_by: str
    acknowledged_on: date | None
    own_words: str


@dataclass(frozen=True)
class TeamTalk:
    """The plan was talked about with a team."""

    team_id: int
    initiatives: tuple[str, ...]
    held_on: date
    by: str
    note: str


def announcements_for_system(company_id: int) -> dict[int, Sent]:
    """Announcements by version id."""
    rows = (
        Announcement.objects.filter(company_id=company_id).select_related("by").prefetch_related("receipts")
    )
    return {
        row.version_id: Sent(
            row.version_id,
            row.sent_on,
            row.by.name if row.by else "",
            row.words,
            len({receipt.person_id for receipt in row.receipts.all()}),
        )
        for row in rows
    }


def told_for_system(
    company_id: int, year: int, people: Collection[int] | None = None
) -> dict[int, list[Told]]:
    """Everybody's receipts of a fiscal year's versions, person id -> in the order of versions; of these people only
    where they are named.
    """
    narrowed = {} if people is None else {"person_id__in": people}
    rows = (
        Receipt.objects.filter(
            announcement__company_id=company_id, announcement__version__year=year, **narrowed
        )
        .select_related("announcement__by")
        .order_by("announcement__version__number", "pk")
    )
    found: dict[int, list[Told]] = {}
    for row in rows:
        by = row.announcement.by
        found.setdefault(row.person_id, []).append(
            Told(
                row.person_id,
                row.announcement.version_id,
                tuple(row.initiatives),
                row.sent_on,
                by.name if by else "",
                row.acknowledged_on,
                row.own_words,
            )
        )
    return found


def team_talks_for_system(company_id: int) -> list[TeamTalk]:
    """Team talks, oldest first."""
    rows = Touch.objects.filter(company_id=company_id).select_related("by").order_by("held_on", "pk")
    return [
        TeamTalk(row.team_id, tuple(row.initiatives), row.held_on, row.by.name if row.by else "", row.note)
        for row in rows
    ]
