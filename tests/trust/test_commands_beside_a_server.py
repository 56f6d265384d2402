"""While a server holds the facts every command does its work through it, with the words it has where nobody serves.

A subcommand that isn't in COMMANDS is red, and so is a kind of job that none of them orders.
"""

from __future__ import annotations

import csv
import fcntl
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.rights.test_orders import commands
from tests.trust.bringing import files_in
from tests.trust.homes import COMMAND, copy, environment, ropewalk
from tests.trust.serving import Server
from typer.main import get_command

from ropewalk.cli.main import app
from ropewalk.jobs.kinds import KINDS

C = "--company northlight"
LONG = 400_000  # rows: longer than a command without a server would wait


@dataclass(frozen=True)
class Said:
    """One invocation and how it ends. `orders` is the kind of job it comes down to; `says` what the refusal must say."""

    words: str
    orders: str = ""
    ends: int = 0
    says: str = ""


COMMANDS: dict[str, tuple[Said, ...]] = {
    "measure": (Said(f"revenue_won {C} --by person --format csv", "measure"), Said(f"close_rate {C} --by team --grain month", "measure")),
    "ropes": (Said(f"{C} --format csv", "ropes"), Said(f"{C} --format csv --as-of 2026-01-10", "ropes")),
    "import": (Said(f"@load/deals.csv {C} --mapping @load/mapping.yaml", "import", ends=1),),
    "mapping accept": (Said(f"999999 {C}", "accept", ends=2, says="999999"),),
    "mapping match": (Said(f"nobody@northlight.example ben.barros@northlight.example {C}", "match"),),
    "mapping show": (Said(C),),
    "undo": (Said(f"2 {C}", "undo"), Said(f"2 {C} --yes", "undo"), Said(f"9 {C}", "undo", ends=2, says="no import 9")),
    "plan export": (Said(C),),
    "plan check": (Said(f"@plan.yaml {C}", "plan check"),),
    "plan import": (Said(f"@plan.yaml {C} --reason Why --from 2026-01-01", "plan import", ends=2),),
    "plan publish": (Said(f"{C} --year 2031", "plan publish", ends=2, says="2031"),),
    "plan announce": (Said(C, ends=2),),
    "company create": (Said("Another"),),
    "company rate": (Said(f"CHF 1.1 {C}"),),
    "company list": (Said(""),),
    "person invite": (Said(f"new@northlight.example {C} --role rep"),),
    "person absent": (Said(f"ana.albrecht@northlight.example 2031-09-01 2031-09-02 {C}"),),
    "doctor": (Said("", "examine", ends=1), Said("--compare @one.backup", "compare", ends=1)),
    "backup": (Said("@one.backup", "backup"),),
    "restore": (Said("@one.backup", ends=2, says="never overwrites one"),),
    "demo": (Said("--no-serve"),),
    "serve": (Said("--port 8399", ends=2, says="Another process holds the facts"),),
}  # fmt: skip
ORDER = ["backup", *(name for name in COMMANDS if name != "backup")]
NOT_BY_COMMAND = {"upload": "ordered by the page of an import alone"}
VARIES = re.compile(
    r"https?://\S+|\b\d+(\.\d+)? (seconds?|s|ms|[KMG]B)\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|\d+ (minutes?|hours?) ago"
    r"|[\d,]+ rows of people and plans"  # a job that was ordered is one
)


@dataclass(frozen=True)
class Pair:
    """Two homes alike: one that is served, one where nobody is."""

    served: Path
    quiet: Path


