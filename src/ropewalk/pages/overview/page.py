"""The company at a glance: one sentence, three thermometers, and what waits for a decision.

Knows how the parts are put side by side; what they are is decided in `progress.homes`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.companies.access import Viewer
from ropewalk.pages.door import Day, door
from ropewalk.pages.owing import Way, next_way
from ropewalk.pages.silent import together
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.homes import Overview
from ropewalk.progress.homes import overview as overview_of
from ropewalk.progress.ropes import RopeState


@dataclass(frozen=True)
class GoalCard:
    """One initiative's card."""

    figure: Thermometer
    worth: object | None
    grounded: int
    ropes: int


@dataclass(frozen=True)
class Decision:
    """One overdue step that waits for the viewer, and where it is done."""

    rope: RopeState
    way: Way | None


@door("GET")
def overview(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The first page of leaders and executives."""
    found = overview_of(viewer, day.on)
    return render(
        request,
        "overview/overview.html",
        {
            "overview": found,
            "cards": cards_of(found),
            "decisions": [
                Decision(one, next_way(viewer, one, can_open_plan=is_open, can_open_figure=is_open))
                for one, is_open in found.decisions
            ],
            "silences": (silences := together(found.silences)),
            "gaps": len(silences) + len(found.uncovered),
            "is_leader": viewer.has("leader"),
        },
    )


def cards_of(found: Overview) -> list[GoalCard]:
    """Each goal with its worth and how many of its ropes are on the ground."""
    worth = dict(found.worth)
    grounded = {key: (held, ropes) for key, held, ropes in found.grounded}
    return [
        GoalCard(one, worth.get(one.initiative_key), *grounded.get(one.initiative_key, (0, 0)))
        for one in found.thermometers
    ]
