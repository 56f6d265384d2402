"""A restore where a PostgreSQL keeps people, facts, or both: whole or not there, and to be said again however it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.backups.test_drill import MAPPING
from tests.on_postgresql import server

ROOT = Path(__file__).parents[2]
PAIRS = {"servers": (True, True), "facts on a server": (False, True), "people on a server": (True, False)}
PEOPLE, FACTS = "companies_company", "ropewalk_facts.opportunities"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as found:
        yield found


class Place:
    """A home with its databases, and the commands said there."""

    def __init__(self, home: Path, url: str = "", *, people: bool = False, facts: bool = False) -> None:
        self.home, self.database = home, ""
        home.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ROPEWALK_")}
        self.environment = kept | {"ROPEWALK_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
        if people or facts:
            name = f"r{uuid4().hex[:12]}"
            with psycopg.connect(f"{url}/postgres", autocommit=True) as link:
                link.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
            self.database = f"{url}/{name}"
            if people:
                self.environment["ROPEWALK_DATABASE_URL"] = self.database
            if facts:
                self.environment["ROPEWALK_FACTS_URL"] = self.database

    def say(self, *words: str, die_at: int = 0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.backups.dying", str(die_at), str(self.home / "steps"), *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    def rows(self, table: str) -> int:
        """How many rows a table of the server has; 0 where it isn't there."""
        with psycopg.connect(self.database) as link:
            found = link.execute("SELECT to_regclass(%s)", [table]).fetchone()
            if found is None or found[0] is None:
                return 0
            row = link.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[call-overload]
            return int(row[0]) if row else 0

    def is_as_in(self, backup: Path) -> None:
        compared = self.say("doctor", "--compare", str(backup))
        assert compared.returncode == 0, compared.stdout + compared.stderr


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Place(tmp_path_factory.mktemp("taken") / "home")
    people = ["id,name,email,manager,team"]
    people += [f"p{n},Person {n},p{n}@acme.example,Boss {n % 3},Team {n % 3}" for n in range(12)]
    deals = ["id,account,owner,amount,closed,status"]
    deals += [f"d{n},a{n % 9},p{n % 13},{n}.10,2026-0{n % 9 + 1}-11,won" for n in range(90)]
    deals.append("d900,a1,p1,12,,won")
    for name, lines in (("people.csv", people), ("deals.csv", deals), ("mapping.yaml", [MAPPING])):
        (place.home / name).write_text("\n".join(lines))
    assert place.say("company", "create", "Acme").returncode == 0
    words = [str(place.home / "people.csv"), str(place.home / "deals.csv")]
    place.say("import", *words, "--company", "acme", "--mapping", str(place.home / "mapping.yaml"))
    file = place.home / "acme.backup"
    assert place.say("backup", str(file)).returncode == 0
    return file


@pytest.fixture(scope="module")
def damaged(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, whose manifest says another sum of the deals than they have."""
    file = tmp_path_factory.mktemp("damaged") / "damaged.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                said["facts"]["opportunities"]["checksum"] = "1"
                content = json.dumps(said).encode()
            new.writestr(name, content)
    return file


@pytest.fixture(params=PAIRS)
def place(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Place:
    people, facts = PAIRS[request.param]
    return Place(tmp_path / "home", url, people=people, facts=facts)


def test_a_damaged_backup_leaves_nothing_and_the_good_one_comes_back(
    place: Place, backup: Path, damaged: Path
) -> None:
    refused = place.say("restore", str(damaged))
    assert refused.returncode == 2, refused.stderr
    assert "Nothing was kept" in refused.stderr
    assert place.rows(PEOPLE) == place.rows(FACTS) == 0
    assert not (place.home / "uploads").exists()
    listed = place.say("company", "list")
    assert listed.returncode == 0, listed.stderr
    assert "acme" not in listed.stdout
    restored = place.say("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    place.is_as_in(backup)


def places_to_die(steps: list[str], every: int, *, is_mixed: bool) -> list[int]:
    """Amid the people, between the stores and at the very end; or every so many steps, and each of the last."""
    shown = [
        n for n, one in enumerate(steps, 1) if one == "COMMIT" or one.startswith(("the server", "a file"))
    ]
    if not every:
        return [shown[-3] + 1] if is_mixed else [len(steps) // 2, shown[-3] + 1, len(steps)]
    return [*range(1, len(steps) - 30, every), *range(len(steps) - 30, len(steps) + 1)]


@pytest.mark.parametrize("every", [0, pytest.param(25, marks=pytest.mark.trust)])
def test_a_restore_that_dies_is_refused_by_every_command_and_said_again_it_is_whole(
    place: Place, backup: Path, every: int, tmp_path: Path, url: str
) -> None:
    whole = place.say("restore", str(backup))
    assert whole.returncode == 0, whole.stderr
    steps = (place.home / "steps").read_text().splitlines()
    people, facts = "ROPEWALK_DATABASE_URL" in place.environment, "ROPEWALK_FACTS_URL" in place.environment
    halves = 0
    for at in places_to_die(steps, every, is_mixed=people != facts):
        other = Place(tmp_path / f"{at}", url, people=people, facts=facts)
        died = other.say("restore", str(backup), die_at=at)
        assert died.returncode == -signal.SIGKILL, (at, died.stderr)
        looked = other.say("company", "list")
        if looked.returncode:
            halves += 1
            assert looked.returncode == 2
            assert "Where it broke off, say it again" in looked.stderr, (at, steps[at - 1], looked.stderr)
            assert "Traceback" not in looked.stderr
        if "acme" not in looked.stdout:
            again = other.say("restore", str(backup))
            assert again.returncode == 0, (at, steps[at - 1], again.stderr)
        other.is_as_in(backup)
    assert halves


def test_an_installation_on_a_server_is_never_overwritten_and_the_words_name_it(
    tmp_path: Path, url: str, backup: Path
) -> None:
    place = Place(tmp_path / "home", url, people=True, facts=True)
    assert place.say("restore", str(backup)).returncode == 0
    refused = place.say("restore", str(backup))
    assert refused.returncode == 2
    assert f"the database {place.database.rpartition('/')[2]} on" in refused.stderr
    assert "ROPEWALK_DATABASE_URL" in refused.stderr
    place.is_as_in(backup)


def test_a_server_that_ran_before_on_an_empty_database_hinders_no_restore_of_older_tables(
    tmp_path: Path, url: str, backup: Path
) -> None:
    older = tmp_path / "older.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(older, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                said["state"] = [
                    ["plans", "0001_first"] if app == "plans" else [app, one] for app, one in said["state"]
                ]
                content = json.dumps(said).encode()
            new.writestr(name, content)
    place = Place(tmp_path / "home", url, people=True, facts=True)
    assert place.say("company", "list").returncode == 0
    restored = place.say("restore", str(older))
    assert restored.returncode == 0, restored.stderr
    place.is_as_in(backup)
