"""Which teams somebody may note a talk with. Start with `teams_to_talk_with`."""

from __future__ import annotations

from datetime import date

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.progress.circle import Circle, circle_for


def teams_to_talk_with(circle: Circle) -> tuple[tuple[int, str], ...]:
    """Teams that the viewer leads with those below them, id and name, by name."""
    roster, viewer = circle.world.roster, circle.viewer
    if viewer.person_id is None:
        return ()
    led = roster.teams_led(viewer.person_id, viewer.on)
    found = {below for team in led for below in roster.subtree(team, viewer.on)}
    return tuple(sorted(((one, roster.teams[one].name) for one in found), key=lambda pair: pair[1]))


def require_team_talk(viewer: Viewer, on: date, team_id: int, keys: list[str]) -> list[str]:
    """Those of the keys that are initiatives in force. Raises NotVisible unless the viewer leads the team."""
    circle = circle_for(viewer, on)
    if team_id not in {one for one, _ in teams_to_talk_with(circle)}:
        raise NotVisible(f"team {team_id}")
    return [one.key for one in circle.world.initiatives if one.key in keys]
