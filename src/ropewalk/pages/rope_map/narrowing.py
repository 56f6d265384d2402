"""The filters above the rope map: one initiative stands out, one team is shown, people are found by name.

Knows what was asked and what there is to choose from; whose ropes may be seen was decided before. Start with `filters_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest

from ropewalk.companies.access import Viewer
from ropewalk.pages.door import Day
from ropewalk.progress.maps import RopeMap
from ropewalk.progress.maps import rope_map as rope_map_of


@dataclass(frozen=True)
class Filters:
    """What was asked for, and what one can choose."""

    initiative: str
    team: int | None
    find: str
    initiatives: tuple[tuple[str, str], ...]
    teams: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    words: str  # the filters in a sentence; empty where none is set

    @property
    def is_useful(self) -> bool:
        """Whether there is more than one person or team to choose among."""
        return self.is_set or len(self.names) > 1 or len(self.teams) > 1

    @property
    def is_set(self) -> bool:
        return bool(self.initiative or self.team or self.find)


def everywhere(viewer: Viewer, day: Day, found: RopeMap, team_id: int | None) -> RopeMap:
    """The map that isn't narrowed to a team, so that one can go from team to team."""
    return found if team_id is None else rope_map_of(viewer, day.on)


def filters_of(request: HttpRequest, found: RopeMap, whole: RopeMap, team_id: int | None) -> Filters:
    """The filters as asked; an initiative that isn't there filters nothing."""
    initiatives = tuple((one.key, one.title) for one in found.initiatives)
    asked = request.GET.get("initiative", "")
    shown = asked if asked in dict(initiatives) else ""
    find = " ".join(request.GET.get("find", "").split())[:80]
    teams = tuple(
        sorted(((bay.team_id, bay.name) for bay in whole.bays if bay.team_id), key=lambda one: one[1])
    )
    parts = [f"“{dict(initiatives)[shown]}” stands out, the others are dim."] if shown else []
    parts += [f"Only people whose name holds “{find}” are shown."] if find else []
    return Filters(
        initiative=shown,
        team=team_id,
        find=find,
        initiatives=initiatives,
        teams=teams,
        names=tuple(stand.name for bay in found.bays for stand in bay.stands),
        words=" ".join(parts),
    )


def narrowed(found: RopeMap, find: str) -> RopeMap:
    """The map with only those people whose name holds the words; teams without any are left out."""
    if not find:
        return found
    words = find.casefold()
    bays = []
    for bay in found.bays:
        stands = tuple(stand for stand in bay.stands if words in stand.name.casefold())
        if stands:
            kept = {stand.person_id for stand in stands}
            ropes = tuple(rope for rope in bay.ropes if rope.person_id in kept)
            bays.append(replace(bay, stands=stands, ropes=ropes))
    return replace(found, bays=tuple(bays))
