"""Every kind of job, and what else changes what is kept, killed at its n-th statement, done again, and held against a whole one.

`python -m tests.jobs.dying FOLDER WORK EVERY [WRONG]`, or `FOLDER "begin all"`. A job is taken out of the queue as the server takes it, so that a death
between the work and the note that it is done is among them. Commits count as statements. Prints what came of it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import time_machine
from tests.jobs.sweeping import Counter, Watched, import_everything, in_a_process, live_in, plant
from tests.jobs.works import HANDED, JOBS, NOW, OTHERS, at_first, plan, prepare, take_all

FACTS = ("accounts", "opportunities", "credits", "activities", "owners")


def run(home: Path, work: str, counter: Counter, wrong: str = "") -> None:
    """Do it; dies where the counter says."""
    live_in(home)
    plant(wrong)
    from django.db import connection as relational

    from ropewalk.connectors.files import reading
    from ropewalk.facts.store import connection
    from ropewalk.jobs import importing

    real, commit = connection.cursor, relational._commit
    connection.cursor = lambda: Watched(real(), counter)  # type: ignore[assignment,return-value]
    relational._commit = lambda: (counter.step(), commit())[1]  # type: ignore[method-assign,func-returns-value]
    importing.in_child = lambda order, say, is_wanted=None: reading.read(order, say)  # type: ignore[assignment]
    with relational.execute_wrapper(counter.around):
        OTHERS.get(work, take_all)(home)
    (home / "statements").write_text(str(counter.count))


def picture(home: Path) -> None:
    """Everything that is kept, as text; every figure out of kept tallies is that out of the facts."""
    live_in(home)
    from django.apps import apps

    from ropewalk.companies.models import Company
    from ropewalk.facts.store import connection
    from ropewalk.jobs.models import Job
    from ropewalk.metrics import keeping
    from ropewalk.metrics.built_in import definitions
    from ropewalk.metrics.measuring import Question, measure_for_system

    said: dict[str, Any] = {}
    for table in apps.get_models(include_auto_created=True):
        if table._meta.app_label in ("sessions", "contenttypes", "auth") or table is Job:
            continue
        skipped = {"id"} if table._meta.label == "journal.Line" else set()
        names = [one.attname for one in table._meta.concrete_fields if one.attname not in skipped | LATEST]
        rows = table._base_manager.all()
        if table._meta.label == "facts.RosterLoad":
            rows = rows.exclude(
                new=0, changed=0
            )  # a delivery that came through comes once more and says nothing new
        said[table._meta.label] = sorted((list(row) for row in rows.values_list(*names)), key=repr)
    said["jobs"] = [[kind, state, trouble] for kind, state, trouble in Job.objects.values_list("kind", "state", "trouble")]  # fmt: skip
    cursor = connection.cursor()
    for name in FACTS:
        columns = [row[0] for row in cursor.execute(f"DESCRIBE {name}").fetchall() if row[0] != "load_id"]
        named = ", ".join(f'"{one}"' for one in columns)
        said[name] = cursor.execute(f"SELECT {named} FROM {name} ORDER BY ALL").fetchall()
    company = Company.objects.get().pk
    for metric in definitions():
        question = Question(metric, "person", date(2027, 1, 1), date(2027, 12, 31), grain="month")
        kept = measure_for_system(company, question).rows
        keeping.forget(company)
        assert measure_for_system(company, question).rows == kept
        said[metric] = [(row.name, row.period_start, row.numerator, row.denominator) for row in kept]
    left = (
        [one.name for one in (home / "work").rglob("*") if one.is_file()] if (home / "work").exists() else []
    )
    said["left behind"] = [one for one in left if not one.startswith("keep")]
    said["files"] = sorted(str(one.relative_to(home)) for name in ("uploads", "refused") for one in (home / name).rglob("*") if one.is_file())  # fmt: skip
    (home / "picture").write_text(json.dumps(said, default=str, indent=1))


LATEST = {
    "latest_load",
    "first_load",
}  # a delivery that came through in spite of its death comes once more, as another load


def begin(folder: Path, work: str) -> Path:
    """A home in which the work is about to be done."""
    base, home = folder / "base", folder / "ready"
    base.mkdir()
    if work == "upgrade":
        home.mkdir()
        assert in_a_process(lambda: at_first(home)) == 0
        return home
    assert in_a_process(lambda: prepare(base)) == 0
    if work == "restore":

        def take() -> None:
            live_in(base)
            from ropewalk.jobs.kinds import perform

            plan(published=True)
            order = {"file": str(folder / "a.backup"), "recipient": None}
            perform("backup", order, say=lambda done, whole, words: None)

        assert in_a_process(take) == 0
        home.mkdir()
        shutil.copy(folder / "a.backup", home / "a.backup")
        return home
    shutil.copytree(base, home)

    def put() -> None:
        live_in(home)
        from ropewalk.jobs import queue
        from ropewalk.jobs.models import Job

        order = (JOBS | HANDED)[work](home)
        if not Job.objects.exists():
            queue.put(work.removesuffix(" handed over"), order, at=NOW)

    if work in JOBS or work in HANDED:
        assert in_a_process(put) == 0
    return home


def begin_all(folder: Path) -> list[str]:
    """The kinds of work, each of which can be ordered in a home of its own; only the preparation is tried."""
    base = folder / "base"
    base.mkdir()
    assert in_a_process(lambda: prepare(base)) == 0
    done = []
    for work, order in JOBS.items():
        home = Path(shutil.copytree(base, folder / "ready"))

        def put(home: Path = home, order: Callable[[Path], dict[str, Any]] = order) -> None:
            live_in(home)
            order(home)

        if in_a_process(put) == 0:
            done.append(work)
        shutil.rmtree(home)
    return done


def at_home(ready: Path, home: Path) -> None:
    """A copy of the home in the same place, since orders name files by their paths."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(ready, home)


def sweep(folder: Path, work: str, every: int, wrong: str = "") -> dict[str, Any]:
    """What came of it: statements, deaths, and the statements at which it came out otherwise."""
    home, kept = begin(folder, work), folder / "kept"
    shutil.copytree(home, kept)
    assert in_a_process(lambda: run(home, work, Counter(0))) == 0
    assert in_a_process(lambda: picture(home)) == 0
    statements, expected = int((home / "statements").read_text()), (home / "picture").read_text()
    died, bad = 0, {}
    for place in [*range(1, statements + 1, every)]:
        at_home(kept, home)
        died += in_a_process(lambda place=place: run(home, work, Counter(place), wrong)) == -signal.SIGKILL  # type: ignore[misc]
        (home / "died").touch()
        again = in_a_process(lambda: run(home, work, Counter(0), wrong))
        seen = in_a_process(lambda: picture(home))
        found = (home / "picture").read_text() if not seen else ""
        if again or seen or found != expected:
            bad[place] = _differs(expected, found) if found else f"ended with {again}, {seen}"
    return {"statements": statements, "died": died, "bad": bad}


def _differs(expected: str, found: str) -> list[str]:
    then, now = json.loads(expected), json.loads(found)
    return [
        f"{name}: {str(then[name])[-200:]} | {str(now.get(name))[-200:]}"
        for name in then
        if then[name] != now.get(name)
    ]


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    import_everything()
    with time_machine.travel(NOW, tick=False):
        if sys.argv[2:] == ["begin all"]:
            sys.stdout.write(json.dumps({"begun": begin_all(Path(sys.argv[1]))}) + "\n")
            sys.exit()
        sys.stdout.write(
            json.dumps(sweep(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])) + "\n"
        )
