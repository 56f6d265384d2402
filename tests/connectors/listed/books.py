"""The books of an import held against what the makers of its files say: no row lost, none in two states, nothing guessed.

Many files go through one import, as people bring them. Start with `balance`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.connectors.listed.case import Case, Row
from tests.importer import Importer

from ropewalk.facts.report import FileReport
from ropewalk.facts.shapes import Refusal
from ropewalk.facts.store import connection, schema

KEYS = {"credits": ("opportunity_id", "owner_key")}
BEYOND_COMPARE = (
    "not_text",
    "line_too_long",
)  # bytes come back as those bytes; an endless line can't be given back
Kept = dict[tuple[str, ...], dict[str, Any]]


def balance(importer: Importer, cases: Sequence[Case], **how: Any) -> None:
    """Import, import again, mend what was refused and bring it back; everything must be as the makers say."""
    mapping = mapping_of(cases)
    files = [importer.file(case.name, case.content) for case in cases]
    report = importer.run(mapping, *files, **how)
    by_name = dict(zip([case.name for case in cases], report.files, strict=True))
    for case in cases:
        mine = [one for one in report.refusals if one.name == case.name]
        _counts(case, by_name[case.name], mine)
        _refusals(case, mine, importer.home / by_name[case.name].download)
    first = held(cases)
    _kept([case for case in cases if not by_name[case.name].is_refused_whole], first)
    again = importer.run(mapping, *files, **how)
    assert [(one.new, one.changed) for one in again.files] == [(0, 0)] * len(cases), (
        "a repeat changes nothing"
    )
    assert held(cases) == first
    _mended(importer, cases, by_name, mapping, first)


def mapping_of(cases: Sequence[Case]) -> str:
    """One mapping with an entry for each file; JSON is YAML."""
    entries = [{"name": case.name} | case.entry for case in cases]
    return json.dumps({"source": "crm", "files": entries})


def held(cases: Sequence[Case]) -> dict[str, Kept]:
    """What the store holds, by object and key."""
    found: dict[str, Kept] = {}
    for name in {case.entry["object"] for case in cases}:
        cursor = connection.cursor()
        columns = list(schema.TABLES[name])  # information_schema would name those of other schemas too
        said = ", ".join(f'"{one}"' for one in columns)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.execute(f"SELECT {said} FROM {name}").fetchall()]  # fmt: skip
        found[name] = {tuple(row[key] for key in KEYS.get(name, ("id",))): row for row in rows}
        assert len(found[name]) == len(rows), "no row is there twice"
    return found


def _counts(case: Case, told: FileReport, refusals: list[Refusal]) -> None:
    """Rows of the file = taken + refused + blank, each as many as the maker says."""
    assert told.rows == told.new + told.changed + told.unchanged + told.refused + told.blank, case.name
    if case.whole and (told.is_refused_whole or not case.rows):
        assert told.is_refused_whole, case.name
        assert len(refusals) == 1, case.name
        assert refusals[0].code in case.whole.split("|"), (case.name, refusals)
        assert case.name in refusals[0].sentence
        assert told.new == 0
        return
    assert not told.is_refused_whole, (case.name, refusals)
    expected = (
        len(case.rows),
        len({_key(case, row.kept) for row in case.rows if row.kept is not None}),
        sum(bool(row.code) for row in case.rows),
        sum(row.is_blank for row in case.rows),
    )
    taken = sum(row.kept is not None for row in case.rows)
    assert (told.rows, told.new, told.refused, told.blank) == expected, (case.name, refusals)
    assert told.new + told.changed + told.unchanged == taken


def _key(case: Case, kept: dict[str, Any] | None) -> tuple[Any, ...]:
    assert kept is not None
    return tuple(kept[key] for key in KEYS.get(case.entry["object"], ("id",)))


def _refusals(case: Case, refusals: list[Refusal], download: Path) -> None:
    """Each refused row is told with line, column, value and reason, and is in the download as it came."""
    if case.whole:
        return
    expected = [row for row in case.rows if row.code]
    told = [(one.line, one.code, one.column, one.value) for one in refusals]
    assert told == [(row.line, row.code, row.column, row.value) for row in expected], case.name
    assert all(one.sentence and case.name in one.sentence for one in refusals)
    if not expected:
        return
    header, rows = downloaded(download)
    assert [(int(row["Ropewalk line"])) for row in rows] == [row.line for row in expected], case.name
    assert all(row["Ropewalk reason"] for row in rows)
    own = [name for name in header if not name.startswith("Ropewalk ")]
    for row, wanted in zip(rows, expected, strict=True):
        if wanted.code in BEYOND_COMPARE:
            continue
        came = [row[name] for name in own] + row.get(None, [])  # type: ignore[call-overload]
        assert [_bare(cell) for cell in came if cell is not None] == list(wanted.cells), case.name


def _bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in tuple("=+-@\t\r＝＋－＠") else cell


def downloaded(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """The refused rows as a spreadsheet would open them: header and rows by column."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        start = file.readline()
        file.seek(0)
        reader = csv.DictReader(file, delimiter=start.partition("Ropewalk line")[2][0])
        return list(reader.fieldnames or ()), list(reader)


