"""What a delivered roster says over time: spans of days, who leads a team when, and who reports elsewhere.

Pure: it knows rows and days, no table. A day's answer is counted, so the order of rows doesn't matter. Start with
`leading`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

Subject = TypeVar("Subject", bound=Hashable)
Target = TypeVar("Target", bound=Hashable)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Days from the first to the last, both inclusive; date.min and date.max stand for an open end."""

    start: date = date.min
    end: date = date.max

    @staticmethod
    def of(from_day: date | None, to_day: date | None) -> Span:
        """The span between two days of which None is open."""
        return Span(from_day or date.min, to_day or date.max)

    @property
    def from_day(self) -> date | None:
        return None if self.start == date.min else self.start

    @property
    def to_day(self) -> date | None:
        return None if self.end == date.max else self.end

    def meets(self, other: Span) -> bool:
        """Whether the two have a day in common."""
        return self.start <= other.end and other.start <= self.end

    def within(self, other: Span) -> Span | None:
        """The days they have in common."""
        return Span(max(self.start, other.start), min(self.end, other.end)) if self.meets(other) else None


@dataclass(frozen=True)
class Held(Generic[Target]):
    """Something that holds over a span: a team, a manager, a role."""

    what: Target
    span: Span


def joined_up(held: Iterable[Held[Target]]) -> list[Held[Target]]:
    """The same in fewer pieces: neighbours and overlaps of one value become one span. In order of time."""
    pieces: list[Held[Target]] = []
    for one in sorted(held, key=lambda one: (str(one.what), one.span)):
        latest = pieces[-1] if pieces and pieces[-1].what == one.what else None
        if latest and (latest.span.end == date.max or one.span.start <= latest.span.end + ONE_DAY):
            pieces[-1] = Held(one.what, Span(latest.span.start, max(latest.span.end, one.span.end)))
        else:
            pieces.append(one)
    return sorted(pieces, key=lambda one: (one.span, str(one.what)))


def pieces(spans: Sequence[Span]) -> list[Span]:
    """The spans cut at each other's ends, so that nothing changes within a piece."""
    starts = {span.start for span in spans} | {span.end + ONE_DAY for span in spans if span.end < date.max}
    marks = sorted(starts)
    cut = [Span(mark, later - ONE_DAY) for mark, later in pairwise(marks)]
    if marks:
        cut.append(Span(marks[-1], date.max))
    return [piece for piece in cut if any(span.meets(piece) for span in spans)]


@dataclass(frozen=True)
class Leading(Generic[Subject]):
    """Who leads a team when, and which members report to somebody else meanwhile."""

    leaders: list[Held[Subject]]
    elsewhere: dict[Subject, list[Held[Subject]]]


def leading(members: Iterable[tuple[Subject, Held[Subject]]]) -> Leading[Subject]:
    """Out of (member, manager over a span) of one team: on each day whoever most members name leads it.

    Whom others of the team name as their manager has no say in it while somebody else has: that row tells who stands above
    the team. Ties go to whose text comes first. Nobody is their own manager.
    """
    named = [(member, manager) for member, manager in members if member != manager.what]
    leaders: list[Held[Subject]] = []
    elsewhere: dict[Subject, list[Held[Subject]]] = {}
    for piece in pieces([manager.span for _, manager in named]):
        here = [(member, manager.what) for member, manager in named if manager.span.meets(piece)]
        above = {manager for _, manager in here}
        voting = {(member, manager) for member, manager in here if member not in above} or set(here)
        votes = Counter(manager for _, manager in voting)
        leader = min(votes, key=lambda manager: (-votes[manager], str(manager)))
        leaders.append(Held(leader, piece))
        for member, manager in here:
            if manager != leader:
                elsewhere.setdefault(member, []).append(Held(manager, piece))
    return Leading(joined_up(leaders), {member: joined_up(held) for member, held in elsewhere.items()})


def effective(
    span: Span, lines: Iterable[Held[Target]], leaders: Iterable[Held[Target]]
) -> list[Held[Target]]:
    """Whom a member of a team reports to over a span: the own line where there is one, else the team's leader."""
    own = [Held(line.what, common) for line in lines if (common := line.span.within(span))]
    led = [Held(leader.what, common) for leader in leaders if (common := leader.span.within(span))]
    found: list[Held[Target]] = []
    for piece in pieces([one.span for one in own + led]):
        by_line = [one.what for one in own if one.span.meets(piece)]
        by_team = [one.what for one in led if one.span.meets(piece)]
        found.append(Held((by_line or by_team)[0], piece))
    return joined_up(found)
