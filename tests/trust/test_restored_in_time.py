"""The restore drill at size: ten thousand people and a million facts are back within a quarter of an hour."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.trust.homes import ropewalk

LONGEST = 15 * 60.0  # seconds, for restoring and proving it
MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, email: email, team: team, team_parent: region, manager: manager}}
  - {name: deals.csv, object: opportunities, columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}}
  - {name: activities.csv, object: activities, columns: {id: id, owner: owner, type: type, occurred_at: at, account_id: account}}
"""


def fill(home: Path, people: int, facts: int) -> None:
    """A company with so many people and facts, brought as files."""
    home.mkdir()
    start = date(2025, 1, 1)
    with (home / "people.csv").open("w") as file:
        file.write("id,name,email,team,region,manager\n")
        for n in range(people):
            file.write(f"p{n},Person {n},p{n}@acme.example,Team {n // 10},Region {n // 500},Boss {n // 10}\n")
    with (home / "deals.csv").open("w") as file:
        file.write("id,account,owner,product,amount,opened,closed,status\n")
        for n in range(facts * 2 // 5):
            opened = start + timedelta(n % 600)
            closed = opened + timedelta(n % 90)
            file.write(
                f"d{n},a{n % 50_000},p{n % people}@acme.example,Rope {n % 5},{n % 90_000}.25,{opened},{closed},{'won' if n % 3 else 'lost'}\n"
            )
    with (home / "activities.csv").open("w") as file:
        file.write("id,owner,type,at,account\n")
        for n in range(facts * 3 // 5):
            file.write(
                f"t{n},p{n % people}@acme.example,{('call', 'meeting', 'visit')[n % 3]},{start + timedelta(n % 690)},a{n % 50_000}\n"
            )
    (home / "mapping.yaml").write_text(MAPPING)
    assert ropewalk(home, "company", "create", "Acme").returncode == 0
    files = [str(home / name) for name in ("people.csv", "deals.csv", "activities.csv")]
    done = ropewalk(home, "import", *files, "--company", "acme", "--mapping", str(home / "mapping.yaml"))
    assert done.returncode == 0, done.stderr[-2000:]
    for name in files:
        Path(name).unlink()


@pytest.mark.trust
def test_a_company_of_that_size_is_back_in_a_quarter_of_an_hour(
    tmp_path: Path, people: int, facts: int
) -> None:
    took = {}

    def timed(name: str, *words: str) -> str:
        began = time.monotonic()
        done = ropewalk(home, *words)
        took[name] = time.monotonic() - began
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    home, file = tmp_path / "home", tmp_path / "one.backup"
    began = time.monotonic()
    fill(home, people, facts)
    took["import"] = time.monotonic() - began
    timed("backup", "backup", str(file))
    home = tmp_path / "restored"
    timed("restore", "restore", str(file))
    assert "Nothing differs" in timed("compare", "doctor", "--compare", str(file))
    sys.stdout.write(f"{people:,} people, {facts:,} facts, {file.stat().st_size:,} bytes: {took}\n")
    assert took["restore"] + took["compare"] < LONGEST
