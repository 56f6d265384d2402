"""Reads one row after the other and says of each whether it can be counted truly.

It knows the row contract, and how cells of each kind are read; it must not know a file format or a table. A column is
decided as a whole: show the judge every row first (`look`), then let it judge. What needs other rows (one id twice,
credits that don't add up) is judged in `deliveries`; what only looks wrong is found in `suspicions`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from ropewalk.facts import days, numbers
from ropewalk.facts.shapes import (
    CUSTOM,
    MICRO,
    OBJECTS,
    STATUSES,
    Exact,
    FieldRule,
    Record,
    Rules,
    Setting,
    Whole,
    plain,
)

EDGES = " \t\r\n\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\u2060\ufeff"
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
COLUMN_NAMES = {"owner": "owner_key", "from": "from_day", "to": "to_day"}  # field -> column of the store
NINE_PLACES = Decimal("0.000000001")


class RowRefused(Exception):
    """The row can't be counted truly. Carries code, sentence, and the column and value that were to blame."""

    def __init__(
        self, code: str, sentence: str, *, column: str | None = None, value: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.column = column
        self.value = value


@dataclass
class _Reader:
    """One field's way from a cell to a value."""

    rule: FieldRule
    kind: str
    index: int | None  # None: a constant
    numbers: numbers.NumberColumn
    days: days.DayColumn

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
        self.watched = [one for one in self.readers if one.kind in ("money", "share", "day", "moment")]
        self.translations = {
            one.rule.field: {clean(word).casefold(): ours for word, ours in one.rule.values.items()}
            for one in self.readers
            if one.rule.values is not None
        }

    def _reader(self, rule: FieldRule, names: list[str]) -> _Reader:
        kind = "text" if rule.field.startswith(CUSTOM) else OBJECTS[self.rules.object][rule.field].kind
        column = numbers.NumberColumn(rule.decimal)
        return _Reader(
            rule, kind, self._index(rule.column, names), column, days.DayColumn(self.zone, rule.dates)
        )

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
        raise Whole(
            "column_missing",
            f'{self.name} has no column "{plain(column)}", which the mapping needs. '
            + (f"Did you mean {others}? " if near else f"Its columns are: {plain(', '.join(names[:12]))}. ")
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
        for reader in self.watched:
            if reader.index is None or isinstance(cell := record.cells[reader.index], Exact):
                continue
            text = clean(cell)
            if text not in self.blanks:
                (reader.numbers if reader.kind in ("money", "share") else reader.days).look(text)

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
            value = self._value(reader, record)
            if reader.rule.field.startswith(CUSTOM):
                if value is not None:
                    custom[reader.rule.field.removeprefix(CUSTOM)] = value
            else:
                said[reader.rule.field] = value
        row = FINISHERS[self.rules.object](self, said, record.line)
        if self.rules.object not in ("credits", "people"):
            row["custom"] = json.dumps(custom, sort_keys=True, ensure_ascii=False) if custom else None
        return row

    def _value(self, reader: _Reader, record: Record) -> Any:
        cell = reader.rule.constant if reader.index is None else record.cells[reader.index]
        assert cell is not None
        text = clean_key(cell) if reader.kind == "key" else clean(cell)
        if text in self.blanks:
            return None
        if reader.kind in ("money", "share"):
            return self._number(reader, cell, text, record.line)
        if reader.kind in ("day", "moment"):
            return self._moment(reader, cell, text, record.line)
        words = self.translations.get(reader.rule.field)
        if reader.kind == "status":
            return self._status(reader, text, words, record.line)
        if words is not None:
            text = words.get(text.casefold(), text)
        return reader.rule.corrections.get(text, text) or None

    def _status(self, reader: _Reader, text: str, words: dict[str, str] | None, line: int) -> str:
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

    def _number(self, reader: _Reader, cell: str, text: str, line: int) -> numbers.Number:
        what = "the amount" if reader.kind == "money" else "the share"
        code = "amount" if reader.kind == "money" else "share"
        try:
            if isinstance(cell, Exact):
                number = numbers.Number(Decimal(str(cell)))
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

    def _moment(self, reader: _Reader, cell: str, text: str, line: int) -> days.Moment:
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

    def worth(self, said: dict[str, Any], line: int) -> tuple[Decimal | None, str, Decimal | None]:
        """Amount, currency, and the amount in the company's currency at the fact's date."""
        number: numbers.Number | None = said.get("amount")
        currency = (said.get("currency") or self.setting.currency).upper()
        if number is None:
            return None, currency, None
        column, shown = self.column_of("amount"), f"{number.value:f}"
        if number.currency and not numbers.may_be(number.currency, currency):
            raise self.refuse(
                "currency_contradicts", line, column, f"{number.currency} {shown}",
                f"is marked with another currency than the row's, {currency}. Mend the sign or the currency.",
            )  # fmt: skip
        if number.value < 0 and self.rules.is_negative_refused:
            raise self.refuse(
                "amount_negative", line, column, shown, "is negative, which the mapping doesn't allow."
            )
        amount = number.value.quantize(MICRO)
        if currency == self.setting.currency:
            return amount, currency, amount
        moment = said.get("closed_on") or said.get("opened_on")
        rates = self.setting.rates.get(currency, [])
        day = moment.day.isoformat() if moment else None
        place = bisect_right([since for since, _ in rates], day) if day else len(rates)
        if place == 0:
            raise self.refuse(
                "rate_missing", line, self.column_of("currency"), currency,
                f"has no exchange rate {f'on {day}' if day else 'at all'}, so the amount can't be turned into "
                f"{self.setting.currency}. Enter the rate that held then, or mend the currency.",
            )  # fmt: skip
        if day is None:
            return (
                amount,
                currency,
                None,
            )  # open and undated: no day, no rate, and no figure that asks for one
        with localcontext(prec=60):
            return amount, currency, (amount * Decimal(rates[place - 1][1])).quantize(MICRO)


DATE_SENTENCES = {
    "unreadable": "is no date that can be read. Write it like 2026-03-04.",
    "impossible": "is a day or a time that doesn't exist. Write the true one like 2026-03-04.",
    "out_of_range": "lies outside 1970 to 2199, so it can hardly be meant. Write the true day like 2026-03-04.",
    "ambiguous": "may be day and month or month and day, and no cell of the column tells which comes first. "
    'State it in the mapping of this file: dates: "day first" or dates: "month first".',
}


def _key(judge: Judge, said: dict[str, Any], line: int, name: str) -> str:
    key = said.get(name)
    if not key:
        column = judge.column_of(name)
        raise RowRefused(
            "id_missing",
            f"{judge.name}, line {line}: {plain(column)} is empty, so a later import couldn't find the row again. Fill in its id.",
            column=column,
            value="",
        )
    return str(key)


def _account(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    row = {"id": _key(judge, said, line, "id")}
    for name in ("name", "vertical", "segment", "country", "parent_id"):
        row[name] = said.get(name)  # type: ignore[assignment]
    return row | {"owner_key": said.get("owner")}


def _opportunity(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key = _key(judge, said, line, "id")
    status = said.get("status")
    if status is None:
        raise judge.refuse(
            "status_unknown", line, judge.column_of("status"), "",
            "says nothing about whether the deal is open, won or lost. Fill in its status.",
        )  # fmt: skip
    opened, closed = said.get("opened_on"), said.get("closed_on")
    if status != "open" and closed is None:
        column = judge.column_of("closed_on")
        raise RowRefused(
            "close_date_missing",
            f"{judge.name}, line {line}: the deal is {status} but {plain(column)} is empty, so no period can count it. "
            "Fill in the day on which it was closed.",
            column=column,
            value="",
        )
    amount, currency, company_amount = judge.worth(said, line)
    return {
        "id": key,
        "account_id": said.get("account_id"),
        "owner_key": said.get("owner"),
        "name": said.get("name"),
        "product": said.get("product"),
        "amount": None if amount is None else f"{amount:f}",
        "currency": currency,
        "company_amount": None if company_amount is None else f"{company_amount:f}",
        "opened_on": opened.day.isoformat() if opened else None,
        "closed_on": closed.day.isoformat() if closed else None,
        "status": status,
        "stage": said.get("stage"),
    }


def _credit(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key, owner = _key(judge, said, line, "opportunity_id"), _key(judge, said, line, "owner")
    number = said.get("share")
    share = None if number is None else number.value / 100 if number.is_percent else number.value
    if share is None or not 0 <= share <= 1:
        column = judge.column_of("share")
        raise judge.refuse(
            "share_unreadable", line, column, "" if share is None else f"{share:f}",
            "is no share between 0 and 1. Write it like 0.6 or 60 %.",
        )  # fmt: skip
    return {"opportunity_id": key, "owner_key": owner, "share": f"{share.quantize(NINE_PLACES):f}"}


def _activity(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key, moment = _key(judge, said, line, "id"), said.get("occurred_at")
    if moment is None:
        column = judge.column_of("occurred_at")
        raise RowRefused(
            "date_missing",
            f"{judge.name}, line {line}: {plain(column)} is empty, so no week can count the activity. Fill in its day.",
            column=column,
            value="",
        )
    return {
        "id": key,
        "owner_key": said.get("owner"),
        "type": said.get("type") or "other",
        "occurred_at": moment.at.strftime("%Y-%m-%d %H:%M:%S.%f") if moment.at else None,
        "occurred_on": moment.day.isoformat(),
        "account_id": said.get("account_id"),
        "opportunity_id": said.get("opportunity_id"),
        "outcome": said.get("outcome"),
    }


def _person(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key = said.get("id") or said.get("email") or said.get("name")
    if not key or (judge.readers[0].rule.field == "id" and not said.get("id")):
        key = _key(judge, {}, line, "id")
    since, until = said.get("from"), said.get("to")
    if since and until and until.day < since.day:
        raise judge.refuse(
            "dates_reversed", line, judge.column_of("to"), until.day.isoformat(),
            f"lies before {since.day.isoformat()}, the first day of the same row. Mend one of the two.",
        )  # fmt: skip
    row = {name: said.get(name) for name in ("email", "manager", "team", "team_parent", "role", "access")}
    return row | {
        "id": key,
        "name": said.get("name") or key,
        "from_day": since.day.isoformat() if since else None,
        "to_day": until.day.isoformat() if until else None,
    }


FINISHERS = {
    "accounts": _account,
    "opportunities": _opportunity,
    "credits": _credit,
    "activities": _activity,
    "people": _person,
}


def clean(cell: str) -> str:
    """A cell as it is compared and kept: without blanks at its edges, composed (NFC)."""
    text = cell.strip(EDGES)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean_key(cell: str) -> str:
    """A cell that others refer to: as `clean`, and without signs nobody can see."""
    text = clean(cell)
    return text if text.isascii() else _INVISIBLE.sub("", text)


def nearest(word: str, words: Sequence[str]) -> list[str]:
    """Up to three of the words that look most like this one."""
    found = process.extract(word, words, scorer=fuzz.WRatio, limit=3, score_cutoff=70, processor=str.casefold)
    return [match for match, _, _ in found]
