"""Writes lines of the journal, inside the transaction of the change they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ropewalk.journal.models import Line


@dataclass(frozen=True)
class Actor:
    """Who acts, as the journal keeps it; built by `companies.access`, never by hand in a door."""

    name: str
    person_id: int | None = None


OPERATOR = Actor(name="operator at the shell")
SYSTEM = Actor(name="Ropewalk")


def write(
    action: str,
    *,
    thing: str,
    actor: Actor,
    at: datetime,
    company_id: int | None,
    words: str = "",
) -> None:
    """Add one line. Must run inside the transaction of the change itself, else RuntimeError.

    Lines of a company come to light in the order of their numbers, which whoever remembers what it has seen relies on.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A journal line belongs into the transaction of its change.")
    if company_id is not None:
        _wait_for_turn(company_id)
    Line.objects.create(
        at=at,
        company_id=company_id,
        person_id=actor.person_id,
        actor=actor.name[:200],
        action=action[:60],
        thing=thing[:80],
        words=words,
    )


def _wait_for_turn(company_id: int) -> None:
    """On a server, have whoever has numbered a line of the company end before this one gets its number (decision 23).

    A file has one writer at a time, so that there it is so already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('ropewalk.journal', %s))", [company_id]
            )


def is_noted(action: str, *, since: datetime, words: str) -> bool:
    """Whether such a line of the installation itself was added at or after an instant.

    For work whose doer died, and which is done once more.
    """
    lines = Line.objects.filter(action=action, company_id=None, words=words)
    return lines.filter(at__gte=since).exists()
