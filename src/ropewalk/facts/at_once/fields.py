"""Columns of cells as columns of values: expressions of the engine for what is plain, a lookup for what is not.

Every value that the engine doesn't read by itself was read by the judge's own reader, once for each different cell; a cell
that isn't among those makes its row an odd one, which the judge reads whole. Expressions are over the row `r` and the
lookups that are joined to it. Start with `Reading`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from ropewalk.facts import numbers
from ropewalk.facts.at_once.expressions import (
    CLOCK,
    has_parts,
    hour,
    is_ascii,
    is_timed,
    is_whole,
    named_time,
    said,
    since_hour,
    trimmed,
    zone,
)
from ropewalk.facts.at_once.raw import Raw
from ropewalk.facts.at_once.spans import HOUR, Hour, Span, added, moment, spans_of
from ropewalk.facts.cells import clean
from ropewalk.facts.finishing import share_of
from ropewalk.facts.judging import Judge, Reader
from ropewalk.facts.shapes import MICRO, RowRefused

FEW = 40  # cells, or spans of hours, that are told apart one after the other instead of by a lookup
MOST_CELLS = 200_000  # different cells of a column that are read one by one; rows with others are odd


class NotPlain(Exception):
    """The columns can't be decided this way; the file has to be read row by row."""


@dataclass(frozen=True)
class Values:
    """A field as the engine gives it: the value, for moments the instant beside the day, and when a row is odd."""

    value: str
    odd: str = "false"
    instant: str = "NULL"
    joins: list[str] = field(default_factory=list)


def marks_of(judge: Judge) -> dict[str, str]:
    """What is marked of each row while a file is read: whether a cell is a time as machines write it, as t3 for c3."""
    places = [one.index for one in judge.readers if one.kind in ("day", "moment") and one.index is not None]
    blanks = ", ".join(said(blank) for blank in sorted(judge.blanks) if re.fullmatch(CLOCK, blank))
    return {
        f"t{place}": f"({is_timed(f'c{place}')}" + (f" AND c{place} NOT IN ({blanks}))" if blanks else ")")
        for place in dict.fromkeys(places)
    }


def _blanks_of(judge: Judge) -> str:
    return ", ".join(said(blank) for blank in sorted(judge.blanks) if blank.isascii())


