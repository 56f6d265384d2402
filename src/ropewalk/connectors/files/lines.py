"""Delimited text, row by row: strict about quotes, and every line of the file accounted for.

A line that can't be a row is given with its fault, and reading goes on at the next line, so that one lost quote never
swallows the rest. It knows bytes and cells, nothing of fields. Start with `TextTable`.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ropewalk.facts.cells import clean
from ropewalk.facts.downloads import LINE, OWN_COLUMNS, as_it_came
from ropewalk.facts.shapes import Record, Whole

MOST_COLUMNS = 2_000
LONGEST_LINE = 8_000_000  # characters
MOST_LINES = 1_000  # of one row, whose cells may hold line ends
LONGEST_HEADER = 1_000_000
CANDIDATES = ",;\t|^"
NO_TEXT = re.compile("[\0\ud800-\udfff]")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
csv.field_size_limit(LONGEST_LINE)


def _marked(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("ropewalk-mark", _marked)


@dataclass
class TextTable:
    """A file of delimited text. The header is read on making it; raises Whole where there is none to use."""

    path: Path
    name: str
    wanted: set[str] = field(default_factory=set)  # columns that the mapping names; they tell the delimiter
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    header: list[str] = field(init=False)
    header_lines: int = field(init=False)  # lines of the file up to the header's last
    is_ours: bool = field(init=False)  # refused rows that were downloaded and mended

    def __post_init__(self) -> None:
        self.encoding = encoding_of(self.path, self.encoding, self.name)
        self._read_header()
        self.is_ours = bool(self.header) and self.header[0] == LINE

    def _read_header(self) -> None:
        most = MOST_COLUMNS
        with self._open() as file:
            if file.readline(len(LINE) + 1).strip('"').startswith(LINE):  # a download, whatever the mapping
                self.header_row, most = 1, most + OWN_COLUMNS  # says of the file that its rows came from
        with self._open() as file:
            for _ in range(self.header_row - 1):
                file.readline(LONGEST_LINE)
            start = file.readline(LONGEST_HEADER)
        if not start.strip("\r\n"):
            raise Whole(
                "no_header",
                f"{self.name} has nothing on line {self.header_row}, where its columns should be named.",
            )
        if "\0" in start:
            raise Whole(
                "not_text",
                f"{self.name} isn't text as it stands. If it is UTF-16 without a mark, state it in the mapping: encoding: utf-16-le.",
            )
        widest = max(start.count(sign) for sign in ([self.delimiter] if self.delimiter else CANDIDATES))
        if widest >= most or len(start) >= LONGEST_HEADER:
            raise Whole(
                "header_too_wide",
                f"{self.name} names {widest + 1:,} columns; {MOST_COLUMNS:,} is the limit. Export fewer.",
            )
        found = {sign: self._parsed(sign) for sign in ([self.delimiter] if self.delimiter else CANDIDATES)}
        wanted = {clean(one) for one in self.wanted}
        self.delimiter = max(found, key=lambda sign: (len(wanted & set(found[sign][0])), len(found[sign][0])))
        self.header, self.header_lines = found[self.delimiter]

    def _parsed(self, delimiter: str) -> tuple[list[str], int]:
        rows = _Rows(self._lines(self.header_row - 1), delimiter, self.header_row - 1)
        first = next(rows.records(None), None)
        cells = first.cells if first is not None and first.fault is None else []
        return [clean(cell) for cell in cells], rows.number

    def _open(self):  # type: ignore[no-untyped-def]
        return self.path.open(encoding=self.encoding, errors="ropewalk-mark", newline="")

    def _lines(self, skipped: int) -> Iterator[str]:
        with self._open() as file:
            for place, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), "")):
                if place >= skipped:
                    yield line

    @classmethod
    def top(cls, path: Path, name: str, most: int, delimiter: str, *, encoding: str | None) -> list[Record]:
        """The first rows of a file whose header isn't known yet. Raises Whole for what is no text."""
        encoding = encoding_of(path, encoding, name)
        with path.open(encoding=encoding, errors="ropewalk-mark", newline="") as file:
            lines = iter(lambda: file.readline(LONGEST_HEADER), "")
            return list(islice(_Rows(lines, delimiter, 0).records(None), most))

    def records(self) -> Iterator[Record]:
        """Every row below the header, blank ones too, with the line it begins on."""
        assert self.delimiter is not None
        rows = _Rows(self._lines(self.header_lines), self.delimiter, self.header_lines)
        for record in rows.records(len(self.header)):
            if self.is_ours:
                record = Record(record.line, [as_it_came(cell) for cell in record.cells], record.fault)
            yield record


