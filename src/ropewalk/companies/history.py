"""Reading the journal. Start with `latest_line`, and `latest_change` for one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from ropewalk.companies.access import Viewer
from ropewalk.journal.models import Line


def latest_line(viewer: Viewer) -> int:
    """The number of the company's latest journal line: it grows with every change; 0 before the first."""
    return Line.objects.filter(company_id=viewer.company_id).aggregate(latest=Max("pk"))["latest"] or 0


@dataclass(frozen=True)
class Change:
    """Who changed a thing, and when (an instant, UTC)."""

    actor: str
    at: datetime


def latest_change(viewer: Viewer, thing: str) -> Change | None:
    """The latest change of a thing of the viewer's company, such as "company:3"; None before the first.

    Ask only of what the viewer may see: the name of whoever changed it comes along.
    """
    line = Line.objects.filter(company_id=viewer.company_id, thing=thing).order_by("-pk").first()
    return None if line is None else Change(line.actor, line.at)
