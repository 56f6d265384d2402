"""Looks an installation over: what is wrong, why it matters, how to mend it. And, in a word each, whether it can serve.

Start with `examine` for people at the shell, `readiness` for machines.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from ropewalk.backups import restoring, taking
from ropewalk.companies import mail_server
from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system, holders_for_system
from ropewalk.facts import keeping
from ropewalk.facts.holding import hold
from ropewalk.facts.queries import open_suspicions_for_system
from ropewalk.jobs import queue
from ropewalk.jobs.kinds import Say
from ropewalk.lib import clock
from ropewalk.metrics.quietness import fresh_at_for_system
from ropewalk.reviews import private_notes

BACKUP_AGE = timedelta(hours=48)
DRILL_AGE = timedelta(days=35)  # after the latest restore that was proved
QUEUE_AGE = timedelta(minutes=5)
FACTS_AGE = timedelta(days=7)
ROOM = 0.10  # of the disk
MIB = 1 << 20
DATA = ("ropewalk.sqlite3*", "facts.duckdb*", "uploads", "refused")
KEYS = {  # by its file in the home: what may stand for it, and what is lost with it
    "secret_key": ("ROPEWALK_SECRET_KEY", "every sign-in and every open link ends"),
    "data_key": ("ROPEWALK_DATA_KEYS", "private notes and mail passwords stay shut"),
}


@dataclass(frozen=True)
class Sign:
    """One thing looked at. `level` is "well", "warning" or "wrong"; `mend` is empty where all is well."""

    about: str
    level: str
    sentence: str
    mend: str = ""


def examine(order: dict[str, Any], say: Say) -> list[dict[str, str]]:
    """Every sign, as JSON. Runs where the facts are held. Raises StoreBusy."""
    hold()
    at = clock.now()
    looks: tuple[Callable[[datetime], Iterator[Sign]], ...] = (
        home, keys, disk, facts, openness, database, sealed, jobs, backup, companies,
    )  # fmt: skip
    found: list[dict[str, str]] = []
    for place, look in enumerate(looks):
        say(place, len(looks), look.__name__)
        found += [asdict(sign) for sign in look(at)]
        if found[-1]["about"] == "database" and found[-1]["level"] == "wrong":
            break  # whatever comes after it is read there
    return found


def home(at: datetime) -> Iterator[Sign]:
    """The folder, and whether it can be written to."""
    folder = Path(settings.HOME)
    if not os.access(folder, os.W_OK):
        yield Sign(
            "home",
            "wrong",
            f"{folder} can't be written to.",
            f"Give it to whoever runs Ropewalk: chown -R … {folder}",
        )
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o001 and any(stat.S_IMODE(one.stat().st_mode) & 0o004 for one in kept_in(folder)):
        yield Sign(
            "home",
            "warning",
            f"Other users of this machine can read the databases in {folder}. Ropewalk makes its home for its user alone; one that was there "
            "before it stays as open as it was.",
            f"chmod {'o-rwx' if mode & 0o020 else '700'} {folder}",
        )
    else:
        yield Sign("home", "well", f"Everything is kept in {folder}.")


def kept_in(folder: Path) -> list[Path]:
    """What holds data in a home: the files of both databases, and what was brought or given back."""
    return [one for name in DATA for one in folder.glob(name)]


def keys(at: datetime) -> Iterator[Sign]:
    """Both keys: whether they are those that are in use, and their owner's alone."""
    in_use = {"secret_key": settings.SECRET_KEY, "data_key": settings.DATA_KEYS[0]}
    for name, (variable, loss) in KEYS.items():
        path = Path(settings.HOME) / name
        if os.environ.get(variable):
            yield Sign("key", "well", f"The {name} comes from {variable}.")
        elif not path.exists() or path.read_text().strip() != in_use[name]:
            yield Sign(
                "key",
                "wrong",
                f"{path} is gone, or is another key than the one in use: when the server starts again, {loss}.",
                "Bring the file back from where keys are kept, and start the server again.",
            )
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Sign(
                "key", "warning", f"{path} can be read by other users of this machine.", f"chmod 600 {path}"
            )
        else:
            yield Sign("key", "well", f"The {name} is there, and its owner's alone.")