def _kept(cases: Sequence[Case], found: dict[str, Kept]) -> None:
    """Every taken row stands in the store as it was meant, no other does, and the amounts add up."""
    wanted: dict[str, Kept] = {name: {} for name in found}
    for case in cases:
        wanted[case.entry["object"]] |= {
            _key(case, row.kept): row.kept for row in case.rows if row.kept is not None
        }
    _same(found, wanted)
    assert sum(row["amount"] or 0 for row in found.get("opportunities", {}).values()) == sum(
        (row["amount"] or Decimal(0) for row in wanted.get("opportunities", {}).values() if "amount" in row), Decimal(0)
    )  # fmt: skip


def _same(found: dict[str, Kept], wanted: dict[str, Kept]) -> None:
    for name, rows in wanted.items():
        assert found[name].keys() == rows.keys()
        for key, row in rows.items():
            there = {column: found[name][key][column] for column in row}
            assert there == row, key


def _mended(
    importer: Importer,
    cases: Sequence[Case],
    told: dict[str, FileReport],
    mapping: str,
    before: dict[str, Kept],
) -> None:
    """The download, mended in a spreadsheet and brought back under a name of its own, completes the set."""
    files, wanted = [], {name: dict(rows) for name, rows in before.items()}
    for case in cases:
        mending = [row for row in case.rows if row.mended is not None]
        if not mending:
            continue
        download = importer.home / told[case.name].download
        files.append(importer.file(f"mended-{case.name}", _mend(download, mending)))
        for row in mending:
            assert row.mended is not None
            wanted[case.entry["object"]][_key(case, row.mended[1])] = row.mended[1]
    if not files:
        return
    named = json.loads(mapping)
    for entry in named["files"]:
        entry["name"] = [entry["name"], f"mended-{entry['name']}"]
    report = importer.run(json.dumps(named), *files)
    assert report.refusals == []
    assert sum(one.new for one in report.files) == sum(
        len(wanted[name]) - len(before[name]) for name in before
    )
    _same(held(cases), wanted)


def _mend(download: Path, rows: Sequence[Row]) -> bytes:
    """What a spreadsheet saves after somebody put right cells into each row that can be mended; other rows are deleted."""
    right = {row.line: row for row in rows}
    with download.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        delimiter = file.readline().partition("Ropewalk line")[2][0]
        file.seek(0)
        lines = list(csv.reader(file, delimiter=delimiter))
    mine = sum(name.startswith("Ropewalk ") for name in lines[0])
    found = [(line, right[int(line[0])]) for line in lines[1:] if int(line[0]) in right]
    out = [lines[0], *([*line[:mine], *_typed(line[mine:], row)] for line, row in found)]
    text = "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in out
    )
    return b"\xef\xbb\xbf" + text.encode()


def _typed(cells: Sequence[str], row: Row) -> list[str]:
    """The row's right cells: as the download has them where they were right already, typed where they weren't."""
    assert row.mended is not None
    there = [*cells, *[""] * len(row.mended[0])]
    return [
        cell if _bare(cell) == right else right for cell, right in zip(there, row.mended[0], strict=False)
    ]
