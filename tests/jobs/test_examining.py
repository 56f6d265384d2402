"""Whatever is wrong with an installation is provoked, and told in words with the way out: every sign that there is."""

from __future__ import annotations

import ast
import inspect
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as given
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils.connection import ConnectionProxy
from tests.importer import NOW, Importer
from tests.trust.homes import ropewalk
from tests.trust.serving import Server

from ropewalk.backups import restoring, taking
from ropewalk.companies import mail_server
from ropewalk.companies.access import Viewer, viewer_by_email
from ropewalk.companies.founding import hire
from ropewalk.companies.models import Company, Person
from ropewalk.jobs import examining, queue
from ropewalk.jobs.examining import MIB, Sign
from ropewalk.journal.writing import OPERATOR
from ropewalk.reviews import private_notes
from ropewalk.reviews.models import PrivateNote
from ropewalk.settings import database as settings_database

DAY = timedelta(days=1)
MAIL = mail_server.MailSettings("mail.example.com", 587, "starttls", "rope", "rope@example.com")
MET: set[int] = set()  # lines of the module at which a sign was given, over all tests of this process
DONE: set[str] = set()  # cases of this process


class Here:
    """An installation that is well, and what tests do to it."""

    def __init__(self, importer: Importer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.importer, self.settings, self.monkeypatch = importer, settings, monkeypatch
        self.at, self.home = NOW, importer.home
        for name, word in (("secret_key", settings.SECRET_KEY), ("data_key", settings.DATA_KEYS[0])):
            (self.home / name).write_text(word)
            (self.home / name).chmod(0o600)

    def elsewhere(self, database: Path) -> None:
        """Let another file be the database that is looked at."""
        handler = type(connections)({"default": settings_database("") | {"NAME": database}})
        self.monkeypatch.setattr(examining, "connection", ConnectionProxy(handler, "default"))

    def disk(self, free: int) -> None:
        usage = shutil._ntuple_diskusage(1000 * MIB, (1000 - free) * MIB, free * MIB)
        self.monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    def note(self, name: str, at: datetime) -> None:
        taking.note(name, {"at": at.isoformat()})

    def administrators(self, *names: str) -> None:
        for name in names:
            email = f"{name.lower()}@acme.example"
            hire(self.importer.company.pk, name, email=email, roles=("administrator",), by=OPERATOR, at=NOW)

    def viewer(self, name: str) -> Viewer:
        return viewer_by_email("acme", f"{name.lower()}@acme.example", on=NOW.date())

    def seal(self, *notes: str, password: str = "") -> None:
        """A note by each name about everybody, and the company's mail password."""
        people = sorted(Person.objects.values_list("pk", flat=True))
        for author in notes:
            for person in people:
                private_notes.keep_note(
                    self.viewer(author), person, "Mine", edition=0, keys=given.DATA_KEYS, at=NOW
                )
        if password:
            mail_server.keep(MAIL, password, seen="", keys=given.DATA_KEYS, by=self.viewer("Uma"), at=NOW)


@pytest.fixture
def here(importer: Importer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Here:
    for variable in ("ROPEWALK_SECRET_KEY", "ROPEWALK_DATA_KEYS"):
        monkeypatch.delenv(variable, raising=False)

    def noted(*said: Any) -> Sign:
        MET.add(inspect.currentframe().f_back.f_lineno)  # type: ignore[union-attr]
        return Sign(*said)

    monkeypatch.setattr(examining, "Sign", noted)
    return Here(importer, settings, monkeypatch)


def damaged(file: Path) -> Path:
    """A database of which one page is no page any more."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE things (words TEXT)")
        database.executemany("INSERT INTO things VALUES (?)", [("x" * 2000,)] * 50)
        database.commit()
    content = bytearray(file.read_bytes())
    content[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    file.write_bytes(content)
    return file


def doing(*deeds: Callable[[Here], object]) -> Callable[[Here], None]:
    def do(here: Here) -> None:
        for deed in deeds:
            deed(here)

    return do


def imported(here: Here, owner: str = "") -> None:
    here.importer.deals(f"d1,a1,{owner},A deal,GTX,10,EUR,2026-01-01,2026-05-01,won")


def waited(here: Here) -> None:
    queue.put("import", {}, at=NOW - timedelta(minutes=6))


def failed(here: Here) -> None:
    queue.put("import", {}, at=NOW - DAY)
    claim = queue.claim(at=NOW - DAY)
    assert claim
    queue.fail(claim, "The disk was full.", at=NOW - DAY)


def alone(here: Here) -> None:
    Company.objects.all().delete()


def two(here: Here) -> None:
    here.administrators("Uma", "Una")


def forgotten(here: Here) -> None:
    here.settings.DATA_KEYS = ["another key"]


def gone(here: Here) -> None:
    here.settings.HOME = here.home / "never"


def opened(here: Here, home: int, file: int) -> None:
    imported(here)
    for one in examining.kept_in(here.home):
        one.chmod(file if one.is_file() else home)
    (here.home / "facts.duckdb").chmod(file)
    here.home.chmod(home)


def nothing(here: Here) -> None:
    """All is as it was made."""


Case = tuple[str, Callable[[Here], object], str, str, str]  # the look, what is done, level, sentence, way out
CASES: dict[str, Case] = {
    "a home that can't be written": ("home", gone, "wrong", "never can't be written to", "chown -R"),
    "a home that others read": ("home", lambda h: opened(h, 0o755, 0o644), "warning", "Other users of this machine can read the databases in", "chmod 700 "),
    "a group's home that others read": ("home", lambda h: opened(h, 0o2775, 0o664), "warning", "can read the databases in", "chmod o-rwx "),
    "a group's home": ("home", lambda h: opened(h, 0o2770, 0o664), "well", "Everything is kept in", ""),
    "a home that others enter without reading": ("home", lambda h: opened(h, 0o755, 0o640), "well", "Everything is kept in", ""),
    "a home": ("home", nothing, "well", "Everything is kept in", ""),
    "a key from outside": ("keys", lambda h: h.monkeypatch.setenv("ROPEWALK_SECRET_KEY", "x"), "well", "secret_key comes from ROPEWALK_SECRET_KEY", ""),
    "a data key from outside": ("keys", lambda h: h.monkeypatch.setenv("ROPEWALK_DATA_KEYS", "x"), "well", "data_key comes from ROPEWALK_DATA_KEYS", ""),
    "a key gone": ("keys", lambda h: (h.home / "secret_key").unlink(), "wrong", "secret_key is gone, or is another key than the one in use: when the server starts again, every sign-in and every open link ends", "Bring the file back"),
    "a data key gone": ("keys", lambda h: (h.home / "data_key").unlink(), "wrong", "private notes and mail passwords stay shut", "Bring the file back"),
    "another data key": ("keys", lambda h: (h.home / "data_key").write_text("another"), "wrong", "data_key is gone, or is another", "Bring the file back"),
    "a key that others read": ("keys", lambda h: (h.home / "data_key").chmod(0o640), "warning", "data_key can be read by other users", "chmod 600"),
    "a key": ("keys", nothing, "well", "The secret_key is there, and its owner's alone", ""),
    "a data key": ("keys", nothing, "well", "The data_key is there, and its owner's alone", ""),
    "notes and a password shut": ("sealed", doing(two, lambda h: h.seal("Uma", "Una", password="x"), forgotten), "wrong", "4 of 4 private notes and 1 of 1 mail password can't be opened: another data key sealed them", "typed anew under Set-up, Mail"),
    "one of three notes shut": ("sealed", doing(two, lambda h: h.seal("Uma"), forgotten, lambda h: h.administrators("Ulf"), lambda h: private_notes.keep_note(h.viewer("Ulf"), h.viewer("Uma").person_id, "New", edition=0, keys=given.DATA_KEYS, at=NOW)), "wrong", "2 of 3 private notes can't be opened", "Set ROPEWALK_DATA_KEYS to the key in"),
    "all opens": ("sealed", doing(two, lambda h: h.seal("Uma", password="x")), "well", "Everything that is sealed can be opened", ""),
    "by an older key too": ("sealed", doing(two, lambda h: h.seal("Uma"), lambda h: setattr(h.settings, "DATA_KEYS", ["new", *given.DATA_KEYS])), "well", "Everything that is sealed can be opened", ""),
    "nothing sealed": ("sealed", nothing, "well", "Nothing is sealed yet", ""),
    "a full disk": ("disk", lambda h: h.disk(free=99), "warning", "99 MB of 1,000 are free", "Make room"),
    "room": ("disk", lambda h: h.disk(free=100), "well", "100 MB of 1,000 are free", ""),
    "a damaged database": ("database", lambda h: h.elsewhere(damaged(h.home / "damaged.sqlite3")), "wrong", "The database is damaged", "restore the latest backup into an empty home"),
    "no database": ("database", lambda h: h.elsewhere(h.home), "wrong", "The database doesn't answer", "ROPEWALK_DATABASE_URL"),
    "an older database": ("database", lambda h: MigrationRecorder.Migration.objects.filter(app="jobs").order_by("-pk")[:1].get().delete(), "warning", "The database waits for an upgrade of 1 step.", "ropewalk company list"),
    "a database": ("database", nothing, "well", "is whole and up to date", ""),
    "facts": ("facts", imported, "well", "The facts can be read: 0 accounts, 1 opportunities, 0 activities", ""),
    "a job that waits": ("jobs", waited, "warning", "The oldest job has been waiting for 6 minutes", "ropewalk serve"),
    "a job that failed": ("jobs", failed, "warning", "A job (import) failed this week: The disk was full.", "order it again"),
    "no job": ("jobs", nothing, "well", "No job waits, none failed this week", ""),
    "no company": ("backup", alone, "well", "There is no company yet", ""),
    "no backup": ("backup", nothing, "warning", "No backup was ever taken", "ropewalk backup FILE"),
    "an old backup": ("backup", lambda h: h.note(taking.NOTE, NOW - 3 * DAY), "warning", "The latest backup is 3 days old", "every night"),
    "a backup": ("backup", lambda h: h.note(taking.NOTE, NOW - DAY), "well", "The latest backup is of 31 May, 12:00 UTC", ""),
    "a backup never tried": ("backup", lambda h: h.note(taking.NOTE, NOW - DAY), "warning", "nobody knows whether it can be brought back", "ropewalk doctor --compare FILE"),
    "a backup tried long ago": ("backup", doing(lambda h: h.note(taking.NOTE, NOW - DAY), lambda h: h.note(restoring.NOTE, NOW - 36 * DAY)), "warning", "nobody knows whether it can be brought back", "ropewalk doctor --compare FILE"),
    "no administrator": ("companies", nothing, "warning", "Acme has no administrator", "ropewalk person invite EMAIL --company acme --role administrator"),
    "one administrator": ("companies", lambda h: h.administrators("Uma"), "warning", "Acme has one administrator", "--role administrator"),
    "nothing imported": ("companies", two, "warning", "Nothing was ever imported for Acme", "ropewalk import FILE"),
    "old facts": ("companies", doing(two, imported, lambda h: setattr(h, "at", NOW + 8 * DAY)), "warning", "The facts of Acme are 8 days old", "Import the latest export"),
    "a stranger": ("companies", doing(two, lambda h: imported(h, "somebody")), "warning", "1 owner is in the facts of Acme not matched to a person", "ropewalk mapping match OWNER PERSON --company acme"),
    "a company": ("companies", doing(two, lambda h: imported(h, "uma@acme.example")), "well", "Acme: facts of 1 June 2026", ""),
    "a demonstration for all": ("openness", lambda h: (setattr(h.settings, "DEMO_MODE", True), setattr(h.settings, "ALLOWED_HOSTS", ["ropes.example"])), "wrong", "lets anybody in with one click", "Unset ROPEWALK_HOSTS"),
    "no https": ("openness", lambda h: setattr(h.settings, "ALLOWED_HOSTS", ["localhost", "ropes.example"]), "warning", "answers to ropes.example without https", "ROPEWALK_SECURE=yes"),
    "open as it should be": ("openness", lambda h: (setattr(h.settings, "ALLOWED_HOSTS", ["ropes.example"]), setattr(h.settings, "SECURE", True)), "well", "Who can reach it is as it should be", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_sign_is_given_in_words_with_its_way_out(here: Here, name: str) -> None:
    look, done, level, sentence, mend = CASES[name]
    done(here)
    found = list(getattr(examining, look)(here.at))
    told = [one for one in found if sentence in one.sentence]
    assert len(told) == 1, found
    assert told[0].level == level
    assert mend in told[0].mend
    assert bool(told[0].mend) is (level != "well")
    DONE.add(name)


def test_where_all_is_well_nothing_else_is_said(here: Here) -> None:
    doing(two, lambda h: imported(h, "uma@acme.example"), lambda h: h.disk(free=500))(here)
    here.note(taking.NOTE, NOW - DAY)
    here.note("proved.json", NOW - DAY)
    found = examining.examine({}, lambda *_: None)
    assert [one["sentence"] for one in found if one["level"] != "well"] == []
    assert {one["about"] for one in found} == {
        "home", "key", "sealed", "disk", "facts", "openness", "database", "jobs", "backup", "acme",
    }  # fmt: skip


def test_no_sign_is_left_without_a_case() -> None:
    if set(CASES) != DONE:
        pytest.skip("only told after all cases, in the same process")
    signs = {
        node.lineno
        for node in ast.walk(ast.parse(inspect.getsource(examining)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Sign"
    }
    assert signs == MET


def key_line(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz")
    (line,) = (one for one in answer.content.decode().splitlines() if one.startswith("key "))
    return answer.status_code, line


def test_ready_says_whether_the_key_is_the_one_that_sealed(here: Here, client: Client) -> None:
    two(here)
    assert key_line(client) == (200, "key ok"), "nothing is sealed"
    here.seal("Uma", password="x")
    assert key_line(client) == (200, "key ok")
    forgotten(here)
    assert key_line(client) == (503, "key not ready")
    here.seal("Una")
    assert key_line(client) == (200, "key ok"), "what is sealed since opens"
    PrivateNote.objects.filter(author_id=here.viewer("Una").person_id).delete()
    assert key_line(client) == (503, "key not ready")
    seen = mail_server.settings_of(here.viewer("Uma"))
    assert seen
    mail_server.keep(MAIL, "y", seen=seen.mark, keys=given.DATA_KEYS, by=here.viewer("Uma"), at=NOW)
    assert key_line(client) == (200, "key ok"), "the password was typed anew"


def test_ready_answers_where_the_folder_is_gone(here: Here, client: Client) -> None:
    gone(here)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "disk not ready" in answer.content.decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert ropewalk(home, "company", "create", "Acme", ROPEWALK_DEMO="no").returncode == 0
    return home


def test_a_home_that_ropewalk_makes_and_what_it_keeps_is_nobody_elses(tmp_path: Path) -> None:
    """Also where whoever runs it lets others read what they make."""
    before = os.umask(0o022)
    try:
        made, there = tmp_path / "of its own" / "home", tmp_path / "there"
        there.mkdir(mode=0o755)
        for home in (made, there):
            assert ropewalk(home, "company", "create", "Acme", ROPEWALK_DEMO="no").returncode == 0
            assert (
                ropewalk(home, "measure", "revenue_won", "--company", "acme", ROPEWALK_DEMO="no").returncode
                == 0
            )
    finally:
        os.umask(before)
    assert [one.stat().st_mode & 0o777 for one in (made, there)] == [0o700, 0o755]
    for home in (made, there):
        kept = [one for one in home.rglob("*") if not one.name.endswith(".lock")]
        assert {"ropewalk.sqlite3", "facts.duckdb", "data_key"} <= {one.name for one in kept}
        assert [one for one in kept if one.stat().st_mode & 0o007] == []
    assert "Other users of this machine" not in examined(there).stdout
    (there / "ropewalk.sqlite3").chmod(0o644)
    told = examined(there)
    assert told.returncode == 1
    assert f"    chmod 700 {there}\n" in told.stdout


def examined(home: Path) -> subprocess.CompletedProcess[str]:
    done = ropewalk(home, "doctor", ROPEWALK_DEMO="no")
    assert "Traceback" not in done.stderr
    return done


def test_keys_taken_from_under_a_server_are_told_before_it_ends(home: Path) -> None:
    """The command finds no key and makes another, as every start does; the server that answers it knows better."""
    server = Server(home, ROPEWALK_DEMO="no")
    server.start()
    try:
        server.wait_until_ready()
        for name in ("secret_key", "data_key"):
            (home / name).unlink()
        done = examined(home)
    finally:
        server.stop()
    assert done.returncode == 1
    for name in ("secret_key", "data_key"):
        assert f"✗ {home / name} is gone, or is another key than the one in use" in done.stdout


def test_of_a_damaged_database_the_doctor_says_what_to_do(home: Path) -> None:
    file = home / "ropewalk.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'companies_holiday'"
        ).fetchone()
    with file.open("r+b") as bytes_:
        bytes_.seek((page - 1) * size)
        bytes_.write(b"\xff" * size)
    done = examined(home)
    assert done.returncode == 1
    assert "✗ The database is damaged" in done.stdout
    assert "restore the latest backup into an empty home" in done.stdout
    file.write_bytes(b"no database at all" * 1000)
    done = examined(home)
    assert done.returncode == 2
    assert "The database can't be opened" in done.stderr
    assert "restore the latest backup" in done.stderr
