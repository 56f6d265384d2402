"""A small company of generated rows in which everything odd happens, from a seed.

Splits in thirds, owners who are nobody, movers, a team that changes its parent, two people of one name, wins on one day,
ids that sort otherwise as numbers, deals without account, amount or opening, deals closed before they were opened.
"""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import duckdb

from ropewalk.companies.models import Company, Membership, Person, Team, TeamParent
from ropewalk.facts import store
from ropewalk.facts.models import Tap
from ropewalk.facts.store import schema

Rows = dict[str, list[dict[str, Any]]]
COMPANY = 4018
START = date(2025, 1, 1)
SPLITS = (("0.6", "0.4"), ("0.333333333", "0.333333333", "0.333333334"), ("0.125", "0.875"), ("1",))
TEAMS = ("Sales", "North", "South", "Alps", "Coast", "Empty")


def generate(*, seed: int) -> Rows:
    chance = random.Random(seed)
    rows: Rows = {"people": [{"id": 500 + n, "name": f"Person {n:02}"} for n in range(10)]}
    rows["people"].append({"id": 510, "name": "Person 03"})  # two of one name
    rows["teams"] = [{"id": 700 + n, "name": name} for n, name in enumerate(TEAMS)]
    rows["memberships"], rows["parents"] = _memberships(), _parents()
    rows["owners"] = [{"source": "crm", "owner_key": f"u{n}", "person_id": 500 + n} for n in range(11)] + [
        {"source": "sheet", "owner_key": "u1", "person_id": 502}
    ]
    rows["accounts"] = [
        {
            "source": source,
            "id": f"acc{n}",
            "name": f"Account {n % 7}",
            "vertical": chance.choice(["medical", "finance", None]),
            "segment": chance.choice(["small", "large"]),
            "country": chance.choice(["CH", "AT"]),
            "custom": json.dumps({"office size": chance.choice(["S", "L"])}),
        }
        for source in ("crm", "sheet")
        for n in range(25)
    ]
    rows["opportunities"], rows["credits"] = _deals(chance)
    rows["activities"] = [_activity(chance, number) for number in range(900)]
    rows["taps"] = [
        {
            "uuid": UUID(int=chance.getrandbits(128)),
            "person_id": 500 + chance.randrange(10),
            "activity": chance.choice(["call", "meeting", "cake"]),
            "day": START + timedelta(chance.randrange(900)),
            "at": datetime.fromisoformat("2027-01-01T00:00:00+00:00"),
            "undone_at": chance.choice([None, None, datetime.fromisoformat("2027-01-02T00:00:00+00:00")]),
        }
        for _ in range(120)
    ]
    rows["loads"] = [
        {"source": "crm", "load_id": 1, "at": datetime.fromisoformat("2027-06-01T09:00:00"), "rows": 1}
    ]
    return rows


def _memberships() -> list[dict[str, Any]]:
    def row(person: int, team: int, start: date | None = None, end: date | None = None) -> dict[str, Any]:
        return {"person_id": 500 + person, "team_id": 700 + team, "from_day": start, "to_day": end}

    move = date(2026, 5, 17)
    return [
        row(0, 1), row(1, 1, None, move), row(1, 2, move + timedelta(1)), row(2, 3), row(3, 3),
        row(4, 4, date(2025, 9, 1)), row(5, 4, None, date(2026, 2, 28)), row(6, 0), row(7, 2), row(10, 2),
    ]  # fmt: skip


def _parents() -> list[dict[str, Any]]:
    turn = date(2026, 8, 1)
    return [
        {"team_id": 701, "parent_id": 700, "from_day": None, "to_day": None},
        {"team_id": 702, "parent_id": 700, "from_day": None, "to_day": None},
        {"team_id": 703, "parent_id": 701, "from_day": None, "to_day": turn - timedelta(1)},
        {"team_id": 703, "parent_id": 702, "from_day": turn, "to_day": None},
        {"team_id": 704, "parent_id": 702, "from_day": None, "to_day": None},
    ]


