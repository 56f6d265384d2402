"""One row of a roster: a person, a team, and what holds between two of them from a day to a day.

It knows how a dated row answers for one day, and nothing of where rows come from. Start with `Link`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RosterPerson:
    """Somebody of the company; `joined` and `left` are inclusive, None is open."""

    id: int
    name: str
    email: str
    joined: date | None
    left: date | None

    def is_employed(self, on: date) -> bool:
        """Whether the day lies between joining and the last day worked."""
        return (self.joined is None or self.joined <= on) and (self.left is None or on <= self.left)


@dataclass(frozen=True)
class RosterTeam:
    """A team; `key` is the source's own name for it."""

    id: int
    name: str
    key: str


@dataclass(frozen=True)
class Link:
    """`subject` stands in relation to `target` from a day to a day, both inclusive, None for always.

    Membership: person to team. Parent: team to the team above. Leadership: team to its leader. Reporting line: person to
    manager.
    """

    subject: int
    target: int
    from_day: date | None
    to_day: date | None

    def holds(self, on: date) -> bool:
        """Whether the relation is in force on the day."""
        return (self.from_day is None or self.from_day <= on) and (self.to_day is None or on <= self.to_day)

    def touches(self, start: date, end: date) -> bool:
        """Whether the relation is in force on any day from start to end."""
        return (self.from_day is None or self.from_day <= end) and (
            self.to_day is None or start <= self.to_day
        )


@dataclass(frozen=True)
class RoleSpan:
    """A front-line role that somebody holds from a day to a day."""

    person_id: int
    name: str
    from_day: date | None
    to_day: date | None

    def holds(self, on: date) -> bool:
        """Whether the role is held on the day."""
        return (self.from_day is None or self.from_day <= on) and (self.to_day is None or on <= self.to_day)


def by_subject(links: Iterable[Link]) -> dict[int, tuple[Link, ...]]:
    """Links of each subject, the one that counts first where two hold on one day."""
    grouped: dict[int, list[Link]] = {}
    for link in sorted(links, key=lambda link: (-(link.from_day or date.min).toordinal(), link.target)):
        grouped.setdefault(link.subject, []).append(link)
    return {subject: tuple(found) for subject, found in grouped.items()}


def in_force(grouped: dict[int, tuple[Link, ...]], subject: int, on: date) -> int | None:
    for link in grouped.get(subject, ()):
        if link.holds(on):
            return link.target
    return None
