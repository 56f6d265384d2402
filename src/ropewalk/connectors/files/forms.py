"""Tells how a file is written where it doesn't say so itself: its encoding, and the line that names its columns.

It proposes and decides nothing; an import reads what its mapping says. Start with `encoding_told` and `header_told`.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ropewalk.connectors.files.lines import CANDIDATES, MARKS, TextTable
from ropewalk.connectors.files.workbook import WorkbookTable
from ropewalk.facts.cells import clean
from ropewalk.facts.shapes import Record

BLOCK = 1 << 20
LOOKED = 40  # rows among which the header is looked for
NO_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes that stand for nothing there
ENCODINGS = {
    "utf-8": "UTF-8 (most exports)",
    "cp1252": "Windows, Western Europe (Excel’s CSV)",
    "cp1250": "Windows, Central Europe",
    "cp1251": "Windows, Cyrillic",
    "mac-roman": "Macintosh, Western Europe",
    "utf-16-le": "UTF-16 without a mark",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
}


def encoding_told(path: Path) -> str:
    """The encoding to propose for a text file without a mark that isn't UTF-8; empty for UTF-8, and where nothing fits.

    A file that is UTF-8 but for a few bytes stays UTF-8: its broken rows come back, and the others aren't garbled.
    """
    with path.open("rb") as file:
        start = file.read(4096)
        if any(start.startswith(mark) for mark, _ in MARKS):
            return ""
        if b"\0" in start:
            return _utf16(start)
        file.seek(0)
        decoder, right, wrong, seen = codecs.getincrementaldecoder("utf-8")("ropewalk-mark"), 0, 0, set[int]()
        while block := file.read(BLOCK):
            if block.isascii():
                continue
            seen |= set(block)
            for sign in decoder.decode(block):
                if sign > "\x7f":
                    is_wrong = "\ud800" <= sign <= "\udfff"
                    right, wrong = right + (not is_wrong), wrong + is_wrong
    if wrong <= right or seen & NO_CP1252:
        return ""
    return "cp1252"


def _utf16(start: bytes) -> str:
    """UTF-16 without a mark, whose every second byte is empty where the text is Latin."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > 0.4 * half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and not odd else ""


def header_told(path: Path, name: str, *, is_workbook: bool, encoding: str | None, sheet: str | None) -> int:
    """The line that names the columns: the first, or the first below it that is as wide as the rows further down.

    Raises Whole where the file can't be opened.
    """
    records = _top(path, name, is_workbook=is_workbook, encoding=encoding, sheet=sheet)
    filled = [(one.line, sum(bool(clean(cell)) for cell in one.cells)) for one in records]
    filled = [(line, count) for line, count in filled if count]
    widths = Counter(_width(one.cells) for one in records)
    usual = max((width for width in widths if width > 1), key=lambda width: (widths[width], width), default=1)
    if not filled or usual < 3 or (filled[0][0] == 1 and filled[0][1] > usual / 2):
        return 1
    return next((line for line, count in filled if line <= 100 and count >= 0.75 * usual), 1)


def _width(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if clean(cell)), default=0)


def _top(
    path: Path, name: str, *, is_workbook: bool, encoding: str | None, sheet: str | None
) -> list[Record]:
    if is_workbook:
        return WorkbookTable.top(path, name, LOOKED, sheet=sheet)
    found = [TextTable.top(path, name, LOOKED, sign, encoding=encoding) for sign in CANDIDATES]
    return max(
        found,
        key=lambda rows: (
            sum(len(one.cells) > 1 for one in rows[1:]) + 0.001 * sum(len(one.cells) for one in rows)
        ),
    )
