"""Who owes the next step of a rope, what it is in words, and where it is done. A way is named only to who may go it.

Start with `next_way`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ropewalk.companies.access import Viewer
from ropewalk.pages import saying
from ropewalk.progress.ropes import RopeState
from ropewalk.rules.rope import Debtor, Duty, Knot, KnotName

LETTERS = {Debtor.REP: "R", Debtor.MANAGER: "M", Debtor.BOTH: "B", Debtor.LEADER: "L"}
DEBTORS = {
    Debtor.REP: "rep",
    Debtor.MANAGER: "manager",
    Debtor.BOTH: "rep and manager together",
    Debtor.LEADER: "leader",
}
DUTIES = {
    "announce": "send the announcement",
    "acknowledge": "read the announcement and answer",
    "confirm again": "confirm the changed plan",
    "agree": "agree the individual plan",
    "agree again": "agree the changed plan",
    "four weeks": "do what was agreed for each week",
    "one-on-one": "hold the one-on-one",
    "quarterly review": "hold the quarterly review",
}


@dataclass(frozen=True)
class Way:
    """Where a step is done: an address within the company, and the words on its button."""

    path: str
    words: str


def duty_of(knot: Knot) -> Duty | None:
    """What is due first of a knot; None where nothing is."""
    return min(knot.duties, default=None, key=lambda duty: duty.on)


def to_do(knot: Knot) -> str:
    """The knot's step in words."""
    duty = duty_of(knot)
    return DUTIES.get(duty.what, knot.next_action) if duty else knot.next_action


def as_far_as(rope: RopeState) -> str:
    """How far the rope holds: "on the ground", "as far as Told"."""
    if rope.rope.on_the_ground:
        return "on the ground"
    return f"as far as {rope.rope.knots[rope.rope.reach - 1].name.capitalize()}"


def next_words(rope: RopeState) -> str:
    """What is missing, who owes it and since when: "Rep: read the announcement and answer, overdue since 13 January"."""
    knot, owed_by = rope.rope.tag, rope.owed_by
    if knot is None or owed_by is None:
        return ""
    return f"{DEBTORS[owed_by].capitalize()}: {step_words(rope)}"


def step_words(rope: RopeState) -> str:
    """What is missing and since when: "read the announcement and answer, overdue since 13 January"."""
    knot = rope.rope.tag
    if knot is None:
        return ""
    words = to_do(knot)
    if knot.due_on is None:
        return words
    day = saying.said_day(knot.due_on, beside=rope.rope.on).replace(saying.SPACE, " ")
    return f"{words}, overdue since {day}" if rope.is_overdue else f"{words}, due {day}"


def next_way(
    viewer: Viewer, rope: RopeState, *, can_open_plan: bool = False, can_open_figure: bool = False
) -> Way | None:
    """Where the viewer can do the rope's next step; None where it isn't theirs, or nothing is open.

    `can_open_plan`: plan and talks of the rope's person; today's rights say it, also of a day on which the step was theirs.
    """
    knot = rope.rope.tag
    if knot is None:
        return None
    is_own, person = rope.person_id == viewer.person_id, f"people/{rope.person_id}"
    owes = viewer.person_id in rope.debtors
    if knot.name is KnotName.TOLD:
        return Way("plan/announcement/", "Send the announcement") if viewer.has("leader") else None
    if knot.name is KnotName.UNDERSTOOD:
        return Way("announcement/", "Read and answer") if is_own else None
    if knot.name is KnotName.PLANNED:
        return Way(f"{person}/plan/", "Agree the plan") if owes and (is_own or can_open_plan) else None
    if knot.name is KnotName.DOING:
        if is_own:
            return Way("today/", "See what is left this week")
        return Way(f"{person}/plan/", "Open the plan") if can_open_plan else None
    if knot.name is KnotName.REVIEWED:
        duty = duty_of(knot)
        if not owes or is_own or not can_open_plan:
            return None
        if duty and duty.what == "quarterly review":
            return Way(f"{person}/reviews/", "Hold the quarterly review")
        return Way(f"{person}/talks/", "Hold the one-on-one")
    if not can_open_figure:
        return None
    return Way(f"figures/{rope.initiative_key}/person/{rope.person_id}/", "See what the numbers show")
