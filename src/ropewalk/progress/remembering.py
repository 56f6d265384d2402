"""Worlds that are remembered between requests, and used only while nothing has happened since that they show.

What happened is told by the journal, where every change has its line, and by the revision of the facts. After taps, talks
and words only what those people said and did is read anew, and only their ropes are judged anew; after anything else
everything is read anew, and only the ropes of those of whom something reads otherwise are judged anew. Worlds of past days
hang on the world of the day they were asked from, and take of it all that hasn't changed since. A world belongs to one
company and holds everything of it; who may see what of it is decided afterwards, for each viewer. Start with `world_on`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings

from ropewalk.companies.history import Happened, latest_line_for_system, lines_since_for_system
from ropewalk.facts.holding import moment_held_for_system, moment_shown, revision_for_system
from ropewalk.facts.tapped import tapped_by_whom_for_system
from ropewalk.metrics.tallying import counts_taps_of
from ropewalk.progress.activity import all_taps, read_taps
from ropewalk.progress.inheriting import Ancestor
from ropewalk.progress.past import CUTS, earlier, seen_from
from ropewalk.progress.rereading import REREAD
from ropewalk.progress.world import EVERYBODY, World, one_by_one, world_for_system

MOST_WORLDS = 4  # days of a company: today, and yesterday for who stands beyond midnight
MOST_PASTS = 12  # past days kept of each
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
    "signed out elsewhere": (),
    # The following change facts alone, of which the revision tells, or what no world holds.
    "brought files": (),
    "dropped files": (),
    "imported facts": (),
    "undid import": (),
    "accepted correction": (),
    "left suspicions": (),
    "matched owner": (),
}
STAYS = (
    "initiatives",
    "workdays",
    "weekdays",
    "_personal",
    "_carriers",
    "_teams",
    "lock",
)  # found out of the ground, and the lock of whoever finds something out
LASTING = (
    EVERYBODY[0],
    "first published",
    "quarters",
    "named",
    "per month",
    "moves",
    "carriers by team",
    "quietest",
)  # the same, by name


@dataclass
class _Kept:
    """A world, and the state of things that it shows."""

    world: World
    revision: str
    latest: int  # line of the company in the journal


@dataclass(frozen=True)
class _Past:
    """The world of a past day as it was last made, and what has happened since; nothing: it still holds."""

    world: World
    people: frozenset[int] | None = frozenset()  # who said or did something since; None: anybody may have
    parts: frozenset[str] = frozenset()  # what of theirs reads otherwise

    def after(self, people: set[int] | None, parts: set[str]) -> _Past:
        both = None if people is None or self.people is None else self.people | people
        return _Past(self.world, both, self.parts | parts)


@dataclass
class _Shelf:
    """One company's worlds by day, the one used latest last."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    worlds: OrderedDict[date, _Kept] = field(default_factory=OrderedDict)


_shelves: dict[int, _Shelf] = {}
_making = threading.Lock()
_handing_on = threading.Lock()


def world_on(company_id: int, on: date, *, today: date) -> World:
    """The company's world as of a day, past or not."""
    if on >= today or not settings.REMEMBERS_WORLDS:
        return world_of(company_id, on)
    return earlier_of(world_of(company_id, today), on)


def world_of(company_id: int, on: date) -> World:
    """The company's world as of today: a remembered one that still holds, or a new one."""
    if not settings.REMEMBERS_WORLDS:
        return world_for_system(company_id, on)
    shelf = _shelf_of(company_id)
    holding = _still_holding(shelf, company_id, on)
    if holding is not None:  # most of the time, and then nobody waits for another's turn
        return holding
    with shelf.lock:
        revision = revision_for_system(company_id)
        kept = shelf.worlds.get(on)
        latest = kept.latest if kept else latest_line_for_system(company_id)
        lines = lines_since_for_system(company_id, latest)
        now = _Kept(
            _brought_up(kept, lines, revision, company_id, on),
            revision,
            lines[-1].id if lines else latest,
        )
        if on >= max(shelf.worlds, default=on):  # today: many will ask, and one reading serves them all
            now.world.read_everybody()
        shelf.worlds[on] = now
        shelf.worlds.move_to_end(on)
        while len(shelf.worlds) > MOST_WORLDS:
            shelf.worlds.popitem(last=False)
        return now.world


def _still_holding(shelf: _Shelf, company_id: int, on: date) -> World | None:
    """The day's world, where nothing has happened since it was made."""
    kept = shelf.worlds.get(on)
    if kept is None or kept.revision != revision_for_system(company_id):
        return None
    return None if lines_since_for_system(company_id, kept.latest) else kept.world


def _shelf_of(company_id: int) -> _Shelf:
    """The worlds of the facts that this thread reads: where a moment of before is shown, those that there were then.

    The present has its own from then on, which begins with the same worlds, so that what holds for both is taken over.
    """
    shown, held, key = moment_shown(), moment_held_for_system(company_id), (company_id, "worlds")
    with _making:
        if held is not None and key not in held.remembered:
            held.remembered[key] = before = _shelves.pop(company_id, _Shelf())
            _shelves[company_id] = _Shelf(worlds=before.worlds.copy())
        if shown is None:
            return _shelves.setdefault(company_id, _Shelf())
        found: _Shelf = shown.remembered.setdefault(key, _Shelf())
        return found


