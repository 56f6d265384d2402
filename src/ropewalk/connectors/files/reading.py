"""Reads one file of strangers into a folder of accepted and refused rows. Runs in a child process with limits.

It knows how files are written and hands rows to `facts.gathering`; it must not know settings or a database. Start with
`read`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.plain import plain
from ropewalk.connectors.files.workbook import WorkbookTable
from ropewalk.facts.at_once.rows import gather_at_once
from ropewalk.facts.cells import clean
from ropewalk.facts.gathering import gather
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import FieldRule, Rules, Setting, Whole
from ropewalk.facts.shapes import plain as shown

ZIP = b"PK\x03\x04"
Say = Callable[[dict[str, Any]], None]


def read(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Read a file as an order says, and give what there is to know of it.

    The order holds path, name, folder, rules, setting, delimiter, encoding, header_row, sheet and known_files (field ->
    path, column). `say` is told the rows done and refused so far. A file that can't be taken at all comes back with
    `whole` (code, sentence, column) and its rows counted where it has any.
    """
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_sha256, Path(order["path"]))
        found = _read(order, say)
        return found | {"sha256": digest.result()}


def _read(order: dict[str, Any], say: Say) -> dict[str, Any]:
    path, name = Path(order["path"]), order["name"]
    rules = Rules(**order["rules"] | {"fields": [FieldRule(**one) for one in order["rules"]["fields"]]})
    result: dict[str, Any] = {
        "rows": 0,
        "blank": 0,
        "refused": 0,
        "header": [],
        "delimiter": ",",
        "footers": [],
    }
    table = None
    try:
        wanted = {one.column for one in rules.fields if one.column is not None}
        table = open_table(
            path, name, wanted=wanted, encoding=order["encoding"], delimiter=order["delimiter"],
            header_row=order["header_row"], sheet=order["sheet"],
        )  # fmt: skip
        result |= {"header": table.header, "delimiter": table.delimiter}
        result["known"] = {
            field: known_values(Path(one["path"]), one["column"])
            for field, one in order["known_files"].items()
        }
        result |= _gathered(table, rules, Setting(**order["setting"]), Path(order["folder"]), say)
    except Whole as reason:
        result["whole"] = {"code": reason.code, "sentence": reason.sentence, "column": reason.column}
        if table is not None:
            result |= _count_rows(table)
    result["header"] = [shown(one) for one in result["header"]]
    return result


def _gathered(
    table: TextTable | WorkbookTable,
    rules: Rules,
    setting: Setting,
    folder: Path,
    say: Say,
) -> dict[str, Any]:
    """At once where the file is plain enough, which is many times faster; row by row where it isn't."""
    form = plain(table) if isinstance(table, TextTable) else None
    total = form.rows if form is not None else _count_lines(table.path)

    def progress(rows: int, refused: int) -> None:
        say({"rows": rows, "of": max(total, rows), "refused": refused})

    if form is not None:
        judge = Judge(rules, setting, table.header, name=table.name)
        counts = gather_at_once(form, judge, folder=folder, progress=progress)
        if counts is not None:
            return counts
    return gather(table, rules, setting, folder=folder, progress=progress)


def open_table(
    path: Path,
    name: str,
    *,
    wanted: set[str],
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    sheet: str | None = None,
) -> TextTable | WorkbookTable:
    """The file's table, by what its first bytes say it is. Raises Whole."""
    if is_archive(path):
        return WorkbookTable(path, name, sheet=sheet, header_row=header_row)
    return TextTable(path, name, wanted=wanted, encoding=encoding, delimiter=delimiter, header_row=header_row)


def is_archive(path: Path) -> bool:
    """Whether a file is what a workbook is packed as."""
    with path.open("rb") as file:
        return file.read(4) == ZIP


def known_values(path: Path, column: str) -> list[str]:
    """The distinct values of one column, for telling typing errors. Raises Whole where there is no such column."""
    table = open_table(path, path.name, wanted={column})
    if table.header.count(clean(column)) != 1:
        raise Whole(
            "known_missing",
            f'{path.name} has no column "{shown(column)}" to take known values from. Mend the mapping.',
            column=column,
        )
    place = table.header.index(clean(column))
    values = (
        clean(record.cells[place]) for record in table.records() if len(record.cells) == len(table.header)
    )
    return [value for value in dict.fromkeys(values) if value]


def _count_rows(table: TextTable | WorkbookTable) -> dict[str, int]:
    rows = blank = 0
    for record in table.records():
        rows += 1
        blank += record.fault is None and not any(clean(cell) for cell in record.cells)
    return {"rows": rows, "blank": blank, "refused": rows - blank}


def _count_lines(path: Path) -> int:
    count = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            count += block.count(b"\n")
    return count


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
