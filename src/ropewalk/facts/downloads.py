"""Refused rows as a file that can be mended and imported again: cells as they came, with line and reason before them.

Always UTF-8 with its mark, so that spreadsheets read it and no mapping's encoding applies. Bytes that were no text stay
those bytes: an unmended row is refused again. Start with `write_refused`.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ropewalk.facts import numbers

LINE, REASON = "Ropewalk line", "Ropewalk reason"
READS = (
    "Ropewalk reads"  # how the whole file's columns are written, which its refused rows alone may not tell
)
OWN_COLUMNS = 3  # at most, before those of the file
FORMULAS = tuple("=+-@\t\r＝＋－＠")  # what a spreadsheet would take for a formula


@dataclass(frozen=True)
class RefusedRow:
    """A row that wasn't taken, with everything needed to mend it."""

    line: int
    cells: Sequence[str]
    column: str | None
    value: str | None
    code: str
    sentence: str


def _undecoded(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    signs = error.object[error.start : error.end]
    kept = bytes(ord(sign) & 0xFF if 0xDC80 <= ord(sign) <= 0xDCFF else 0xFF for sign in signs)
    return kept, error.end


codecs.register_error("ropewalk-bytes", _undecoded)


def write_refused(
    path: Path, header: Sequence[str], delimiter: str, rows: Iterable[RefusedRow], *, reads: str = ""
) -> int:
    """How many rows were written; with none there is no file. `reads` is what the judge decided about the columns."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", errors="ropewalk-bytes", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([LINE, REASON, *([READS] if reads else []), *header])
        for row in rows:
            count += 1
            own = [row.line, harmless(row.sentence), *([reads] if reads else [])]
            writer.writerow([*own, *(harmless(cell) for cell in row.cells)])
    if not count:
        path.unlink()
    return count


def own_columns(header: Sequence[str]) -> int:
    """How many columns of a download are ours; the file's own stand behind them."""
    return next(
        (place for place, name in enumerate(header) if name not in (LINE, REASON, READS)), len(header)
    )


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula. Numbers stay numbers."""
    if not cell.lstrip("'").startswith(FORMULAS):
        return cell
    try:
        numbers.NumberColumn().read(cell.strip())
    except numbers.Unread as trouble:
        return cell if trouble.code == "ambiguous" else f"'{cell}"
    return cell


def as_it_came(cell: str) -> str:
    """The cell of a mended download, without the apostrophe that `harmless` put before it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULAS) else cell
