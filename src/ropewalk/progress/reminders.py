"""Whom somebody may remind of overdue steps, and of how many. Start with `overdue_steps`."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ropewalk.companies.access import NotAllowed, NotVisible, Sight, Viewer
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.ropes import RopeState, ropes_of


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


def steps_to_remind(circle: Circle, ropes: list[RopeState]) -> dict[int, int]:
    """The overdue steps in some ropes, by who owes them."""
    viewer, world = circle.viewer, circle.world
    if viewer.has("leader"):
        within = frozenset(world.roster.people)
    elif viewer.person_id is not None and viewer.has("manager"):
        within = world.roster.chain_below(viewer.person_id, viewer.on)
    else:
        within = frozenset()
    seen = circle.people(Sight.ROPE)
    counted = Counter(
        debtor
        for rope in ropes
        if rope.is_overdue and rope.person_id in seen
        for debtor in rope.debtors
        if debtor in within and debtor != viewer.person_id
    )
    return dict(counted)
