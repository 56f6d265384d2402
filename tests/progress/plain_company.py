"""A company worked out a second time, out of raw rows: who stands where, who works when, and what happened.

It reads tables and facts by plain SQL and goes through days one by one, slowly and in the open. It imports no module of
`ropewalk.rules` and none of `ropewalk.progress`. Start with `PlainCompany`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.db import connection

from ropewalk.facts.store.connection import cursor as facts_cursor

DAY = timedelta(days=1)
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


class PlainCompany:
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
