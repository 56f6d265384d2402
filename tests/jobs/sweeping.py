"""Kills an import at its n-th statement, for one n after the other, runs it again, and holds the outcome against a whole one.

`python -m tests.jobs.sweeping FOLDER EVERY [WRONG]`: WRONG plants a fault into the importer, which the sweep must find. Each
import runs in a forked process, so that the death is real. Prints the statements, the deaths and what came out wrong.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = 400
WRONG = (
    "ledger first",
    "always new",
)  # and "no transaction", which shows where tallies are kept: see `dying`
MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, manager: manager, team: team}}
  - {name: deals.csv, object: opportunities, columns: {id: id, account_id: account, owner: owner, amount: amount, closed_on: closed, status: status}}
"""


class Counter:
    """Counts statements of both stores, and dies at one of them."""

    def __init__(self, die_at: int) -> None:
        self.count, self.die_at = 0, die_at

    def step(self) -> None:
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.step()
        return execute(sql, params, many, context)


class Watched:
    """A cursor of the fact store whose statements are counted."""

    def __init__(self, cursor: Any, counter: Counter) -> None:
        self._cursor, self._counter = cursor, counter

    def execute(self, *words: Any) -> Any:
        self._counter.step()
        return self._cursor.execute(*words)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def import_everything() -> None:
    """Load the whole program once, so that none of the forked processes has to; it opens nothing and starts no thread."""
    import ropewalk

    for one in pkgutil.walk_packages(ropewalk.__path__, "ropewalk."):
        if ".migrations" not in one.name and not one.name.endswith(("__main__", ".wsgi")):
            importlib.import_module(one.name)
    for name in ("duckdb", "postgres"):
        importlib.import_module(f"sqlglot.dialects.{name}")


