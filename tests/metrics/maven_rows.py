"""The shared data as raw tables, and put into the product's stores without the product's own import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from ropewalk.companies.models import Company, Leadership, Membership, Person, Team, TeamParent
from ropewalk.facts import store

COMPANY = 4017
FIRST_PERSON = 9000


def raw(folder: Path) -> duckdb.DuckDBPyConnection:
    """The files as tables `pipeline`, `teams` and `accounts`, every cell as text, empty cells as NULL."""
    engine = duckdb.connect()
    for name, file in (("pipeline", "sales_pipeline"), ("teams", "sales_teams"), ("accounts", "accounts")):
        engine.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv(?, all_varchar = true)",
            [str(folder / f"{file}.csv")],
        )
    return engine


def found_people(company: Company, engine: duckdb.DuckDBPyConnection) -> None:
    """People, their manager's team and the region above it, always."""
    agents = engine.execute("SELECT sales_agent, manager, regional_office FROM teams ORDER BY 1").fetchall()
    regions = {
        name: Team.objects.create(company=company, key=name, name=name)
        for name in sorted({row[2] for row in agents})
    }
    teams: dict[str, Team] = {}
    for number, (agent, manager, region) in enumerate(agents):
        if manager not in teams:
            teams[manager] = Team.objects.create(company=company, key=manager, name=manager)
            TeamParent.objects.create(team=teams[manager], parent=regions[region])
            Leadership.objects.create(
                team=teams[manager],
                person=Person.objects.create(
                    pk=FIRST_PERSON + 500 + len(teams), company=company, name=manager, key=manager
                ),
            )
        person = Person.objects.create(pk=FIRST_PERSON + number, company=company, name=agent, key=agent)
        Membership.objects.create(person=person, team=teams[manager])


def fill_store(company_id: int, folder: Path, engine: duckdb.DuckDBPyConnection) -> None:
    agents = engine.execute("SELECT sales_agent FROM teams ORDER BY 1").fetchall()
    facts = store.for_company(company_id)
    facts.replace_owners([("maven", agent, FIRST_PERSON + number) for number, (agent,) in enumerate(agents)])
    deals = engine.execute(
        """SELECT opportunity_id, account, sales_agent, product, close_value::DECIMAL(38,6), engage_date::DATE, close_date::DATE,
               CASE deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END, deal_stage FROM pipeline"""
    ).fetchall()
    names = (
        "id",
        "account_id",
        "owner_key",
        "product",
        "amount",
        "opened_on",
        "closed_on",
        "status",
        "stage",
    )
    facts.add(
        "opportunities",
        [
            dict(zip(names, deal, strict=True))
            | {"source": "maven", "currency": "USD", "company_amount": deal[4], "load_id": 1}
            for deal in deals
        ],
    )
    accounts = engine.execute(
        "SELECT account, sector, office_location, json_object('year_established', year_established)::VARCHAR FROM accounts"
    ).fetchall()
    facts.add(
        "accounts",
        [
            {
                "source": "maven",
                "id": name,
                "name": name,
                "vertical": sector,
                "country": office,
                "custom": custom,
                "load_id": 1,
            }
            for name, sector, office, custom in accounts
        ],
    )
    load = {"source": "maven", "load_id": 1, "name": "sales_pipeline.csv", "object": "opportunities"}
    facts.add("loads", [load | {"at": datetime.fromisoformat("2018-01-02T08:00:00")}])
