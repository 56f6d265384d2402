"""The manager's team: who needs me this week and why, each with where it is done.

Start with `team`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ropewalk.companies.access import Viewer
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.one_on_one.page import day_from
from ropewalk.pages.owing import DEBTORS, Way, duty_of, next_way, to_do
from ropewalk.pages.silent import together
from ropewalk.progress.homes import TeamMember, my_team
from ropewalk.progress.ropes import RopeState
from ropewalk.progress.team_talks import require_team_talk
from ropewalk.reviews.talking import TalkRefused
from ropewalk.rollout.reminding import latest_reminder
from ropewalk.rollout.touching import TouchRefused, hold_team_talk

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Why:
    """One step that some of a person's ropes wait for."""

    words: str
    debtor: str
    is_mine: bool
    is_overdue: bool
    due_on: date | None
    ropes: tuple[RopeState, ...]
    way: Way | None
    remind: str = ""  # "now" where the viewer can remind who owes it, "done" where that was done today


@dataclass(frozen=True)
class Needing:
    """One person and the reasons, mine first."""

    member: TeamMember
    reasons: tuple[Why, ...]

    @property
    def waits_for_me(self) -> bool:
        return any(why.is_mine for why in self.reasons)


@door("GET")
def team(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The manager's first screen."""
    return shown(request, viewer, day)


def shown(request: HttpRequest, viewer: Viewer, day: Day, trouble: str = "") -> HttpResponse:
    found = my_team(viewer, day.on)
    needing = [
        Needing(one, reasons_of(viewer, one, day.on, found.reminded, is_past=day.is_past))
        for one in found.members
    ]
    return render(
        request,
        "team/team.html",
        {
            "team": found,
            "needing": [one for one in needing if one.reasons],
            "silences": together(found.silences),
            "mine": sum(one.waits_for_me for one in needing),
            "fine": [one.member for one in needing if not one.reasons],
            "reminder": latest_reminder(viewer, day.on),
            "overdue": any(why.is_mine and why.is_overdue for one in needing for why in one.reasons),
            "trouble": trouble,
        },
        status=422 if trouble else 200,
    )


def reasons_of(
    viewer: Viewer, member: TeamMember, on: date, reminded: frozenset[int], *, is_past: bool
) -> tuple[Why, ...]:
    """What is overdue, and what waits for the viewer within a week; ropes with the same step together."""
    grouped: dict[tuple[str, Way | None], list[RopeState]] = {}
    for rope in sorted(member.ropes, key=lambda one: one.slot):
        knot = rope.rope.tag
        if knot is None or knot.due_on is None:
            continue
        is_mine = viewer.person_id in rope.debtors
        if rope.is_overdue or (is_mine and (knot.due_on <= on + SOON or knot.waits_for is not None)):
            way = next_way(viewer, rope, can_open_plan=True, can_open_figure=True)
            grouped.setdefault((to_do(knot), way), []).append(rope)
    found = [why_of(viewer, words, way, ropes) for (words, way), ropes in grouped.items()]
    if not is_past:
        can = "done" if member.person_id in reminded else "now"
        found = [
            replace(one, remind=can)
            if one.is_overdue and not one.is_mine and member.person_id in one.ropes[0].debtors
            else one
            for one in found
        ]
    return tuple(sorted(found, key=lambda why: (not why.is_mine, not why.is_overdue)))


def why_of(viewer: Viewer, words: str, way: Way | None, ropes: list[RopeState]) -> Why:
    tags = [rope.rope.tag for rope in ropes if rope.rope.tag is not None]
    due = [duty.on for knot in tags if (duty := duty_of(knot))]
    debtor = ropes[0].owed_by
    return Why(
        words=words,
        debtor=DEBTORS[debtor] if debtor else "",
        is_mine=viewer.person_id in ropes[0].debtors,
        is_overdue=any(rope.is_overdue for rope in ropes),
        due_on=min(due, default=None),
        ropes=tuple(ropes),
        way=way,
    )


@door("POST")
def team_talk(request: HttpRequest, viewer: Viewer, day: Day, team_id: int) -> HttpResponse:
    """Note that the plan was talked about with a team."""
    keys = require_team_talk(viewer, day.today, team_id, request.POST.getlist("initiative"))
    try:
        hold_team_talk(
            viewer.company_id,
            team_id,
            keys,
            held_on=day_from(request.POST.get("held_on", ""), day.today),
            note=request.POST.get("note", "")[:5000],
            by=viewer.actor,
            on=day.today,
            at=clock.now(),
        )
    except (TouchRefused, TalkRefused) as error:
        return shown(request, viewer, day, str(error))
    messages.success(request, "Noted.")
    return redirect(reverse("team", args=[viewer.handle]))
