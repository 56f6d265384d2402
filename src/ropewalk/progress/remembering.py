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
from ropewalk.individual_plans.item import PlanState
from ropewalk.individual_plans.queries import plans_for_system
from ropewalk.metrics.tallying import counts_taps_of
from ropewalk.progress.activity import read_taps
from ropewalk.progress.inheriting import Ancestor
from ropewalk.progress.world import EVERYBODY, PARTS, World, earlier, world_for_system

MOST_WORLDS = 12
TAPS = ("tapped activity", "undid tap")
GROUND = ("company", "roster", "version", "versions", "absences")  # what every rope stands on
PERSONAL = ("told", "plans", "talks", "reviews")
CHANGED_BY = {  # action -> the parts of a world that it changes; any other action may change everything
    "acknowledged announcement": ("told",),
    "edited individual plan": ("plans",),
    "agreed individual plan": ("plans",),
    "made commitment": ("promises",),
    "closed commitment": ("promises",),
    "held one-on-one": ("talks",),
    "held quarterly review": ("reviews",),
    "held team talk": ("team_talks",),
    "reminded people": (),
}
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
        if on >= max(shelf.worlds, default=on):  # today: many will ask, and one reading serves them all
            now.world.read_everybody()
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
    others = [one for one in news if one.action not in TAPS]
    is_known = all(one.action in CHANGED_BY for one in others)
    if revision != kept.revision or not is_known:
        new = world if is_known and not others else world_for_system(company_id, on)
        return _inherit(new, world, same_tallies=revision == kept.revision and len(others) == len(news))
    if others:
        world = _after_words(world, others)
    if len(others) < len(news):
        ids = [int(one.thing.partition(":")[2]) for one in news if one.action in TAPS]
        tapped = tapped_by_whom_for_system(company_id, ids)
        world = _after_taps(world, {person for person, _ in tapped}, {activity for _, activity in tapped})
    return world


def earlier_of(world: World, on: date) -> World:
    """The same company as of an earlier day."""
    return world_of(world.company.id, on) if settings.REMEMBERS_WORLDS else earlier(world, on)


def _after_words(world: World, news: list[Happened]) -> World:
    """The same world after something was said, agreed or promised: only that is read anew, and whose it is judged anew."""
    parts = {name for one in news for name in CHANGED_BY[one.action]}
    year = world.version.year if world.version else None
    fresh = {name: PARTS[name](world.company.id, year, world.on) for name in parts - {"plans"}}
    if "plans" in parts:
        fresh["plans"] = _plans_after(world, {int(one.thing.partition(":")[2]) for one in news if "plans" in CHANGED_BY[one.action]})  # fmt: skip
    people = {
        person
        for name in parts & set(PERSONAL)
        for person in fresh[name].keys() | getattr(world, name).keys()
        if fresh[name].get(person) != getattr(world, name).get(person)
    }
    names = ("initiatives", "workdays", "weekdays", "_personal", "_carriers", "all_series", "taps")
    return _without(_like(replace(world, **fresh), world, names), world, people)


def _plans_after(world: World, ids: set[int]) -> dict[int, PlanState]:
    """Everybody's plans, those of these numbers read anew; all of them where one wasn't there before."""
    whose = {state.id: person for person, state in world.plans.items()}
    if world.version is None or not ids <= whose.keys():
        return PARTS["plans"](world.company.id, world.version.year if world.version else None, world.on)
    fresh = plans_for_system(world.company.id, world.version.year, [whose[one] for one in ids])
    return world.plans | fresh


def _without(new: World, old: World, people: set[int]) -> World:
    """The new world with what was judged in the old one, but of these people."""
    for name in ("ropes", "grounds"):
        new.__dict__[name] = {key: one for key, one in getattr(old, name).items() if key[1] not in people}
    return new


def _inherit(new: World, old: World, *, same_tallies: bool) -> World:
    """The new world with the ropes of all of whom nothing reads otherwise, once the tallies are known to be the same."""
    new = replace(new)
    if all(getattr(new, name) == getattr(old, name) for name in GROUND) and EVERYBODY in old.known:
        people = {
            person
            for name in PERSONAL
            for person in getattr(new, name).keys() | getattr(old, name).keys()
            if getattr(new, name).get(person) != getattr(old, name).get(person)
        }
        if same_tallies:
            new.__dict__["all_series"] = dict(old.all_series)
        new.__dict__["_ancestor"] = Ancestor(
            old.all_series, old.taps if "taps" in old.__dict__ else {}, old.ropes, old.grounds, people
        )
    return new


def _after_taps(world: World, people: set[int], activities: set[str]) -> World:
    """The same world in which these people tapped: their ropes are judged anew, everybody else's stay."""
    new = _like(replace(world), world, ("initiatives", "workdays", "weekdays", "_personal", "_carriers"))
    touched = {
        key
        for key in world.all_series
        if any(counts_taps_of(key[0], key[1], activity) for activity in activities)
    }
    new.__dict__["all_series"] = {key: one for key, one in world.all_series.items() if key not in touched}
    if "taps" in world.__dict__:
        new.__dict__["taps"] = read_taps(new, world.taps, people)
    return new if touched else _without(new, world, people)


def _like(new: World, world: World, names: tuple[str, ...]) -> World:
    """The new world with what was found out of the old one and holds for it, too."""
    new.__dict__.update({name: world.__dict__[name] for name in names if name in world.__dict__})
    new.__dict__["known"] = {key: one for key, one in world.known.items() if key[0] in LASTING}
    return new
