"""Reading the journal, for noticing that something happened: every change writes its line in the same transaction.

Start with `latest_line`, with `latest_change` for one thing, or with `lines_since_for_system` for all of a company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ropewalk.companies.access import Viewer
from ropewalk.journal.models import Line
from ropewalk.lib.asked_often import asked_often


@dataclass(frozen=True)
class Happened:
    """One line of the journal."""

    id: int
    action: str
    thing: str


def lines_since_for_system(company_id: int, latest: int) -> list[Happened]:
    """The company's lines after a number, in order. They come to light in this order, so none before it is still to come."""
    return [Happened(*row) for row in _lines_after(company_id, latest)]


@asked_often
def _lines_after(company_id: int, latest: int) -> QuerySet[Line, tuple[Any, ...]]:
    lines = Line.objects.filter(company_id=company_id, pk__gt=latest).order_by("pk")
    return lines.values_list("pk", "action", "thing")


def latest_line(viewer: Viewer) -> int:
    """The number of the company's latest journal line: it grows with every change; 0 before the first."""
    return latest_line_for_system(viewer.company_id)


def latest_line_for_system(company_id: int) -> int:
    """The same, for who keeps worlds for all viewers."""
    found = _latest_line_of(company_id)
    return int(found[0][0]) if found else 0


@asked_often
def _latest_line_of(company_id: int) -> QuerySet[Line, tuple[Any, ...]]:
    return Line.objects.filter(company_id=company_id).order_by("-pk").values_list("pk")[:1]


@dataclass(frozen=True)
class Change:
    """Who changed a thing, and when (an instant, UTC)."""

    actor: str
    at: datetime


def latest_change(viewer: Viewer, thing: str, action: str = "") -> Change | None:
    """The latest change of a thing of the viewer's company, such as "company:3"; None before the first.

    With an `action`, the latest of that kind: a company's holidays are noted on the company too.

    Ask only of what the viewer may see: the name of whoever changed it comes along.
    """
    lines = Line.objects.filter(company_id=viewer.company_id, thing=thing)
    line = (lines.filter(action=action) if action else lines).order_by("-pk").first()
    return None if line is None else Change(line.actor, line.at)
