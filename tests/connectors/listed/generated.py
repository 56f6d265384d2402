"""Right tables in random dialects, with some rows damaged in known ways: what must become of each row is known beforehand.

Start with `tables`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st
from tests.connectors.listed.case import HEADER, Case, Deal, Dialect, Sheet
from tests.connectors.listed.encodings import DAMAGES, DELIMITERS, ENDS, MARKED, WORDS_OF, encoded

NUMBERS = count()
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat, "day first": lambda day: f"{day:%d/%m/%Y}", "month first": lambda day: f"{day:%m/%d/%Y}",
    "points": lambda day: f"{day.day}.{day.month}.{day.year}", "words": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "american": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}", "together": lambda day: f"{day:%Y%m%d}",
}  # fmt: skip
SLASHED = ("day first", "month first")
SHAPES = ("short", "long", "twice", "blank", "spoiled")


@dataclass(frozen=True)
class Way:
    """How a table is written."""

    encoding: str
    dialect: Dialect
    mark: str
    group: str
    days: str
    is_order_stated: bool
    is_mark_stated: bool
    is_delimiter_stated: bool
    header: tuple[str, ...]

    def cells(self, deal: Deal) -> dict[str, str]:
        amount = f"{deal.amount:,.2f}".replace(".", "M").replace(",", self.group).replace("M", self.mark)
        days = [DAYS[self.days](day) for day in (deal.opened, deal.closed)]
        return dict(zip(HEADER, (deal.key, deal.name, amount, *days, deal.status), strict=True))

    def entry(self) -> dict[str, Any]:
        said: dict[str, Any] = {} if self.encoding in MARKED else {"encoding": self.encoding}
        if self.is_order_stated and self.days in SLASHED:
            said["dates"] = self.days
        if self.is_mark_stated:
            said["decimal"] = self.mark
        if self.is_delimiter_stated:
            said["delimiter"] = DELIMITERS[self.dialect.delimiter]
        return said


@st.composite
def ways(draw: st.DrawFn) -> Way:
    encoding = draw(st.sampled_from(list(WORDS_OF)))
    mark = draw(st.sampled_from(".,"))
    groups = ["", "'", " ", {",": ".", ".": ","}[mark]] + (["\u202f"] if encoding.startswith("utf") else [])
    return Way(
        encoding,
        Dialect(draw(st.sampled_from(list(DELIMITERS))), draw(st.sampled_from(list(ENDS))), draw(st.sampled_from(("as needed", "all", "words")))),
        mark,
        draw(st.sampled_from(groups)),
        draw(st.sampled_from(list(DAYS))),
        *(draw(st.booleans()) for _ in range(3)),
        tuple(draw(st.permutations(HEADER))),
    )  # fmt: skip


def deals(way: Way) -> st.SearchStrategy[Deal]:
    signs = sorted({*"abc 12\"'=+-@\n", *WORDS_OF[way.encoding], way.dialect.delimiter})
    names = st.text(alphabet=signs, max_size=9).map(
        lambda name: name.replace(way.dialect.delimiter, "") if "\n" in name else name
    )
    cents = st.integers(-(10**8), 10**10).map(lambda number: Decimal(number) / 100)
    day = st.dates(date(1970, 1, 1), date(2199, 12, 31))
    return st.builds(Deal, st.just(""), names, cents, day, day, st.sampled_from(("won", "lost", "open")))


@st.composite
def tables(draw: st.DrawFn) -> Case:
    """A file, and what must become of each of its rows."""
    way, number = draw(ways()), next(NUMBERS)
    table = draw(st.lists(deals(way), min_size=1, max_size=10))
    table = [replace(deal, key=f"g{number}-{place}") for place, deal in enumerate(table)]
    kinds = st.sampled_from([*DAMAGES, *SHAPES])
    damaged = draw(st.dictionaries(st.integers(0, len(table) - 1), kinds, max_size=5))
    open_orders = {name: _is_open(way, table, damaged, name) for name in ("opened", "closed")}
    sheet = Sheet(way.dialect, way.header)
    for place, deal in enumerate(table):
        _lay(sheet, way, deal, damaged.get(place), open_orders)
    made = sheet.case(f"g{number}.csv", **way.entry())
    return replace(made, content=encoded(sheet.text, way.encoding))


def _is_open(way: Way, table: list[Deal], damaged: dict[int, Any], column: str) -> bool:
    """Whether no cell of the column tells which comes first, day or month."""
    if way.is_order_stated or way.days not in SLASHED:
        return False
    for place, deal in enumerate(table):
        what = damaged.get(place)
        is_gone = what in ("short", "long", "blank") or (
            isinstance(what, tuple) and HEADER[what[0]] == column
        )
        if not is_gone and (deal.opened if column == "opened" else deal.closed).day > 12:
            return False
    return True


def _lay(sheet: Sheet, way: Way, deal: Deal, damage: Any, is_open: dict[str, bool]) -> None:
    right = way.cells(deal)
    kept = deal.kept() | {"name": deal.name.strip() or None}
    cells, faults = dict(right), []
    if isinstance(damage, tuple):
        _, value, code, column = damage
        cells[column] = value
        if code == "close_date_missing" and deal.status == "open":
            kept["closed_on"] = None  # an open deal needs no such day
        else:
            faults.append((code, column, value))
    for column, day in (("opened", deal.opened), ("closed", deal.closed)):
        if is_open[column] and cells[column] == right[column] and day.day != day.month:
            faults.append(("date_ambiguous", column, right[column]))
    row, good = [cells[name] for name in sheet.header], [right[name] for name in sheet.header]
    if damage == "blank":
        sheet.blank([""] * len(row))
    elif damage in ("short", "long"):
        sheet.bad(
            row[:-1] if damage == "short" else [*row, "x"], "cells_wrong", mended=_mend(good, kept, faults)
        )
    elif faults:
        # Told first is what can't be read, from left to right by our fields; what is missing comes after.
        told = min(
            faults,
            key=lambda fault: (
                fault[0] in ("id_missing", "close_date_missing") or not fault[2],
                HEADER.index(fault[1]),
            ),
        )
        ambiguous = any(code == "date_ambiguous" for code, _, _ in faults)
        sheet.bad(row, *told, mended=None if ambiguous else _mend(good, kept, []))
    else:
        _twins(sheet, damage, row, kept, {name: place for place, name in enumerate(sheet.header)})


def _twins(sheet: Sheet, damage: Any, row: list[str], kept: dict[str, Any], place: dict[str, int]) -> None:
    """The row, and where its id is to come twice, another of its id behind it: right by itself, or one that is refused."""
    if damage not in ("twice", "spoiled"):
        sheet.good(row, **kept)
        return
    sheet.bad(row, "id_twice", "id", kept["id"], mended=(row, kept))
    other = list(row)
    if damage == "twice":
        other[place["name"]] += "!"
        fresh = [*other]
        fresh[place["id"]] += "t"
        name = other[place["name"]].strip()
        sheet.bad(
            other, "id_twice", "id", kept["id"], mended=(fresh, kept | {"id": f"{kept['id']}t", "name": name})
        )
    else:
        other[place["status"]] = "maybe"
        sheet.bad(other, "status_unknown", "status", "maybe")


def _mend(
    cells: list[str], kept: dict[str, Any], faults: list[Any]
) -> tuple[list[str], dict[str, Any]] | None:
    return None if faults else (cells, kept)