def sealed(at: datetime) -> Iterator[Sign]:
    """Whether the keys open what is sealed."""
    shut, there = [], 0
    for one, many, opened in (
        ("private note", "private notes", private_notes.opened_for_system(keys=settings.DATA_KEYS)),
        ("mail password", "mail passwords", mail_server.opened_for_system(keys=settings.DATA_KEYS)),
    ):
        there += len(opened)
        if not all(opened):
            shut.append(f"{opened.count(False):,} of {len(opened):,} {one if len(opened) == 1 else many}")
    if shut:
        yield Sign(
            "sealed",
            "wrong",
            f"{' and '.join(shut)} can't be opened: another data key sealed them.",
            f"Set ROPEWALK_DATA_KEYS to the key in {Path(settings.HOME) / 'data_key'}, a comma, and the one that sealed them; "
            "then start the server again. Without that key notes stay shut, and a mail password is typed anew under Set-up, Mail.",
        )
    elif there:
        yield Sign("sealed", "well", "Everything that is sealed can be opened.")
    else:
        yield Sign("sealed", "well", "Nothing is sealed yet.")


def opens_at_all() -> bool:
    """Whether a mail password or the latest private note opens; also where nothing is sealed yet."""
    notes = private_notes.opened_for_system(keys=settings.DATA_KEYS, latest=1)
    opened = notes + mail_server.opened_for_system(keys=settings.DATA_KEYS)
    return any(opened) or not opened


def disk(at: datetime) -> Iterator[Sign]:
    """Room for what is to come."""
    room = shutil.disk_usage(settings.HOME)
    words = f"{room.free // MIB:,} MB of {room.total // MIB:,} are free on the disk of {settings.HOME}."
    if room.free < ROOM * room.total:
        yield Sign(
            "disk",
            "warning",
            words,
            "Make room: an import that meets a full disk stops (nothing is torn, but nothing comes in).",
        )
    else:
        yield Sign("disk", "well", words)


def database(at: datetime) -> Iterator[Sign]:
    """Whether it answers, is whole, and has the form this version wants."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check(1)")
                (word,) = cursor.fetchone()
                if word != "ok":
                    yield Sign(
                        "database",
                        "wrong",
                        f"The database is damaged: {word}.",
                        "Stop the server, keep a copy of the folder, then restore the latest backup into an empty home.",
                    )
                    return
            else:
                cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield Sign(
            "database",
            "wrong",
            f"The database doesn't answer: {error}.",
            "See that it runs and that ROPEWALK_DATABASE_URL names it.",
        )
        return
    missing = missing_migrations()
    if missing:
        yield Sign(
            "database",
            "warning",
            f"The database waits for an upgrade of {missing} {'step' if missing == 1 else 'steps'}.",
            "Any command brings it up to date, such as: ropewalk company list",
        )
    else:
        yield Sign("database", "well", f"The database ({connection.display_name}) is whole and up to date.")


def missing_migrations() -> int:
    """How many migrations the database hasn't seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def facts(at: datetime) -> Iterator[Sign]:
    """Whether the store opens and what it holds."""
    weights = keeping.weigh_all()
    held = ", ".join(f"{weights[name].rows:,} {name}" for name in ("accounts", "opportunities", "activities"))
    yield Sign("facts", "well", f"The facts can be read: {held}.")


def jobs(at: datetime) -> Iterator[Sign]:
    """Whether work gets done."""
    waiting = queue.oldest_waiting(at=at)
    if waiting is not None and waiting > QUEUE_AGE:
        yield Sign(
            "jobs",
            "warning",
            f"The oldest job has been waiting for {int(waiting.total_seconds() // 60)} minutes.",
            "See that the server runs: ropewalk serve. Its log says what it is at.",
        )
    failed = queue.failed_since(at - timedelta(days=7))
    for kind, trouble in failed[:3]:
        yield Sign(
            "jobs",
            "warning",
            f"A job ({kind}) failed this week: {trouble}",
            "Mend what it says, then order it again.",
        )
    if not failed and (waiting is None or waiting <= QUEUE_AGE):
        yield Sign("jobs", "well", "No job waits, none failed this week.")


