"""The single measurements of `make bench`, each in a process of its own: `python -m benchmarks.measuring NAME FOLDER`.

Every one prints a line of JSON with seconds by what was done, and the peak memory of the process. Where two ways give the
same rows, that is looked at before a time is believed. Start with `FIGURES`.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import by_hand
from benchmarks.home import enter

MAPPING = """
source: crm
files:
  - name: people*.csv
    object: people
    columns: {id: id, name: name}
  - name: accounts*.csv
    object: accounts
    columns: {id: id, name: name, vertical: vertical}
  - name: activities*.csv
    object: activities
    columns: {id: id, owner: owner, type: type, occurred_at: occurred_at, account_id: account, outcome: outcome}
"""
ACTIVITIES = {"id": "VARCHAR", "owner": "VARCHAR", "type": "VARCHAR", "occurred_at": "TIMESTAMP", "account": "VARCHAR",
              "outcome": "VARCHAR"}  # fmt: skip
CHANGED_OF = {"activities": 4_500, "opportunities": 500}
ANOTHER = "'rep' || lpad((hash(id) % 500)::VARCHAR, 5, '0') AS owner_key"
CHANGES = {
    "activities": f"SELECT * REPLACE ({ANOTHER}, 'changed ' || uuid()::VARCHAR AS outcome) FROM activities "
    "WHERE company_id = {company} AND occurred_on > {since} ORDER BY hash(id) LIMIT {many}",
    "opportunities": f"SELECT * REPLACE ({ANOTHER}, amount + 1 AS amount, company_amount + 1 AS company_amount) "
    "FROM opportunities WHERE company_id = {company} AND closed_on > {since} AND amount IS NOT NULL ORDER BY hash(id) LIMIT {many}",
}
RECENT = timedelta(days=90)
CREDITED = """SELECT c.owner_key AS owner, d.closed_on, d.status = 'won' AS is_won, c.share::DOUBLE AS share FROM opportunities d
    JOIN (SELECT source, opportunity_id AS id, owner_key, share FROM credits WHERE company_id = {company} UNION ALL
    SELECT source, id, owner_key, 1 FROM opportunities WHERE company_id = {company} AND (source, id) NOT IN
    (SELECT (source, opportunity_id) FROM credits WHERE company_id = {company})) c ON c.source = d.source AND c.id = d.id
    WHERE d.company_id = {company} AND d.status IN ('won', 'lost')"""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds by the clock, and what came out."""
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def best(work: Callable[[], Any], times: int = 3) -> float:
    """The least seconds of several times: what is least disturbed by others."""
    return min(timed(work)[0] for _ in range(times))


def importing(folder: Path) -> dict[str, float]:
    """A file of activities: into an empty company, and read by the engine alone into a table of the same columns."""
    files = _files(folder)
    home = folder / "empty"
    shutil.rmtree(home, ignore_errors=True)
    enter(home)
    from django.core.management import call_command

    from ropewalk.companies.founding import Calendar, found
    from ropewalk.jobs.importing import run
    from ropewalk.journal.writing import SYSTEM

    call_command("migrate", verbosity=0)
    found(
        "Bench",
        calendar=Calendar(time_zone="UTC", currency="USD", fiscal_start_month=4),
        by=SYSTEM,
        at=datetime.now(UTC),
    )
    (folder / "mapping.yaml").write_text(MAPPING)
    ask = {"mapping_path": folder / "mapping.yaml", "by": SYSTEM}
    run("bench", files[:2], **ask)  # type: ignore[arg-type]
    bare = _bare(files[2], folder)
    ours, report = timed(lambda: run("bench", files[2:], **ask))  # type: ignore[arg-type]
    again, second = timed(lambda: run("bench", files[2:], **ask))  # type: ignore[arg-type]
    assert report.files[0].new == report.files[0].rows == second.files[0].unchanged, report.files
    return {"rows": report.files[0].rows, "bare": bare, "import": ours, "again": again}


