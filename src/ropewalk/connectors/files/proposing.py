"""Proposes how a file is to be read: which object it holds, which column is which field, which words are won and lost.

By the names of its columns, its own name, and what its cells look like. Runs in a child process with limits; whoever
imports decides. Start with `look`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from ropewalk.connectors.files.forms import encoding_told, header_told
from ropewalk.connectors.files.reading import is_archive, open_table
from ropewalk.connectors.files.statuses import status_of
from ropewalk.connectors.files.words import FILE_WORDS, NAMES, folded
from ropewalk.facts import days, numbers
from ropewalk.facts.cells import clean
from ropewalk.facts.shapes import OBJECTS, Whole, plain

ROWS = 50_000  # rows whose values are gathered
TRIED = 300  # cells of a column that are tried as days and numbers
LEAST_SCORE = 1.5  # below it nothing is recognised
MOST_WORDS = 60  # different values of a status column
SAMPLES = 4
LETTERS = 5
CLOSE = 90  # of 100; "close dat" is "close date", "cost" isn't "close"
FEW = 200  # different values up to which a column is worth keeping as a field of one's own
FILE_BONUS = 2.5
BEFORE = {
    "opportunities": {"deal", "opportunity"},
    "accounts": {"organization", "organisation", "account", "company"},
    "activities": {"activity", "task", "call"},
    "credits": {"split", "credit"},
    "people": {"person", "user", "employee"},
}  # what stands before a column's own name
WON_TIMES = ("won time", "won on", "won date", "gewonnen am")
LOST_TIMES = ("lost time", "lost on", "lost date", "verloren am")
SCALES = re.compile(
    r"\(?\b(?:k|t|m|mio|mn|tsd|tausend|thousands?|millions?|000s?|1000)\b\.?[ ]?[€$£]?\)?|"
    r"\(?\b[ktm][€$£]\)?|\b[ktm](?:eur|usd|chf|gbp)\b|['’]000", re.IGNORECASE
)  # fmt: skip


@dataclass
class Seen:
    """What a column holds, as far as it was looked at."""

    name: str
    values: dict[str, int] = field(default_factory=dict)
    filled: int = 0
    as_day: int = 0
    as_number: int = 0

    def look(self, cell: str, column: days.DayColumn) -> None:
        if len(self.values) <= FEW:
            self.values[cell] = self.values.get(cell, 0) + 1
        if self.filled >= TRIED:
            return
        self.filled += 1
        try:
            column.read(cell)
            self.as_day += 1
        except days.Unread as trouble:
            self.as_day += trouble.code == "ambiguous"
        try:
            numbers.NumberColumn().read(cell)
            self.as_number += 1
        except numbers.Unread as trouble:
            self.as_number += trouble.code == "ambiguous"

    def fits(self, kind: str) -> bool:
        """Whether most cells can be read as this kind; an empty column fits everything."""
        if not self.filled:
            return True
        if kind in ("day", "moment"):
            return self.as_day >= 0.5 * self.filled
        if kind in ("money", "share"):
            return self.as_number >= 0.5 * self.filled
        return True


def look(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """What a file holds and how it could be mapped. The order holds path, name, an object where one was said, and in `form`
    what was said of how it is written (encoding, delimiter, header_row, sheet).

    Gives `header`, `samples` and `few` by column, `entry` (as in a mapping file), `form` (how it was read, beyond what is
    usual), `letters` (cells that tell whether the encoding is right), or `whole`, the sentence why it can't be read.
    """
    name = order["name"]
    form = dict(order.get("form") or {})
    try:
        form = _form(Path(order["path"]), name, form)
        table = open_table(
            Path(order["path"]), name, wanted=_every_name(), encoding=form.get("encoding"),
            delimiter=form.get("sign"), header_row=form.get("header_row", 1), sheet=form.get("sheet"),
        )  # fmt: skip
        columns = [Seen(plain(one)) for one in table.header]
        day_columns = [days.DayColumn(ZoneInfo("UTC")) for _ in columns]
        for record in islice(table.records(), ROWS):
            if record.fault is None and len(record.cells) == len(columns):
                for seen, cell, day_column in zip(columns, record.cells, day_columns, strict=True):
                    if text := clean(cell):
                        seen.look(plain(text[:200]), day_column)
    except Whole as reason:
        return {
            "whole": reason.sentence, "header": [], "samples": {}, "words": {}, "few": [], "entry": None,
            "form": _told(order.get("form") or {}),
            "letters": [], "is_text": not is_archive(Path(order["path"])),
        }  # fmt: skip
    twice = {one.name for one in columns if sum(other.name == one.name for other in columns) > 1}
    usable = [one for one in columns if one.name and one.name not in twice]
    proposed = propose(name, usable, order.get("object"))
    return {
        "whole": "",
        "header": [one.name for one in usable],
        "samples": {one.name: list(one.values)[:SAMPLES] for one in usable},
        "words": {one.name: list(one.values)[:MOST_WORDS] for one in usable if len(one.values) <= MOST_WORDS},
        "few": [one.name for one in usable if 0 < len(one.values) <= FEW],
        "entry": proposed and proposed | _told(form),
        "form": _told(form),
        "letters": _letters(usable),
        "scaled": _scaled(proposed, usable),
        "is_text": not is_archive(Path(order["path"])),
        "delimiter": getattr(table, "delimiter", ","),
    }


def _form(path: Path, name: str, said: dict[str, Any]) -> dict[str, Any]:
    """How the file is written: as was said, else as it looks."""
    is_workbook = is_archive(path)
    encoding = said.get("encoding") or ("" if is_workbook else encoding_told(path)) or None
    row = said.get("header_row") or header_told(
        path, name, is_workbook=is_workbook, encoding=encoding, sheet=said.get("sheet")
    )
    return said | {"encoding": encoding, "header_row": row}


def _told(form: dict[str, Any]) -> dict[str, Any]:
    """What a mapping has to say of it."""
    encoding, row = form.get("encoding"), form.get("header_row") or 1
    return ({"encoding": encoding} if encoding and encoding != "utf-8" else {}) | (
        {"header_row": row} if row > 1 else {}
    )


def _scaled(entry: dict[str, Any] | None, columns: Sequence[Seen]) -> list[str]:
    """The columns of numbers that aren't proposed for an amount because they are multiples of it."""
    if entry is None or entry["object"] != "opportunities" or "amount" in entry["columns"]:
        return []
    return [one.name for one in columns if one.filled and one.fits("money") and scale_of(one.name)]


