"""Every kind of job, and what else changes what is kept: a home that is ready for it, the order, and how it is done.

Start with `prepare`, `JOBS` and `OTHERS`; `dying` does each of them and dies of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.jobs.sweeping import live_in

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
    bring(home, {"deals.csv": deals(0, 60)})
    keeping.keep_all(small.id)


def bring(home: Path, files: dict[str, str]) -> Any:
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
    report = bring(home, {"deals2.csv": deals(40, 90, times=3)})
    return {"company": "acme", "load": int(report.files[0].load), "sure": True}


def _accept(home: Path) -> dict[str, Any]:
    from ropewalk.facts.models import Suspicion

    near = Suspicion.objects.get(code="near_miss")
    return {"company": "acme", "suspicions": [near.pk], "as": None}


def plan(*, published: bool) -> Any:
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

    plan(published=True)
    path = _plan_file(home, plan_of(clients(goal={"target": Decimal(30)})))
    return {"company": "acme", "path": path, "reason": "We learned.", "from": "2027-03-03", "as": None}


def _publish(home: Path) -> dict[str, Any]:
    return {"company": "acme", "year": plan(published=False).year, "as": None}


def _ropes(home: Path) -> dict[str, Any]:
    plan(published=True)
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
    "plan check": lambda home: {"company": "acme", "path": _plan_file(home, plan(published=False))},
    "plan import": _amend,
    "plan publish": _publish,
    "backup": lambda home: {"file": str(home / "a.backup"), "recipient": None},
    "compare": _compare,
    "examine": lambda home: NO_ORDER,
}  # fmt: skip


def handed_over(kind: str, order: dict[str, Any]) -> dict[str, Any]:
    """The order as a command hands it to a server, and dies."""
    from ropewalk.jobs import handing

    room = handing.over(kind, order)
    handed = room.__enter__()
    ROOMS.append(room)  # that it isn't tidied up
    return handed


ROOMS: list[Any] = []
HANDED: dict[str, Callable[[Path], dict[str, Any]]] = {
    f"{kind} handed over": lambda home, kind=kind: handed_over(kind, JOBS[kind](home))  # type: ignore[misc]
    for kind in ("import", "plan import", "compare")
}


def _restore_here(home: Path) -> None:
    from ropewalk.backups.restoring import NotEmpty, restore
    from ropewalk.jobs import queue
    from ropewalk.lib import clock

    try:
        restore(
            home / "a.backup", identity=None, at=clock.now(), say=lambda done, whole, words: None,
            settle=queue.forget_from_shells,
        )  # fmt: skip
    except NotEmpty:
        assert (home / "died").exists(), "the first time nothing is there"


def _recompute(home: Path) -> None:
    from ropewalk.companies.models import Company
    from ropewalk.metrics import keeping

    keeping.forget(Company.objects.get().pk)
    keeping.keep_all(Company.objects.get().pk)


def take_all(home: Path) -> None:
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
