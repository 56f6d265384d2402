"""A rope and its seven knots as plain values, and what a group of ropes comes to.

Knows the names of knots, who owes the step behind an open one, and how to count. Must not know how a knot is decided:
see ``knots``. Start with ``Rope``.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple


class KnotName(StrEnum):
    """The knots from the ceiling down."""

    DEFINED = "defined"
    TOLD = "told"
    UNDERSTOOD = "understood"
    PLANNED = "planned"
    DOING = "doing"
    REVIEWED = "reviewed"
    MOVING = "moving"


class KnotState(StrEnum):
    """How a knot stands on a day."""

    TIED = "tied"
    NOT_DUE = "not due"
    OVERDUE = "overdue"
    OPEN = "open"  # Moving only: judged and not on pace, with no day by which it is due
    NONE = "none"  # Moving only: neither tied nor open, as it is too early or the share is 0


class Debtor(StrEnum):
    """Who owes the next step, management first."""

    LEADER = "leader"
    MANAGER = "manager"
    BOTH = "both"  # rep and manager together
    REP = "rep"


OWED_BY = {
    KnotName.DEFINED: Debtor.LEADER,
    KnotName.TOLD: Debtor.LEADER,
    KnotName.UNDERSTOOD: Debtor.REP,
    KnotName.PLANNED: Debtor.BOTH,
    KnotName.DOING: Debtor.REP,
    KnotName.REVIEWED: Debtor.MANAGER,
    KnotName.MOVING: Debtor.BOTH,
}
NEXT_ACTION = {
    KnotName.DEFINED: "mend the named check",
    KnotName.TOLD: "send the rollout",
    KnotName.UNDERSTOOD: "read and answer",
    KnotName.PLANNED: "agree the plan",
    KnotName.DOING: "do this week's activities",
    KnotName.REVIEWED: "hold the talk",
    KnotName.MOVING: "coach on what the numbers show",
}
ON_THE_GROUND = 6  # knots tied in a row


@dataclass(frozen=True, order=True)
class Duty:
    """A step that is due by a day, of an open knot or of a tied one that wants renewing."""

    on: date
    knot: KnotName
    what: str  # announce, acknowledge, confirm again, agree, agree again, four weeks, one-on-one, quarterly review


@dataclass(frozen=True)
class Knot:
    """One knot on one day."""

    name: KnotName
    state: KnotState
    source_hint: str  # the kind of evidence: publication, announcement, acknowledgement, agreement, …
    tied_on: date | None = (
        None  # the day of the evidence that ties it; None where not tied, or no one day did
    )
    due_on: date | None = None  # by when the next step is due, also while tied; None where no day is known
    confirm_by: date | None = None  # tied only until then, unless confirmed or agreed again
    duties: tuple[Duty, ...] = ()
    waits_for: Debtor | None = None  # the one of two who hasn't done their part yet, where the other has

    @property
    def is_tied(self) -> bool:
        """Whether the knot is tied."""
        return self.state is KnotState.TIED

    @property
    def is_open(self) -> bool:
        """Whether a step is missing, due or not; a Moving that can't be judged is not open."""
        return self.state not in (KnotState.TIED, KnotState.NONE)

    @property
    def owed_by(self) -> Debtor:
        """Who does the step that ties it."""
        return self.waits_for or OWED_BY[self.name]

    @property
    def next_action(self) -> str:
        """The step that ties it, in words."""
        return NEXT_ACTION[self.name]


class Standing(NamedTuple):
    """All that a rope adds to a count of ropes; of thousands of ropes a handful differ."""

    on_the_ground: bool
    where_it_should_be: bool
    breaks_at: KnotName | None
    owed_by: Debtor | None


@dataclass(frozen=True)
class Rope:
    """The seven knots of one initiative and one person on one day, from the top."""

    on: date
    knots: tuple[Knot, ...]

    def knot(self, name: KnotName | str) -> Knot:
        """The knot of that name."""
        return next(knot for knot in self.knots if knot.name == KnotName(name))

    @cached_property
    def reach(self) -> int:
        """The number of knots tied in a row from the top."""
        return next((at for at, knot in enumerate(self.knots) if not knot.is_tied), len(self.knots))

    @cached_property
    def on_the_ground(self) -> bool:
        """Whether knots 1 to 6 are tied: the strategy has arrived at this person."""
        return self.reach >= ON_THE_GROUND

    @cached_property
    def where_it_should_be(self) -> bool:
        """Whether every knot that is due by the day is tied."""
        return not any(knot.state is KnotState.OVERDUE for knot in self.knots)

    @cached_property
    def first_open(self) -> Knot | None:
        """The first knot that is open; None where none is."""
        return next((knot for knot in self.knots if knot.is_open), None)

    @cached_property
    def tag(self) -> Knot | None:
        """The knot the rope is tagged with: the first overdue one, else the first open one."""
        overdue = (knot for knot in self.knots if knot.state is KnotState.OVERDUE)
        return next(overdue, None) or self.first_open

    @property
    def owed_by(self) -> Debtor | None:
        """Who owes the next step; None where no knot is open."""
        return self.tag.owed_by if self.tag else None

    @cached_property
    def standing(self) -> Standing:
        """What counts of it among many."""
        breaks_at = self.first_open.name if self.first_open else None
        return Standing(self.on_the_ground, self.where_it_should_be, breaks_at, self.owed_by)

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What is due, the earliest first, the overdue included."""
        return tuple(
            sorted(
                (duty for knot in self.knots for duty in knot.duties), key=lambda duty: (duty.on, duty.what)
            )
        )


@dataclass(frozen=True)
class Reach:
    """What a group of ropes comes to."""

    ropes: int
    on_the_ground: int
    where_they_should_be: int

    @property
    def part_on_the_ground(self) -> Fraction | None:
        """Ropes on the ground / ropes; None (not 0) for a group without ropes."""
        return Fraction(self.on_the_ground, self.ropes) if self.ropes else None

    @property
    def part_where_they_should_be(self) -> Fraction | None:
        """Ropes where they should be / ropes; None (not 0) for a group without ropes."""
        return Fraction(self.where_they_should_be, self.ropes) if self.ropes else None

    def __add__(self, other: "Reach") -> "Reach":
        return Reach(
            self.ropes + other.ropes,
            self.on_the_ground + other.on_the_ground,
            self.where_they_should_be + other.where_they_should_be,
        )


def reach_of(ropes: Iterable[Rope]) -> Reach:
    """How many ropes there are, how many are on the ground, and how many are where they should be."""
    found = _standings(ropes)
    return Reach(
        found.total(),
        sum(count for one, count in found.items() if one.on_the_ground),
        sum(count for one, count in found.items() if one.where_it_should_be),
    )


def breaks(ropes: Iterable[Rope]) -> dict[KnotName, int]:
    """Where the ropes break: per knot, from the top, how many have it as their first open one."""
    found = _standings(ropes)
    return {name: sum(count for one, count in found.items() if one.breaks_at is name) for name in KnotName}


def owed(ropes: Iterable[Rope], *, only_overdue: bool = False) -> dict[Debtor, int]:
    """How many ropes wait for whom, management's debts first; with ``only_overdue`` those not where they should be."""
    found = {
        one: count
        for one, count in _standings(ropes).items()
        if not (only_overdue and one.where_it_should_be)
    }
    return {debtor: sum(count for one, count in found.items() if one.owed_by is debtor) for debtor in Debtor}


def _standings(ropes: Iterable[Rope]) -> Counter[Standing]:
    return Counter(map(attrgetter("standing"), ropes))
