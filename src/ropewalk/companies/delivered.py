"""A delivered roster: one row, and what became of it.

It knows neither tables nor files. Start with `RosterRow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ropewalk.companies.timelines import Span


@dataclass(frozen=True)
class RosterRow:
    """One row of a roster. A person with several rows moved between teams."""

    key: str
    name: str
    email: str | None = None
    manager: str | None = None  # a key, an e-mail address or an exact name
    team: str | None = None
    team_parent: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    role: str | None = None
    is_role_assumed: bool = False  # nothing says what they do: they sell, unless somebody reports to them
    access: tuple[str, ...] | None = None  # None: the roster says nothing of it

    @property
    def span(self) -> Span:
        return Span.of(self.from_day, self.to_day)


@dataclass(frozen=True)
class Outcome:
    """What became of a row: new, changed, unchanged, or refused with code, field and sentence."""

    state: str
    code: str = ""
    field: str = ""
    sentence: str = ""
