"""How commands get work done: here where this process can have the facts, else by the server that holds them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

Collect = Callable[[dict[str, Any], Any], None]  # the order as it was handed over, the result
PATIENCE = 10.0  # seconds without a worker before a command says so
LONG_PATIENCE = 60.0  # the same where one had begun it: it may be started again


def set_up() -> None:
    """Make Django ready and leave the database as it is."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    os.umask(os.umask(0o077) | 0o007)  # what is kept is nobody else's, but a group's where it shares the home
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as error:
        give_up(str(error))


def ready() -> None:
    """Make Django and the database ready; an older database is brought up to date, half of an installation refused."""
    set_up()
    from django.db.utils import DatabaseError

    from ropewalk.backups.marking import HalfRestored, require_whole
    from ropewalk.jobs.upgrading import NewerDatabase, bring_up_to_date

    try:
        require_whole()
        bring_up_to_date()
    except (HalfRestored, NewerDatabase) as error:
        give_up(str(error))
    except DatabaseError as error:
        give_up(
            f"The database can't be opened: {error}. See that it is there and runs; where it is damaged, restore the latest "
            "backup into an empty home."
        )


def give_up(words: str, *, code: int = 2) -> NoReturn:
    """Say on standard error why a command did nothing, and end it."""
    print(words, file=sys.stderr)
    raise typer.Exit(code)


def do(kind: str, order: dict[str, Any], *, label: str = "", collect: Collect | None = None) -> Any:
    """The result of a job, done here or by the server. Ends the command with its sentence where it can't be done.

    `collect` brings what the server wrote from the home to its place.
    """
    from ropewalk.facts.holding import StoreAway, StoreBusy
    from ropewalk.jobs import handing, presence
    from ropewalk.jobs.kinds import NotDone, perform

    with progress(label) as say:
        while True:
            try:
                try:
                    result = perform(kind, order, say=say)
                    if not presence.is_at_work():
                        handing.sweep()
                    return result
                except StoreBusy:
                    with handing.over(kind, order) as handed:
                        done, result = follow(kind, handed, say=say)
                        if done and collect is not None:
                            collect(handed, result)
                    if done:
                        return result
            except (NotDone, StoreAway) as error:
                give_up(str(error))


def follow(kind: str, order: dict[str, Any], *, say: Any) -> tuple[bool, Any]:
    """Put the job into the server's queue and wait for it: True with its result, or False where the facts are free by now.

    A server comes to it however long it is at something else. Whatever else holds the facts is given a while.
    """
    from ropewalk.facts.holding import is_free
    from ropewalk.jobs import handing, presence, queue
    from ropewalk.lib import clock

    job_id = queue.put(kind, order, at=clock.now())
    is_fetched = kind in handing.WRITES  # what the server writes is nobody's once its orderer has gone
    waited = 0.0
    try:
        while True:
            job = queue.standing(job_id)
            if job.state == "done":
                return True, job.result
            if job.state == "failed":
                give_up(job.trouble)
            if job.state == "running":
                say(job.done_parts, job.all_parts, job.words)
            if presence.is_at_work():
                waited = 0.0
            elif job.state == "waiting" and is_free() and queue.withdraw(job_id):
                return False, None
            elif (waited := waited + 0.1) > PATIENCE and queue.withdraw(job_id):
                give_up(
                    "Another process holds the facts and takes no jobs. End it, or wait, then say this again."
                )
            elif waited > LONG_PATIENCE:
                give_up(
                    "The server that had begun this is gone. Start it again, then say this once more."
                    if is_fetched
                    else "The server that had begun this is gone; it goes on with it when it is started again."
                )
            time.sleep(0.1)
    except KeyboardInterrupt:
        if queue.withdraw(job_id) or is_fetched:
            give_up("Called off; nothing was done.", code=130)
        give_up("The server is at it already and goes on to the end.", code=130)


@contextmanager
def progress(label: str) -> Iterator[Any]:
    """A bar on a terminal, plain lines where there is none; both on standard error."""
    if not sys.stderr.isatty():
        latest = {"part": -1}

        def say_plainly(done: int, whole: int, words: str) -> None:
            part = 10 * done // whole if whole else 0
            if label and part != latest["part"]:
                latest["part"] = part
                print(f"{label}: {words or ''} {done:,} of {whole:,}".replace(":  ", ": "), file=sys.stderr)

        yield say_plainly
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label or "Working", total=None, visible=bool(label))

        def say(done: int, whole: int, words: str) -> None:
            bar.update(task, completed=done, total=whole or None, description=words or label)

        yield say


def today_of(handle: str) -> Any:
    """The company's day, or an end with a sentence where there is no such company."""
    from ropewalk.companies.queries import time_zone_for_system
    from ropewalk.lib import clock

    zone = time_zone_for_system(handle)
    if zone is None:
        give_up(f"There is no company {handle!r}. Make it with: ropewalk company create NAME")
    return clock.today(zone)
