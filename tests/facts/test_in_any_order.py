"""The same data brought again, shuffled, in pieces, overlapping and corrected leave the same facts, people and figures.

Order matters in one way only: of several deliveries that hold a row of one id, the latest says how it is; of the credits of
an opportunity the latest set. Whatever else comes first or last makes no difference.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.importer import Importer

from ropewalk.companies.models import Company, Membership
from ropewalk.connectors.files import reading
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.store import connection, schema
from ropewalk.jobs import importing
from ropewalk.journal.writing import OPERATOR
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import Question

MAPPING = """
source: crm
files:
  - {name: people*, object: people, columns: {id: id, name: name, team: team}}
  - {name: accounts*, object: accounts, columns: {id: id, name: name, vertical: vertical}}
  - {name: deals*, object: opportunities, columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}}
  - {name: credits*, object: credits, columns: {opportunity_id: deal, owner: owner, share: share}}
  - {name: activities*, object: activities, columns: {id: id, owner: owner, type: type, occurred_at: at, account_id: account}}
"""
HEADERS = {
    "people": ["id", "name", "team"], "accounts": ["id", "name", "vertical"],
    "deals": ["id", "account", "owner", "product", "amount", "opened", "closed", "status"],
    "credits": ["deal", "owner", "share"], "activities": ["id", "owner", "type", "at", "account"],
}  # fmt: skip
FACTS = ("accounts", "opportunities", "credits", "activities")
PIECES = 7
WAYS = ("shuffled", "split", "overlapping", "corrected")
Rows = dict[str, list[list[str]]]


def generate(chance: random.Random) -> Rows:
    """A company's rows; the credits of one deal stand together."""
    start = date(2025, 1, 1)

    def day() -> str:
        return (start + timedelta(chance.randrange(500))).isoformat()

    owners = [f"p{n}" for n in range(8)] + ["stranger"]
    rows: Rows = {
        "people": [[f"p{n}", f"Person {n}", f"Team {n % 3}"] for n in range(8)],
        "accounts": [[f"a{n}", f"Account {n}", chance.choice(["medical", "finance"])] for n in range(12)],
        "deals": [
            [f"d{n}", f"a{chance.randrange(14)}", chance.choice(owners), chance.choice(["X", "Y"]), f"{chance.randrange(10**6) / 100:.2f}", day(), day(), chance.choice(["won", "won", "lost", "open"])]
            for n in range(40)
        ],
        "credits": [],
        "activities": [
            [f"t{n}", chance.choice(owners), chance.choice(["call", "meeting"]), f"{day()}T{chance.randrange(24):02}:30:00Z", f"a{chance.randrange(14)}"]
            for n in range(30)
        ],
    }  # fmt: skip
    for n in chance.sample(range(45), 10):
        shares = chance.choice([("0.6", "0.4"), ("33 %", "67 %"), ("1",)])
        rows["credits"] += [[f"d{n}", *one] for one in zip(chance.sample(owners, len(shares)), shares, strict=True)]  # fmt: skip
    return rows


class Bringing:
    """A company of its own, to which rows are brought."""

    def __init__(self, importer: Importer, handle: str) -> None:
        self.importer, self.handle = importer, handle
        self.company = Company.objects.create(handle=handle, name=handle, time_zone="Europe/Berlin", currency="EUR")  # fmt: skip

    def bring(self, rows: Rows, *, order: list[str] | None = None) -> IntakeReport:
        files = [
            self.importer.file(f"{name}.csv", _text(name, rows[name]))
            for name in order or list(rows)
            if rows[name]
        ]
        mapping = self.importer.file("mapping.yaml", MAPPING)
        report = importing.run(self.handle, files, mapping, by=OPERATOR, read=reading.read)
        assert report.refusals == []
        return report

    def state(self) -> dict[str, Any]:
        """Everything that is kept but the numbers of loads, and figures out of it."""
        cursor, company_id = connection.cursor(), self.company.pk
        said: dict[str, Any] = {}
        for table in FACTS:
            columns = schema.TABLES[table].keys() - {"company_id", "load_id"}
            named = ", ".join(f'"{one}"' for one in sorted(columns))
            said[table] = sorted(cursor.execute(f"SELECT {named} FROM {table} WHERE company_id = {company_id}").fetchall(), key=repr)  # fmt: skip
        members = Membership.objects.filter(person__company=self.company)
        said["people"] = sorted(
            members.values_list("person__key", "person__name", "team__key", "from_day", "to_day")
        )
        for metric in ("revenue_won", "close_rate", "new_clients", "activities"):
            question = Question(metric, "person", date(2025, 1, 1), date(2026, 12, 31), grain="quarter")
            said[metric] = sorted(
                (row.name, row.period_start, str(row.numerator), str(row.denominator))
                for row in measure_for_system(company_id, question).rows
            )
        return said


