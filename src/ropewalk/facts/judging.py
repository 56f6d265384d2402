"""Reads one row after the other and says of each whether it can be counted truly.

It knows the row contract, and how cells of each kind are read; it must not know a file format or a table. A column is
decided as a whole: show the judge every row first (`look`), then let it judge. What needs other rows (one id twice,
credits that don't add up) is judged in `deliveries`; what only looks wrong is found in `suspicions`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ropewalk.facts import days, numbers
from ropewalk.facts.cells import clean, clean_key, nearest
from ropewalk.facts.downloads import LINE, READS
from ropewalk.facts.finishing import FINISHERS
from ropewalk.facts.shapes import (
    CUSTOM,
    OBJECTS,
    STATUSES,
    Exact,
    FieldRule,
    Record,
    RowRefused,
    Rules,
    Setting,
    Whole,
    plain,
)


@dataclass
class Reader:
    """One field's way from a cell to a value."""

    rule: FieldRule
    kind: str
    index: int | None  # None: a constant
    numbers: numbers.NumberColumn
    days: days.DayColumn
    others: list[Reader]  # whose cells count where this one's is empty

    @property
    def column(self) -> str:
        return self.rule.column or self.rule.field


class Judge:
    """Judges the rows of one file for one object. Raises Whole where the header can't serve the mapping."""

    def __init__(self, rules: Rules, setting: Setting, header: Sequence[str], *, name: str) -> None:
        self.rules = rules
        self.setting = setting
        self.name = name
        self.width = len(header)
        self.zone = ZoneInfo(setting.zone)
        self.blanks = frozenset(clean(blank) for blank in rules.blanks) | {""}
        names = [clean(cell) for cell in header]
        self.readers = [self._reader(rule, names) for rule in rules.fields]
        every = [each for one in self.readers for each in (one, *one.others)]
        self.watched = [one for one in every if one.kind in ("money", "share", "day", "moment")]
        self.is_ours = names[:1] == [LINE]  # rows that were refused, and come back
        self.told = (
            names.index(READS) if self.is_ours and READS in names else None
        )  # where rows say how their columns are written
        self.translations = {
            one.rule.field: {clean(word).casefold(): ours for word, ours in one.rule.values.items()}
            for one in self.readers
            if one.rule.values is not None
        }

    def _reader(self, rule: FieldRule, names: list[str]) -> Reader:
        kind = "text" if rule.field.startswith(CUSTOM) else OBJECTS[self.rules.object][rule.field].kind
        column = numbers.NumberColumn(rule.decimal)
        others = [self._reader(replace(rule, column=one, otherwise=[]), names) for one in rule.otherwise]
        index = self._index(rule.column, names)
        return Reader(rule, kind, index, column, days.DayColumn(self.zone, rule.dates), others)

    def _index(self, column: str | None, names: list[str]) -> int | None:
        if column is None:
            return None
        wanted = clean(column)
        if names.count(wanted) == 1:
            return names.index(wanted)
        if wanted in names:
            raise Whole(
                "column_twice",
                f'{self.name} has {names.count(wanted)} columns named "{plain(column)}", so nobody knows which one counts. '
                "Rename one of them, or map another column.",
                column=column,
            )
        near = nearest(wanted, names)
        others = " or ".join(f'"{plain(one)}"' for one in near)
        there = plain(", ".join(name[:60] for name in names[:12] if name))
        raise Whole(
            "column_missing",
            f'{self.name} has no column "{plain(column)}", which the mapping needs. '
            + (f"Did you mean {others}? " if near else f"Its columns are: {there or 'unreadable'}. ")
            + "Mend the header or the mapping, then import again.",
            column=column,
        )

    def is_blank(self, record: Record) -> bool:
        """Whether the row says nothing at all."""
        return record.fault is None and not any(clean(cell) for cell in record.cells)

    def look(self, record: Record) -> None:
        """Take a row as evidence of how its columns are written."""
        if record.fault is not None or len(record.cells) != self.width:
            return
        if self.told is not None:
            self._take_word(record.cells[self.told])
        for reader in self.watched:
            if reader.index is None or isinstance(cell := record.cells[reader.index], Exact):
                continue
            text = clean(cell)
            if text not in self.blanks:
                (reader.numbers if reader.kind in ("money", "share") else reader.days).look(text)

    def decided(self) -> dict[str, str]:
        """Column -> its decimal mark or its order of days, where its own cells told."""
        found = {}
        for one in self.watched:
            is_number = one.kind in ("money", "share")
            if one.index is None or (one.rule.dates is not None and not is_number):
                continue
            if is_number and one.rule.decimal is not None and not one.numbers.is_grouped:
                continue
            told = one.numbers.decided if is_number else one.days.decided
            if told is not None:
                found[one.column] = f"{told} {GROUPED}" if is_number and one.numbers.is_grouped else told
        return found

    def _take_word(self, cell: str) -> None:
        """Believe what a download of refused rows says was decided about the columns of the whole file."""
        try:
            said = json.loads(cell)
        except ValueError:
            return
        for one in self.watched if isinstance(said, dict) else ():
            word = str(said.get(one.column))
            told = word.removesuffix(f" {GROUPED}")
            one.numbers.has_seen_groups |= told != word
            one.numbers.has_seen_point |= told == "."
            one.numbers.has_seen_comma |= told == ","
            one.days.has_seen_day_first |= told == "day first"
            one.days.has_seen_month_first |= told == "month first"

    def key_of(self, record: Record) -> str | None:
        """The id that a row carries, also when the row is refused."""
        first = self.readers[0]
        if record.fault is not None or len(record.cells) != self.width or first.index is None:
            return None
        return clean_key(record.cells[first.index]) or None

    def judge(self, record: Record) -> dict[str, Any]:
        """The row's values by column of the store, or RowRefused. Call `look` with every row before."""
        if record.fault is not None:
            code, sentence = record.fault
            raise RowRefused(code, f"{self.name}, line {record.line}: {sentence}")
        if len(record.cells) != self.width:
            raise RowRefused(
                "cells_wrong",
                f"{self.name}, line {record.line} has {len(record.cells)} cells where the header has {self.width}, so its "
                "cells can't be told apart. Look for a missing or a spare separator, or put text that holds one in quotes.",
            )
        said: dict[str, Any] = {}
        custom: dict[str, str] = {}
        for reader in self.readers:
            value = self._of_row(reader, record)
            if reader.rule.field.startswith(CUSTOM):
                if value is not None:
                    custom[reader.rule.field.removeprefix(CUSTOM)] = value
            else:
                said[reader.rule.field] = value
        row = FINISHERS[self.rules.object](self, said, record.line)
        if self.rules.object not in ("credits", "people"):
            row["custom"] = json.dumps(custom, sort_keys=True, ensure_ascii=False) if custom else None
        return row

    def _of_row(self, reader: Reader, record: Record) -> Any:
        """What a row says of a field: by its column, else by the first of the others that says anything."""
        for one in (reader, *reader.others):
            cell = one.rule.constant if one.index is None else record.cells[one.index]
            assert cell is not None
            if (value := self.value(one, cell, record.line)) is not None:
                return value
        return None

    def has_words(self, reader: Reader) -> bool:
        """Whether the source's words of a field are translated into ours."""
        return reader.rule.field in self.translations

    def value(self, reader: Reader, cell: str, line: int) -> Any:
        """What a cell of a field says: a text, a Number, a Moment, or None for nothing. Raises RowRefused."""
        text = clean_key(cell) if reader.kind == "key" else clean(cell)
        if text in self.blanks:
            return None
        if reader.kind in ("money", "share"):
            return self._number(reader, cell, text, line)
        if reader.kind in ("day", "moment"):
            return self._moment(reader, cell, text, line)
        words = self.translations.get(reader.rule.field)
        if reader.kind == "status":
            return self._status(reader, text, words, line)
        if words is not None:
            text = words.get(text.casefold(), text)
        return reader.rule.corrections.get(text, text) or None

    def _status(self, reader: Reader, text: str, words: dict[str, str] | None, line: int) -> str:
        text = reader.rule.corrections.get(text, text)
        allowed = words if words is not None else {status: status for status in STATUSES}
        status = allowed.get(text.casefold(), text if text in STATUSES and text in allowed.values() else "")
        if status not in STATUSES:
            near = nearest(text, list(allowed))
            raise self.refuse(
                "status_unknown",
                line,
                reader.column,
                text,
                "is no status that the mapping knows, so nobody can say whether the deal is open, won or lost. "
                + (f'Is it "{near[0]}"? ' if near else "")
                + "Mend the cell, or add the word to the mapping's values of status.",
            )
        return status

    def _number(self, reader: Reader, cell: str, text: str, line: int) -> numbers.Number:
        what = "the amount" if reader.kind == "money" else "the share"
        code = "amount" if reader.kind == "money" else "share"
        try:
            if isinstance(cell, Exact):
                number = numbers.Number(Decimal(str(cell)), text=text)
                if not numbers.fits(number.value):
                    raise numbers.Unread("unreadable")
            else:
                number = reader.numbers.read(text)
        except numbers.Unread as trouble:
            if trouble.code == "ambiguous":
                raise self.refuse(
                    "number_ambiguous",
                    line,
                    reader.column,
                    text,
                    "can be read in two ways, and nothing in the column tells which mark is the decimal one. "
                    'State it in the mapping of this file: decimal: "." or decimal: ",".',
                ) from None
            if trouble.code == "contradicts":
                usual = "1,200.50" if reader.numbers.decided == "." else "1.200,50"
                raise self.refuse(
                    "number_contradicts",
                    line,
                    reader.column,
                    text,
                    f"stands among numbers written like {usual}, so nobody can say whether it means thousands or three places behind "
                    "the mark. Write it as they are written.",
                ) from None
            raise self.refuse(
                f"{code}_unreadable",
                line,
                reader.column,
                text,
                f"is no finite number of at most 15 digits, so {what} can't be counted. Write it like 1234.56, leave it empty, "
                "or name the word among the mapping's blanks.",
            ) from None
        if number.is_percent and reader.kind == "money":
            raise self.refuse(
                "amount_unreadable",
                line,
                reader.column,
                text,
                "is a percentage where an amount of money is due. Write the amount.",
            )
        return number

    def _moment(self, reader: Reader, cell: str, text: str, line: int) -> days.Moment:
        try:
            return reader.days.read(text)
        except days.Unread as trouble:
            sentence = DATE_SENTENCES[trouble.code]
            if trouble.code == "unreadable" and isinstance(cell, Exact):
                sentence = 'is a bare number where a day is due. If it is one of Excel\'s day numbers, state dates: "serial 1900" in the mapping.'
            raise self.refuse(f"date_{trouble.code}", line, reader.column, text, sentence) from None

    def refuse(self, code: str, line: int, column: str, value: str, sentence: str) -> RowRefused:
        """A refusal of one cell; the sentence goes on after the value."""
        shown = plain(value if len(value) <= 80 else value[:77] + "…")
        return RowRefused(
            code,
            f'{self.name}, line {line}, {plain(column)}: "{shown}" {sentence}',
            column=column,
            value=plain(value[:500]),
        )

    def column_of(self, name: str) -> str:
        """The source's name of the column behind a field."""
        return next((one.column for one in self.readers if one.rule.field == name), name)


GROUPED = "in groups"  # of a column whose numbers part their thousands, where it says how it is written
DATE_SENTENCES = {
    "unreadable": "is no date that can be read. Write it like 2026-03-04.",
    "impossible": "is a day or a time that doesn't exist. Write the true one like 2026-03-04.",
    "out_of_range": "lies outside 1970 to 2199, so it can hardly be meant. Write the true day like 2026-03-04.",
    "ambiguous": "may be day and month or month and day, and no cell of the column tells which comes first. "
    'Say it above the columns of this file, or in its mapping: dates: "day first" or dates: "month first".',
}
