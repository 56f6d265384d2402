"""Worlds that are remembered between requests, and used only while nothing has happened since that they show.

What happened is told by the journal, where every change has its line, and by the revision of the facts. After taps only
the ropes of those who tapped are forgotten; after anything else everything is read anew, and only the ropes of those of
whom something reads otherwise are judged anew. A world belongs to one company and holds everything of it; who may see what
of it is decided afterwards, for each viewer. Start with `world_of`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings

from ropewalk.companies.history import Happened, latest_line_for_system, lines_since_for_system
from ropewalk.facts.holding import revision_for_system
from ropewalk.facts.tapped import tapped_by_whom_for_system
from ropewalk.metrics.tallying import counts_taps_of
from ropewalk.progress.activity import read_taps
from ropewalk.progress.inheriting import Ancestor
from ropewalk.progress.world import EVERYBODY, World, earlier, world_for_system

MOST_WORLDS = 12
TAPS = ("tapped activity", "undid tap")
GROUND = ("company", "roster", "version", "versions", "absences")  # what every rope stands on
PERSONAL = ("told", "plans", "talks", "reviews")
LASTING = (
    EVERYBODY[0],
    "first published",
    "quarters",
    "named",
    "per month",
    "moves",
)  # found out of what taps don't change


@dataclass
class _Kept:
    """A world, and the state of things that it shows."""

    world: World
    revision: str
    latest: int  # line of the journal
    seen: frozenset[int]  # lines up to it that had been written when it was made


@dataclass
class _Shelf:
    """One company's worlds by day, the one used latest last."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    worlds: OrderedDict[date, _Kept] = field(default_factory=OrderedDict)


_shelves: dict[int, _Shelf] = {}
_making = threading.Lock()


def world_of(company_id: int, on: date) -> World:
    """The company's world as of a day: a remembered one that still holds, or a new one."""
    if not settings.REMEMBERS_WORLDS:
        return world_for_system(company_id, on)
    with _making:
        shelf = _shelves.setdefault(company_id, _Shelf())
    with shelf.lock:
        revision = revision_for_system(company_id)
        kept = shelf.worlds.pop(on, None)
        latest = kept.latest if kept else latest_line_for_system()
        lines = lines_since_for_system(latest)
        now = _Kept(
            _brought_up(kept, lines, revision, company_id, on),
            revision,
            max((one.id for one in lines), default=latest),
            frozenset(one.id for one in lines),
        )
        shelf.worlds[on] = now
        while len(shelf.worlds) > MOST_WORLDS:
            shelf.worlds.popitem(last=False)
        return now.world


def forget() -> None:
    """Forget every world; they are made anew when they are asked for."""
    with _making:
        _shelves.clear()


def _brought_up(kept: _Kept | None, lines: list[Happened], revision: str, company_id: int, on: date) -> World:
    if kept is None:
        return world_for_system(company_id, on)
    news = [one for one in lines if one.company_id == company_id and one.id not in kept.seen]
    world = kept.world
    is_other = any(one.action not in TAPS for one in news)
    if is_other or revision != kept.revision:
        return _inherit(world_for_system(company_id, on) if is_other else replace(world), world)
    if news:
        tapped = tapped_by_whom_for_system(company_id, [int(one.thing.partition(":")[2]) for one in news])
        world = _after_taps(world, {person for person, _ in tapped}, {activity for _, activity in tapped})
    return world


def earlier_of(world: World, on: date) -> World:
    """The same company as of an earlier day."""
    return world_of(world.company.id, on) if settings.REMEMBERS_WORLDS else earlier(world, on)


def _inherit(new: World, old: World) -> World:
    """The new world with the ropes of all of whom nothing reads otherwise, once the tallies are known to be the same."""
    if all(getattr(new, name) == getattr(old, name) for name in GROUND) and EVERYBODY in old.known:
        people = {
            person
            for name in PERSONAL
            for person in getattr(new, name).keys() | getattr(old, name).keys()
            if getattr(new, name).get(person) != getattr(old, name).get(person)
        }
        new.__dict__["_ancestor"] = Ancestor(
            old.all_series, old.taps if "taps" in old.__dict__ else {}, old.ropes, people
        )
    return new


def _after_taps(world: World, people: set[int], activities: set[str]) -> World:
    """The same world in which these people tapped: their ropes are judged anew, everybody else's stay."""
    new = _like(world, ("initiatives", "workdays", "weekdays", "_personal", "_carriers"))
    touched = {
        key
        for key in world.all_series
        if any(counts_taps_of(key[0], key[1], activity) for activity in activities)
    }
    new.__dict__["all_series"] = {key: one for key, one in world.all_series.items() if key not in touched}
    if "taps" in world.__dict__:
        new.__dict__["taps"] = read_taps(new, world.taps, people)
    if not touched:
        new.__dict__["ropes"] = {key: one for key, one in world.ropes.items() if key[1] not in people}
    return new


def _like(world: World, names: tuple[str, ...]) -> World:
    new = replace(world)
    new.__dict__.update({name: world.__dict__[name] for name in names if name in world.__dict__})
    new.__dict__["known"] = {key: one for key, one in world.known.items() if key[0] in LASTING}
    return new
