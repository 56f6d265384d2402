"""An import killed at any moment and run again leaves what an uninterrupted one leaves."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, manager: manager, team: team}}
  - {name: deals.csv, object: opportunities, columns: {id: id, owner: owner, amount: amount, closed_on: closed, status: status}}
"""
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from ropewalk.companies.models import Company
Company.objects.create(handle="acme", name="Acme", time_zone="UTC", currency="EUR")
"""
IMPORT = """
import django; django.setup()
from pathlib import Path
from ropewalk.connectors.files import reading
from ropewalk.jobs import importing
from ropewalk.journal.writing import OPERATOR
print("begun", flush=True)
files = [Path(name) for name in ("people.csv", "deals.csv")]
report = importing.run("acme", files, Path("mapping.yaml"), by=OPERATOR, read=reading.read)
print([(one.new, one.changed, one.unchanged, one.refused) for one in report.files], flush=True)
"""
PICTURE = """
import django; django.setup()
from ropewalk.companies.models import Person, Membership, Leadership, AccessRole
from ropewalk.facts.models import Match, Suspicion
print([sorted(table.objects.values_list(*columns)) for table, columns in (
    (Person, ("key", "name")), (Membership, ("person__key", "team__key")), (Leadership, ("person__key", "team__key")),
    (AccessRole, ("person__key", "name")), (Match, ("key", "person__key")), (Suspicion, ("code", "value", "rows")))])
"""


def python(code: str, home: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"ROPEWALK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=home, env=environment, stdout=subprocess.PIPE, text=True
    )


def prepared(home: Path, rows: int) -> Path:
    home.mkdir()
    people = [f"p{number},Person {number},Boss {number % 7},Team {number % 7}" for number in range(200)]
    deals = [f"d{number},p{number % 220},{number}.25,2026-0{number % 9 + 1}-11,won" for number in range(rows)]
    (home / "people.csv").write_text("\n".join(["id,name,manager,team", *people]))
    (home / "deals.csv").write_text("\n".join(["id,owner,amount,closed,status", *deals]))
    (home / "mapping.yaml").write_text(MAPPING)
    assert python(PREPARE, home).wait() == 0
    return home


def picture(home: Path) -> tuple[str, list[tuple[object, ...]]]:
    relational, _ = python(PICTURE, home).communicate()
    with duckdb.connect(str(home / "facts.duckdb"), read_only=True) as store:
        facts = store.execute(
            "SELECT id, owner_key, amount, closed_on, row_hash FROM opportunities ORDER BY ALL"
        ).fetchall()
        facts += store.execute("SELECT source, owner_key FROM owners ORDER BY ALL").fetchall()
    return relational, facts


@pytest.mark.parametrize(
    ("rounds", "kills", "rows"), [(1, 6, 20_000), pytest.param(20, 5, 40_000, marks=pytest.mark.trust)]
)
def test_an_import_killed_anywhere_and_run_again_is_complete_and_doubles_nothing(
    tmp_path: Path, rounds: int, kills: int, rows: int
) -> None:
    """Each round begins with nothing, is killed a few times on its way, and is then completed."""
    empty = prepared(tmp_path / "empty", rows)
    whole = Path(shutil.copytree(empty, tmp_path / "whole"))
    run = python(IMPORT, whole)
    assert run.stdout is not None
    run.stdout.readline()
    begun = time.monotonic()
    assert run.stdout.read().strip() == f"[(200, 0, 0, 0), ({rows}, 0, 0, 0)]"
    takes, expected = time.monotonic() - begun, picture(whole)
    killed, luck = 0, random.Random(5)
    for number in range(rounds):
        cut = Path(shutil.copytree(empty, tmp_path / f"cut{number}"))
        for attempt in range(kills):
            killed += is_killed(cut, takes, luck, late=attempt % 2 == 0)
        last, _ = python(IMPORT, cut).communicate()
        assert last.startswith("begun")
        again, _ = python(IMPORT, cut).communicate()
        assert again.splitlines()[1] == f"[(0, 0, 200, 0), (0, 0, {rows}, 0)]"
        assert picture(cut) == expected
        assert list((cut / "work").iterdir()) == []
        shutil.rmtree(cut)
    if not killed:
        pytest.skip("every import was quicker than its killer")
    sys.stdout.write(f"{killed} of {rounds * kills} imports of {rows:,} rows were killed\n")


def is_killed(home: Path, takes: float, luck: random.Random, *, late: bool) -> bool:
    """Whether an import was under way when it was killed; late is where things are written."""
    run = python(IMPORT, home)
    assert run.stdout is not None
    run.stdout.readline()
    time.sleep(takes * (0.7 + 0.3 * luck.random() if late else luck.random()))
    was_running = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return was_running
