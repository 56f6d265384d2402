"""One metric's tallies by day, for people and, by the membership of each day, for teams.

Running totals are kept, so that any range costs two look-ups. They are whole numbers with places behind the point, since
a company has a million of them. Start with `series_for_system`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.utils.functional import cached_property

from ropewalk.companies.roster import Roster
from ropewalk.metrics.gathering import Days, Gathered, gather_for_system

Pair = tuple[Decimal, Decimal]  # numerator, denominator
WHOLE = 0  # the key of the company among teams


@dataclass(frozen=True)
class Running:
    """Totals up to each day on which there was something."""

    days: Sequence[int] = ()  # ordinals
    numerators: Sequence[int] = ()
    denominators: Sequence[int] | None = None  # None: of every such day one
    places: int = 0  # digits behind the point of every total

    def between(self, start: date, end: date) -> Pair:
        """The total from start to end, both included; nothing where end lies before start."""
        high = bisect_right(self.days, end.toordinal())
        low = min(bisect_left(self.days, start.toordinal()), high)
        numerator = _up_to(self.numerators, high) - _up_to(self.numerators, low)
        if self.denominators is None:
            return decimal(numerator, self.places), Decimal(high - low)
        denominator = _up_to(self.denominators, high) - _up_to(self.denominators, low)
        return decimal(numerator, self.places), decimal(denominator, self.places)

    def highest(self, start: date, end: date) -> Decimal:
        """The most that the running numerator from start on ever was up to end."""
        low, high = bisect_left(self.days, start.toordinal()), bisect_right(self.days, end.toordinal())
        best = max(self.numerators[low:high], default=None)
        return Decimal(0) if best is None else decimal(best - _up_to(self.numerators, low), self.places)

    def daily(self, since: date = date.min) -> dict[date, Decimal]:
        """What each day brought, from a day on."""
        low = bisect_left(self.days, since.toordinal())
        before, found = _up_to(self.numerators, low), {}
        for day, total in zip(self.days[low:], self.numerators[low:], strict=True):
            found[date.fromordinal(day)] = decimal(total - before, self.places)
            before = total
        return found

    def cut_after(self, day: date) -> Running:
        """The same as if nothing had happened after a day."""
        high = bisect_right(self.days, day.toordinal())
        if high == len(self.days):
            return self
        below = None if self.denominators is None else self.denominators[:high]
        return Running(self.days[:high], self.numerators[:high], below, self.places)


def _up_to(totals: Sequence[int], at: int) -> int:
    return totals[at - 1] if at else 0


def decimal(number: int, places: int) -> Decimal:
    """A whole number of units of some places behind the point, exactly, however long it is."""
    return Decimal(f"{number}E-{places}") if places else Decimal(number)


@dataclass(frozen=True)
class Series:
    """One metric in one scope."""

    people: Mapping[int, Running]  # 0: nobody's
    roster: Roster = field(repr=False, compare=False)

    def person(self, person_id: int) -> Running:
        return self.people.get(person_id, NOTHING)

    def team(self, team_id: int) -> Running:
        """A team's with its subtree, by the membership of each day."""
        return self._teams.get(team_id, NOTHING)

    @cached_property
    def company(self) -> Running:
        return added(self.people.values())

    @cached_property
    def _teams(self) -> dict[int, Running]:
        """Every team's. Who never moved is added as a whole, the others day by day."""
        parts: dict[int, list[Running]] = {}
        for person_id, one in self.people.items():
            always = place_of_always(self.roster, person_id)
            for team_id in always if always is not None else ():
                parts.setdefault(team_id, []).append(one)
            if always is None:
                for team_id, part in by_team(self.roster, person_id, one).items():
                    parts.setdefault(team_id, []).append(part)
        return {team_id: added(held) for team_id, held in parts.items()}


NOTHING = Running()


@dataclass(frozen=True)
class Cut:
    """A series as if nothing had happened after a day."""

    whole: Series | Cut
    on: date

    @cached_property
    def people(self) -> Mapping[int, Running]:
        """Everybody's, without those who have nothing by then."""
        cut = ((person_id, one.cut_after(self.on)) for person_id, one in self.whole.people.items())
        return {person_id: one for person_id, one in cut if one.days}

    def person(self, person_id: int) -> Running:
        return self.whole.person(person_id).cut_after(self.on)

    def team(self, team_id: int) -> Running:
        """A team's with its subtree, by the membership of each day."""
        return self.whole.team(team_id).cut_after(self.on)

    @cached_property
    def company(self) -> Running:
        return self.whole.company.cut_after(self.on)


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
    return Series(runnings(gather_for_system(company_id, metric, where, start, end)), roster)


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
    found = gather_for_system(company_id, metric, where, start, end, people={person_id})
    return runnings(found).get(person_id, NOTHING)


def runnings(found: Gathered) -> dict[int, Running]:
    return {person: running(days, found.places) for person, days in found.people.items()}


def running(days: Days, places: int) -> Running:
    below = None if days.denominators is None else list(accumulate(days.denominators))
    return Running(days.days, list(accumulate(days.numerators)), below, places)


def added(parts: Iterable[Running]) -> Running:
    """Several running totals as one. They must have the same places, or none where they hold nothing."""
    held = [one for one in parts if one.days]
    if len(held) < 2:
        return held[0] if held else NOTHING
    unit = 10 ** held[0].places
    numerators: dict[int, int] = {}
    denominators: dict[int, int] = {}
    for one in held:
        before = 0
        for day, total in zip(one.days, one.numerators, strict=True):
            numerators[day] = numerators.get(day, 0) + total - before
            before = total
        before, below = 0, one.denominators or range(unit, unit * (len(one.days) + 1), unit)
        for day, total in zip(one.days, below, strict=True):
            denominators[day] = denominators.get(day, 0) + total - before
            before = total
    order = sorted(numerators)
    return Running(
        array("l", order),
        list(accumulate(numerators[day] for day in order)),
        list(accumulate(denominators[day] for day in order)),
        held[0].places,
    )


def place_of_always(roster: Roster, person_id: int) -> tuple[int, ...] | None:
    """The teams of somebody who was always in the same place; None for who wasn't."""
    links = roster.moves_of(person_id)
    if not person_id or not links:
        return ()
    if len(links) > 1 or links[0].from_day or links[0].to_day or not roster.stands_still:
        return None
    return tuple(roster.path_of(links[0].target, date.min))


def by_team(roster: Roster, person_id: int, one: Running) -> dict[int, Running]:
    """One person's, cut by the teams whose figure each day counts for."""
    places: dict[int, list[int]] = {}
    for at, day in enumerate(one.days):
        for team_id in teams_of(roster, person_id, date.fromordinal(day)):
            places.setdefault(team_id, []).append(at)
    return {team_id: picked(one, held) for team_id, held in places.items()}


def picked(one: Running, places: Sequence[int]) -> Running:
    """Only some of the days."""

    def totals(of: Sequence[int]) -> list[int]:
        return list(accumulate(of[at] - _up_to(of, at) for at in places))

    below = None if one.denominators is None else totals(one.denominators)
    return Running(array("l", (one.days[at] for at in places)), totals(one.numerators), below, one.places)


def teams_of(roster: Roster, person_id: int, day: date) -> tuple[int, ...]:
    """Every team whose figure the person's day counts for."""
    team_id = roster.team_of(person_id, day)
    return tuple(roster.path_of(team_id, day)) if team_id is not None else ()
