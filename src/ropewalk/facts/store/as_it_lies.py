"""The lines of a plain file, read again from where it lies: the few whose cells are wanted as they came.

It knows files that have a row on each line, and a note in a folder that says which file and how it is written; nothing of
fields. Start with `note` and `cells_of`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

NOTE = "plain.json"
LONGEST_CELL = 8_000_000


class FileChanged(OSError):
    """The file isn't the one any more that was read before."""


def note(folder: Path, path: Path, *, delimiter: str, skipped: int, like: list[int]) -> None:
    """Say in the folder which file its rows are from, and what it was like at first; its first line is number 1."""
    said = {"path": str(path.absolute()), "delimiter": delimiter, "skipped": skipped, "like": like}
    (folder / NOTE).write_text(json.dumps(said))


def is_as_noted(folder: Path) -> bool:
    """Whether the file is still the one that was noted."""
    said = _noted(folder)
    path = Path(said["path"])
    return bool(path.exists() and like_of(path) == said["like"])


def cells_of(folder: Path, lines: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    """The cells as they came of given lines, which are given in their order. Raises FileChanged."""
    said = _noted(folder)
    path, wanted = Path(said["path"]), iter(lines)
    following = next(wanted, None)
    csv.field_size_limit(LONGEST_CELL)
    if not is_as_noted(folder):
        what = "changed" if path.exists() else "taken away"
        raise FileChanged(f"{path.name} was {what} while it was being imported.")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if following is None:
                return
            if number == following:
                yield number, _cells(line.decode("utf-8"), said["delimiter"])
                following = next(wanted, None)


def _noted(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / NOTE).read_text())
    return said


def _cells(line: str, delimiter: str) -> list[str]:
    line = line.rstrip("\r\n")
    return next(csv.reader([line], delimiter=delimiter)) if '"' in line else line.split(delimiter)


def like_of(path: Path) -> list[int]:
    """What tells a file from another, and from itself after a change."""
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns]
