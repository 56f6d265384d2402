"""A past day seen from a later one: what of the later world was there then, and the rest as it is.

Start with `earlier`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from ropewalk.progress.world import Held, Later, World, one_by_one, world_for_system
from ropewalk.versions.queries import in_force


def earlier(world: World, on: date) -> World:
    """The same company as of an earlier day, without asking again for what is known already."""
    version = in_force(list(world.versions), on)
    if version is None or on < version.document.plan.first_day:  # another year's may hold there
        return world_for_system(world.company.id, on)
    past = replace(
        world,
        on=on,
        version=version,
        versions=tuple(one for one in world.versions if one.published_on <= on),
        **{name: cut(getattr(world, name), on) for name, cut in CUTS.items()},
    )
    return seen_from(past, world)


def seen_from(past: World, world: World) -> World:
    """The world of a past day, which takes its tallies from the later one from now on."""
    past.__dict__["later"] = Later(world.on, world.lately, world.all_series)
    past.__dict__["lock"] = one_by_one(world)
    return past


def held_by(held: dict[int, list[Held]], on: date) -> dict[int, list[Held]]:
    """Of talks or reviews those held by the end of a day; people without any are left out."""
    return {
        person: kept for person, rows in held.items() if (kept := [one for one in rows if one.held_on <= on])
    }


CUTS: dict[str, Callable[[Any, date], Any]] = {  # what of a later world's parts was there on an earlier day
    "promises": lambda held, on: tuple(one for one in held if one.made_on <= on),
    "talks": held_by,
    "reviews": held_by,
    "team_talks": lambda held, on: tuple(one for one in held if one.held_on <= on),
}
