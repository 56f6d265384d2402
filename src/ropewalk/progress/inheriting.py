"""Ropes taken over from a world before: those whose person, tallies and taps read as they did then.

Start with `inherit_ropes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ropewalk.progress.activity import all_taps
from ropewalk.progress.shares import spread_of
from ropewalk.progress.world import AnySeries, World


@dataclass(frozen=True)
class Ancestor:
    """What was known in the world before. All that every rope stands on is the same in both."""

    series: dict[Any, AnySeries]
    taps: dict[str, dict[int, dict[Any, int]]]
    ropes: dict[tuple[str, int], Any]
    grounds: dict[tuple[str, int], bool]
    people: set[int]  # of whom something reads otherwise: told, agreed, talked or reviewed


def inherit_ropes(world: World) -> None:
    """Fill in the ropes that are as they were. Everybody's tallies must be about to be read anyway."""
    before: Ancestor | None = world.__dict__.pop("_ancestor", None)
    if before is None or world.version is None:
        return
    others = set(before.people)
    for key, old in before.series.items():
        new = world.series_since(*key)
        others |= {
            person
            for person in old.people.keys() | new.people.keys()
            if old.people.get(person) != new.people.get(person)
        }
    taps = all_taps(world)
    for activity in taps.keys() | before.taps.keys():
        held, was = taps.get(activity, {}), before.taps.get(activity, {})
        others |= {person for person in held.keys() | was.keys() if held.get(person) != was.get(person)}
    shared = {one.key for one in world.initiatives if spread_of(world, one) is not None}
    for mine, theirs in ((world.ropes, before.ropes), (world.grounds, before.grounds)):
        for (initiative, person), judged in theirs.items():
            if initiative in shared and person not in others:
                mine.setdefault((initiative, person), judged)