def _letters(columns: Sequence[Seen]) -> list[str]:
    """A few cells with letters beyond the English ones."""
    found = [value for one in columns for value in [one.name, *one.values] if not value.isascii()]
    return [value[:40] for value in dict.fromkeys(found)][:LETTERS]


def propose(name: str, columns: Sequence[Seen], object_name: str | None = None) -> dict[str, Any] | None:
    """The entry of a mapping that fits best, or that fits best for the object said."""
    options = [object_name] if object_name else list(NAMES)
    best = max(options, key=lambda one: _score(one, name, columns))
    if object_name is None and _score(best, name, columns) < LEAST_SCORE:
        return None
    found = {one: column for one, (column, _) in assign(best, columns).items()}
    _fill_in(best, found, columns)
    entry: dict[str, Any] = {
        "name": name,
        "object": best,
        "columns": _with_others(best, found, columns),
    }
    if "status" in found and best == "opportunities":
        seen = next(one for one in columns if one.name == found["status"])
        known = {word: status_of(word) for word in list(seen.values)[:MOST_WORDS]}
        entry["values"] = {"status": {word: status for word, status in known.items() if status}}
    if best not in ("credits", "people"):
        taken = {*found.values(), *_others(entry["columns"])}
        own = [
            one
            for one in columns
            if one.name not in taken and 0 < len(one.values) <= FEW and one.name.isprintable()
        ]
        custom = {
            key: one.name for one in own if (key := own_name(one.name)) and '"' not in key and "\\" not in key
        }
        if custom:
            entry["custom"] = custom
    return entry


