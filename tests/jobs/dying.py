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
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import time_machine
from tests.jobs.sweeping import Counter, Watched, import_everything, in_a_process, live_in, plant

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, email: email, team: team, manager: manager, role: role}}
  - {name: deals*.csv, object: opportunities, columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}}
  - {name: credits.csv, object: credits, columns: {opportunity_id: deal, owner: owner, share: share}}
"""
PEOPLE = "id,name,email,team,manager,role\nDee Dorn,Dee Dorn,dee.dorn@acme.example,Team Lou Losch,Lou Losch,Salesperson\n"
HEADER = "id,account,owner,product,amount,opened,closed,status"
REPS = ("ana.alder@acme.example", "ben.brandt@acme.example", "cem.celik@acme.example", "stranger")
FACTS = ("accounts", "opportunities", "credits", "activities", "owners")
NO_ORDER: dict[str, Any] = {}


def deals(first: int, last: int, *, times: int = 1) -> str:
    lines = [
        f"d{n},a{n % 9},{REPS[n % 4]},{'GTXPro' if n == 7 else 'GTX Pro'},{times * n}.25,2027-01-05,2027-02-{n % 27 + 1:02},{'won' if n % 3 else 'lost'}"
        for n in range(first, last)
    ]
    return (
        "\n".join([HEADER, *lines, f"bad{first},a1,{REPS[0]},GTX Pro,many,2027-01-05,2027-02-02,won"]) + "\n"
    )


# Each makes its home ready and gives the order of its job.


def prepare(home: Path) -> None:
    """The small company with a first import and tallies kept."""
    live_in(home)
    from django.core.management import call_command
    from tests.plans.small import found_small

    from ropewalk.metrics import keeping

    call_command("migrate", verbosity=0)
    small = found_small()
    (home / "mapping.yaml").write_text(MAPPING)
    _bring(home, {"deals.csv": deals(0, 60)})
    keeping.keep_all(small.id)


def _bring(home: Path, files: dict[str, str]) -> Any:
    from ropewalk.connectors.files import reading
    from ropewalk.jobs import importing
    from ropewalk.journal.writing import OPERATOR

    for name, text in files.items():
        (home / name).write_text(text)
    return importing.run(
        "acme", [home / name for name in files], home / "mapping.yaml", by=OPERATOR, read=reading.read
    )


def _import(home: Path) -> dict[str, Any]:
    """A delivery with corrections of the first, new rows, credits and somebody who joins."""
    files = {"people.csv": PEOPLE, "deals2.csv": deals(40, 90, times=3), "credits.csv": f"deal,owner,share\nd41,{REPS[0]},0.6\nd41,{REPS[1]},0.4\n"}  # fmt: skip
    for name, text in files.items():
        (home / name).write_text(text)
    return {"company": "acme", "files": [str(home / name) for name in files], "mapping": str(home / "mapping.yaml"), "as": None}  # fmt: skip


def _upload(home: Path) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ropewalk.companies.access import operator_for
    from ropewalk.connectors.files.mapping import read_mapping
    from ropewalk.facts import uploads
    from ropewalk.jobs import queue, uploading
    from ropewalk.jobs.models import Job
    from ropewalk.lib import clock

    viewer = operator_for("acme", on=clock.today("UTC"))
    made = uploads.bring(
        [SimpleUploadedFile("deals2.csv", deals(40, 90, times=3).encode())], by=viewer, at=clock.now()
    )
    entry = read_mapping(MAPPING).files[1].model_dump(exclude_defaults=True) | {"name": "deals2.csv"}
    seen = uploads.upload(viewer, made).mark
    uploads.plan_reading(made, "crm", [{"file": "deals2.csv", "entry": entry}], seen=seen, by=viewer)
    job = uploading.put(made, by=viewer, at=clock.now())
    order: dict[str, Any] = Job.objects.get(pk=job).order
    assert queue.is_wanted(job)
    return order


def _undo(home: Path) -> dict[str, Any]:
    report = _bring(home, {"deals2.csv": deals(40, 90, times=3)})
    return {"company": "acme", "load": int(report.files[0].load), "sure": True}


def _accept(home: Path) -> dict[str, Any]:
    from ropewalk.facts.models import Suspicion

    near = Suspicion.objects.get(code="near_miss")
    return {"company": "acme", "suspicions": [near.pk], "as": None}


def _plan(*, published: bool) -> Any:
    from tests.plans.small import KAY, clients, plan_of

    from ropewalk.companies.models import Company, Person
    from ropewalk.journal.writing import OPERATOR, Actor
    from ropewalk.plans.defining import define
    from ropewalk.versions.publishing import publish

    plan, company = plan_of(clients()), Company.objects.get().pk
    define(company, plan, by=OPERATOR, at=NOW)
    if published:
        publish(company, plan.year, by=Actor(KAY, Person.objects.get(name=KAY).pk), on=NOW.date(), at=NOW)
    return plan


def _plan_file(home: Path, plan: Any) -> str:
    from ropewalk.versions import plan_file

    (home / "plan.yaml").write_text(plan_file.written(plan))
    return str(home / "plan.yaml")


def _amend(home: Path) -> dict[str, Any]:
    from decimal import Decimal

    from tests.plans.small import clients, plan_of

    _plan(published=True)
    path = _plan_file(home, plan_of(clients(goal={"target": Decimal(30)})))
    return {"company": "acme", "path": path, "reason": "We learned.", "from": "2027-03-03", "as": None}


def _publish(home: Path) -> dict[str, Any]:
    return {"company": "acme", "year": _plan(published=False).year, "as": None}


def _ropes(home: Path) -> dict[str, Any]:
    _plan(published=True)
    return {"company": "acme", "as_of": "2027-03-02", "as": None}


def _compare(home: Path) -> dict[str, Any]:
    from ropewalk.jobs.kinds import perform

    order = {"file": str(home / "a.backup"), "recipient": None}
    perform("backup", order, say=lambda done, whole, words: None)
    return {"file": order["file"], "identity": None}


JOBS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "import": _import,
    "upload": _upload,
    "undo": _undo,
    "accept": _accept,
    "match": lambda home: {"company": "acme", "source": "crm", "key": "stranger", "person": "Ben Brandt", "as": None},
    "measure": lambda home: {"company": "acme", "metric": "revenue_won", "as": None},
    "ropes": _ropes,
    "plan check": lambda home: {"company": "acme", "path": _plan_file(home, _plan(published=False))},
    "plan import": _amend,
    "plan publish": _publish,
    "backup": lambda home: {"file": str(home / "a.backup"), "recipient": None},
    "compare": _compare,
    "examine": lambda home: NO_ORDER,
}  # fmt: skip


def _restore_here(home: Path) -> None:
    from ropewalk.backups.restoring import NotEmpty, restore
    from ropewalk.lib import clock

    try:
        restore(home / "a.backup", identity=None, at=clock.now(), say=lambda done, whole, words: None)
    except NotEmpty:
        assert (home / "died").exists(), "the first time nothing is there"


def _recompute(home: Path) -> None:
    from ropewalk.companies.models import Company
    from ropewalk.metrics import keeping

    keeping.forget(Company.objects.get().pk)
    keeping.keep_all(Company.objects.get().pk)


def _take_all(home: Path) -> None:
    """As the server does after it was started again."""
    from ropewalk.jobs import queue, runner

    queue.take_back()
    while runner.take_one():
        pass


def _upgrade(home: Path) -> None:
    from ropewalk.jobs.upgrading import bring_up_to_date

    bring_up_to_date()


OTHERS: dict[str, Callable[[Path], None]] = {
    "recompute": _recompute,
    "restore": _restore_here,
    "upgrade": _upgrade,
}


def at_first(home: Path) -> None:
    """A database as the first program made it, with a company in it."""
    live_in(home)
    from django.db import connection as relational
    from django.db.migrations.executor import MigrationExecutor

    firsts = [key for key in MigrationExecutor(relational).loader.disk_migrations if key[1] == "0001_first"]
    MigrationExecutor(relational).migrate(firsts)
    then = MigrationExecutor(relational).loader.project_state(firsts).apps
    then.get_model("companies", "Company").objects.create(
        handle="acme", name="Acme", time_zone="UTC", currency="EUR"
    )


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
        OTHERS.get(work, _take_all)(home)
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

            _plan(published=True)
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

        order = JOBS[work](home)
        if not Job.objects.exists():
            queue.put(work, order, at=NOW)

    if work in JOBS:
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
