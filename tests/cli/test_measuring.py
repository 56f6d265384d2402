from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
import typer
from typer.testing import CliRunner

from ropewalk.cli import measuring
from ropewalk.companies.models import AccessRole, Company, Membership, Person, Team
from ropewalk.facts import store

pytestmark = pytest.mark.django_db
app = typer.Typer()
measuring.register(app)


@app.callback()
def anything_else() -> None:
    """A second word, so that the command keeps its name."""


@pytest.fixture(autouse=True)
def acme(settings: Any, tmp_path: Path) -> Iterator[store.CompanyStore]:
    """Two people of one name in one team, fiscal year from April, and three deals."""
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    company = Company.objects.create(
        handle="acme", name="Acme, Inc.", time_zone="Pacific/Auckland", currency="NZD", fiscal_start_month=4
    )
    team = Team.objects.create(company=company, name="North", key="North")
    people = [
        Person.objects.create(company=company, name=name, email=email)
        for name, email in (("Ann Lee", "ann@acme.test"), ("Ann Lee", ""), ("Zoé", ""))
    ]
    AccessRole.objects.create(person=people[0], name="rep")
    for person in people[:2]:
        Membership.objects.create(person=person, team=team)
    facts = store.for_company(company.pk)
    facts.replace_owners([("crm", f"u{place}", person.pk) for place, person in enumerate(people)])
    facts.add(
        "opportunities",
        [deal("1", "u0"), deal("2", "u0", status="lost"), deal("3", "u1", company_amount="2.5")],
    )
    yield facts
    store.close()


def deal(number: str, owner: str, **said: Any) -> dict[str, Any]:
    plain = {
        "source": "crm",
        "id": number,
        "owner_key": owner,
        "status": "won",
        "closed_on": date(2026, 5, 1),
    }
    return plain | {"product": "rope", "company_amount": Decimal(1)} | said


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["measure", *words], catch_exceptions=False)


def rows_of(*words: str) -> list[dict[str, str]]:
    result = run(*words, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(StringIO(result.stdout)))


RANGE = ("--company", "acme", "--from", "2026-04-01", "--to", "2026-06-30")


def test_csv_has_its_columns_and_empty_cells_where_there_is_no_number() -> None:
    result = run("close_rate", *RANGE, "--by", "person", "--format", "csv")
    assert result.stdout.splitlines() == [
        "scope,name,period_start,period_end,numerator,denominator,value",
        "person,(no person),2026-04-01,2026-06-30,0,0,",
        "person,Ann Lee,2026-04-01,2026-06-30,1,2,0.5",
        "person,Ann Lee,2026-04-01,2026-06-30,1,1,1",
    ]
    counted = run("revenue_won", *RANGE, "--format", "csv")
    assert counted.stdout.splitlines()[1] == 'company,"Acme, Inc.",2026-04-01,2026-06-30,3.5,,3.5'


def test_periods_are_cut_to_the_range_and_quarters_are_fiscal() -> None:
    rows = rows_of(
        "close_rate", "--company", "acme", "--from", "2026-02-10", "--to", "2026-05-05", "--grain", "quarter"
    )
    assert [(row["period_start"], row["period_end"], row["value"]) for row in rows] == [
        ("2026-02-10", "2026-03-31", ""),
        ("2026-04-01", "2026-05-05", "0.6666666667"),
    ]


@time_machine.travel("2026-03-31T18:00:00+00:00", tick=False)
def test_the_range_is_the_present_fiscal_year_in_the_companys_zone() -> None:
    (row,) = rows_of("close_rate", "--company", "acme")
    assert (row["period_start"], row["period_end"]) == ("2026-04-01", "2027-03-31"), "it is April in Auckland"


def test_scopes_narrow_and_one_field_twice_is_either(acme: store.CompanyStore) -> None:
    acme.add("opportunities", [deal("4", "u2", product="line"), deal("5", "u2", product="a=b")])
    both = ("--where", "product=line", "--where", "product=a=b")
    assert rows_of("close_rate", *RANGE, *both)[0]["denominator"] == "2"
    assert rows_of("close_rate", *RANGE, *both, "--where", "status=lost")[0]["denominator"] == "0"


def test_as_of_a_day_before_nothing_is_counted() -> None:
    assert rows_of("close_rate", *RANGE, "--as-of", "2026-04-30")[0]["denominator"] == "0"


def test_json_has_the_columns_with_numbers_digit_by_digit(acme: store.CompanyStore) -> None:
    acme.add("opportunities", [deal("6", "u2", company_amount=Decimal("90071992547409931.25"))])
    text = run("revenue_won", *RANGE, "--by", "person", "--format", "json").stdout
    rows = json.loads(text, parse_float=Decimal)
    assert list(rows[0]) == [
        "scope",
        "name",
        "period_start",
        "period_end",
        "numerator",
        "denominator",
        "value",
    ]
    assert rows[-1]["name"] == "Zoé"
    assert rows[-1]["numerator"] == Decimal("90071992547409931.25")
    assert rows[-1]["denominator"] is None


def test_the_table_shows_k_of_n_and_how_sure_it_is() -> None:
    text = run("close_rate", *RANGE).stdout
    assert "66.7 %" in text
    assert "2 of 3" in text
    assert "95 % between 20.8 % and 93.9 %" in text


def test_somebody_else_sees_only_what_they_may() -> None:
    rows = rows_of("close_rate", *RANGE, "--by", "person", "--as", "ANN@acme.test")
    assert [(row["name"], row["denominator"]) for row in rows] == [("Ann Lee", "2")]
    refused = run("close_rate", *RANGE, "--by", "team", "--as", "ann@acme.test")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "leads it" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("close_rat", *RANGE), "Did you mean close_rate"),
        (("close_rate", "--company", "acmee"), "no company 'acmee'"),
        (("close_rate", *RANGE, "--where", "produkt=x"), "Did you mean product"),
        (("close_rate", *RANGE, "--where", "product"), "field=value"),
        (("close_rate", *RANGE, "--where", "=x"), "field=value"),
        (("close_rate", *RANGE, "--by", "region"), "person, team, company"),
        (("close_rate", *RANGE, "--grain", "hour"), "day, week, month, quarter, year"),
        (("close_rate", "--company", "acme", "--from", "2026-02-30"), "no date"),
        (("close_rate", *RANGE, "--as-of", "soon"), "no date"),
        (
            ("close_rate", "--company", "acme", "--from", "2026-06-01", "--to", "2026-05-31"),
            "before it begins",
        ),
        (("close_rate", *RANGE, "--as", "x@acme.test"), "nobody of the address"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_value_that_no_fact_has_is_said_beside_the_zeros() -> None:
    result = run("close_rate", *RANGE, "--where", "product=Rope", "--format", "csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].endswith(",0,0,")
    assert result.stderr == "No fact has product 'Rope'. Did you mean 'rope'?\n"


def test_the_facts_are_left_as_they_are(acme: store.CompanyStore) -> None:
    before = acme.mark()
    run("close_rate", *RANGE)
    assert acme.mark() == before
