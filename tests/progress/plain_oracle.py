"""Ropes and thermometers worked out a second time, out of raw rows, with nothing of the product's arithmetic.

It reads tables and facts by plain SQL and goes through days one by one, slowly and in the open. It imports no module of
`ropewalk.rules` and none of `ropewalk.progress`. Start with `Oracle`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from statistics import median
from typing import Any

from django.db import connection

from ropewalk.facts.store.connection import cursor as facts_cursor

DAY = timedelta(days=1)
RAMP = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
NAMES = ("defined", "told", "understood", "planned", "doing", "reviewed", "moving")
DEBTORS = dict(zip(NAMES, ("leader", "leader", "rep", "both", "rep", "manager", "both"), strict=True))
Row = dict[str, Any]
DATES = {
    "from_day", "to_day", "joined", "left", "published_on", "in_force_from", "sent_on", "acknowledged_on", "agreed_on",
    "held_on", "quarter_end", "day",
}  # fmt: skip


def rows(sql: str, *values: object) -> list[Row]:
    """Rows of the database as they lie there, days read as days."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        for name in DATES & set(row):
            if isinstance(row[name], str):
                row[name] = date.fromisoformat(row[name][:10])
    return found


def span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def month_of(day: date) -> tuple[int, int]:
    return day.year, day.month


def months_since(joined: date, day: date) -> int:
    return (day.year - joined.year) * 12 + day.month - joined.month


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def answer(receipts: list[Row], begins: date) -> tuple[date | None, date | None]:
    """When somebody was told, on the rope's first day at the earliest, and when they acknowledged it."""
    if not receipts:
        return None, None
    return max(receipts[0]["sent_on"], begins), receipts[0]["acknowledged_on"]


@dataclass
class Knot:
    """One knot as worked out here."""

    name: str
    state: str
    due: date | None = None

    @property
    def is_open(self) -> bool:
        return self.state not in ("tied", "none")


@dataclass
class Figure:
    """One thermometer as worked out here."""

    value: Fraction | None
    expected: Fraction
    status: str
    target: Fraction
    numerator: Decimal
    denominator: Decimal