def _others(columns: dict[str, Any]) -> set[str]:
    return {other for one in columns.values() if isinstance(one, dict) for other in one.get("otherwise", [])}


def _score(object_name: str, file_name: str, columns: Sequence[Seen]) -> float:
    found = assign(object_name, columns)
    told = sum(score for _, score in found.values()) / 100
    missing = sum(
        one.is_required and one.name not in found and not (one.name == "id" and "name" in found)
        for one in OBJECTS[object_name].values()
    )
    bonus = FILE_BONUS if any(word in file_name.lower() for word in FILE_WORDS[object_name]) else 0
    return told + bonus - 1.5 * missing


def assign(object_name: str, columns: Sequence[Seen]) -> dict[str, tuple[str, float]]:
    """Field -> column and how well they fit, each column once."""
    scored = sorted(
        (
            (-_alike(bare(object_name, one.name), words, place), place_of, field_name, one.name)
            for place_of, (field_name, words) in enumerate(NAMES[object_name].items())
            for place, one in enumerate(columns)
            if one.fits(kind := OBJECTS[object_name][field_name].kind)
            and not (kind == "money" and scale_of(one.name))
        ),
    )
    found: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, _, field_name, column in scored:
        if -score >= CLOSE and field_name not in found and column not in taken:
            found[field_name] = (column, -score)
            taken.add(column)
    return found


def bare(object_name: str, column: str) -> str:
    """A column's name without its object before it, as in "Deal - Title"."""
    before, mark, rest = column.partition(" - ")
    return rest if mark and folded(before) in BEFORE[object_name] else column


def scale_of(column: str) -> str:
    """What a column says that its numbers are multiples of, such as k€; empty where it says nothing."""
    found = SCALES.search(column)
    return found.group().strip("()[] ") if found else ""


def _alike(column: str, words: tuple[str, ...], place: int) -> float:
    """0 to 100: how well a column's name fits; a word that stands earlier in the list fits a little better."""
    name = folded(column)
    if name in words:
        return 100 - 0.4 * words.index(name) - 0.001 * place
    near = max((fuzz.ratio(name, word) for word in words if len(word) > 4), default=0)
    return near - 3 - 0.001 * place


def _fill_in(object_name: str, found: dict[str, str], columns: Sequence[Seen]) -> None:
    """What can be had from a column that already serves another field."""
    names = {one.name for one in columns}
    if object_name in ("accounts", "people") and "id" not in found and "name" in found:
        found["id"] = found["name"]
    if object_name in ("accounts", "people") and "name" not in found and "id" in found:
        found["name"] = found["id"]
    if object_name == "opportunities" and "status" in found and "stage" not in found:
        found["stage"] = found["status"]
    if object_name == "opportunities" and "status" not in found and "stage" in found:
        found["status"] = found["stage"]
    if object_name == "people" and "team" not in found and "manager" in found:
        found["team"] = found["manager"]  # every manager leads a team of that name
    assert set(found.values()) <= names


def _with_others(object_name: str, found: dict[str, str], columns: Sequence[Seen]) -> dict[str, Any]:
    """Fields with their columns, and with the second column where a system parts what is one field here."""
    told: dict[str, Any] = {one: found[one] for one in OBJECTS[object_name] if one in found}
    closed = found.get("closed_on")
    if object_name == "opportunities" and closed and folded(bare(object_name, closed)) in WON_TIMES:
        lost = [
            one.name
            for one in columns
            if folded(bare(object_name, one.name)) in LOST_TIMES and one.fits("day")
        ]
        if lost:
            told["closed_on"] = {"column": closed, "otherwise": lost[:1]}
    return told


def own_name(column: str) -> str:
    """What a column is called as a field of one's own."""
    return re.sub(r"[^\w]+", "_", column.strip().lower()).strip("_")[:60]


def _every_name() -> set[str]:
    return {word for fields in NAMES.values() for words in fields.values() for word in words}
