"""Cells of a sheet that hold an error (#REF!, #DIV/0!): the reader of workbooks gives them as if they were empty.

An amount that failed to compute isn't one that nobody wrote, so these are looked up in the sheet itself. Runs only inside
a child process with limits, behind `workbook.check_archive`. Start with `errors_of`.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath

BLOCK = 1 << 20
_TAG = r"<(?:\w+:)?%s\b[^>]*>"
_SHEET, _RELATION = re.compile(_TAG % "sheet"), re.compile(_TAG % "Relationship")
_SAID = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*>"
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,40})<",
    re.DOTALL,
)
Errors = dict[tuple[int, int], str]  # line from 1 and column from 0: the error's word


def errors_of(path: Path, sheet: str) -> Errors:
    """Where the sheet of this name holds errors, and which."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return {}
        found: Errors = {}
        for column, line, word in _cells(archive, part):
            found[int(line), _place(column)] = html.unescape(word.decode("utf-8", "replace"))
        return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's part that holds the sheet."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    id_ = next((said.get("id") for said in _tags(_SHEET, book) if said.get("name") == sheet), None)
    target = next((said.get("Target") for said in _tags(_RELATION, links) if said.get("Id") == id_), None)
    part = normpath(join("xl", target or "")).lstrip("/")
    return part if part in archive.namelist() else None


def _tags(tag: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    """The attributes of each tag, without the prefixes of their names."""
    for found in tag.finditer(text):
        yield {
            name.rpartition(":")[2]: html.unescape(one or other)
            for name, one, other in _SAID.findall(found[0])
        }


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    rest = b""
    with archive.open(part) as file:
        while block := file.read(BLOCK):
            text = rest + block
            end = text.rfind(b"</row>") + 1 or text.rfind(b"<c ") + 1 or len(text)
            if b"e" in text and (b't="e"' in text or b"t='e'" in text):
                yield from _CELL.findall(text[:end])
            rest = text[end:]
    yield from _CELL.findall(rest)


def _place(letters: bytes) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
