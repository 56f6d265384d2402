"""From version to version: what an earlier one kept is brought forward with the same figures; a later one's is left alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.backups.test_drill import ropewalk

from ropewalk import __version__
from ropewalk.backups.archive import digest_of

KEPT = sorted((Path(__file__).parent / "kept").glob("*.backup"))


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
    assert ropewalk(home, "doctor").returncode in (0, 1)


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
    for words in (
        ("company", "list"),
        ("measure", "revenue_won", "--company", "acme"),
        ("doctor",),
        ("serve",),
    ):
        refused = ropewalk(older, *words)
        assert refused.returncode == 2, words
        for part in ("9.9.0", __version__, "0999_from_the_future", "Nothing was changed"):
            assert part in refused.stderr
    assert digest_of(older / "ropewalk.sqlite3") == before
    assert json.loads((older / "version.json").read_text()) == {"version": "9.9.0"}