def forget() -> None:
    """Forget every world; they are made anew when they are asked for."""
    with _making:
        _shelves.clear()


def _brought_up(kept: _Kept | None, news: list[Happened], revision: str, company_id: int, on: date) -> World:
    if kept is None:
        return world_for_system(company_id, on)
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
    if on >= world.on or not settings.REMEMBERS_WORLDS:
        return world if on == world.on else earlier(world, on)
    with one_by_one(world):
        pasts = _pasts_of(world)
        kept = pasts.get(on)
        if kept is None:
            past = _linked(earlier(world, on), world)
        elif kept.people is None:
            past = _linked(_inherit(earlier(world, on), kept.world, same_tallies=False), world)
        elif kept.people or kept.parts:
            past = _past_after(world, kept)
        else:
            past = kept.world
        with _handing_on:
            pasts[on] = _Past(past)
            pasts.move_to_end(on)
            while len(pasts) > MOST_PASTS:
                pasts.popitem(last=False)
        return past


def _pasts_of(world: World) -> OrderedDict[date, _Past]:
    pasts: OrderedDict[date, _Past] = world.__dict__.setdefault("pasts", OrderedDict())
    return pasts


def _hand_on(new: World, old: World, people: set[int] | None, parts: set[str]) -> World:
    """The new world with the past days of the old one, which will be brought up where they are asked for."""
    with _handing_on:  # not the lock of who finds something out: that may take long
        kept = [(day, past.after(people, parts)) for day, past in _pasts_of(old).items()]
    new.__dict__["pasts"] = OrderedDict(kept)
    return new


def _linked(past: World, world: World) -> World:
    """A past day's world beside the one it is seen from: the same taps, and tallies out of the same ones."""
    if world.version is not None and past.version is not None:
        if past.first_asked == world.first_asked:
            past.__dict__["taps"] = all_taps(world)
        seen_from(past, world)
    return past


def _past_after(world: World, kept: _Past) -> World:
    """A past day's world after these people said or did something: only what is theirs is other than it was."""
    before, people = kept.world, kept.people or frozenset()
    is_same_year = before.version is not None and before.plan.year == (world.version and world.version.year)
    if not is_same_year and kept.parts & {"told", "plans"}:
        return _linked(earlier(world, before.on), world)
    cut = {
        name: CUTS[name](getattr(world, name), before.on) if name in CUTS else getattr(world, name)
        for name in kept.parts - {"taps"}
    }
    past = _linked(_like(replace(before, **cut), before, STAYS), world)
    return _without(past, before, people)


def _after_words(world: World, news: list[Happened]) -> World:
    """The same world after something was said, agreed or promised: only that is read anew, and whose it is judged anew."""
    parts = {name for one in news for name in CHANGED_BY[one.action]}
    fresh, people = {}, set()
    for name in sorted(parts):
        things = {one.thing for one in news if name in CHANGED_BY[one.action]}
        fresh[name], whose = REREAD[name](world, things)
        if name in PERSONAL:
            held = getattr(world, name)
            people |= {one for one in whose if fresh[name].get(one) != held.get(one)}
    new = _like(replace(world, **fresh), world, (*STAYS, "all_series", "taps"))
    return _hand_on(_without(new, world, people), world, people, parts)


def _without(new: World, old: World, people: set[int] | frozenset[int]) -> World:
    """The new world with what was judged in the old one, but of these people."""
    keys = [(one.key, person) for one in old.initiatives for person in people]
    for name in ("ropes", "grounds", "spoken"):
        judged = new.__dict__[name] = dict(getattr(old, name))
        for key in keys:
            judged.pop(key, None)
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
            old.all_series.copy(),  # copies, since the old world is still shown and goes on finding things out
            {name: held.copy() for name, held in old.__dict__.get("taps", {}).copy().items()},
            old.ropes.copy(),
            old.grounds.copy(),
            people,
        )
    return _hand_on(new, old, None, set())


def _after_taps(world: World, people: set[int], activities: set[str]) -> World:
    """The same world in which these people tapped: their ropes are judged anew, everybody else's stay."""
    new = _like(replace(world), world, STAYS)
    touched = {
        key
        for key in world.all_series.copy()
        if any(counts_taps_of(key[0], key[1], activity) for activity in activities)
    }
    new.__dict__["all_series"] = {
        key: one for key, one in world.all_series.copy().items() if key not in touched
    }
    if "taps" in world.__dict__:
        new.__dict__["taps"] = read_taps(new, world.taps, people)
    if touched:
        return _hand_on(new, world, None, set())
    return _hand_on(_without(new, world, people), world, people, {"taps"})


def _like(new: World, world: World, names: tuple[str, ...]) -> World:
    """The new world with what was found out of the old one and holds for it, too."""
    new.__dict__.update({name: world.__dict__[name] for name in names if name in world.__dict__})
    new.__dict__["known"] = {key: one for key, one in world.known.copy().items() if key[0] in LASTING}
    return new