def reading(folder: Path) -> dict[str, float]:
    """The file of activities as the reading child reads it: for its memory, which a child of a large process can't tell."""
    enter(folder / "empty")
    from dataclasses import asdict

    from ropewalk.connectors.files.mapping import read_mapping, rules_for
    from ropewalk.connectors.files.reading import read
    from ropewalk.facts.shapes import Setting

    file, room = _files(folder)[2], folder / "room"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    entry = read_mapping(MAPPING, name="mapping").entries_for(file.name)[0]
    order = {
        "path": str(file), "name": file.name, "folder": str(room), "rules": asdict(rules_for(entry, {})),
        "setting": asdict(Setting("UTC", "USD")), "encoding": None, "delimiter": None, "header_row": 1, "sheet": None,
        "known_files": {},
    }  # fmt: skip
    seconds, found = timed(lambda: read(order, lambda word: None))
    shutil.rmtree(room)
    return {"rows": found["rows"], "read": seconds}


def _bare(file: Path, folder: Path) -> float:
    """The engine's own read, into a file of its own with as many threads."""

    def read() -> None:
        (folder / "bare.duckdb").unlink(missing_ok=True)
        with duckdb.connect(str(folder / "bare.duckdb"), config={"threads": "2"}) as engine:
            shape = ", ".join(f"'{name}': '{kind}'" for name, kind in ACTIVITIES.items())
            engine.execute(
                f"CREATE TABLE bare AS SELECT * FROM read_csv('{file}', header = true, columns = {{{shape}}})"
            )

    return best(read, 2)


def _files(folder: Path) -> list[Path]:
    names = [folder / f"{name}.csv" for name in ("people", "accounts", "activities")]
    if all(name.exists() for name in names):
        return names
    with duckdb.connect(str(folder / "home" / "facts.duckdb"), read_only=True) as engine:
        for name, sql in zip(
            names,
            (
                "SELECT DISTINCT owner_key AS id, owner_key AS name FROM activities ORDER BY 1",
                "SELECT id, name, vertical FROM accounts",
                "SELECT id, owner_key AS owner, type, strftime(occurred_at, '%Y-%m-%dT%H:%M:%S') AS occurred_at, account_id AS account, outcome FROM activities",
            ),
            strict=True,
        ):
            engine.execute(f"COPY ({sql}) TO '{name}' (HEADER)")
    return names


def tallies(folder: Path) -> dict[str, float]:
    """Full tallies made anew, and the same rows by hand-written SQL into a table of the same columns."""
    company_id = _open(folder)
    from ropewalk.facts.store import connection
    from ropewalk.facts.store.schema import CELL
    from ropewalk.metrics import keeping
    from ropewalk.metrics.built_in import definitions

    cursor = connection.cursor()
    shape = ", ".join(f"{name} {kind}" for name, kind in CELL.items() if name != "tally")
    found: dict[str, float] = {}
    hand = by_hand.statements(company_id)
    assert set(hand) == {name for name, one in definitions().items() if keeping.can_be_kept(one)}
    for name, sql in hand.items():

        def write(name: str = name, sql: str = sql) -> None:
            cursor.execute(f"CREATE OR REPLACE TABLE hand_{name} ({shape})")
            cursor.execute(f"INSERT INTO hand_{name} {sql}")

        found[f"{name}_by_hand"] = best(write)
        found[name] = best(lambda name=name: keeping.keep(company_id, name))
        assert _differences(cursor, company_id, name) == 0, name
        cursor.execute(f"DROP TABLE hand_{name}")
    for way in ("", "_by_hand"):
        found[f"all_kept{way}"] = sum(found[f"{name}{way}"] for name in hand)
    found["all_metrics"] = timed(lambda: [keeping.keep(company_id, name) for name in definitions()])[0]
    return found


