"""A figure opened: drawn large, said in a sentence, with its definition and everything it was counted from."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.companies.access import Viewer
from ropewalk.metrics.evidence import Evidence, EvidenceRow
from ropewalk.pages.door import Day, door
from ropewalk.progress.figure import Scope
from ropewalk.progress.figures import Part, figure_page

ROWS_A_PAGE = 100


@dataclass(frozen=True)
class Window:
    """A part of many rows."""

    rows: tuple[EvidenceRow, ...]
    first: int
    latest: int
    total: int
    earlier: int | None  # number of the page before
    later: int | None


@door("GET")
def figure(
    request: HttpRequest, viewer: Viewer, day: Day, initiative_key: str, scope: str, scope_id: int
) -> HttpResponse:
    """One figure as of a day."""
    if scope not in set(Scope):
        raise Http404
    number = part_asked(request.GET.get("part", ""))
    found = figure_page(
        viewer,
        day.on,
        initiative_key=initiative_key,
        scope=Scope(scope),
        scope_id=scope_id,
        part=Part((number - 1) * ROWS_A_PAGE, ROWS_A_PAGE),
    )
    return render(
        request,
        "figure/figure.html",
        {
            "page": found,
            "figure": found.thermometer,
            "window": window_of(found.rows, number) if found.rows else None,
        },
    )


def part_asked(written: str) -> int:
    """The number of a part of the rows, counted from 1; the first where nothing readable is asked."""
    number = int(written) if written.isdecimal() and len(written) < 7 else 1
    if number < 1:
        raise Http404
    return number


def window_of(evidence: Evidence, number: int) -> Window:
    """The rows of one part. A part that isn't there is a 404."""
    start = (number - 1) * ROWS_A_PAGE
    if start and start >= evidence.total:
        raise Http404
    rows = evidence.rows
    return Window(
        rows=rows,
        first=start + 1 if rows else 0,
        latest=start + len(rows),
        total=evidence.total,
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if start + len(rows) < evidence.total else None,
    )
