"""Generated hostile files: every one is read, some are taken in, mended and brought back; the outcome is known beforehand."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.connectors.listed.books import balance
from tests.connectors.listed.case import Case
from tests.connectors.listed.generated import tables
from tests.importer import Importer

from ropewalk.connectors.files import reading
from ropewalk.connectors.files.mapping import DELIMITERS, FileEntry, rules_for
from ropewalk.facts.gathering import REFUSED_FILE
from ropewalk.facts.shapes import Setting
from ropewalk.facts.store import connection
from ropewalk.facts.store.parts import parts_of

ENGINE = duckdb.connect()
COLUMNS = ("line", "id", "name", "amount", "company_amount", "opened_on", "closed_on", "status")
TOGETHER = 40  # files of one import


def run(examples: int, check: Any) -> None:
    """Let Hypothesis make so many files."""
    how = settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    how(given(tables())(check))()


def read_rightly(case: Case) -> None:
    """The reader takes exactly the rows it should, with their values, and says of each other why not."""
    folder = Path(mkdtemp(prefix="ropewalk-generated-"))
    try:
        path, out = folder / case.name, folder / "out"
        out.mkdir()
        path.write_bytes(case.content)
        result = reading.read(order(case, path, out), lambda word: None)
        _holds(case, result, out)
    finally:
        shutil.rmtree(folder)


def order(case: Case, path: Path, folder: Path) -> dict[str, Any]:
    entry = FileEntry.model_validate({"name": case.name} | case.entry)
    return {
        "path": str(path), "name": case.name, "folder": str(folder), "rules": asdict(rules_for(entry, {})),
        "setting": asdict(Setting("Europe/Berlin", "EUR")), "encoding": entry.encoding,
        "delimiter": DELIMITERS.get(entry.delimiter or ""), "header_row": 1, "sheet": None, "known_files": {},
    }  # fmt: skip


def _holds(case: Case, result: dict[str, Any], folder: Path) -> None:
    """Ids that come twice are found when the delivery is looked at as a whole, not by the reader."""
    assert "whole" not in result, result
    refused = [row for row in case.rows if row.code and row.code != "id_twice"]
    blank = sum(row.is_blank for row in case.rows)
    assert (result["rows"], result["refused"], result["blank"]) == (len(case.rows), len(refused), blank)
    told = [json.loads(line) for line in (folder / REFUSED_FILE).read_text().splitlines()]
    assert [(one["line"], one["code"], one["column"], one["value"], one["cells"]) for one in told] == [
        (row.line, row.code, row.column, row.value, list(row.cells)) for row in refused
    ]
    files = [str(one) for one in parts_of(folder)]
    found = {}
    if files:
        said = ", ".join(COLUMNS)
        for row in ENGINE.execute(
            f"SELECT {said} FROM read_parquet(?, union_by_name = true)", [files]
        ).fetchall():
            found[row[0]] = dict(zip(COLUMNS[1:], row[1:], strict=True))
    taken = {row.line for row in case.rows if row.kept is not None or row.code == "id_twice"}
    assert found.keys() == taken
    for row in case.rows:
        if row.kept is not None:
            assert found[row.line] == row.kept


def test_exactly_the_damaged_rows_of_generated_files_come_back() -> None:
    run(250, read_rightly)


@pytest.mark.trust
def test_exactly_the_damaged_rows_of_many_generated_files_come_back() -> None:
    run(20_000, read_rightly)


@pytest.mark.parametrize("files", [80, pytest.param(2_000, marks=pytest.mark.trust)])
def test_the_books_balance_after_generated_files_and_the_mended_rows_complete_the_set(
    importer: Importer, files: int
) -> None:
    made: list[Case] = []

    def gather(case: Case) -> None:
        made.append(case)

    run(files, gather)
    for place in range(0, len(made), TOGETHER):
        connection.cursor().execute("DELETE FROM opportunities")
        balance(importer, made[place : place + TOGETHER])