def _differences(cursor: Any, company_id: int, name: str) -> int:
    sums = "person_id, day, facts, numerator" + (
        ", denominator" if name in by_hand.WITH_A_DENOMINATOR else ""
    )
    ours = (
        f"SELECT {sums} FROM tallies WHERE company_id = {company_id} AND tally = (SELECT tally FROM watermarks "
        f"WHERE company_id = {company_id} AND metric = '{name}' AND scope = '[]')"
    )
    hand = f"SELECT {sums} FROM hand_{name}"
    found = cursor.execute(
        f"SELECT count(*) FROM (({ours} EXCEPT {hand}) UNION ALL ({hand} EXCEPT {ours}))"
    ).fetchone()
    return int(found[0])


def questions(folder: Path) -> dict[str, float]:
    """Every built-in metric by person and week of the year so far; one rep's and the company's reads; attainment."""
    company_id = _open(folder)
    from benchmarks import company
    from ropewalk.metrics import keeping
    from ropewalk.metrics.built_in import definitions
    from ropewalk.metrics.measuring import measure_for_system
    from ropewalk.metrics.questions import Question

    keeping.keep_all(company_id)
    span = {"start": company.START, "end": company.TODAY}

    def every(grain: Any, people: frozenset[int] | None = None, by: Any = "person") -> list[int]:
        asked = [Question(name, by, grain=grain, people=people, **span) for name in definitions()]  # type: ignore[arg-type]
        return [len(measure_for_system(company_id, one).rows) for one in asked]

    attainment = Question("close_rate", "person", **span)  # type: ignore[arg-type]
    found = {"all_by_person_and_week": timed(lambda: every("week"))[0]}
    found["attainment_kept"] = best(lambda: measure_for_system(company_id, attainment))
    rows = measure_for_system(company_id, attainment).rows
    found["attainment_rows"] = len(rows)
    found["attainment_won"] = float(sum(row.numerator for row in rows))
    keeping.forget(company_id)
    found["attainment_from_facts"] = best(lambda: measure_for_system(company_id, attainment))
    keeping.keep_all(company_id)
    return found | _reads(company_id)


def _reads(company_id: int) -> dict[str, float]:
    from django.conf import settings

    from benchmarks import company
    from ropewalk.companies.access import viewer_by_email
    from ropewalk.progress import homes, remembering

    rep, leader = (
        viewer_by_email(company.HANDLE, address, on=company.TODAY)
        for address in ("rep00007@bench.example", company.email_of("Lea Leader"))
    )
    settings.REMEMBERS_WORLDS = True  # as the serving process does
    today_first = timed(lambda: homes.today(rep, company.TODAY))[0]
    remembering.forget()
    first = timed(lambda: homes.overview(leader, company.TODAY))[0]
    homes.today(rep, company.TODAY)
    return {
        "today_first": today_first,
        "overview_first": first,
        "overview": best(lambda: homes.overview(leader, company.TODAY), 5),
        "today": best(lambda: homes.today(rep, company.TODAY), 5),
    }


def changes(folder: Path) -> dict[str, float]:
    """5,000 changed records merged with all kept tallies changed along: of the latest 90 days, and of any day.

    Nine of ten are activities that get another owner, the others deals that do and are worth more; in one delivery. `shown`: that and
    the company's overview, asked for at once, as a serving process gives it to the first who looks.
    """
    company_id = _open(folder)
    from django.conf import settings

    from benchmarks import company
    from ropewalk.companies.access import viewer_by_email
    from ropewalk.facts.store import merging
    from ropewalk.facts.store.deliveries import Kept
    from ropewalk.metrics import keeping
    from ropewalk.progress import homes

    settings.REMEMBERS_WORLDS = True
    leader = viewer_by_email(company.HANDLE, company.email_of("Lea Leader"), on=company.TODAY)
    keeping.keep_all(company_id)
    homes.overview(leader, company.TODAY)
    found: dict[str, float] = {}
    for name, since in (("recent", f"DATE '{company.TODAY - RECENT}'"), ("spread", "DATE '1900-01-01'")):
        kept, lines = [], []
        for place, (fact, sql) in enumerate(CHANGES.items()):
            file = folder / f"changed-{name}-{fact}.parquet"
            _write_changed(
                fact, place, sql.format(company=company_id, since=since, many=CHANGED_OF[fact]), file
            )
            kept.append(Kept(fact, f"SELECT * FROM read_parquet({str(file)!r})", file))
            lines.append(merging.LedgerLine(place, f"changed-{fact}.csv", fact, CHANGED_OF[fact], 0, 0, ""))
        batch = merging.Batch(company_id, "crm", datetime.now(UTC), kept, lines)
        found[name], merged = timed(lambda batch=batch: merging.merge(batch))
        assert [one.changed for _, one in sorted(merged.items())] == list(CHANGED_OF.values()), merged
        assert not keeping.refresh(company_id), "the tallies didn't follow"
        found[f"{name}_shown"] = found[name] + timed(lambda: homes.overview(leader, company.TODAY))[0]
    return found


