"""Whom somebody may remind of overdue steps, and of how many. Start with `overdue_steps`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ropewalk.companies.access import NotAllowed, NotVisible, Sight, Viewer
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.ropes import RopeState, ropes_of
from ropewalk.rollout.reminding import reminded_on_for_system


@dataclass(frozen=True)
class Remindable:
    """How many people the viewer can still remind today, and how many of those who owe a step were reminded already."""

    people: int
    reminded: int


def overdue_steps(viewer: Viewer, on: date) -> dict[int, int]:
    """Each person who owes overdue steps, with their number: of everybody for leaders, of the own chain for managers.

    The viewer's own steps are left out. Raises NotAllowed for whoever reminds nobody, NotVisible where ropes aren't seen.
    """
    circle = circle_for(viewer, on)
    if circle.is_administrator_only:
        raise NotVisible("reminders")
    if not viewer.has("leader", "manager"):
        raise NotAllowed("Sales leaders and managers remind people.")
    return steps_to_remind(circle, ropes_of(circle.world))


def remindable_of(circle: Circle, ropes: list[RopeState]) -> Remindable:
    """Whom the viewer may remind of the overdue steps in some ropes, as people and not as ropes."""
    owing = frozenset(steps_to_remind(circle, ropes))
    if not owing:
        return Remindable(0, 0)
    had = owing & reminded_on_for_system(circle.viewer.company_id, circle.viewer.on)
    return Remindable(len(owing - had), len(had))


def steps_to_remind(circle: Circle, ropes: list[RopeState]) -> dict[int, int]:
    """The overdue steps in some ropes, by who owes them."""
    return dict(Counter(debtor for _, debtors in waiting(circle, ropes) for debtor in debtors))


def waiting(circle: Circle, ropes: list[RopeState]) -> list[tuple[RopeState, list[int]]]:
    """The overdue ropes that wait for somebody whom the viewer may remind, each with those people."""
    viewer, world = circle.viewer, circle.world
    if viewer.has("leader"):
        within = frozenset(world.roster.people)
    elif viewer.person_id is not None and viewer.has("manager"):
        within = world.roster.chain_below(viewer.person_id, viewer.on)
    else:
        return []
    seen = circle.people(Sight.ROPE)
    found = [
        (rope, [one for one in rope.debtors if one in within and one != viewer.person_id])
        for rope in ropes
        if rope.is_overdue and rope.person_id in seen
    ]
    return [(rope, debtors) for rope, debtors in found if debtors]
