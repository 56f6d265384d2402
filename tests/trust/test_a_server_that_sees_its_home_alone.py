"""The unit that is shipped lets the server see its home alone: commands from outside bring files and fetch backups all the same."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.trust.homes import COMMAND, ropewalk
from tests.trust.serving import Server

ROOT = Path(__file__).parents[2]
APART = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
WALLS = Path(__file__).with_name("walls.sh")
MAPPING = """source: crm
files:
  - name: deals*
    object: opportunities
    columns:
      id: id
      owner: owner
      product: product
      amount: amount
      currency: currency
      status: status
      opened_on: opened
      closed_on: closed
    known: {product: {file: ../products.csv, column: name}}
"""
DEALS = "id,owner,product,amount,currency,status,opened,closed\nD9,Ana Alder,Rope,900,EUR,won,2027-02-01,2027-03-01\n"
PLAN = "year: 2027\n"
C = ("--company", "acme")


@dataclass(frozen=True)
class Place:
    """A home, what only people see, and where backups go."""

    home: Path
    outside: Path
    backups: Path


class Walled(Server):
    """A server under the unit's restrictions."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.home, TMPDIR=str(place.outside))
        self.begins = [*APART, "sh", str(WALLS), str(place.home), str(place.outside), *COMMAND]


def can_be_walled(place: Place) -> bool:
    words = [*APART, "sh", str(WALLS), str(place.home), str(place.outside), "true"]
    return subprocess.run(words, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    tmp_path = tmp_path_factory.mktemp("walled")
    found = Place(tmp_path / "home", tmp_path / "people", tmp_path / "backups")
    for folder in (found.outside / "export", found.backups):
        folder.mkdir(parents=True)
    (found.outside / "export" / "deals.csv").write_text(DEALS)
    (found.outside / "products.csv").write_text("name\nRope\n")
    (found.outside / "map.yaml").write_text(MAPPING)
    assert ropewalk(found.home, "company", "create", "Acme", "--currency", "EUR").returncode == 0
    if not can_be_walled(found):
        pytest.skip(f"no walls can be put up here: `{' '.join(APART)}` and mounts are refused")
    server = Walled(found)
    server.start()
    try:
        server.wait_until_ready()
        yield found
    finally:
        server.stop()


def left(home: Path) -> list[str]:
    return [one.name for one in (home / "work").iterdir() if one.name.startswith("handed")]


def test_the_unit_has_the_walls_that_are_tried_here() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "ropewalk.service")
    walls = {
        name: unit["Service"][name]
        for name in ("ProtectSystem", "ProtectHome", "PrivateTmp", "StateDirectory")
    }
    assert walls == {
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "StateDirectory": "ropewalk",
    }


def test_files_are_imported_and_backups_taken_and_compared_by_command(place: Place) -> None:
    deals, mapping = place.outside / "export" / "deals.csv", place.outside / "map.yaml"
    report = place.outside / "report.json"
    brought = ropewalk(
        place.home, "import", str(deals), "--mapping", str(mapping), "--report", str(report), *C
    )
    assert "Traceback" not in brought.stderr
    (one,) = json.loads(report.read_text())["files"]
    assert (one["name"], one["new"], one["refused"]) == ("deals.csv", 1, 0), brought.stdout
    again = ropewalk(place.home, "import", str(deals), *C)
    assert "deals.csv" in again.stdout, again.stderr
    file = place.backups / "one.backup"
    file.write_text("older")
    taken = ropewalk(place.home, "backup", str(file))
    assert taken.returncode == 0, taken.stderr
    assert zipfile.is_zipfile(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (place.backups / "one.backup.part").exists()
    assert json.loads((place.home / "latest_backup.json").read_text())["file"] == str(file)
    compared = ropewalk(place.home, "doctor", "--compare", str(file))
    assert (compared.returncode, compared.stderr) == (0, "")
    assert json.loads((place.home / "proved.json").read_text())["file"] == str(file)
    assert left(place.home) == []


def test_what_is_not_there_is_said_as_without_a_server(place: Place) -> None:
    deals, mapping = place.outside / "export" / "deals.csv", place.outside / "map.yaml"
    never = ropewalk(place.home, "import", str(place.outside / "never.csv"), "--mapping", str(mapping), *C)
    assert (never.returncode, never.stderr) == (
        2,
        f"There is no file {place.outside / 'never.csv'}. Look at its name and its folder.\n",
    )
    unmapped = ropewalk(place.home, "import", str(deals), "--mapping", str(place.outside / "never.yaml"), *C)
    assert "There is no mapping" in unmapped.stderr
    plan = place.outside / "plan.yaml"
    plan.write_text(PLAN)
    checked = ropewalk(place.home, "plan", "check", str(plan), *C)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "The plan of 2027 has no initiative." in checked.stdout
    sealed = ropewalk(place.home, "backup", str(place.backups / "x.backup"), "--to", "no-key")
    assert "is no age public key" in sealed.stderr
    assert not (place.backups / "x.backup").exists()
    assert left(place.home) == []


def test_a_backup_that_cannot_be_put_at_its_place_is_neither_half_there_nor_noted(place: Place) -> None:
    (place.backups / "two.backup.part").mkdir()
    refused = ropewalk(place.home, "backup", str(place.backups / "two.backup"))
    assert refused.returncode == 2
    assert "can't be written to" in refused.stderr
    note = place.home / "latest_backup.json"
    assert not note.exists() or "two.backup" not in note.read_text()
    assert left(place.home) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_root_hands_its_files_to_a_server_of_another_user(tmp_path: Path) -> None:
    """The home's owner reads what root copies there."""
    import pwd

    nobody = pwd.getpwnam("nobody")
    home, files = tmp_path / "home", tmp_path / "files"
    home.mkdir(mode=0o700)
    files.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    (files / "map.yaml").write_text(MAPPING)
    code = (
        "import sys; from ropewalk.cli.doing import set_up; set_up()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from ropewalk.jobs import handing\n"
        "order = {'path': sys.argv[1], 'company': None}\n"
        "with handing.over('plan check', order) as handed:\n"
        "    there = handing.seen(handed, 'path')\n"
        "    print(*(f'{one.stat().st_uid} {one.stat().st_mode & 0o777:o}' for one in (there, *list(there.parents)[:-1]) if '/handed-' in str(one)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(files / "map.yaml")],
        env=os.environ | {"ROPEWALK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"}, capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    modes = said.stdout.split()
    assert set(modes[::2]) == {str(nobody.pw_uid)}
    assert modes[1] == "600"
    assert set(modes[3::2]) == {"700"}
    assert left(home) == []
