"""What a one-on-one is prepared from: what was promised, what changed since the last talk, where each rope is open, what
was done of what was agreed, and which deals stand still. Never a total without what it is compared with.

Start with `preparation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ropewalk.companies.access import NotVisible, Sight, Viewer
from ropewalk.individual_plans.item import Promise
from ropewalk.progress.activity import ActivityState
from ropewalk.progress.circle import circle_for
from ropewalk.progress.quiet import QuietDeal, quiet_deals
from ropewalk.progress.remembering import earlier_of
from ropewalk.progress.ropes import RopeState, rope_of
from ropewalk.progress.world import World

FOUR_WEEKS = timedelta(28)  # looked back over where there was no talk yet


@dataclass(frozen=True)
class Change:
    """One rope on the day and on the day of the last talk."""

    now: RopeState
    before: RopeState | None  # None where the rope wasn't there yet

    @property
    def is_any(self) -> bool:
        """Whether the result or how far the rope holds differs."""
        before = self.before
        return (
            before is None
            or before.rope.reach != self.now.rope.reach
            or before.thermometer.value != self.now.thermometer.value
        )


@dataclass(frozen=True)
class FourWeeks:
    """An activity over its latest complete periods: what was done beside what was agreed, oldest first."""

    activity: ActivityState
    pairs: tuple[tuple[Fraction, Fraction], ...]  # done, due


@dataclass(frozen=True)
class Preparation:
    """All on one sheet."""

    since: date  # the last talk, else four weeks ago
    has_talked: bool
    promises: tuple[Promise, ...]  # open, or closed since
    changes: tuple[Change, ...]
    open_ropes: tuple[RopeState, ...]
    activities: tuple[FourWeeks, ...]
    quiet: tuple[QuietDeal, ...]


def preparation(viewer: Viewer, on: date, person_id: int) -> Preparation:
    """The sheet for a talk with somebody whose talks and figures are seen, or one's own. Raises NotVisible.

    What was promised is read by the two who talk and the chain above, not by everybody who knows that they talk.
    """
    circle = circle_for(viewer, on)
    world = circle.world
    if not (circle.sees(Sight.TALK, person_id) and circle.sees(Sight.FIGURE, person_id) and world.is_running):
        raise NotVisible(f"preparation of {person_id}")
    talks = [one.held_on for one in world.talks.get(person_id, ()) if one.held_on <= on]
    since = talks[-1] if talks else on - FOUR_WEEKS
    ropes = ropes_on(world, person_id)
    before = {one.initiative_key: one for one in ropes_on(earlier_of(world, since), person_id)}
    reads_promises = circle.sees(Sight.NOTES, person_id)
    return Preparation(
        since=since,
        has_talked=bool(talks),
        promises=tuple(
            one
            for one in world.promises
            if reads_promises
            and one.person_id == person_id
            and (one.closed_on is None or one.closed_on >= since)
        ),
        changes=tuple(
            change for one in ropes if (change := Change(one, before.get(one.initiative_key))).is_any
        ),
        open_ropes=tuple(one for one in ropes if one.rope.tag is not None),
        activities=tuple(four_weeks(activity) for one in ropes for activity in one.activities),
        quiet=quiet_deals(world, person_id) if circle.sees(Sight.EVIDENCE, person_id) else (),
    )


def ropes_on(world: World, person_id: int) -> list[RopeState]:
    """The person's ropes in a world."""
    return [
        rope_of(world, one, person_id) for one in world.initiatives if world.is_carried_by(one, person_id)
    ]


def four_weeks(activity: ActivityState) -> FourWeeks:
    """The latest complete periods of an activity, four at most."""
    periods = activity.record.periods[-4:]
    return FourWeeks(activity, tuple((one.done, one.due) for one in periods))
