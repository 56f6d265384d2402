"""Kills an import of many rows at random moments, completes it, and holds what is kept against an uninterrupted one.

`python -m tests.jobs.interrupting FOLDER ROUNDS KILLS ROWS`. Each round begins with an empty installation and counts only the
deaths of imports that were under way: one that ended before its killer came begins anew. Imports run in forked processes, so
that the deaths are real and the program is loaded once. Prints what came of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.jobs.sweeping import import_everything, in_a_process, live_in, what_came

PEOPLE = 200
MAPPING = """
source: crm
files:
  - {name: people.csv, object: people, columns: {id: id, name: name, manager: manager, team: team}}
  - {name: deals.csv, object: opportunities, columns: {id: id, owner: owner, amount: amount, closed_on: closed, status: status}}
"""
PATIENCE = 5  # times as many tries as deaths are wanted


def prepare(home: Path, rows: int) -> None:
    live_in(home)
    from django.core.management import call_command

    from ropewalk.companies.models import Company

    call_command("migrate", verbosity=0)
    Company.objects.create(handle="acme", name="Acme", time_zone="UTC", currency="EUR")
    people = [f"p{number},Person {number},Boss {number % 7},Team {number % 7}" for number in range(PEOPLE)]
    deals = [f"d{number},p{number % 220},{number}.25,2026-0{number % 9 + 1}-11,won" for number in range(rows)]
    (home / "people.csv").write_text("\n".join(["id,name,manager,team", *people]))
    (home / "deals.csv").write_text("\n".join(["id,owner,amount,closed,status", *deals]))
    (home / "mapping.yaml").write_text(MAPPING)


def bring(home: Path) -> None:
    """The import; its report stands in the file `report`."""
    live_in(home)
    from ropewalk.connectors.files import reading
    from ropewalk.jobs import importing
    from ropewalk.journal.writing import OPERATOR

    files = [home / "people.csv", home / "deals.csv"]
    report = importing.run("acme", files, home / "mapping.yaml", by=OPERATOR, read=reading.read)
    said = [(one.new, one.changed, one.unchanged, one.refused) for one in report.files]
    (home / "report").write_text(json.dumps(said))


def picture(home: Path) -> None:
    """What came, in the file `picture`."""
    (home / "picture").write_text(json.dumps(what_came(home), default=str))


def is_killed(home: Path, after: float) -> bool:
    """Whether an import was under way when it was killed, so many seconds after its start."""
    child = os.fork()
    if child == 0:
        try:
            bring(home)
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


class Killer:
    """Knows how long an import takes, and learns it anew where one was quicker than it thought."""

    def __init__(self, takes: float) -> None:
        self.takes, self.luck, self.killed, self.tries = takes, random.Random(5), 0, 0

    def round(self, empty: Path, cut: Path, kills: int) -> None:
        """So many deaths in one home, every second of them late: that is where things are written."""
        shutil.copytree(empty, cut)
        done = 0
        while done < kills:
            self.tries += 1
            chance = self.luck.random()
            if is_killed(cut, self.takes * (0.7 + 0.3 * chance if done % 2 == 0 else chance)):
                done += 1
            else:
                self.takes *= 0.95
                done = 0
                shutil.rmtree(cut)
                shutil.copytree(empty, cut)
        self.killed += done


def main(folder: Path, rounds: int, kills: int, rows: int) -> dict[str, Any]:
    """Deaths, tries, and what was otherwise afterwards."""
    empty, whole, cut = folder / "empty", folder / "whole", folder / "cut"
    empty.mkdir()
    assert in_a_process(lambda: prepare(empty, rows)) == 0
    shutil.copytree(empty, whole)
    begun = time.monotonic()
    assert in_a_process(lambda: bring(whole)) == 0
    killer, bad = Killer(time.monotonic() - begun), []
    assert json.loads((whole / "report").read_text()) == [[PEOPLE, 0, 0, 0], [rows, 0, 0, 0]]
    assert in_a_process(lambda: picture(whole)) == 0
    for number in range(rounds):
        killer.round(empty, cut, kills)
        assert killer.tries < PATIENCE * rounds * kills, "imports are quicker than their killer"
        ended = [in_a_process(lambda: bring(cut)) for _ in range(2)] + [in_a_process(lambda: picture(cut))]
        if ended != [0, 0, 0]:
            bad.append(f"round {number} ended with {ended}")
        elif json.loads((cut / "report").read_text()) != [[0, 0, PEOPLE, 0], [0, 0, rows, 0]]:
            bad.append(f"round {number}: the repeat says {(cut / 'report').read_text()}")
        elif (cut / "picture").read_text() != (whole / "picture").read_text():
            bad.append(f"round {number}: something else is kept")
        elif list((cut / "work").iterdir()):
            bad.append(f"round {number}: something was left in the workroom")
        shutil.rmtree(cut)
    return {"killed": killer.killed, "tries": killer.tries, "seconds": round(killer.takes, 1), "bad": bad}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    import_everything()
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:]))) + "\n")
