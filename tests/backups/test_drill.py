"""The restore drill: what a backup holds comes back whole, or nothing is touched. Every command runs as people run it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from ropewalk.backups.archive import digest_of

MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, email: email, manager: manager, team: team}}
  - {name: deals.csv, object: opportunities, columns: {id: id, account_id: account, owner: owner, amount: amount, closed_on: closed, status: status}}
"""


def ropewalk(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "from ropewalk.cli.main import app; app()"
    environment = os.environ | {"ROPEWALK_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a company, its people and deals, one of them refused."""
    home = tmp_path_factory.mktemp("filled")
    people = ["id,name,email,manager,team"] + [
        f"p{n},Person {n},p{n}@acme.example,Boss {n % 3},Team {n % 3}" for n in range(30)
    ]
    deals = ["id,account,owner,amount,closed,status"] + [
        f"d{n},a{n % 40},p{n % 33},{n}.10,2026-0{n % 9 + 1}-11,won" for n in range(900)
    ]
    deals.append("d900,a1,p1,12,,won")
    (home / "people.csv").write_text("\n".join(people))
    (home / "deals.csv").write_text("\n".join(deals))
    (home / "mapping.yaml").write_text(MAPPING)
    assert ropewalk(home, "company", "create", "Acmé & Søns").returncode == 0
    files = [str(home / name) for name in ("people.csv", "deals.csv")]
    imported = ropewalk(
        home, "import", *files, "--company", "acme-sns", "--mapping", str(home / "mapping.yaml")
    )
    assert imported.returncode == 1, imported.stderr
    return home


@pytest.fixture(scope="module")
def backup(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "acme.backup"
    taken = ropewalk(filled, "backup", str(file))
    assert taken.returncode == 0, taken.stderr
    return file


def test_what_was_taken_comes_back_in_an_empty_home_and_nothing_differs(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ropewalk(home, "restore", str(backup)).returncode == 0
    compared = ropewalk(home, "doctor", "--compare", str(backup))
    assert compared.returncode == 0, compared.stdout
    assert "Nothing differs" in compared.stdout
    measured = ropewalk(
        home,
        "measure",
        "revenue_won",
        "--company",
        "acme-sns",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "--format",
        "csv",
    )
    assert measured.stdout.splitlines()[1].split(",")[4] == f"{sum(n + 0.1 for n in range(900)):.0f}"
    assert (home / "refused" / "acme-sns").is_dir()


def test_the_keys_are_never_inside(filled: Path, backup: Path) -> None:
    key = (filled / "secret_key").read_bytes().strip()
    with zipfile.ZipFile(backup) as archive:
        assert not [name for name in archive.namelist() if "key" in name]
        assert all(key not in archive.read(name) for name in archive.namelist())


def test_nobody_else_on_the_machine_can_read_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_a_changed_row_is_told_by_the_comparison(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ropewalk(home, "restore", str(backup))
    with sqlite3.connect(home / "ropewalk.sqlite3") as database:
        database.execute("UPDATE companies_person SET name = 'Somebody Else' WHERE key = 'p3'")
    compared = ropewalk(home, "doctor", "--compare", str(backup))
    assert compared.returncode == 1
    assert "companies.person" in compared.stdout


def test_what_has_come_since_makes_no_figure_of_the_backup_differ(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ropewalk(home, "restore", str(backup))
    assert ropewalk(home, "company", "create", "Aardvark").returncode == 0  # before the other, by name
    compared = ropewalk(home, "doctor", "--compare", str(backup))
    assert compared.returncode == 1
    assert "companies.company" in compared.stdout
    assert "figures" not in compared.stdout
    with sqlite3.connect(home / "ropewalk.sqlite3") as database:
        database.execute("UPDATE companies_person SET name = 'Somebody Else' WHERE key = 'p3'")
    compared = ropewalk(home, "doctor", "--compare", str(backup))
    assert "figures differ, the first: acme-sns" in compared.stdout
    assert "person Person 3 " in compared.stdout
    assert "then, none now." in compared.stdout


def test_what_a_command_had_ordered_isnt_done_again_where_it_was_restored(
    filled: Path, tmp_path: Path
) -> None:
    """A server that takes a backup has that very job in hand: taken up again it would overwrite what was restored."""
    taking, home, file = tmp_path / "taking", tmp_path / "home", tmp_path / "one.backup"
    shutil.copytree(filled, taking)
    rows = [
        (kind, json.dumps(order), state, leased)
        for state, leased in (("running", "2026-01-01 00:01:00"), ("waiting", None))
        for kind, order in (
            ("backup", {"file": str(file), "recipient": None}),
            ("upload", {"upload": 999, "by": "operator"}),
        )
    ]
    with closing(sqlite3.connect(taking / "ropewalk.sqlite3")) as database, database:
        database.executemany(
            'INSERT INTO jobs_job (kind, "order", state, leased_until, made_at, fence, done_parts, all_parts, words, trouble) '
            "VALUES (?, ?, ?, ?, '2026-01-01 00:00:00', 1, 0, 0, '', '')",
            rows,
        )
    assert ropewalk(taking, "backup", str(file)).returncode == 0
    assert ropewalk(home, "restore", str(file)).returncode == 0
    with closing(sqlite3.connect(home / "ropewalk.sqlite3")) as database:
        kept = database.execute("SELECT kind, state FROM jobs_job ORDER BY id").fetchall()
    assert kept == [("upload", "running"), ("upload", "waiting")], "what pages ordered goes on"
    assert ropewalk(home, "doctor", "--compare", str(file)).returncode == 0


def test_an_installation_is_never_overwritten(filled: Path, backup: Path) -> None:
    before = digest_of(filled / "ropewalk.sqlite3")
    refused = ropewalk(filled, "restore", str(backup))
    assert refused.returncode == 2
    assert "never overwrites" in refused.stderr
    assert digest_of(filled / "ropewalk.sqlite3") == before


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.999])
def test_a_truncated_backup_is_refused_before_anything_is_touched(
    backup: Path, tmp_path: Path, share: float
) -> None:
    whole = backup.read_bytes()
    torn = tmp_path / "torn.backup"
    torn.write_bytes(whole[: int(len(whole) * share)])
    refused = ropewalk(tmp_path / "home", "restore", str(torn))
    assert refused.returncode == 2, refused.stderr
    assert "Nothing was changed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "home" / "ropewalk.sqlite3").exists()


def test_a_flipped_bit_anywhere_is_refused_or_harmless(backup: Path, tmp_path: Path) -> None:
    """In process, for many places: either the file is refused, or every member is what the manifest says."""
    from ropewalk.backups import archive

    whole, luck, refused = bytearray(backup.read_bytes()), random.Random(11), 0
    for _ in range(60):
        at = luck.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[at] ^= 1 << luck.randrange(8)
        file = tmp_path / "flipped.backup"
        file.write_bytes(flipped)
        folder = tmp_path / "out"
        folder.mkdir()
        try:
            said = archive.unpack(file, folder).said
        except archive.NotABackup:
            refused += 1
        else:
            assert all(digest_of(folder / name) == one["sha256"] for name, one in said["members"].items())
        shutil.rmtree(folder)
    assert refused > 50


def test_a_backup_of_a_newer_version_is_refused_and_the_versions_are_named(
    backup: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                said["version"] = "9.9.0"
                said["state"].append(["companies", "0999_from_the_future"])
                content = json.dumps(said).encode()
            new.writestr(name, content)
    refused = ropewalk(tmp_path / "home", "restore", str(newer))
    assert refused.returncode == 2
    assert "9.9.0" in refused.stderr
    assert "0999_from_the_future" in refused.stderr


def test_encrypted_to_a_key_it_opens_with_its_identity_alone(filled: Path, tmp_path: Path) -> None:
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, identity in (("mine", mine), ("other", other)):
        (tmp_path / name).write_text(f"# a comment\n{identity}\n")
    file = tmp_path / "sealed.backup"
    assert ropewalk(filled, "backup", str(file), "--to", str(mine.to_public())).returncode == 0
    assert not zipfile.is_zipfile(file)
    assert "--identity" in ropewalk(tmp_path / "one", "restore", str(file)).stderr
    assert (
        "doesn't open"
        in ropewalk(tmp_path / "two", "restore", str(file), "--identity", str(tmp_path / "other")).stderr
    )
    opened = ropewalk(tmp_path / "three", "restore", str(file), "--identity", str(tmp_path / "mine"))
    assert opened.returncode == 0, opened.stderr


def test_a_backup_that_dies_while_it_is_encrypted_has_put_nothing_readable_beside_its_target(
    filled: Path, tmp_path: Path
) -> None:
    """Killed by the encrypting itself, when it has written its file, and before anybody has tidied up."""
    home, target = tmp_path / "home", tmp_path / "elsewhere"
    shutil.copytree(filled, home)
    target.mkdir()
    key = str(pyrage.x25519.Identity.generate().to_public())
    dying = (
        "import os, signal, pyrage; real = pyrage.encrypt_file\n"
        "def die(*words): real(*words); os.kill(os.getpid(), signal.SIGKILL)\n"
        "pyrage.encrypt_file = die\n"
        "from ropewalk.cli.main import app; app()"
    )
    died = subprocess.run(
        [sys.executable, "-c", dying, "backup", str(target / "night.backup"), "--to", key],
        env=os.environ | {"ROPEWALK_HOME": str(home)}, capture_output=True, timeout=120,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    left = list(target.iterdir())
    assert left, "it died while it wrote"
    assert not any(zipfile.is_zipfile(one) or b"Person 3" in one.read_bytes() for one in left)
    assert all(one.stat().st_mode & 0o077 == 0 for one in left)
    assert ropewalk(home, "backup", str(target / "next.backup"), "--to", key).returncode == 0
    assert not [one for one in (home / "work").rglob("*") if one.is_file()], "swept"


def test_a_key_that_is_none_is_refused_and_no_file_is_left(filled: Path, tmp_path: Path) -> None:
    refused = ropewalk(filled, "backup", str(tmp_path / "x.backup"), "--to", "not-a-key")
    assert refused.returncode == 2
    assert "age-keygen" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_restore_killed_at_any_moment_leaves_a_home_that_can_be_restored_into(
    backup: Path, tmp_path: Path
) -> None:
    home, luck = tmp_path / "home", random.Random(3)
    code = "from ropewalk.cli.main import app; app()"
    for _ in range(5):
        run = subprocess.Popen(
            [sys.executable, "-c", code, "restore", str(backup)],
            env=os.environ | {"ROPEWALK_HOME": str(home)}, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(luck.uniform(0.8, 2.2))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        facts = home / "facts.duckdb"  # not there yet where death came between the two
        if (home / "ropewalk.sqlite3").exists() and facts.exists() and facts.stat().st_size > 100_000:
            break
    last = ropewalk(home, "restore", str(backup))
    assert last.returncode == 0 or "never overwrites" in last.stderr, last.stderr
    assert ropewalk(home, "doctor", "--compare", str(backup)).returncode == 0


def test_an_older_form_of_the_tables_is_brought_up_to_date(backup: Path, tmp_path: Path) -> None:
    """A backup whose plans stand one migration back: rows load in the old form, then the migrations run."""
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
    home = tmp_path / "home"
    assert ropewalk(home, "restore", str(older)).returncode == 0
    with sqlite3.connect(home / "ropewalk.sqlite3") as database:
        applied = {
            one for (one,) in database.execute("SELECT name FROM django_migrations WHERE app = 'plans'")
        }
        required = {
            one: bool(flag) for _, one, _, flag, *_ in database.execute("PRAGMA table_info(plans_initiative)")
        }
    assert {"0001_first", "0002_retired_gives_its_slot_up"} <= applied
    assert not required["slot"], "the later form, in which what is retired has none"
    listed = ropewalk(home, "company", "list")
    assert "acme-sns" in listed.stdout
    assert listed.stderr == "", "nothing was left for the first command to bring up to date"
    compared = ropewalk(home, "doctor", "--compare", str(backup))
    assert compared.returncode == 0, compared.stdout