class Reading:
    """All fields of one file. Make it, `look` at every column, then take the `values` of each."""

    def __init__(self, raw: Raw, judge: Judge) -> None:
        self.raw = raw
        self.judge = judge
        self.blanks = _blanks_of(judge)
        cells = [reader.index for reader in judge.readers if reader.index is not None]
        self.is_simple = dict.fromkeys(cells, True) if raw.is_printable else _simple_ones(raw, cells)
        self._hours_of: dict[int, list[tuple[str, str]]] = {}
        self._has_parts: dict[int, bool] = {}  # whether seconds have parts
        self._untimed_of: dict[int, list[str]] = {}

    def questions(self) -> int:
        """How often the cells will be gone through before the rows are."""
        read = [one for one in self.judge.readers if one.index is not None]
        numbered = sum(one.kind in ("money", "share") for one in read)
        timed = sum(one.kind in ("day", "moment") for one in read)
        strange = 0 if self.raw.is_printable else 1 + sum(not one for one in self.is_simple.values())
        return 2 * numbered + timed + strange + sum(self._is_by_cell(one) for one in read)

    def _is_by_cell(self, reader: Reader) -> bool:
        return reader.kind == "status" or bool(reader.rule.corrections) or self.judge.has_words(reader)

    def look(self) -> None:
        """Decide about every column as a whole. Raises NotPlain where there are too many different cells to look at."""
        for reader in self.judge.watched:
            if reader.index is not None:
                if reader.kind in ("money", "share"):
                    self._look_at_numbers(reader, reader.index)
                else:
                    self._look_at_days(reader, reader.index)

    def values(self, reader: Reader) -> Values:
        """How the engine gives the field's values. `look` comes before."""
        if reader.index is None:
            return self._constant(reader)
        if reader.kind == "money":
            return self._money(reader, reader.index)
        if reader.kind == "share":
            return self._by_cell(reader, reader.index, "DECIMAL(38,9)")
        if reader.kind in ("day", "moment"):
            return self._moments(reader, reader.index)
        if self._is_by_cell(reader):
            return self._by_cell(reader, reader.index, "VARCHAR")
        return self._text(reader, reader.index)

    # Evidence

    def _look_at_numbers(self, reader: Reader, place: int) -> None:
        """Digits other than 0 tell nothing about which mark is the decimal one, so that cells alike in all else are one."""
        cell = f"c{place}"
        alike = f"SELECT DISTINCT regexp_replace(trim({cell}), '[1-9]', '1', 'g') FROM raw WHERE {self._is_said(cell)}"
        shapes = self._few(f"{alike} AND {is_ascii(cell)} AND NOT {is_whole(f'trim({cell})')}")
        for shape in shapes + self._strange(place):
            reader.numbers.look(shape)

    def _look_at_days(self, reader: Reader, place: int) -> None:
        """Minutes and seconds tell nothing about the order of day and month."""
        cell, timed = f"c{place}", f"t{place}"
        found = self.raw.some(
            f"SELECT DISTINCT {timed}, CASE WHEN {timed} THEN {hour(cell)} END, "
            f"CASE WHEN {timed} THEN {zone(cell)} ELSE {cell} END, {timed} AND {has_parts(cell)} FROM raw",
            3 * MOST_CELLS,
        )
        if found is None:
            raise NotPlain
        hours = list(dict.fromkeys((before, behind) for is_timed, before, behind, _ in found if is_timed))
        untimed = [cell for is_timed, _, cell, _ in found if not is_timed]
        if max(len(hours), len(untimed)) > MOST_CELLS:
            raise NotPlain
        self._hours_of[place], self._untimed_of[place] = hours, untimed
        self._has_parts[place] = any(parts for *_, parts in found)
        for before, behind in hours:
            reader.days.look(clean(f"{before}:00:00{behind}"))
        for one in untimed:
            if clean(one) not in self.judge.blanks:
                reader.days.look(clean(one))

    def _strange(self, place: int) -> list[str]:
        """The different cells that aren't simple, cleaned, without those that mean nothing."""
        if self.is_simple[place]:
            return []
        cells = self._few(f"SELECT DISTINCT c{place} FROM raw WHERE NOT {is_ascii(f'c{place}')}")
        return [text for cell in cells if (text := clean(cell)) not in self.judge.blanks]

    def _few(self, sql: str) -> list[str]:
        found = self.raw.some(sql, MOST_CELLS)
        if found is None:
            raise NotPlain
        return [one for (one,) in found]

    def _is_said(self, cell: str) -> str:
        return f"trim({cell}) NOT IN ({self.blanks})"

    # Values

    def _constant(self, reader: Reader) -> Values:
        assert reader.rule.constant is not None
        try:
            value = self._read(reader, reader.rule.constant)
        except RowRefused:
            raise NotPlain from None
        if reader.kind in ("day", "moment"):
            day, instant = value or (None, None)
            return Values(f"{said(day)}::DATE", instant=f"{said(instant)}::TIMESTAMP")
        kind = {"money": "DECIMAL(38,6)", "share": "DECIMAL(38,9)"}.get(reader.kind, "VARCHAR")
        return Values(f"{said(value)}::{kind}")

    def _text(self, reader: Reader, place: int) -> Values:
        value = trimmed(f"r.c{place}")
        if len(self.judge.blanks) > 1:
            value = f"CASE WHEN {self._is_said(f'r.c{place}')} THEN trim(r.c{place}) END"
        if self.is_simple[place]:
            return Values(value)
        simple = is_ascii(f"r.c{place}")
        found = self._by_cell(reader, place, "VARCHAR", f"NOT {is_ascii(f'c{place}')}")
        return Values(f"CASE WHEN {simple} THEN {value} ELSE {found.value} END", f"(NOT {simple} AND {found.odd})",
                      joins=found.joins)  # fmt: skip

    def _money(self, reader: Reader, place: int) -> Values:
        """Plain numbers by the engine, all others by the judge's reader, once for each different cell."""
        bare, mark = f"trim(r.c{place})", reader.numbers.decided
        plain = [is_whole(bare)]
        if mark is not None:
            broken = f"-?[0-9]+[{mark}][0-9]{{1,6}}"
            told = f"length({bare}) <= {numbers.MOST_DIGITS} AND regexp_full_match({bare}, '{broken}')"
            if reader.numbers.is_grouped:  # the judge's reader knows which of these may mean thousands
                told += f" AND NOT regexp_full_match({bare}, '-?[0-9]{{1,3}}[{mark}][0-9]{{3}}')"
            plain.append(f"({told})")
        is_plain = (
            f"({is_ascii(f'r.c{place}')} AND {self._is_said(f'r.c{place}')} AND ({' OR '.join(plain)}))"
        )
        number = bare if mark != "," else f"replace({bare}, ',', '.')"
        found = self._by_cell(reader, place, "DECIMAL(38,6)", f"NOT {is_plain.replace('r.c', 'c')}")
        return Values(
            f"CASE WHEN {is_plain} THEN {number}::DECIMAL(38,6) ELSE {found.value} END",
            f"(NOT {is_plain} AND {found.odd})", joins=found.joins,
        )  # fmt: skip

    def _moments(self, reader: Reader, place: int) -> Values:
        """Cells with a time by their hour, where day and distance to UTC are the same all through it; others one by one."""
        hours: list[Hour] = []
        refused = []
        for before, behind in self._hours_of[place]:
            read = self._hour(reader, before, behind)
            if read is None:
                refused.append(before + behind)
            else:
                hours.append((before, behind, *read))
        found = self._looked_up(reader, place, "DATE", self._untimed_of[place])
        if not hours:
            return found
        spans = spans_of(hours, self.judge.zone) if len(refused) <= FEW else None
        if spans is None or sum(map(len, spans.values())) > FEW:
            timed = self._by_hour(place, hours)
        else:
            timed = self._by_span(place, spans, refused)
        if not self._untimed_of[place]:
            return timed
        untimed = f"NOT r.t{place}"
        return Values(
            f"CASE WHEN {untimed} THEN {found.value} ELSE {timed.value} END",
            f"(CASE WHEN {untimed} THEN {found.odd} ELSE {timed.odd} END)",
            f"CASE WHEN {untimed} THEN {found.instant} ELSE {timed.instant} END",
            [*found.joins, *timed.joins],
        )

    def _hour(self, reader: Reader, before: str, behind: str) -> tuple[str, str] | None:
        """Day and first instant of an hour; None where not all of it can be read, or isn't of one day and as far from UTC."""
        try:
            first = self._read(reader, f"{before}:00:00{behind}")
            last = self._read(reader, f"{before}:59:59.999999{behind}")
        except RowRefused:
            return None
        if first and last and first[0] == last[0] and moment(last[1]) - moment(first[1]) == HOUR:
            day, instant = first
            return day, instant
        return None

    def _by_hour(self, place: int, hours: Sequence[Hour]) -> Values:
        """By a lookup of the hours."""
        table, cell = f"hours{place}", f"r.c{place}"
        self._keep(table, ("before", "behind", "value", "instant"), hours, "DATE")
        joined = f"LEFT JOIN {table} ON {hour(cell)} = {table}.before AND {zone(cell)} = {table}.behind"
        instant = f"{table}.instant + {since_hour(cell)}"
        return Values(f"{table}.value", f"{table}.value IS NULL", instant, [joined])

    def _by_span(self, place: int, spans: dict[str, list[Span]], refused: Sequence[str]) -> Values:
        """By what each span adds; the hours that were refused make their rows odd."""
        cell = f"r.c{place}"
        time = named_time(
            cell, has_parts=self._has_parts[place], is_bare=spans.keys() == {""} and not refused
        )
        days, instants = (
            _by_zone(cell, {one: added(time, of, clock=clock) for one, of in spans.items()})
            for clock in (True, False)
        )
        odd = f"({time} IS NULL)"
        if refused:
            listed = ", ".join(map(said, refused))
            odd = f"({odd} OR {hour(cell)} || {zone(cell)} IN ({listed}))"
        return Values(f"({days})::DATE", odd, instants)

    def _by_cell(self, reader: Reader, place: int, kind: str, which: str = "true") -> Values:
        """A lookup of the different cells that fulfil a condition; those that can't be read aren't in it."""
        cells = self.raw.some(f"SELECT DISTINCT c{place} FROM raw WHERE {which}", MOST_CELLS) or []
        return self._looked_up(reader, place, kind, [cell for (cell,) in cells])

    def _looked_up(self, reader: Reader, place: int, kind: str, cells: Sequence[str]) -> Values:
        read = []
        for cell in cells:
            try:
                value = self._read(reader, cell)
            except RowRefused:
                continue
            read.append(
                (cell, *(value or (None, None))) if reader.kind in ("day", "moment") else (cell, value)
            )
        if len(read) <= FEW:
            return self._told_apart(place, kind, read)
        table = f"cells{place}"
        names = ("cell", "value", "instant") if reader.kind in ("day", "moment") else ("cell", "value")
        self._keep(table, names, read, kind)
        return Values(
            f"{table}.value", f"{table}.cell IS NULL", f"{table}.instant" if len(names) == 3 else "NULL",
            [f"LEFT JOIN {table} ON r.c{place} = {table}.cell"],
        )  # fmt: skip

    def _told_apart(self, place: int, kind: str, read: Sequence[Sequence[str | None]]) -> Values:
        """The same without a table, which would have to be joined: joined rows come in any order."""
        if not read:
            return Values(f"NULL::{kind}", "true", "NULL::TIMESTAMP")

        def case(number: int, kind: str) -> str:
            each = " ".join(f"WHEN {said(one[0])} THEN {said(one[number])}::{kind}" for one in read)
            return f"CASE r.c{place} {each} END"

        odd = f"r.c{place} NOT IN ({', '.join(said(one[0]) for one in read)})"
        return Values(case(1, kind), odd, case(2, "TIMESTAMP") if len(read[0]) == 3 else "NULL")

    def _keep(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> None:
        kinds = {"value": kind, "instant": "TIMESTAMP"}
        shape = ", ".join(f"{name} {kinds.get(name, 'VARCHAR')}" for name in names)
        self.raw.keep(table, shape, [dict(zip(names, row, strict=True)) for row in rows])

    def _read(self, reader: Reader, cell: str) -> Any:
        """A cell's value as a text that the engine takes, or a pair of day and instant; None where it says nothing."""
        value = self.judge.value(reader, cell, 0)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, numbers.Number):
            if reader.kind == "share":
                return share_of(self.judge, value, 0)
            if value.currency and not numbers.may_be(value.currency, self.judge.setting.currency):
                raise self.judge.refuse("currency_contradicts", 0, reader.column, cell, "is for the judge.")
            if value.value < 0 and self.judge.rules.is_negative_refused:  # before it's rounded to nothing
                raise self.judge.refuse("amount_negative", 0, reader.column, cell, "is for the judge.")
            return f"{value.value.quantize(MICRO):f}"
        at = value.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if value.at else None
        return value.day.isoformat(), at


