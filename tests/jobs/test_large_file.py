"""T5's size: a million rows of twenty columns, in what one file may take of memory, and with word of how far it is."""

from __future__ import annotations

import csv
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from tests.importer import Importer

from ropewalk.facts.store import connection
from ropewalk.jobs import importing
from ropewalk.journal.writing import OPERATOR

ROWS = (
    pytest.param(1_000_000, marks=pytest.mark.trust, id="a million"),
    pytest.param(20_000, id="a shorter one"),
)
EVERY = 4_001  # each so many rows one is damaged
MOST_MEMORY = 1 << 30  # bytes that a reading child may hold at its highest
OWN = 12  # columns of the company's own
HEADER = [
    "id",
    "account",
    "owner",
    "name",
    "amount",
    "opened",
    "closed",
    "status",
    *(f"own {n}" for n in range(OWN)),
]
MAPPING = f"""
source: crm
files:
  - name: deals*.csv
    object: opportunities
    encoding: ENCODING
    columns: {{id: id, account_id: account, owner: owner, name: name, amount: amount, opened_on: opened, closed_on: closed,
      status: status}}
    custom: {{{", ".join(f"own_{n}: own {n}" for n in range(OWN))}}}
"""


def row(number: int) -> list[str]:
    amount = "many" if number % EVERY == 0 else f"{number % 90_000}.25"
    own = [f"word {(number * place) % 5_003} of column {place}" for place in range(OWN)]
    return [
        f"D{number:08}", f"A{number % 70_000}", f"rep{number % 300:03}", f"Deal number {number}", amount,
        f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}", f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "won" if number % 3 else "lost", *own,
    ]  # fmt: skip


def as_spreadsheets_write(file: Path, rows: int) -> None:
    """Plain enough to be read at once."""
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([HEADER, *(row(number) for number in range(1, rows + 1))])


def with_line_breaks_in_cells(file: Path, rows: int) -> None:
    """Semicolons, an encoding of old, and a cell over two lines now and then: read row by row."""
    with file.open("w", newline="", encoding="cp1252") as out:
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER)
        for number in range(1, rows + 1):
            cells = row(number)
            cells[3] = f"Geschäft\n{number}" if number % 1_009 == 0 else f"Geschäft {number}"
            writer.writerow(cells)


@contextmanager
def looking_at_children() -> Iterator[list[int]]:
    """The most bytes that any child of this process held at one time, in the list's one place; 0 where there is no /proc."""
    most, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.05):
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    said = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                except OSError:  # it is gone already
                    continue
                if said.get("PPid", "").strip() == str(os.getpid()) and "VmHWM" in said:
                    most[0] = max(most[0], int(said["VmHWM"].split()[0]) << 10)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        is_over.set()
        thread.join()


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize(
    ("write", "encoding"), [(as_spreadsheets_write, "utf-8"), (with_line_breaks_in_cells, "cp1252")]
)
def test_a_file_of_a_million_rows_and_twenty_columns_is_taken_whole_in_what_a_file_may_take(
    write: Callable[[Path, int], None], encoding: str, rows: int, importer: Importer
) -> None:
    file = importer.home / "deals.csv"
    write(file, rows)
    words: list[tuple[float, importing.Progress]] = []
    begun = time.perf_counter()
    with looking_at_children() as most:
        report = importing.run(
            "acme",
            [file],
            importer.file("mapping.yaml", MAPPING.replace("ENCODING", encoding)),
            by=OPERATOR,
            progress=lambda word: words.append((time.perf_counter(), word)),
        )
    took = time.perf_counter() - begun
    damaged = rows // EVERY
    (read,) = report.files
    assert (read.rows, read.new, read.refused, read.blank) == (rows, rows - damaged, damaged, 0)
    sound = (number for number in range(1, rows + 1) if number % EVERY)
    worth = sum((Decimal(number % 90_000) + Decimal("0.25") for number in sound), Decimal(0))
    asked = "SELECT sum(amount), count(DISTINCT custom->>'own_11') FROM opportunities"
    assert connection.cursor().execute(asked).fetchall() == [(worth, min(rows, 5_003))]
    times = [begun, *(at for at, _ in words), begun + took]
    silent = max(after - before for before, after in itertools.pairwise(times))
    sys.stdout.write(
        f"\n{write.__name__}: {rows:,} rows, {file.stat().st_size >> 20} MB, {took:.1f} s, the child's most memory "
        f"{most[0] >> 20} MB, {len(words)} words of progress, the longest silence {silent:.1f} s\n"
    )
    assert most[0] <= MOST_MEMORY
    done = [word.rows for _, word in words if not word.is_step]
    assert done == sorted(done)
    if rows >= 100_000:
        assert len(set(done)) >= 8, "a bar that hardly moves"