def _deals(chance: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    deals: list[dict[str, Any]] = []
    credits: list[dict[str, Any]] = []
    for number in range(700):
        status = chance.choice(["won", "won", "lost", "open"])
        opened = START + timedelta(chance.randrange(900)) if chance.random() < 0.9 else None
        closed = (opened or START) + timedelta(chance.randrange(-5, 200)) if status != "open" else None
        amount = Decimal(chance.randrange(0, 5_000_000)) / 100 if chance.random() < 0.8 else None
        source, deal_id = chance.choice(["crm", "crm", "sheet"]), str(number)
        deals.append(
            {
                "source": source,
                "id": deal_id,
                "account_id": f"acc{chance.randrange(28)}" if chance.random() < 0.85 else None,
                "owner_key": chance.choice([f"u{chance.randrange(11)}", "stranger", None]),
                "name": f"Deal {number}",
                "product": chance.choice(["rope", "line", "Ropé", "line's"]),
                "amount": amount,
                "currency": "EUR",
                "company_amount": None
                if amount is None
                else (amount * Decimal("0.94")).quantize(Decimal("0.000001")),
                "opened_on": opened,
                "closed_on": closed,
                "status": status,
                "stage": chance.choice(["first", "late"]),
                "custom": json.dumps({"region": chance.choice(["east", "west"])})
                if chance.random() < 0.7
                else None,
                "load_id": 1,
            }
        )
        if chance.random() < 0.3:
            credits += [
                {
                    "source": source,
                    "opportunity_id": deal_id,
                    "owner_key": key,
                    "share": Decimal(share),
                    "load_id": 1,
                }
                for key, share in zip(
                    chance.sample(["u0", "u1", "u2", "u3", "u4", "nobody"], 3),
                    chance.choice(SPLITS),
                    strict=False,
                )
            ]
    return deals, credits


def _activity(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "source": chance.choice(["crm", "sheet"]),
        "id": str(number),
        "owner_key": chance.choice([f"u{chance.randrange(11)}", "stranger", None]),
        "type": chance.choice(["call", "meeting", "e-mail", "visit"]),
        "occurred_on": START + timedelta(chance.randrange(900)),
        "account_id": f"acc{chance.randrange(28)}" if chance.random() < 0.7 else None,
        "outcome": chance.choice(["reached", None]),
        "load_id": 1,
    }


def found_people(company: Company, rows: Rows) -> None:
    """People, teams and taps, where people are kept."""
    Person.objects.bulk_create(
        Person(pk=one["id"], company=company, name=one["name"]) for one in rows["people"]
    )
    Team.objects.bulk_create(
        Team(pk=one["id"], company=company, key=one["name"], name=one["name"]) for one in rows["teams"]
    )
    Membership.objects.bulk_create(Membership(**one) for one in rows["memberships"])
    TeamParent.objects.bulk_create(TeamParent(**one) for one in rows["parents"])
    Tap.objects.bulk_create(Tap(company=company, **one) for one in rows["taps"])


def fill_store(rows: Rows) -> None:
    """Facts and matches, where facts are kept."""
    facts = store.for_company(COMPANY)
    for table in ("accounts", "opportunities", "credits", "activities", "loads"):
        facts.add(table, rows[table])
    facts.replace_owners((one["source"], one["owner_key"], one["person_id"]) for one in rows["owners"])


def raw(rows: Rows) -> duckdb.DuckDBPyConnection:
    """The same rows in an engine of their own, with a view `credited` of one row per deal and credited owner."""
    engine = duckdb.connect()
    for table in ("accounts", "opportunities", "credits", "activities", "owners"):
        columns = {name: kind for name, kind in schema.TABLES[table].items() if name != "company_id"}
        engine.execute(
            f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
        )
        engine.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
            [[row.get(name) for name in columns] for row in rows[table]],
        )
    plain = {
        "people": "id INTEGER, name VARCHAR",
        "teams": "id INTEGER, name VARCHAR",
        "memberships": "person_id INTEGER, team_id INTEGER, from_day DATE, to_day DATE",
        "parents": "team_id INTEGER, parent_id INTEGER, from_day DATE, to_day DATE",
        "taps": "person_id INTEGER, activity VARCHAR, day DATE, undone_at TIMESTAMPTZ",
    }
    for table, columns_text in plain.items():
        names = [column.split()[0] for column in columns_text.split(", ")]
        engine.execute(f"CREATE TABLE {table} ({columns_text})")
        engine.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})",
            [[row[name] for name in names] for row in rows[table]],
        )
    engine.execute(
        """CREATE VIEW credited AS
           SELECT o.*, o.owner_key AS credited_key, 1::DECIMAL(38,9) AS part FROM opportunities o
           WHERE (o.source, o.id) NOT IN (SELECT (source, opportunity_id) FROM credits)
           UNION ALL
           SELECT o.*, c.owner_key, c.share FROM opportunities o, credits c
           WHERE c.source = o.source AND c.opportunity_id = o.id"""
    )
    engine.execute(
        """CREATE VIEW shared AS
           SELECT d.*, coalesce((SELECT p.name FROM people p, owners w WHERE w.person_id = p.id AND w.source = d.source
               AND w.owner_key = d.credited_key), '(no person)') AS person_name,
               (SELECT w.person_id FROM owners w WHERE w.source = d.source AND w.owner_key = d.credited_key) AS person_id
           FROM credited d"""
    )
    return engine
