"""Ropes worked out a second time, out of raw rows, knot by knot, with nothing of the product's arithmetic.

Start with `Oracle`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.progress.plain_company import DAY, Row, monday, rows, span
from tests.progress.plain_figures import PlainFigures

NAMES = ("defined", "told", "understood", "planned", "doing", "reviewed", "moving")
DEBTORS = dict(zip(NAMES, ("leader", "leader", "rep", "both", "rep", "manager", "both"), strict=True))


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


class Oracle(PlainFigures):
    """The ropes of one company, as of one day."""

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
