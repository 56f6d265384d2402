"""From version to version: what an earlier one kept is brought forward with the same figures; a later one's is left alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.backups.test_drill import ropewalk
from tests.rights.test_orders import commands
from typer.main import get_command

from ropewalk import __version__
from ropewalk.backups.archive import digest_of
from ropewalk.cli.main import app

KEPT = sorted((Path(__file__).parent / "kept").glob("*.backup"))


COMMANDS = {  # all that open the home; @ is a file beside it
    "demo": "--no-serve",
    "serve": "",
    "company create": "Another",
    "company rate": "CHF 1.1 --company acme",
    "company list": "",
    "import": "@deals.csv --company acme --mapping @mapping.yaml",
    "measure": "revenue_won --company acme",
    "mapping accept": "1 --company acme",
    "mapping match": "Nobody a@acme.example --company acme",
    "mapping show": "--company acme",
    "undo": "1 --company acme --yes",
    "person invite": "a@acme.example --company acme --role rep",
    "person absent": "a@acme.example 2027-09-01 2027-09-02 --company acme",
    "plan check": "@plan.yaml --company acme",
    "plan import": "@plan.yaml --company acme",
    "plan publish": "--company acme",
    "plan announce": "--company acme",
    "plan export": "--company acme",
    "ropes": "--company acme",
    "backup": "@another.backup",
    "doctor": "",
    "doctor --compare": "@one.backup",
}


def test_every_command_is_tried_with_a_newer_database() -> None:
    assert {name.partition(" --")[0] for name in COMMANDS} | {"restore"} == set(commands(get_command(app)))


def test_something_is_kept_of_this_version() -> None:
    assert f"{__version__}.backup" in {one.name for one in KEPT}


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_what_an_earlier_version_kept_comes_back_with_the_same_figures(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
    assert said["version"] == file.stem
    assert len(said["figures"]) > 30
    home = tmp_path / "home"
    restored = ropewalk(home, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    compared = ropewalk(home, "doctor", "--compare", str(file))
    differences = [
        line
        for line in compared.stdout.splitlines()
        if line.startswith("▲") and "another form by now" not in line
    ]
    assert compared.returncode == 0 or not differences, compared.stdout
    looked = ropewalk(home, "doctor")
    assert "✗" not in looked.stdout, (
        "nothing is wrong; what is only old, or not looked after yet, is a warning"
    )
    well = [line for line in looked.stdout.splitlines() if line.startswith("✓")]
    for sentence in (
        "is whole and up to date.",
        "The facts can be read: ",
        "No job waits, none failed this week.",
    ):
        assert any(sentence in line for line in well), looked.stdout
    assert looked.returncode == (1 if "▲" in looked.stdout else 0), looked.stdout + looked.stderr


def test_a_database_that_a_newer_version_changed_is_left_alone_and_both_versions_are_named(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    assert ropewalk(home, "company", "create", "Acme").returncode == 0
    assert json.loads((home / "version.json").read_text()) == {"version": __version__}
    older = shutil.copytree(home, tmp_path / "older")
    with closing(sqlite3.connect(older / "ropewalk.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('facts', '0999_from_the_future', '2028-01-01')"
        )
        database.commit()
    (older / "version.json").write_text('{"version": "9.9.0"}')
    before = digest_of(older / "ropewalk.sqlite3")
    for name in ("deals.csv", "mapping.yaml", "plan.yaml", "one.backup"):
        (tmp_path / name).touch()
    with ThreadPoolExecutor(2) as pool:
        asked = {
            name: f"{name} {rest}".replace("@", f"{tmp_path}/").split() for name, rest in COMMANDS.items()
        }
        said = dict(zip(asked, pool.map(lambda words: ropewalk(older, *words), asked.values()), strict=True))
    for name, refused in said.items():
        assert refused.returncode == 2, (name, refused.stdout, refused.stderr)
        assert refused.stdout == "", name
        for part in ("9.9.0", __version__, "0999_from_the_future", "Nothing was changed"):
            assert part in refused.stderr, name
    restored = ropewalk(older, "restore", str(tmp_path / "one.backup"))
    assert restored.returncode == 2, "it opens the backup, and a home only where that is empty"
    assert digest_of(older / "ropewalk.sqlite3") == before
    assert json.loads((older / "version.json").read_text()) == {"version": "9.9.0"}