@pytest.fixture(scope="module")
def pair(generated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("beside")
    found = Pair(copy(generated_home, folder / "served"), copy(generated_home, folder / "quiet"))
    for home in (found.served, found.quiet):
        files_in(home / "load", 1, 3_000)
        (home / "plan.yaml").write_text(ropewalk(home, *f"plan export {C}".split()).stdout)
    server = Server(found.served)
    server.start()
    try:
        server.wait_until_ready()
        yield found
    finally:
        server.stop()


def said(home: Path, command: str, one: Said) -> subprocess.CompletedProcess[str]:
    return ropewalk(home, *command.split(), *one.words.replace("@", f"{home}/").replace(f"{home}/northlight", "@northlight").split())  # fmt: skip


def bare(text: str, home: Path) -> str:
    """What is said, without what no two runs have in common."""
    return VARIES.sub("…", text.replace(str(home), "HOME"))


def test_every_subcommand_is_tried_and_every_kind_of_job_is_ordered_by_one() -> None:
    assert set(COMMANDS) == set(commands(get_command(app)))
    ordered = {one.orders for each in COMMANDS.values() for one in each if one.orders}
    assert ordered | NOT_BY_COMMAND.keys() == KINDS.keys()
    assert not ordered & NOT_BY_COMMAND.keys()


@pytest.mark.parametrize("is_compared", [False, pytest.param(True, marks=pytest.mark.trust)])
def test_every_command_does_through_the_server_what_it_does_alone(pair: Pair, is_compared: bool) -> None:
    for command in ORDER:
        for one in COMMANDS[command]:
            through = said(pair.served, command, one)
            _holds(command, one, through)
            if is_compared and command != "serve":
                alone = said(pair.quiet, command, one)
                assert alone.returncode == through.returncode, (command, one.words, alone.stderr)
                assert bare(alone.stdout, pair.quiet) == bare(through.stdout, pair.served), command


def _holds(command: str, one: Said, through: subprocess.CompletedProcess[str]) -> None:
    assert through.returncode == one.ends, (command, one.words, through.stdout, through.stderr)
    assert one.says in through.stderr, (command, through.stderr)
    assert "Traceback" not in through.stderr, (command, through.stderr)
    if command != "serve":
        assert "holds the facts" not in through.stderr, (command, through.stderr)


@contextmanager
def held_by_another(home: Path) -> Iterator[None]:
    """Facts that a process holds which takes no jobs."""
    holding = "import duckdb, sys; one = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [*COMMAND[:2], holding, str(home / "facts.duckdb")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


def under_way(home: Path, *words: str) -> subprocess.Popen[str]:
    """A command that goes on while something else is done."""
    return subprocess.Popen(
        [*COMMAND, *words], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.trust
def test_a_command_waits_for_a_server_that_is_at_something_long(pair: Pair) -> None:
    """Longer than it waits for a process that takes no jobs, and is told what there is after it."""
    words = [str(one) for one in files_in(pair.served / "long", 2, LONG)]
    bringing = under_way(pair.served, "import", words[0], "--company", "northlight", "--mapping", words[1])
    assert bringing.stderr is not None
    assert bringing.stderr.readline()
    begun = time.monotonic()
    found = ropewalk(pair.served, *f"measure opportunities_opened {C} --by company --format csv".split())
    waited = time.monotonic() - begun
    assert found.returncode == 0, found.stderr
    bringing.communicate()
    again = ropewalk(pair.served, *f"measure opportunities_opened {C} --by company --format csv".split())
    assert list(csv.reader(found.stdout.splitlines())) == list(csv.reader(again.stdout.splitlines()))
    assert waited > 1, "it was asked while the import was under way"


@pytest.mark.trust
def test_a_command_gives_up_where_the_holder_takes_no_jobs_and_leaves_nothing_behind(
    generated_home: Path, tmp_path: Path
) -> None:
    home = copy(generated_home, tmp_path / "home")
    with held_by_another(home):
        asking = ropewalk(home, *f"measure revenue_won {C}".split())
        assert asking.returncode == 2
        assert "takes no jobs" in asking.stderr
        waiting = under_way(home, *f"measure revenue_won {C} --by company --format csv".split())
        time.sleep(5)
    out, trouble = waiting.communicate(timeout=60)
    assert (waiting.returncode, trouble) == (0, ""), "it took the facts as soon as they were free"
    assert out == ropewalk(home, *f"measure revenue_won {C} --by company --format csv".split()).stdout
    jobs = subprocess.run(
        ["python3", "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM jobs_job').fetchone()[0])", str(home / "ropewalk.sqlite3")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert jobs.stdout.strip() == "0", "nobody does later what was given up"


@pytest.mark.trust
def test_a_command_that_is_interrupted_calls_off_what_nobody_has_begun(pair: Pair) -> None:
    """A lock like a server's, and a job that nobody takes."""
    home = copy(pair.quiet, pair.quiet.with_name("calling-off"))
    with held_by_another(home), (home / "serving.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        asking = under_way(home, *f"measure revenue_won {C}".split())
        time.sleep(6)
        assert asking.poll() is None
        asking.send_signal(signal.SIGINT)
        _, trouble = asking.communicate(timeout=30)
    assert (asking.returncode, trouble.strip()) == (130, "Called off; nothing was done.")