def _text(name: str, rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADERS[name], *rows])
    return out.getvalue()


def shuffled(rows: Rows, chance: random.Random) -> Rows:
    return {name: chance.sample(held, len(held)) for name, held in rows.items()}


def pieces(rows: Rows, chance: random.Random, *, times: int) -> list[Rows]:
    """Seven deliveries, each row in one to `times` of them; people and the credits of a deal are never torn apart."""
    found: list[Rows] = [{name: [] for name in rows} for _ in range(PIECES)]
    for name, held in rows.items():
        groups: dict[str, list[list[str]]] = defaultdict(list)
        for row in held:
            groups["all" if name == "people" else row[0]].append(row)
        for group in groups.values():
            for place in chance.sample(range(PIECES), chance.randint(1, times)):
                found[place][name] += group
    return [one for one in found if any(one.values())]


def earlier(rows: Rows, chance: random.Random) -> Rows:
    """Some of the rows as they were before they were corrected, each by itself right."""
    found: Rows = {name: [] for name in rows}
    for row in chance.sample(rows["deals"], 12):
        found["deals"].append(
            [row[0], "a1", "p1", "X", "77.07", row[5], row[6], "lost" if row[7] == "won" else "won"]
        )
    for row in chance.sample(rows["accounts"], 4):
        found["accounts"].append([row[0], f"Old {row[1]}", "unknown"])
    for row in chance.sample(rows["activities"], 6):
        found["activities"].append([row[0], "p2", "visit", "2025-02-02", ""])
    for deal in {row[0] for row in rows["credits"][:3]}:
        found["credits"].append([deal, "p3", "1"])
    return found


def test_a_row_is_what_the_latest_delivery_says(importer: Importer) -> None:
    """By hand, so that the others have something to stand on."""
    at = Bringing(importer, "hand")
    nothing: Rows = {name: [] for name in HEADERS}
    first = ["d1", "a1", "p1", "X", "5", "2025-01-01", "2025-02-01", "won"]
    second = [*first[:4], "7.5", *first[5:]]
    for row, amount in ((first, 5), (second, Decimal("7.5")), (first, 5)):
        report = at.bring(nothing | {"deals": [row]})
        assert report.files[0].new + report.files[0].changed == 1
        assert importer.kept("id, amount") == [("d1", amount)]


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.trust) for seed in range(4, 200))]
)
def test_however_rows_are_brought_they_leave_the_same(importer: Importer, seed: int) -> None:
    chance = random.Random(seed)
    rows = generate(chance)
    names = list(rows)

    once = Bringing(importer, "once")
    once.bring(rows)
    expected = once.state()
    _adds_up(rows, expected)
    for _ in range(2):
        again = once.bring(shuffled(rows, chance), order=chance.sample(names, len(names)))
        assert [(one.name, one.new, one.changed) for one in again.files if one.new or one.changed] == []
    assert once.state() == expected

    way, old = WAYS[seed % len(WAYS)], earlier(rows, chance)
    if way == "corrected":  # the same company goes on
        once.bring(old)
        assert once.state() != expected, "what was brought latest is how it is"
        once.bring(rows)
        assert once.state() == expected
    at = Bringing(importer, way)
    for delivery in deliveries(way, rows, old, chance):
        at.bring(delivery, order=chance.sample(names, len(names)))
    assert at.state() == expected


def deliveries(way: str, rows: Rows, old: Rows, chance: random.Random) -> list[Rows]:
    """All rows, in deliveries whose order doesn't matter, but for corrections: those come behind what they correct."""
    if way == "shuffled":
        return [shuffled(rows, chance)]
    if way == "split":
        return pieces(rows, chance, times=1)
    if way == "overlapping":
        return pieces(shuffled(rows, chance) | {"credits": rows["credits"]}, chance, times=3)
    return [*pieces(old, chance, times=1), *pieces(rows, chance, times=2)]


def _adds_up(rows: Rows, state: dict[str, Any]) -> None:
    """The first import by itself is right, by a sum over the rows as they were generated."""
    credits: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for deal, owner, share in rows["credits"]:
        credits[deal][owner] = Decimal(share.removesuffix(" %")) / (100 if "%" in share else 1)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, _, owner, _, amount, _, closed, status in rows["deals"]:
        if status == "won" and date(2025, 1, 1) <= date.fromisoformat(closed) <= date(2026, 12, 31):
            for whose, share in (credits.get(key) or {owner: Decimal(1)}).items():
                sums[f"Person {whose[1:]}" if whose != "stranger" else whose] += Decimal(amount) * share
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, _, numerator, _ in state["revenue_won"]:
        found[name] += Decimal(numerator)
    people = {name: value for name, value in sums.items() if value and name != "stranger"}
    assert {name: value for name, value in found.items() if value and name in people} == people
    assert len(state["opportunities"]) == len(rows["deals"])
