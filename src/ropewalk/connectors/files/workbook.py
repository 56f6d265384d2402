"""Workbooks (.xlsx), looked at before they are opened: what an archive's directory claims must be sane.

Runs only inside a child process with limits. Macros and formulas are never run; a formula's kept value is its cell. It
knows sheets and cells, nothing of fields. Start with `WorkbookTable`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from python_calamine import CalamineWorkbook

from ropewalk.connectors.files.cell_errors import Errors, errors_of
from ropewalk.connectors.files.lines import MOST_COLUMNS, NO_TEXT
from ropewalk.facts.cells import clean
from ropewalk.facts.shapes import Exact, Record, Whole

MOST_ENTRIES = 200
LARGEST = 300_000_000  # bytes, unpacked
HIGHEST_RATIO = 100  # unpacked to packed; genuine ones have 10 to 13


def check_archive(path: Path, name: str) -> None:
    """Raise Whole unless the archive's directory looks like a workbook's."""
    refuse = "Save it again from your spreadsheet, or export CSV."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Whole(
            "workbook_broken", f"{name} is a broken workbook ({type(error).__name__}). {refuse}"
        ) from None
    unpacked, packed = (
        sum(one.file_size for one in entries),
        max(1, sum(one.compress_size for one in entries)),
    )
    names = [one.filename for one in entries]
    wrong = None
    if len(entries) > MOST_ENTRIES:
        wrong = f"holds {len(entries):,} parts; {MOST_ENTRIES} is the limit"
    elif unpacked > LARGEST:
        wrong = f"unpacks to {unpacked:,} bytes; {LARGEST:,} is the limit"
    elif unpacked / packed > HIGHEST_RATIO or any(
        one.file_size > 1_000_000 and one.file_size > HIGHEST_RATIO * max(1, one.compress_size)
        for one in entries
    ):
        wrong = f"unpacks to more than {HIGHEST_RATIO} times its size, which no genuine workbook does"
    elif len(set(names)) != len(names):
        wrong = "holds two parts of one name"
    elif any(
        one.startswith(("/", "\\")) or ".." in PurePosixPath(one.replace("\\", "/")).parts for one in names
    ):
        wrong = "holds a part that reaches outside of it"
    elif any(one.flag_bits & 1 for one in entries):
        wrong = "is locked with a password"
    elif "xl/workbook.xml" not in names:
        wrong = "is an archive but no .xlsx workbook"
    if wrong is not None:
        raise Whole("workbook_refused", f"{name} {wrong}. {refuse}")


@dataclass
class WorkbookTable:
    """One sheet of a workbook. Raises Whole where there is no such sheet or no header."""

    path: Path
    name: str
    sheet: str | None = None
    header_row: int = 1
    header: list[str] = field(init=False)
    delimiter: str = ","
    _sheet: Any = field(init=False)
    _errors: Errors = field(init=False)

    def __post_init__(self) -> None:
        self._open()
        try:
            first = next((record for record in self._rows() if record.line >= self.header_row), None)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # calamine's own errors have no common class
            raise self._broken(error) from None
        self._read_header(first)

    @classmethod
    def top(cls, path: Path, name: str, most: int, *, sheet: str | None) -> list[Record]:
        """The first rows of a sheet whose header isn't known yet. Raises Whole for what is no workbook."""
        table = cls.__new__(cls)
        table.path, table.name, table.sheet = path, name, sheet
        table._open()
        return list(islice(table._rows(), most))

    def _broken(self, error: Exception) -> Whole:
        return Whole(
            "workbook_broken",
            f"{self.name} is a broken workbook ({type(error).__name__}). Save it again or export CSV.",
        )

    def _open(self) -> None:
        check_archive(self.path, self.name)
        try:
            book = CalamineWorkbook.from_path(str(self.path))
            names = book.sheet_names
            if not names or (self.sheet is not None and self.sheet not in names):
                raise Whole(
                    "sheet_missing",
                    f'{self.name} has no sheet "{self.sheet}"; it has {", ".join(names) or "none"}.',
                )
            self._sheet = book.get_sheet_by_name(self.sheet) if self.sheet else book.get_sheet_by_index(0)
            self._errors = errors_of(self.path, self.sheet or names[0])
        except Whole:
            raise
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            raise self._broken(error) from None

    def _read_header(self, first: Record | None) -> None:
        if first is None or first.line != self.header_row or not any(clean(cell) for cell in first.cells):
            raise Whole(
                "no_header",
                f"{self.name} has nothing on line {self.header_row}, where its columns should be named.",
            )
        cells = [clean(cell) for cell in first.cells]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Whole(
                "header_too_wide", f"{self.name} names {len(cells):,} columns; {MOST_COLUMNS:,} is the limit."
            )
        self.header = cells

    def records(self) -> Iterator[Record]:
        """Every row below the header. Empty cells beyond the header's last don't count."""
        width = len(self.header)
        for record in self._rows():
            if record.line > self.header_row:
                cells = list(record.cells)
                while len(cells) > width and not clean(cells[-1]):
                    cells.pop()
                cells += [""] * (width - len(cells))
                has_no_text = any(NO_TEXT.search(cell) for cell in cells)
                fault = (
                    ("not_text", "it holds a zero byte, which is no text. Save the workbook again.")
                    if has_no_text
                    else None
                )
                yield Record(record.line, cells, fault)

    def _rows(self) -> Iterator[Record]:
        start = self._sheet.start
        if start is None:
            return
        row, column = start
        lines_with_errors: dict[int, list[int]] = {}
        for line, at in self._errors:
            lines_with_errors.setdefault(line, []).append(at)
        for place, cells in enumerate(self._sheet.to_python(skip_empty_area=True), start=row + 1):
            texts = [""] * column + [as_text(cell) for cell in cells]
            for at in lines_with_errors.get(place, ()):
                if at < len(texts):
                    texts[at] = self._errors[place, at]
            yield Record(place, texts)


def as_text(cell: Any) -> str:
    """A cell as text: days as ISO, numbers with a point and at most the 15 digits that a spreadsheet keeps."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return Exact(cell)
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return Exact(int(cell))
        return Exact(f"{cell:.15g}")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