def _write_changed(fact: str, part: int, chosen: str, file: Path) -> None:
    from ropewalk.facts.store import connection
    from ropewalk.facts.store.parts import COLUMNS

    columns = ", ".join(COLUMNS[fact])
    connection.cursor().execute(
        f"COPY (SELECT {columns}, {part} AS part, row_number() OVER ()::INTEGER AS line, "
        f"'kept' AS state, false AS is_suspicious FROM ({chosen})) TO '{file}' (FORMAT parquet)"
    )


def export(folder: Path) -> dict[str, float]:
    """The credited deals as a file, for the peers."""
    company_id = _open(folder)
    from ropewalk.facts.store import connection

    file = folder / "credited.parquet"
    connection.cursor().execute(f"COPY ({CREDITED.format(company=company_id)}) TO '{file}' (FORMAT parquet)")
    return {}


def by_rows(folder: Path) -> dict[str, float]:
    """The same attainment by the ORM: one query for each rep, over credited deals in an indexed table of SQLite."""
    company_id = _open(folder)
    from django.db import connection as relational
    from django.db import models

    from benchmarks import company
    from ropewalk.facts.store import connection

    class Credited(models.Model):
        owner = models.CharField(max_length=20, db_index=True)
        closed_on = models.DateField()
        is_won = models.BooleanField()
        share = models.DecimalField(max_digits=12, decimal_places=9)

        class Meta:
            app_label = "benchmarks"

    rows = connection.cursor().execute(CREDITED.format(company=company_id)).fetchall()
    with relational.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS benchmarks_credited")
    with relational.schema_editor() as editor:
        editor.create_model(Credited)
    Credited.objects.bulk_create(
        (Credited(owner=a, closed_on=b, is_won=c, share=d) for a, b, c, d in rows), batch_size=2_000
    )
    owners = sorted({row[0] for row in rows})

    def ask() -> float:
        won = Decimal(0)
        for owner in owners:
            said = Credited.objects.filter(
                owner=owner, closed_on__range=(company.START, company.TODAY)
            ).aggregate(won=models.Sum("share", filter=models.Q(is_won=True)), all=models.Sum("share"))
            won += said["won"] or 0
        return float(won)

    seconds, won = timed(ask)
    with relational.schema_editor() as editor:
        editor.delete_model(Credited)
    return {"attainment_orm": seconds, "attainment_won": won, "attainment_rows": len(owners)}


def _open(folder: Path) -> int:
    enter(folder / "home")
    from benchmarks import company
    from ropewalk.companies.queries import company_by_handle_for_system

    return company_by_handle_for_system(company.HANDLE).id


FIGURES: dict[str, Callable[[Path], dict[str, float]]] = {
    one.__name__: one for one in (importing, reading, tallies, questions, changes, by_rows, export)
}

if __name__ == "__main__":
    said = FIGURES[sys.argv[1]](Path(sys.argv[2]))
    said["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(said))
