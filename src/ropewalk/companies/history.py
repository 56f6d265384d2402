"""Reading the journal. Start with `latest_line`."""

from __future__ import annotations

from django.db.models import Max

from ropewalk.companies.access import Viewer
from ropewalk.journal.models import Line


def latest_line(viewer: Viewer) -> int:
    """The number of the company's latest journal line: it grows with every change; 0 before the first."""
    return Line.objects.filter(company_id=viewer.company_id).aggregate(latest=Max("pk"))["latest"] or 0