def _simple_ones(raw: Raw, places: Sequence[int]) -> dict[int, bool]:
    """Of each column whether all its cells are printable ASCII."""
    counts = ", ".join(f"count(*) FILTER (NOT {is_ascii(f'c{place}')})" for place in places)
    found = raw.all(f"SELECT {counts} FROM raw")[0] if places else ()
    return {place: not strange for place, strange in zip(places, found, strict=True)}


def custom_document(fields: Sequence[tuple[str, Values]]) -> Values:
    """A company's own fields as the document that the judge would write; what needs escaping makes the row odd."""
    pairs = ", ".join(
        f"""CASE WHEN ({one.value}) IS NOT NULL THEN {said(json.dumps(name, ensure_ascii=False))} || ': "' || ({one.value}) || '"' END"""
        for name, one in sorted(fields, key=lambda pair: pair[0])
    )
    strange = " OR ".join(
        rf"coalesce(regexp_matches({one.value}, '[\x00-\x1f\x22\x5c]'), false)" for _, one in fields
    )
    odd = " OR ".join([one.odd for _, one in fields])
    joins = [join for _, one in fields for join in one.joins]
    return Values(
        f"'{{' || nullif(concat_ws(', ', {pairs}), '') || '}}'", f"({odd} OR {strange})", joins=joins
    )


def _by_zone(cell: str, expressions: Mapping[str, str]) -> str:
    """The expression for what stands behind a cell's seconds."""
    if len(expressions) == 1:
        return next(iter(expressions.values()))
    each = " ".join(f"WHEN {said(behind)} THEN {one}" for behind, one in expressions.items())
    return f"CASE {zone(cell)} {each} END"
