"""What the viewer may log by a tap, and what was logged today. Start with `may_tap`."""

from __future__ import annotations

from datetime import date

from ropewalk.companies.access import Viewer
from ropewalk.progress.activity import agreed_steps
from ropewalk.progress.circle import circle_for


def may_tap(viewer: Viewer, on: date, activity: str) -> bool:
    """Whether the activity is one of the viewer's agreed ones that are counted by taps."""
    world = circle_for(viewer, on).world
    if viewer.person_id is None:
        return False
    return any(
        one is not None and one.counted == "tap" and one.activity == activity
        for initiative in world.initiatives
        if world.is_carried_by(initiative, viewer.person_id)
        for steps in agreed_steps(world, initiative, viewer.person_id).values()
        for one in [steps[-1][1]]
    )
