"""What people say and do, read anew for those alone whom a line of the journal is about.

Start with `REREAD`: part of a world -> a function of the world and the things that the lines name, which gives the part
as it is now, and of whom it may read otherwise than in the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ropewalk.individual_plans.queries import (
    commitments_for_system,
    planned_by_whom_for_system,
    plans_for_system,
)
from ropewalk.progress.world import PARTS, World, by_person
from ropewalk.reviews.queries import (
    reviewed_whom_for_system,
    reviews_for_system,
    talked_with_whom_for_system,
    talks_for_system,
)
from ropewalk.rollout.queries import told_for_system

Reread = tuple[Any, set[int]]


def numbers_of(things: Iterable[str]) -> list[int]:
    """The numbers of things such as "review:7"."""
    return [int(one.partition(":")[2]) for one in things]


def told(world: World, things: Iterable[str]) -> Reread:
    people = set(numbers_of(things))
    if world.version is None:
        return world.told, set()
    return world.told | told_for_system(world.company.id, world.version.year, people), people


def plans(world: World, things: Iterable[str]) -> Reread:
    if world.version is None:
        return world.plans, set()
    people = planned_by_whom_for_system(world.company.id, numbers_of(things))
    return world.plans | plans_for_system(world.company.id, world.version.year, people), people


def promises(world: World, things: Iterable[str]) -> Reread:
    fresh = commitments_for_system(world.company.id, numbers=numbers_of(things))
    kept = {one.id: one for one in world.promises} | {one.id: one for one in fresh if one.made_on <= world.on}
    return tuple(sorted(kept.values(), key=lambda one: (one.made_on, one.id))), {
        one.person_id for one in fresh
    }


def talks(world: World, things: Iterable[str]) -> Reread:
    people = talked_with_whom_for_system(world.company.id, numbers_of(things))
    rows = (one for one in talks_for_system(world.company.id, people) if one.held_on <= world.on)
    return world.talks | by_person(rows), people


def reviews(world: World, things: Iterable[str]) -> Reread:
    people = reviewed_whom_for_system(world.company.id, numbers_of(things))
    rows = (one for one in reviews_for_system(world.company.id, people) if one.held_on <= world.on)
    return world.reviews | by_person(rows), people


def team_talks(world: World, things: Iterable[str]) -> Reread:
    return PARTS["team_talks"](world.company.id, None, world.on), set()


REREAD: dict[str, Callable[[World, Iterable[str]], Reread]] = {
    "told": told,
    "plans": plans,
    "promises": promises,
    "talks": talks,
    "reviews": reviews,
    "team_talks": team_talks,
}
