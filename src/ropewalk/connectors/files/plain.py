"""Tells the text files that can be read at once: UTF-8, one row on each line, quotes by the book.

It looks at each byte and at no cell. Start with `plain`.
"""

from __future__ import annotations

import codecs
import re

from ropewalk.connectors.files.lines import LONGEST_LINE, TextTable
from ropewalk.facts.at_once.raw import Plain, like_of

BLOCK = 1 << 20
PRINTABLE = bytes(range(32, 127)) + b"\r\n"


def plain(table: TextTable) -> Plain | None:
    """What there is to know of such a file; None for any other."""
    assert table.encoding is not None
    assert table.delimiter is not None
    is_utf8 = codecs.lookup(table.encoding).name in ("utf-8", "utf-8-sig")
    if not is_utf8 or table.is_ours or table.header_lines != table.header_row:
        return None
    like, found = like_of(table.path), _rows(table, table.delimiter)
    if found is None or not found[0]:
        return None
    rows, is_printable = found
    return Plain(table.path, table.delimiter, len(table.header), table.header_lines, rows, like, is_printable)


def _rows(table: TextTable, delimiter: str) -> tuple[int, bool] | None:
    """The lines below the header, and whether all there is printable ASCII, where all of the file is text that can be told
    apart by lines.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    grammar, usual = _grammar(delimiter), PRINTABLE + delimiter.encode()
    rows, is_printable = 0, True
    with table.path.open("rb") as file:
        for _ in range(table.header_lines):
            if b"\r" in file.readline(LONGEST_LINE).removesuffix(b"\n").removesuffix(b"\r"):
                return None
        while block := file.read(BLOCK):
            block += file.readline(LONGEST_LINE)
            if is_printable and (block.translate(None, usual) or (delimiter == "\t" and b'"' in block)):
                is_printable = False  # a tab in quotes is of a cell, at whose edge it's a blank
            if not is_printable and not _is_text(decoder, block):
                return None
            if b"\0" in block or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
                return None
            if b'"' in block and not grammar.fullmatch(block):
                return None
            rows += block.count(b"\n") + (not block.endswith(b"\n"))
            if not block.endswith(b"\n") and file.read(1):
                return None  # a line longer than any
    return rows, is_printable


def _is_text(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _grammar(delimiter: str) -> re.Pattern[bytes]:
    """Lines whose quotes open and close around whole cells, with no line end within."""
    sign = re.escape(delimiter.encode())
    cell = rb'(?:"(?:[^"\r\n]|"")*+"|[^"\r\n' + sign + rb"]*+)"
    return re.compile(rb"(?:" + cell + rb"(?:" + sign + rb"|\r?\n|\Z))*+")
