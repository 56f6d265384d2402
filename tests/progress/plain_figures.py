"""Shares, targets and thermometers worked out a second time, with nothing of the product's arithmetic.

Start with `PlainFigures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from tests.progress.plain_company import DAY, PlainCompany, Row, months_since, span

RAMP = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass
class Figure:
    """One thermometer as worked out here."""

    value: Fraction | None
    expected: Fraction
    status: str
    target: Fraction
    numerator: Decimal
    denominator: Decimal


class PlainFigures(PlainCompany):
    """What each goal asks of a person, a team and the company, and where it stands."""

    # --- shares and targets -----------------------------------------------------------------------------------------

    def spread(self, initiative: Row) -> Row:
        found: Row = self.document["spreads"][initiative["key"]]
        return found

    def capacity(self, joined: date | None, left: date | None, first: date | None = None) -> Fraction:
        """Months of a year: each day counts as its part of the month, at the ramp of that month."""
        first = first or self.first
        last = date(first.year + 1, first.month, 1) - DAY
        found = Fraction(0)
        for day in span(max(first, joined or first), min(last, left or last)):
            length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY).day
            found += self.ramp(joined, day) / length
        return found

    def ramp(self, joined: date | None, day: date) -> Fraction:
        since = months_since(joined, day) if joined else 4
        return RAMP[since] if since < 4 else Fraction(1)

    def share(self, initiative: Row, person: int) -> tuple[Fraction, Fraction]:
        """Share or target, and baseline."""
        spread = self.spread(initiative)
        held = spread["people"].get(str(person))
        if held:
            return Fraction(held["amount"]), Fraction(held["baseline"] or 0)
        goal, who = initiative["goal"], self.people[person]
        if spread["kind"] == "additive":
            a_month = [
                Fraction(one["amount"]) / Fraction(one["capacity"])
                for one in spread["people"].values()
                if Decimal(one["capacity"]) > 0
            ]
            unit = Fraction(spread["unit"])
            ideal = median(a_month) * self.capacity(who["joined"], who["left"]) / unit
            return round(ideal) * unit, Fraction(0)
        low = float(goal["baseline"])
        log_odds = math.log(low / (1 - low)) + float(spread["step"])
        return Fraction(str(round(1 / (1 + math.exp(-log_odds)), 12))), Fraction(goal["baseline"])

    def team_share(self, initiative: Row, team: int) -> tuple[Fraction, Fraction] | None:
        """A team's target and baseline: what was spread to it, and what movers brought or took since."""
        spread = self.spread(initiative)
        held = spread["teams"].get(str(team))
        if spread["kind"] != "additive":
            return (Fraction(held["amount"]), Fraction(held["baseline"])) if held else None
        amount, has_moved = Fraction(held["amount"]) if held else Fraction(0), False
        since = min(
            one["in_force_from"]
            for one in self.versions
            if one["document"]["spreads"].get(initiative["key"]) == spread
        )
        for one in spread["people"].values():
            person, who = one["person_id"], self.people[one["person_id"]]
            for day in span(since + DAY, self.on):
                was, now = self.team(person, day - DAY), self.team(person, day)
                if was is None or now is None or was == now:
                    continue
                before = self.capacity(who["joined"], day - DAY)
                whole = self.capacity(who["joined"], who["left"])
                units = Fraction(one["amount"]) / Fraction(spread["unit"])
                ideal = units * (whole - before) / whole
                later = math.floor(ideal)
                rest = ideal - later
                if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole - before > before):
                    later += 1
                old, new = self.teams_above(was, day), self.teams_above(now, day)
                sign = (team in new) - (team in old)
                amount += sign * later * Fraction(spread["unit"])
                has_moved |= bool(sign)
        return (amount, Fraction(0)) if held or has_moved else None

    # --- thermometers -----------------------------------------------------------------------------------------------

    def person_figure(self, initiative: Row, person: int) -> Figure:
        target, baseline = self.share(initiative, person)
        found = [(day, n, d) for who, day, n, d in self.of(initiative) if who == person]
        return self.figure(
            initiative,
            found,
            target,
            baseline,
            lambda day: self.works(person, day),
            self.people[person]["joined"],
            True,
        )

    def team_figure(self, initiative: Row, team: int) -> Figure | None:
        aim = self.team_share(initiative, team)
        if aim is None:
            return None
        found = [
            (day, n, d)
            for who, day, n, d in self.of(initiative)
            if who and team in self.teams_above(self.team(who, day), day)
        ]
        return self.figure(initiative, found, *aim, self.workday, None, False)

    def company_figure(self, initiative: Row) -> Figure:
        goal = initiative["goal"]
        is_level = goal["metric"] == "close_rate"
        found = [(day, n, d) for _, day, n, d in self.of(initiative)]
        baseline = Fraction(goal["baseline"]) if is_level else Fraction(0)
        return self.figure(initiative, found, Fraction(goal["target"]), baseline, self.workday, None, False)

    def figure(
        self,
        initiative: Row,
        found: list[tuple[date, Decimal, Decimal]],
        target: Fraction,
        baseline: Fraction,
        workday: Callable[[date], bool],
        joined: date | None,
        widens: bool,
    ) -> Figure:
        goal = initiative["goal"]
        start, due = date.fromisoformat(goal["start"]), date.fromisoformat(goal["due"])
        if goal["metric"] == "close_rate":
            return self.rate_figure(initiative, found, target, baseline, workday, start, due, widens)
        return self.count_figure(initiative, found, target, workday, joined, start, due)

    def begun(self, start: date, due: date, workday: Callable[[date], bool]) -> bool:
        """Whether a tenth of the working days has gone."""
        worked = [day for day in span(start, due) if workday(day)]
        return 10 * sum(day <= self.on for day in worked) >= len(worked)

    def count_figure(
        self,
        initiative: Row,
        found: list[tuple[date, Decimal, Decimal]],
        target: Fraction,
        workday: Callable[[date], bool],
        joined: date | None,
        start: date,
        due: date,
    ) -> Figure:
        held = [n for day, n, _ in found if start <= day <= min(self.on, due)]
        value = sum(held, Decimal(0))
        count = sum((d for day, _, d in found if start <= day <= min(self.on, due)), Decimal(0))
        weights = {
            day: self.ramp(joined, day) for day in span(max(start, joined or start), due) if workday(day)
        }
        whole, gone = sum(weights.values()), sum(w for day, w in weights.items() if day <= self.on)
        expected = target if self.on >= due else target * Fraction(gone, whole) if whole else Fraction(0)
        is_count, unit = (
            initiative["goal"]["metric"] == "new_clients",
            Fraction(initiative["goal"]["unit"] or 1),
        )
        have = Fraction(value)
        if target == 0:
            status = "no share"
        elif have >= target:
            status = "reached"
        elif self.on >= due:
            status = "missed"
        elif not self.begun(start, due, workday) or (is_count and expected < 2 * unit):
            status = "too early"
        elif expected <= 0 or have >= expected * Fraction(95, 100):
            status = "on pace"
        elif have >= expected * Fraction(85, 100) or (is_count and expected - have < unit):
            status = "behind"
        else:
            status = "off pace"
        return Figure(have, expected, status, target, value, count)

    def rate_figure(
        self,
        initiative: Row,
        found: list[tuple[date, Decimal, Decimal]],
        target: Fraction,
        baseline: Fraction,
        workday: Callable[[date], bool],
        start: date,
        due: date,
        widens: bool,
    ) -> Figure:
        on = min(self.on, due)

        def within(length: int) -> tuple[Decimal, Decimal]:
            held = [(n, d) for day, n, d in found if on - timedelta(days=length - 1) <= day <= on]
            return sum((n for n, _ in held), Decimal(0)), sum((d for _, d in held), Decimal(0))

        window = 90
        while widens and window < 360 and within(window)[1] < 20:
            window *= 2
        won, decided = within(window)
        line = self.line(initiative, workday, start, due)
        part = self.mean_part(line, on, window, workday, start, due)
        full = self.mean_part(line, due, window, workday, start, due)
        expected = baseline + (target - baseline) * (part / full if on < due else 1)
        value = Fraction(won) / Fraction(decided) if decided else None
        if target > baseline:
            way = target - baseline
            progress = (value - baseline) / way if value is not None else None
            wanted = (expected - baseline) / way
        else:  # no more is asked for than there was: the target is held against the value all along
            expected, wanted = target, Fraction(1)
            progress = value / target if value is not None else None
        if self.on >= due:
            status = "reached" if progress is not None and progress >= 1 else "missed"
        elif progress is None or decided < 20 or not self.begun(start, due, workday):
            status = "too early"
        elif wanted <= 0:
            status = "on pace" if progress >= wanted else "off pace"
        elif progress >= wanted * Fraction(95, 100):
            status = "on pace"
        else:
            status = "behind" if progress >= wanted * Fraction(85, 100) else "off pace"
        return Figure(value, expected, status, target, won, decided)

    def line(
        self, initiative: Row, workday: Callable[[date], bool], start: date, due: date
    ) -> dict[date, Fraction]:
        """The part of the way at the close of each day, from milestone to milestone by working days."""
        goal = initiative["goal"]
        low, high = Fraction(goal["baseline"]), Fraction(goal["target"])
        stops = [
            (date.fromisoformat(one["by"]), (Fraction(one["level"]) - low) / (high - low))
            for one in initiative["milestones"]
            if one["level"] is not None and date.fromisoformat(one["by"]) < due
        ]
        found: dict[date, Fraction] = {}
        begin, reached = start, Fraction(0)
        for stop, part in [*sorted(stops), (due, Fraction(1))]:
            worked = [day for day in span(begin, stop) if workday(day)]
            gone = 0
            for day in span(begin, stop):
                gone += workday(day)
                found[day] = reached + (part - reached) * (Fraction(gone, len(worked)) if worked else 0)
            found[stop] = part
            begin, reached = stop + DAY, part
        return found

    def mean_part(
        self,
        line: dict[date, Fraction],
        on: date,
        window: int,
        workday: Callable[[date], bool],
        start: date,
        due: date,
    ) -> Fraction:
        parts = [
            Fraction(0) if day < start else Fraction(1) if day > due else line[day]
            for day in span(on - timedelta(days=window - 1), on)
            if workday(day)
        ]
        if parts:
            return sum(parts) / len(parts)
        return line[on] if on >= start else Fraction(0)


def lifted_targets(
    company: float, target: float, seen: list[tuple[int, int, Fraction]]
) -> tuple[list[float], list[float]]:
    """Shrunken baselines and lifted targets of (won, decided, volume), the common lift found by halving."""
    baselines = [(won + 20 * company) / (decided + 20) for won, decided, _ in seen]

    def lift(step: float) -> list[float]:
        return [1 / (1 + math.exp(-(math.log(b / (1 - b)) + step))) for b in baselines]

    def together(step: float) -> float:
        volumes = [float(volume) for _, _, volume in seen]
        return math.fsum(v * t for v, t in zip(volumes, lift(step), strict=True)) / math.fsum(volumes)

    low, high = -20.0, 20.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if together(middle) < target else (low, middle)
    return baselines, lift((low + high) / 2)