def backup(at: datetime) -> Iterator[Sign]:
    """How old the latest backup is, and whether one was ever brought back."""
    if not companies_for_system():
        yield Sign("backup", "well", "There is no company yet, so there is nothing to keep.")
        return
    latest, order = (
        taking.latest(),
        "ropewalk backup FILE, every night, and keep the files on another machine.",
    )
    if latest is None:
        yield Sign("backup", "warning", "No backup was ever taken.", order)
    elif at - latest > BACKUP_AGE:
        yield Sign("backup", "warning", f"The latest backup is {(at - latest).days} days old.", order)
    else:
        yield Sign("backup", "well", f"The latest backup is of {latest:%-d %B, %H:%M} UTC.")
    proved = [one for one in (taking.instant_of("proved.json"), taking.instant_of(restoring.NOTE)) if one]
    if latest is not None and (not proved or at - max(proved) > DRILL_AGE):
        yield Sign(
            "drill",
            "warning",
            "No backup was held against this installation lately, so nobody knows whether it can be brought back.",
            "ropewalk doctor --compare FILE, or a restore into an empty home.",
        )


def companies(at: datetime) -> Iterator[Sign]:
    """What each company lacks to be looked after."""
    for handle, name in companies_for_system():
        company = company_by_handle_for_system(handle)
        administrators = holders_for_system(company.id, "administrator")
        if not administrators:
            yield Sign(
                handle,
                "warning",
                f"{name} has no administrator.",
                f"ropewalk person invite EMAIL --company {handle} --role administrator",
            )
        elif len(administrators) == 1:
            yield Sign(
                handle,
                "warning",
                f"{name} has one administrator; with that person away nobody can let people in.",
                f"ropewalk person invite EMAIL --company {handle} --role administrator",
            )
        fresh = fresh_at_for_system(company.id)
        if fresh is None:
            yield Sign(
                handle,
                "warning",
                f"Nothing was ever imported for {name}.",
                f"ropewalk import FILE… --company {handle} --mapping MAP.yaml",
            )
        elif not company.is_generated and at - fresh > FACTS_AGE:
            yield Sign(
                handle,
                "warning",
                f"The facts of {name} are {(at - fresh).days} days old.",
                "Import the latest export.",
            )
        strangers = [one for one in open_suspicions_for_system(company.id) if one.code == "owner_unknown"]
        if strangers:
            yield Sign(
                handle,
                "warning",
                f"{counted(len(strangers))} in the facts of {name} not matched to a person; what they did counts for nobody.",
                f"ropewalk mapping match OWNER PERSON --company {handle}",
            )
        if administrators and fresh is not None and not strangers:
            yield Sign(handle, "well", f"{name}: facts of {fresh:%-d %B %Y}.")


def counted(owners: int) -> str:
    """How many owners, as a sentence begins."""
    return "1 owner is" if owners == 1 else f"{owners:,} owners are"


def openness(at: datetime) -> Iterator[Sign]:
    """Whether it is open to others without https."""
    outside = [one for one in settings.ALLOWED_HOSTS if one not in (*settings.LOOPBACK, "testserver")]
    if settings.DEMO_MODE and outside:
        yield Sign(
            "openness",
            "wrong",
            "The demonstration lets anybody in with one click, and it answers to other machines.",
            "Unset ROPEWALK_HOSTS, or don't set ROPEWALK_DEMO.",
        )
    elif outside and not settings.SECURE:
        yield Sign(
            "openness",
            "warning",
            f"It answers to {', '.join(outside)} without https: passwords travel in the open.",
            "Put it behind https and set ROPEWALK_SECURE=yes.",
        )
    else:
        yield Sign("openness", "well", "Who can reach it is as it should be.")


def readiness(*, at: datetime) -> list[tuple[str, bool]]:
    """What must hold for pages to be served: a name and whether it does. Shows no data and no version.

    The age of a backup makes nobody wait for a page, so it is told here without deciding; `doctor` warns of it.
    """
    state = dict.fromkeys(("database", "migrations", "disk", "key", "jobs", "facts"), False)
    try:
        connection.ensure_connection()
        state["database"] = True
        state["migrations"] = missing_migrations() == 0
        waiting = queue.oldest_waiting(at=at)
        state["jobs"] = waiting is None or waiting <= QUEUE_AGE
        state["key"] = opens_at_all()
    except DatabaseError:
        pass
    try:
        room = shutil.disk_usage(settings.HOME)
        state["disk"] = room.free >= ROOM * room.total
    except OSError:  # the folder is gone, with the disk that it was on
        pass
    try:
        hold()
        state["facts"] = True
    except Exception:  # whatever keeps the facts from being read, this process can't serve
        state["facts"] = False
    return list(state.items())