class Oracle:
    """One company, as of one day."""

    def __init__(self, company_id: int, on: date) -> None:
        self.company_id, self.on = company_id, on
        self.people = {
            row["id"]: row
            for row in rows(
                "SELECT id, name, joined, left FROM companies_person WHERE company_id = %s", company_id
            )
        }
        self.versions = [
            row | {"document": json.loads(row["document"])}
            for row in rows(
                "SELECT * FROM versions_version WHERE company_id = %s ORDER BY number", company_id
            )
            if row["published_on"] <= on
        ]
        self.version = [one for one in self.versions if one["in_force_from"] <= on][-1]
        self.document = self.version["document"]
        self.plan = self.document["plan"]
        self.first, self.last = (date.fromisoformat(self.plan[name]) for name in ("first_day", "last_day"))
        self.company = rows("SELECT * FROM companies_company WHERE id = %s", company_id)[0]
        self.holidays = {
            row["day"] for row in rows("SELECT day FROM companies_holiday WHERE company_id = %s", company_id)
        }

    def of_people(self, table: str, *, subject: str = "person_id") -> list[Row]:
        found = rows(f"SELECT * FROM {table}")
        return [row for row in found if row[subject] in self.people]

    # --- who stands where -------------------------------------------------------------------------------------------

    @cached_property
    def memberships(self) -> list[Row]:
        return self.of_people("companies_membership")

    @cached_property
    def absences(self) -> list[Row]:
        return self.of_people("companies_absence")

    @cached_property
    def roles(self) -> list[Row]:
        return self.of_people("companies_frontlinerole")

    @cached_property
    def team_rows(self) -> dict[int, str]:
        found = rows("SELECT id, name FROM companies_team WHERE company_id = %s", self.company_id)
        return {row["id"]: row["name"] for row in found}

    @cached_property
    def parents(self) -> list[Row]:
        return [row for row in rows("SELECT * FROM companies_teamparent") if row["team_id"] in self.team_rows]

    @cached_property
    def leaderships(self) -> list[Row]:
        return [row for row in rows("SELECT * FROM companies_leadership") if row["team_id"] in self.team_rows]

    @staticmethod
    def holding(found: list[Row], on: date) -> list[Row]:
        return [
            row
            for row in found
            if (row["from_day"] is None or row["from_day"] <= on)
            and (row["to_day"] is None or on <= row["to_day"])
        ]

    @cache  # noqa: B019 - an oracle lives for one test
    def team(self, person: int, on: date) -> int | None:
        held = self.holding([row for row in self.memberships if row["person_id"] == person], on)
        assert len(held) < 2, "one team a day"
        return held[0]["team_id"] if held else None

    @cache  # noqa: B019
    def teams_above(self, team: int | None, on: date) -> tuple[int, ...]:
        """The team itself and all above it."""
        if team is None:
            return ()
        above = self.holding([row for row in self.parents if row["team_id"] == team], on)
        return (team, *self.teams_above(above[0]["parent_id"] if above else None, on))

    def manager(self, person: int, on: date) -> int | None:
        for team in self.teams_above(self.team(person, on), on):
            leads = self.holding([row for row in self.leaderships if row["team_id"] == team], on)
            leads = [row for row in leads if row["person_id"] != person]
            if leads:
                return int(leads[0]["person_id"])
        return None

    def role(self, person: int, on: date) -> str | None:
        held = self.holding([row for row in self.roles if row["person_id"] == person], on)
        return held[0]["name"] if held else None

    def carries(self, initiative: Row, person: int, on: date) -> bool:
        who = self.people[person]
        is_there = (who["joined"] or on) <= on <= (who["left"] or on)
        return is_there and self.role(person, on) in initiative["roles"]

    def carriers(self, initiative: Row) -> list[int]:
        return [person for person in sorted(self.people) if self.carries(initiative, person, self.on)]

    # --- working days -----------------------------------------------------------------------------------------------

    def weekday(self, day: date) -> bool:
        return str(day.weekday()) in self.company["working_weekdays"]

    def workday(self, day: date) -> bool:
        return self.weekday(day) and day not in self.holidays

    def is_away(self, people: list[int | None], day: date) -> bool:
        return any(
            row["person_id"] in people and row["from_day"] <= day <= row["to_day"] for row in self.absences
        )

    @cache  # noqa: B019
    def works(self, person: int, day: date) -> bool:
        who = self.people[person]
        is_there = (who["joined"] or day) <= day <= (who["left"] or day)
        return is_there and self.workday(day) and not self.is_away([person], day)

    def moved(self, due: date, began: date, people: list[int | None]) -> date:
        """A due day put off by the working days that those who owe the step were away."""
        missed = sum(self.is_away(people, day) and self.workday(day) for day in span(began, due))
        while missed:
            due += DAY
            if self.workday(due) and not self.is_away(people, due):
                missed -= 1
        return due

    # --- facts ------------------------------------------------------------------------------------------------------

    @cache  # noqa: B019
    def facts(
        self, metric: str, where: tuple[tuple[str, str], ...]
    ) -> list[tuple[int, date, Decimal, Decimal]]:
        """(person or 0, day, numerator, denominator) of every fact up to the day."""
        scope = dict(where)
        owner = "LEFT JOIN owners w ON w.company_id = f.company_id AND w.source = f.source AND w.owner_key = f.owner_key"
        base = f"FROM opportunities f {owner} WHERE f.company_id = ? AND f.closed_on <= ?"
        values: list[object] = [self.company_id, self.on]
        if metric == "close_rate":
            sql = (
                "SELECT coalesce(w.person_id, 0), f.closed_on, CASE f.status WHEN 'won' THEN 1 ELSE 0 END, 1 "
                f"{base} AND f.status IN ('won', 'lost')"
            )
        elif metric == "revenue_won":
            sql = (
                f"SELECT coalesce(w.person_id, 0), f.closed_on, coalesce(f.company_amount, 0), 1 {base} "
                "AND f.status = 'won' AND f.product = ?"
            )
            values.append(scope.pop("product"))
        elif metric == "new_clients":
            sql = (
                "SELECT person, closed_on, 1, 1 FROM (SELECT coalesce(w.person_id, 0) AS person, f.closed_on, "
                "row_number() OVER (PARTITION BY f.source, f.account_id ORDER BY f.closed_on, f.id) AS turn "
                f"FROM opportunities f {owner} JOIN accounts a ON a.company_id = f.company_id AND a.source = f.source "
                "AND a.id = f.account_id WHERE f.company_id = ? AND f.closed_on <= ? AND f.status = 'won' "
                "AND a.vertical = ?) WHERE turn = 1"
            )
            values.append(scope.pop("vertical"))
        else:
            assert metric == "activities"
            sql = (
                f"SELECT coalesce(w.person_id, 0), f.occurred_on, 1, 1 FROM activities f {owner} "
                "LEFT JOIN accounts a ON a.company_id = f.company_id AND a.source = f.source AND a.id = f.account_id "
                "WHERE f.company_id = ? AND f.occurred_on <= ? AND f.type = ?"
            )
            values.append(scope.pop("type"))
            if "vertical" in scope:
                sql += " AND a.vertical = ?"
                values.append(scope.pop("vertical"))
        assert not scope, scope
        assert facts_cursor().execute("SELECT count(*) FROM credits").fetchall() == [(0,)]
        return [
            (int(person), day, Decimal(numerator), Decimal(denominator))
            for person, day, numerator, denominator in facts_cursor().execute(sql, values).fetchall()
        ]

    def of(self, initiative: Row) -> list[tuple[int, date, Decimal, Decimal]]:
        goal = initiative["goal"]
        return self.facts(goal["metric"], tuple(tuple(pair) for pair in goal["where"]))

    @cache  # noqa: B019
    def taps(self, person: int, activity: str) -> list[date]:
        found = rows(
            "SELECT day FROM facts_tap WHERE person_id = %s AND activity = %s AND undone_at IS NULL",
            person,
            activity,
        )
        return [row["day"] for row in found if row["day"] <= self.on]

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
        way = target - baseline
        progress = (value - baseline) / way if value is not None else None
        wanted = (expected - baseline) / way
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

    # --- ropes ------------------------------------------------------------------------------------------------------

    def knots(self, initiative: Row, person: int) -> list[Knot]:
        key = initiative["key"]
        came = [
            one
            for one in self.versions
            if any(each["key"] == key for each in one["document"]["plan"]["initiatives"])
        ]
        published = min(one["in_force_from"] for one in came if one["in_force_from"] <= self.on)
        begins = max(published, self.people[person]["joined"] or published)
        found = [Knot("defined", "tied")]
        sent = self.announcements(key, person, came, begins)
        sponsor = self.document["sponsors"][key]
        found.append(self.told(sent, begins, sponsor))
        found.append(self.understood(sent, person))
        agreements = self.agreements(key, person)
        manager = self.manager(person, self.on)
        found.append(self.planned(key, person, manager, begins, agreements))
        first = agreements[0][0] if agreements else None
        found.append(self.doing(initiative, person, agreements, first))
        found.append(self.reviewed(key, person, manager, begins, first))
        status = self.person_figure(initiative, person).status
        found.append(
            Knot(
                "moving",
                {"on pace": "tied", "reached": "tied", "too early": "none", "no share": "none"}.get(
                    status, "open"
                ),
            )
        )
        return found

    def verdict(self, found: list[Knot]) -> tuple[int, bool, str | None]:
        """Reach, where it should be, who owes."""
        reach = next((at for at, knot in enumerate(found) if knot.state != "tied"), 7)
        overdue = [knot for knot in found if knot.state == "overdue"]
        waiting = overdue or [knot for knot in found if knot.is_open]
        return reach, not overdue, DEBTORS[waiting[0].name] if waiting else None

    def debtors(self, initiative: Row, person: int, debtor: str | None) -> tuple[int, ...]:
        manager = self.manager(person, self.on)
        sponsor = self.document["sponsors"][initiative["key"]]
        if manager is None and sponsor != person:
            manager = sponsor
        found = {
            None: [],
            "leader": [sponsor],
            "rep": [person],
            "manager": [manager],
            "both": [person, manager],
        }
        return tuple(one for one in found[debtor] if one is not None)

    def due_or_late(self, name: str, due: date) -> Knot:
        return Knot(name, "overdue" if self.on > due else "not due", due)

    def announcements(
        self, key: str, person: int, came: list[Row], begins: date
    ) -> list[tuple[date, date | None, date | None, date | None]]:
        """(published, planned, sent, acknowledged) of what concerned this rope, in order."""
        receipts = rows(
            "SELECT r.*, a.version_id FROM rollout_receipt r JOIN rollout_announcement a ON a.id = r.announcement_id "
            "WHERE r.person_id = %s AND r.sent_on <= %s ORDER BY r.id",
            person,
            self.on,
        )
        receipts = [one for one in receipts if key in json.loads(one["initiatives"])]

        before = [one for one in came if one["in_force_from"] <= begins]
        after = [
            one
            for one in came
            if one not in before
            and (one["document"]["changed"] is None or person in one["document"]["changed"].get(key, []))
        ]
        others = [one for one in receipts if one["version_id"] not in {each["id"] for each in after}]
        planned = self.plan["calendar"]["announcement"] if before[-1]["number"] == 1 else None
        found = [(begins, date.fromisoformat(planned) if planned else None, *answer(others[-1:], begins))]
        for version in after:
            mine = [one for one in receipts if one["version_id"] == version["id"]]
            found.append((version["published_on"], None, *answer(mine, begins)))
        return found

    def told(self, announced: list[Any], begins: date, sponsor: int) -> Knot:
        published, planned, sent, _ = announced[-1]
        if sent is not None:
            return Knot("told", "tied")
        began = max(published, begins)
        return self.due_or_late("told", self.moved(max(planned or began, began), began, [sponsor]))

    def understood(self, announced: list[Any], person: int) -> Knot:
        is_tied, until, due = False, None, None
        for _, _, sent, acknowledged in announced:
            if sent is None:
                continue
            if acknowledged is not None and acknowledged <= self.on:
                is_tied, until = True, None
            elif is_tied and (until is None or until >= sent):
                until = self.moved(sent + timedelta(days=14), sent, [person])
            else:
                is_tied, until, due = False, None, self.moved(sent + timedelta(days=7), sent, [person])
        if is_tied:
            return Knot("understood", "overdue" if until and self.on > until else "tied", until)
        return self.due_or_late("understood", due) if due else Knot("understood", "not due")

    def agreements(self, key: str, person: int) -> list[tuple[date, Row]]:
        found = rows(
            "SELECT g.agreed_on, g.document FROM individual_plans_agreement g JOIN individual_plans_individualplan p "
            "ON p.id = g.plan_id WHERE p.person_id = %s ORDER BY g.agreed_on, g.id",
            person,
        )
        held = []
        for row in found:
            items = [one for one in json.loads(row["document"])["items"] if one["initiative_key"] == key]
            if items and row["agreed_on"] <= self.on:
                held.append((row["agreed_on"], items[0]))
        return held

    def planned(
        self, key: str, person: int, manager: int | None, begins: date, agreements: list[tuple[date, Row]]
    ) -> Knot:
        changes = [
            one["in_force_from"]
            for one in self.versions
            if begins < one["in_force_from"] <= self.on and person in one["document"]["reshared"].get(key, [])
        ]
        planned = self.plan["calendar"]["plans_agreed"]

        def due_after(began: date) -> date:
            due = date.fromisoformat(planned) if planned and date.fromisoformat(planned) >= began else None
            return self.moved(due or began + timedelta(days=21), began, [person, manager])

        is_tied, until = False, None
        for day in span(min([begins, *(day for day, _ in agreements)]), self.on):
            if day in changes:
                if is_tied and (until is None or until >= day - DAY):
                    until = due_after(day)
                else:
                    is_tied, until = False, None
            if any(agreed == day for agreed, _ in agreements):
                is_tied, until = True, None
        due = until or due_after(changes[-1] if changes else begins)
        latest = agreements[-1][1] if agreements else None
        is_whole = latest is None or (latest["activities"] and latest["share"] is not None)
        if is_tied and is_whole and (until is None or self.on <= until):
            return Knot("planned", "tied", until)
        return self.due_or_late("planned", due)

    def adherence(self, initiative: Row, person: int, agreements: list[tuple[date, Row]]) -> Fraction | None:
        start = date.fromisoformat(initiative["goal"]["start"])
        steps = [
            (max(day, start), {(one["activity"], one["per"]): one for one in item["activities"]})
            for day, item in agreements
        ]
        parts = []
        for activity, per in sorted(steps[-1][1]) if steps else ():
            assert per == "week"
            latest = steps[-1][1][activity, per]
            since = min(day for day, held in steps if (activity, per) in held)
            if latest["counted"] == "tap":
                days = self.taps(person, activity)
            else:
                where = (("type", activity), *(tuple(pair) for pair in latest["where"]))
                days = [day for who, day, _, _ in self.facts("activities", where) if who == person]
            done, owed, weeks = Fraction(0), Fraction(0), 0
            week = monday(self.on) - 7 * DAY
            while weeks < 4 and week + 6 * DAY >= since:
                due = Fraction(0)
                for day in span(week, week + 6 * DAY):
                    in_force = [held for began, held in steps if began <= day]
                    if in_force and (activity, per) in in_force[-1] and self.works(person, day):
                        due += Fraction(in_force[-1][activity, per]["amount"]) / 5
                if due:
                    weeks += 1
                    owed += due
                    done += min(sum(week <= day <= week + 6 * DAY for day in days), due)
                week -= 7 * DAY
            if owed:
                parts.append(done / owed)
        return sum(parts, Fraction(0)) / len(parts) if parts else None

    def doing(
        self, initiative: Row, person: int, agreements: list[tuple[date, Row]], first: date | None
    ) -> Knot:
        part = self.adherence(initiative, person, agreements)
        if part is not None and part >= Fraction(6, 10):
            return Knot("doing", "tied")
        if first is None:
            return Knot("doing", "not due")
        began = max(first, date.fromisoformat(initiative["goal"]["start"]))
        due = self.moved(monday(began) + 28 * DAY, began, [person])
        if part is None and self.on > due:
            return Knot("doing", "not due")
        return self.due_or_late("doing", due)

    def reviewed(self, key: str, person: int, manager: int | None, begins: date, first: date | None) -> Knot:
        talks = [
            row["held_on"]
            for row in rows(
                "SELECT o.held_on FROM reviews_oneonone o JOIN reviews_talkpart p ON p.talk_id = o.id "
                "WHERE o.person_id = %s AND p.initiative_key = %s AND o.held_on <= %s",
                person,
                key,
                self.on,
            )
        ]
        held = {
            row["quarter_end"]
            for row in rows(
                "SELECT q.quarter_end FROM reviews_quarterlyreview q JOIN reviews_reviewpart p ON p.review_id = q.id "
                "WHERE q.person_id = %s AND p.initiative_key = %s AND q.held_on <= %s",
                person,
                key,
                self.on,
            )
        }
        began = max(talks) if talks else first
        talk_due = (
            self.moved(began + timedelta(days=self.company["cadence_days"]), began, [manager])
            if began
            else None
        )
        ends = [date(self.first.year, month, 1) - DAY for month in (4, 7, 10)] + [self.last]
        reviews = [
            (self.moved(end + timedelta(days=30), end + DAY, [manager]), end in held)
            for end in ends
            if end >= begins
        ]
        over = [is_held for due, is_held in reviews if due < self.on]
        is_missed = bool(over) and not over[-1]
        coming = [due for due, is_held in reviews if due >= self.on and not is_held]
        late = [due for due, is_held in reviews if due < self.on]
        review_due = late[-1] if is_missed else coming[0] if coming else None
        due = min((day for day in (talk_due, review_due) if day), default=None)
        if is_missed or (talk_due is not None and self.on > talk_due):
            return Knot("reviewed", "overdue", due)
        return Knot("reviewed", "tied" if talks else "not due", due)


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
