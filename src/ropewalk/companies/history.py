"""Reading the journal, for noticing that something happened: every change writes its line in the same transaction.

Start with `latest_line`, with `latest_change` for one thing, or with `lines_since_for_system` for all that happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ropewalk.companies.access import Viewer
from ropewalk.journal.models import Line
from ropewalk.lib.asked_often import asked_often

OVERLAP = 100  # lines looked at again on a server: of two written at once the later may be seen first


@dataclass(frozen=True)
class Happened:
    """One line of the journal."""

    id: int
    company_id: int | None
    action: str
    thing: str


def lines_since_for_system(latest: int) -> list[Happened]:
    """The lines of all companies after a number, in order, and those before it that may have come to light since.

    The caller knows which it has seen. In a file one writes at a time, so that numbers come to light in their order.
    """
    overlap = 0 if connection.vendor == "sqlite" else OVERLAP
    return [Happened(*row) for row in _lines_after(latest - overlap)]


@asked_often
def _lines_after(latest: int) -> QuerySet[Line, tuple[Any, ...]]:
    lines = Line.objects.filter(pk__gt=latest).order_by("pk")
    return lines.values_list("pk", "company_id", "action", "thing")


def latest_line_for_system() -> int:
    """The number of the latest line; 0 where there is none."""
    return Line.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def latest_line(viewer: Viewer) -> int:
    """The number of the company's latest journal line: it grows with every change; 0 before the first."""
    found = _latest_line_of(viewer.company_id)
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