def in_a_process(work: Callable[[], None]) -> int:
    """How a forked process ended that did the work: 0, or the negative number of the signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def live_in(home: Path) -> None:
    from django.conf import settings
    from django.db import connection

    settings.HOME, settings.FACTS_FILE = home, home / "facts.duckdb"
    connection.settings_dict["NAME"] = home / "ropewalk.sqlite3"


def prepare(home: Path) -> None:
    """An empty installation with a company, and the files to import."""
    live_in(home)
    from django.core.management import call_command

    from ropewalk.companies.models import Company

    call_command("migrate", verbosity=0)
    Company.objects.create(handle="acme", name="Acme", time_zone="UTC", currency="EUR")
    people = [f"p{n},Person {n},Boss {n % 3},Team {n % 3}" for n in range(20)]
    deals = [
        f"d{n},a{n % 30},p{n % 24},{n}.25,2026-0{n % 9 + 1}-11,{'won' if n % 3 else 'lost'}"
        for n in range(ROWS)
    ]
    deals[7] = deals[7].replace("won", "perhaps")
    (home / "people.csv").write_text("\n".join(["id,name,manager,team", *people]))
    (home / "deals.csv").write_text("\n".join(["id,account,owner,amount,closed,status", *deals]))
    (home / "mapping.yaml").write_text(MAPPING)


def run_import(home: Path, counter: Counter, wrong: str = "") -> None:
    """Import the files; dies where the counter says."""
    live_in(home)
    from django.db import connection as relational

    from ropewalk.connectors.files import reading
    from ropewalk.facts.store import connection
    from ropewalk.jobs import importing
    from ropewalk.journal.writing import OPERATOR

    if wrong:
        plant(wrong)
    real = connection.cursor
    connection.cursor = lambda: Watched(real(), counter)  # type: ignore[assignment,return-value]
    with relational.execute_wrapper(counter.around):
        files = [home / "people.csv", home / "deals.csv"]
        importing.run("acme", files, home / "mapping.yaml", by=OPERATOR, read=reading.read)
    (home / "statements").write_text(str(counter.count))


def plant(wrong: str) -> None:
    """Make the importer wrong in one way."""
    from ropewalk.facts.store import merging

    if wrong == "ledger first":
        entered = merging.enter

        def at_once(cursor: Any, *words: Any) -> Any:
            found = entered(cursor, *words)
            cursor.execute("COMMIT")
            cursor.execute("BEGIN TRANSACTION")
            return found

        before = merging._change

        def after_committing(cursor: Any, *words: Any) -> Any:
            cursor.execute("COMMIT")
            cursor.execute("BEGIN TRANSACTION")
            return before(cursor, *words)

        merging.enter, merging._change = at_once, after_committing
    elif wrong == "always new":
        compare = merging._compare

        def blind(cursor: Any, *words: Any) -> Any:
            found = compare(cursor, *words)
            cursor.execute("DROP TABLE IF EXISTS leaving_opportunities")
            cursor.execute(
                "CREATE TEMP TABLE leaving_opportunities AS SELECT *, rowid AS place FROM opportunities LIMIT 0"
            )
            cursor.execute("INSERT INTO opportunities SELECT * FROM opportunities WHERE id = 'd1'")
            return found

        merging._compare = blind
    elif wrong == "no transaction":
        begun = merging._change

        def each_by_itself(cursor: Any, *words: Any, **more: Any) -> Any:
            cursor.execute("COMMIT")  # what follows is kept statement by statement
            found = begun(cursor, *words, **more)
            cursor.execute("BEGIN TRANSACTION")
            return found

        merging._change = each_by_itself


def what_came(home: Path) -> list[Any]:
    """People, roles, matches, suspicions and facts of a home, whatever numbers they have."""
    live_in(home)
    from ropewalk.companies.models import AccessRole, Leadership, Membership, Person
    from ropewalk.facts.models import Match, Suspicion
    from ropewalk.facts.store import connection

    said: list[Any] = [
        sorted(map(list, table.objects.values_list(*columns)))
        for table, columns in (
            (Person, ("key", "name")), (Membership, ("person__key", "team__key")), (Leadership, ("person__key", "team__key")),
            (AccessRole, ("person__key", "name")), (Match, ("key", "person__key")), (Suspicion, ("code", "value", "rows")),
        )
    ]  # fmt: skip
    cursor = connection.cursor()
    facts = "SELECT id, owner_key, amount, closed_on FROM opportunities ORDER BY ALL"
    owners = "SELECT source, owner_key FROM owners ORDER BY ALL"
    return [*said, *(cursor.execute(one).fetchall() for one in (facts, owners))]


def picture(home: Path) -> None:
    """Everything that is kept, as text, in the file `picture`; figures out of kept tallies are those out of the facts."""
    said = what_came(home)
    from datetime import date

    from ropewalk.companies.models import Company
    from ropewalk.facts.models import RosterLoad
    from ropewalk.metrics import keeping
    from ropewalk.metrics.measuring import Question, measure_for_system

    assert RosterLoad.objects.count() >= 1
    company = Company.objects.get().pk
    for metric in ("revenue_won", "close_rate", "new_clients"):
        question = Question(metric, "person", date(2026, 1, 1), date(2026, 12, 31))
        figures = [
            (row.name, str(row.numerator), str(row.denominator))
            for row in measure_for_system(company, question).rows
        ]
        keeping.keep(company, metric)
        again = [
            (row.name, str(row.numerator), str(row.denominator))
            for row in measure_for_system(company, question).rows
        ]
        assert again == figures
        said.append(figures)
    (home / "picture").write_text(json.dumps(said, default=str))


def sweep(folder: Path, every: int, wrong: str = "") -> dict[str, Any]:
    """What came of it."""
    empty, whole = folder / "empty", folder / "whole"
    empty.mkdir()
    assert in_a_process(lambda: prepare(empty)) == 0
    shutil.copytree(empty, whole)
    assert in_a_process(lambda: run_import(whole, Counter(0))) == 0
    assert in_a_process(lambda: picture(whole)) == 0
    statements, expected = int((whole / "statements").read_text()), (whole / "picture").read_text()
    died, bad = 0, []
    for place in range(1, statements + 1, every):
        home = folder / "cut"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(empty, home)
        ended = in_a_process(lambda home=home, place=place: run_import(home, Counter(place), wrong))  # type: ignore[misc]
        died += ended == -signal.SIGKILL
        again = in_a_process(lambda home=home: run_import(home, Counter(0), wrong))  # type: ignore[misc]
        seen = in_a_process(lambda home=home: picture(home))  # type: ignore[misc]
        if again or seen or (home / "picture").read_text() != expected:
            bad.append(place)
        left = (
            [one for one in (home / "work").iterdir() if one.name != "keep"]
            if (home / "work").exists()
            else []
        )
        if left:
            bad.append(-place)
    return {"statements": statements, "died": died, "bad": bad}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    import_everything()
    sys.stdout.write(json.dumps(sweep(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])) + "\n")