class _Rows:
    """Rows out of lines that still carry their ends."""

    def __init__(self, lines: Iterator[str], delimiter: str, number: int) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.number = number  # lines consumed so far
        self.ahead: deque[str] = deque()

    def records(self, width: int | None) -> Iterator[Record]:
        while True:
            line = self.ahead.popleft() if self.ahead else next(self.lines, None)
            if line is None:
                return
            self.number += 1
            start = self.number
            if '"' not in line:
                cells: Sequence[str] = line.rstrip("\r\n").split(self.delimiter)
                fault = None
            else:
                cells, fault = self._quoted(line, width)
            if len(line) >= LONGEST_LINE:
                self._skip_rest(line)
                cells, fault = (
                    [],
                    (
                        "line_too_long",
                        f"the line is longer than {LONGEST_LINE:,} characters. Is a line end missing?",
                    ),
                )
            if (
                fault is None
                and (found := next((cell for cell in cells if NO_TEXT.search(cell)), None)) is not None
            ):
                fault = _no_text(found)
            yield Record(start, cells, fault)

    def _quoted(self, line: str, width: int | None) -> tuple[Sequence[str], tuple[str, str] | None]:
        """The cells of a row that has quotes, which may go on over further lines."""
        taken: list[str] = []
        size = 0

        def pull() -> Iterator[str]:
            nonlocal size
            yield line
            while len(taken) < MOST_LINES and size < LONGEST_LINE:
                more = self.ahead.popleft() if self.ahead else next(self.lines, None)
                if more is None:
                    return
                taken.append(more)
                size += len(more)
                yield more

        try:
            cells = next(csv.reader(pull(), delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            self.ahead.extendleft(reversed(taken))
            what = "isn't closed" if taken or "unexpected end" in str(error) else "is followed by text"
            return _loosely(line, self.delimiter), (
                "quote_unclosed",
                f"a quote (\") {what}, so its cells can't be told apart. Close it, or write a quote within text twice.",
            )
        if width is not None and len(cells) != width and self._has_swallowed(taken, width):
            self.ahead.extendleft(reversed(taken))
            return _loosely(line, self.delimiter), (
                "quote_unclosed",
                "a quote (\") isn't closed on its line, and taking further lines for its text makes no row. Close it.",
            )
        self.number += len(taken)
        return cells, None

    def _has_swallowed(self, taken: list[str], width: int) -> bool:
        """Whether one of the lines taken as text of a cell is a row by itself: then the quote was lost, not meant."""
        for line in taken:
            if line.count('"') % 2:
                continue  # the end of a quoted cell: a row by itself has its quotes in pairs
            try:
                alone = next(csv.reader([line], delimiter=self.delimiter, strict=True), [])
            except csv.Error:
                continue
            if len(alone) == width:
                return True
        return False

    def _skip_rest(self, line: str) -> None:
        while not line.endswith(("\n", "\r")) and line:
            line = next(self.lines, "")


def _loosely(line: str, delimiter: str) -> list[str]:
    """The line's cells as far as they can be told, so that nothing of it is lost."""
    return line.rstrip("\r\n").split(delimiter)


def _no_text(cell: str) -> tuple[str, str]:
    if "\0" in cell:
        return "not_text", "it holds a zero byte, which is no text. Export the file again."
    return (
        "not_text",
        "it holds bytes that are no text in this encoding. If the file isn't UTF-8, state it in the mapping, for example "
        "encoding: cp1252.",
    )


WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
NO_TABLES = (
    b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"PAR1", b"SQLite f", b"\x7fELF", b"7z\xbc\xaf", b"BZh9", b"\xfd7zXZ",
)  # fmt: skip


def encoding_of(path: Path, stated: str | None, name: str) -> str:
    """What the file's mark says, else what the mapping states, else UTF-8. Raises Whole for what is no text at all."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise Whole("empty", f"{name} is empty.")
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Whole(
            "old_workbook",
            f"{name} is an old or a locked Excel workbook. Save it without a password as .xlsx or CSV.",
        )
    if start.startswith(NO_TABLES):
        raise Whole("not_text", f"{name} is neither text nor a workbook. Export it as CSV or .xlsx.")
    if name.lower().endswith(WORKBOOK_ENDINGS) and _is_noise(path):
        raise Whole(
            "workbook_broken",
            f"{name} is called a workbook, and what is in it is none. Save it again from your spreadsheet, or export CSV.",
        )
    return stated or "utf-8"


def _is_noise(path: Path) -> bool:
    """Whether a file begins with bytes that no text holds."""
    with path.open("rb") as file:
        start = file.read(4096)
    return any(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
