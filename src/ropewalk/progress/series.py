"""One metric's tallies by day, for people and, by the membership of each day, for teams.

Running totals are kept, so that any range costs two look-ups. Start with `series_for_system`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate

from ropewalk.companies.roster import Roster
from ropewalk.metrics import measuring

Pair = tuple[Decimal, Decimal]  # numerator, denominator
NOTHING: Pair = (Decimal(0), Decimal(0))
WHOLE = 0  # the key of the company among teams


@dataclass(frozen=True)
class Running:
    """Totals up to each day on which there was something."""

    days: list[date] = field(default_factory=list)
    totals: list[Pair] = field(default_factory=list)

    def until(self, day: date) -> Pair:
        """The total up to and including a day."""
        at = bisect_right(self.days, day)
        return self.totals[at - 1] if at else NOTHING

    def before(self, day: date) -> Pair:
        """The total before a day."""
        at = bisect_left(self.days, day)
        return self.totals[at - 1] if at else NOTHING

    def between(self, start: date, end: date) -> Pair:
        """The total from start to end, both included; nothing where end lies before start."""
        if end < start:
            return NOTHING
        high, low = self.until(end), self.before(start)
        return high[0] - low[0], high[1] - low[1]

    def highest(self, start: date, end: date) -> Decimal:
        """The most that the running numerator from start on ever was up to end."""
        low = self.before(start)[0]
        held = [
            total[0] - low for day, total in zip(self.days, self.totals, strict=True) if start <= day <= end
        ]
        return max(held, default=Decimal(0))


@dataclass(frozen=True)
class Series:
    """One metric in one scope."""

    people: dict[int, Running]
    teams: dict[int, Running]  # by team id, each with its subtree; WHOLE for the company

    def person(self, person_id: int) -> Running:
        return self.people.get(person_id, Running())

    def team(self, team_id: int) -> Running:
        return self.teams.get(team_id, Running())

    @property
    def company(self) -> Running:
        return self.teams.get(WHOLE, Running())


def series_for_system(
    company_id: int,
    roster: Roster,
    metric: str,
    where: tuple[tuple[str, str], ...],
    *,
    start: date,
    end: date,
) -> Series:
    """The tallies from start to end, both included, in one question to the store."""
    daily = measuring.daily_for_system(company_id, metric, where, start, end)
    teams: dict[int, dict[date, Pair]] = {}
    for person_id, by_day in daily.items():
        always = place_of_always(roster, person_id)
        for day, pair in by_day.items():
            for team_id in teams_of(roster, person_id, day) if always is None else always:
                held = teams.setdefault(team_id, {})
                before = held.get(day)
                held[day] = pair if before is None else (before[0] + pair[0], before[1] + pair[1])
    return Series(
        people={person_id: running(by_day) for person_id, by_day in daily.items() if person_id},
        teams={team_id: running(by_day) for team_id, by_day in teams.items()},
    )


def running_for_system(
    company_id: int,
    person_id: int,
    metric: str,
    where: tuple[tuple[str, str], ...],
    *,
    start: date,
    end: date,
) -> Running:
    """One person's tallies from start to end, both included."""
    daily = measuring.daily_for_system(company_id, metric, where, start, end, people={person_id})
    return running(daily.get(person_id, {}))


def place_of_always(roster: Roster, person_id: int) -> tuple[int, ...] | None:
    """The teams of somebody who was always in the same place; None for who wasn't."""
    links = roster.moves_of(person_id)
    if not person_id or not links:
        return (WHOLE,)
    if len(links) > 1 or links[0].from_day or links[0].to_day or not roster.stands_still:
        return None
    return (WHOLE, *roster.path_of(links[0].target, date.min))


def teams_of(roster: Roster, person_id: int | None, day: date) -> tuple[int, ...]:
    """Every team whose figure the person's day counts for, and the company."""
    team_id = roster.team_of(person_id, day) if person_id else None
    return (WHOLE, *roster.path_of(team_id, day)) if team_id is not None else (WHOLE,)


def running(by_day: dict[date, Pair]) -> Running:
    days = sorted(by_day)
    totals = accumulate((by_day[day] for day in days), lambda one, two: (one[0] + two[0], one[1] + two[1]))
    return Running(days, list(totals))
