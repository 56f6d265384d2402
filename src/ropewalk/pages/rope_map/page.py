"""The rope map of the company, a team or a person; and one rope opened.

Knows addresses and which part of the map was asked for; what may be seen is decided in `progress`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.companies.access import Viewer
from ropewalk.pages.door import Day, door
from ropewalk.pages.owing import DEBTORS, LETTERS, next_way, step_words, to_do
from ropewalk.pages.rope_map.narrowing import everywhere, filters_of, narrowed
from ropewalk.pages.rope_map.picture import drawn, has_single_ropes
from ropewalk.pages.templatetags.saying import way
from ropewalk.progress.maps import RopeMap
from ropewalk.progress.maps import rope_map as rope_map_of
from ropewalk.progress.ropes import RopeState
from ropewalk.progress.steps import rope_detail
from ropewalk.rules.rope import Debtor


@dataclass(frozen=True)
class OpenStep:
    """One step that one or more of a person's ropes wait for."""

    person: str
    words: str
    is_overdue: bool
    ropes: tuple[RopeState, ...]


@dataclass(frozen=True)
class Owing:
    """All loose ends that wait for one kind of debtor, overdue ones first."""

    debtor: str
    letter: str
    count: int
    steps: tuple[OpenStep, ...]


@door("GET")
def rope_map(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The map, its list by who owes, and the same as a table."""
    team_id, person_id = asked_for(request, "team"), asked_for(request, "person")
    whole = rope_map_of(viewer, day.on, team_id=team_id, person_id=person_id)
    is_part = team_id is not None or person_id is not None
    filters = filters_of(request, whole, everywhere(viewer, day, whole, team_id), team_id)
    found, shown = narrowed(whole, filters.find), filters.initiative
    address = partial(way, {"request": request})
    ropes = [rope for bay in found.bays for rope in bay.ropes] if has_single_ropes(found) else []
    return render(
        request,
        "rope_map/rope_map.html",
        {
            "map": found,
            "filters": filters,
            "drawing": drawn(found, address, shown=shown) if found.bays else "",
            "owing": owing_of(ropes),
            "team": found.bays[0].name if team_id is not None and len(found.bays) == 1 else "",
            "person": found.bays[0].stands[0]
            if person_id is not None and found.bays and found.has_names
            else None,
            "reminders": whole.reminders if not (is_part or filters.find or day.is_past) else None,
            "is_part": is_part,
            "is_single": has_single_ropes(found),
            "rows": rows_of(found) if has_single_ropes(found) else [],
        },
    )


def asked_for(request: HttpRequest, name: str) -> int | None:
    """The id that the address asks for; None for none. What is no id was never there."""
    written = request.GET.get(name, "")
    if not written:
        return None
    if not written.isdecimal() or len(written) > 12:
        raise Http404
    return int(written)


def owing_of(ropes: list[RopeState]) -> list[Owing]:
    """Loose ends by who owes the next step, management first."""
    found = []
    for debtor in Debtor:
        held = [rope for rope in ropes if rope.owed_by is debtor and not rope.rope.on_the_ground]
        if held:
            held.sort(key=lambda rope: (not rope.is_overdue, rope.person, rope.slot))
            found.append(Owing(DEBTORS[debtor], LETTERS[debtor], len(held), steps_of(held)))
    return found


def steps_of(ropes: list[RopeState]) -> tuple[OpenStep, ...]:
    """The ropes of one person that wait for the same step together."""
    grouped: dict[tuple[int, str], list[RopeState]] = {}
    for rope in ropes:
        grouped.setdefault((rope.person_id, step_words(rope)), []).append(rope)
    return tuple(
        OpenStep(held[0].person, words, held[0].is_overdue, tuple(held))
        for (_, words), held in grouped.items()
    )


def rows_of(found: RopeMap) -> list[tuple[str, str, list[RopeState | None]]]:
    """The map as a table: team, person, and the person's rope of each initiative or None."""
    return [
        (bay.name, stand.name, [by_slot.get(slot) for slot in range(1, len(found.initiatives) + 1)])
        for bay in found.bays
        for stand in bay.stands
        if (by_slot := {rope.slot: rope for rope in stand.ropes}) is not None
    ]


@door("GET")
def rope(request: HttpRequest, viewer: Viewer, day: Day, initiative_key: str, person_id: int) -> HttpResponse:
    """One rope with its steps, and the one thing to do next."""
    detail = rope_detail(viewer, day.on, initiative_key=initiative_key, person_id=person_id)
    knot = detail.rope.rope.tag
    return render(
        request,
        "rope_map/rope.html",
        {
            "detail": detail,
            "rope": detail.rope,
            "next_way": next_way(
                viewer,
                detail.rope,
                can_open_plan=detail.can_open_plan,
                can_open_figure=detail.can_open_figure,
            ),
            "to_do": to_do(knot) if knot else "",
            "next_duty": next(iter(detail.rope.rope.duties), None),
        },
    )
