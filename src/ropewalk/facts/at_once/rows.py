"""Rows of the store out of a plain file: the right ones by one statement, the odd ones by the judge, line by line.

It knows what each object needs beside its fields, as `facts.finishing` does; where in doubt a row is odd. Start with
`gather_at_once`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from ropewalk.facts.at_once.expressions import said
from ropewalk.facts.at_once.fields import NotPlain, Reading, Values, custom_document, marks_of
from ropewalk.facts.at_once.raw import Plain, Raw
from ropewalk.facts.gathering import Sorting
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import COLUMN_NAMES, CUSTOM, FACTS, Record
from ropewalk.facts.store.parts import COLUMNS, listing, parts_of, write_part

Fields = dict[str, Values]
READ, LOOKED, WRITTEN = 0.4, 0.6, 0.9  # how far one is, as a share of the rows
EVERY = 5_000


def gather_at_once(
    plain: Plain,
    judge: Judge,
    *,
    folder: Path,
    progress: Callable[[int, int], None] = lambda rows, refused: None,
) -> dict[str, int] | None:
    """Counts of rows, blank and refused, after writing the folder as `gathering.gather` would; None where that must do it."""
    key = judge.readers[0]
    if judge.rules.object not in FACTS or key.index is None or key.kind != "key":
        return None
    raw = Raw.read(plain, folder, marks_of(judge))
    if raw is None:
        return None
    try:
        progress(int(plain.rows * READ), 0)
        reading = Reading(raw, judge)
        reading.look()
        rows = _rows(reading, judge)
        progress(int(plain.rows * LOOKED), 0)
        write_part(raw.engine, folder, judge.rules.object, rows.select(raw.first))
        progress(int(plain.rows * WRITTEN), 0)
        return _judge_the_odd(raw, judge, folder, plain, progress)
    except (NotPlain, duckdb.Error):  # the slow way needs less of everything and can say what is wrong where
        for part in parts_of(folder):
            part.unlink()
        return None
    finally:
        raw.close()


def _judge_the_odd(
    raw: Raw, judge: Judge, folder: Path, plain: Plain, progress: Callable[[int, int], None]
) -> dict[str, int]:
    cells = ", ".join(f"c{place}" for place in range(raw.width))
    right = f"SELECT line - {raw.first} AS place FROM {listing(parts_of(folder))}"
    raw.all(f"CREATE TABLE odd AS SELECT rowid AS place FROM raw WHERE rowid NOT IN ({right})")
    with Sorting(judge, folder, first_part=1) as sorting:
        odd = raw.each(
            f"SELECT rowid, {cells} FROM raw WHERE rowid IN (SELECT place FROM odd) ORDER BY rowid"
        )
        for number, (place, *row) in enumerate(odd, start=1):
            sorting.take(Record(raw.first + place, [cell or "" for cell in row]))
            if number % EVERY == 0:
                progress(int(plain.rows * WRITTEN), sorting.refused)
    return {"rows": plain.rows, "blank": sorting.blank, "refused": sorting.refused}


class _Rows:
    """The statement's parts: where values come from, when a row is odd, and the columns of the store."""

    def __init__(self, fields: Fields, columns: dict[str, str], odd: list[str], object_name: str) -> None:
        joins = [join for one in fields.values() for join in one.joins]
        self.source = "raw AS r " + " ".join(dict.fromkeys(joins))
        self.odd = " OR ".join(
            f"coalesce({one}, true)" for one in [*[one.odd for one in fields.values()], *odd]
        )
        self.columns = {name: columns.get(name, "NULL") for name in COLUMNS[object_name]}

    def select(self, first: int) -> str:
        """The rows that aren't odd, as a part holds them."""
        named = ", ".join(f'{value} AS "{name}"' for name, value in self.columns.items())
        return (
            f"SELECT (r.rowid + {first})::INTEGER AS line, NULL::VARCHAR[] AS cells, {named} FROM {self.source} "
            f"WHERE NOT ({self.odd})"
        )


def _rows(reading: Reading, judge: Judge) -> _Rows:
    fields: Fields = {}
    own: list[tuple[str, Values]] = []
    for reader in judge.readers:
        values = reading.values(reader)
        if reader.rule.field.startswith(CUSTOM):
            own.append((reader.rule.field.removeprefix(CUSTOM), values))
        else:
            fields[reader.rule.field] = values
    columns = {COLUMN_NAMES.get(name, name): one.value for name, one in fields.items()}
    if own:
        fields["custom"] = custom_document(own)
        columns["custom"] = fields["custom"].value
    odd = ODDITIES[judge.rules.object](fields, columns, judge)
    return _Rows(fields, columns, odd, judge.rules.object)


def _account(fields: Fields, columns: dict[str, str], judge: Judge) -> list[str]:
    return [f"({fields['id'].value}) IS NULL"]


def _activity(fields: Fields, columns: dict[str, str], judge: Judge) -> list[str]:
    moment = fields["occurred_at"]
    columns["occurred_on"], columns["occurred_at"] = moment.value, moment.instant
    columns["type"] = f"coalesce({columns.get('type', 'NULL')}, 'other')"
    return [f"({fields['id'].value}) IS NULL", f"({moment.value}) IS NULL"]


def _credit(fields: Fields, columns: dict[str, str], judge: Judge) -> list[str]:
    return [f"({fields[name].value}) IS NULL" for name in ("opportunity_id", "owner", "share")]


def _opportunity(fields: Fields, columns: dict[str, str], judge: Judge) -> list[str]:
    status, closed = fields["status"].value, columns.get("closed_on", "NULL")
    ours = said(judge.setting.currency)
    currency = f"upper(coalesce({columns.get('currency', 'NULL')}, {ours}))"
    odd = [
        f"({fields['id'].value}) IS NULL",
        f"({status}) IS NULL",
        f"(({status}) <> 'open' AND ({closed}) IS NULL)",
        f"{currency} <> {ours}",  # the judge knows the rates
    ]
    amount = columns.get("amount", "NULL")
    if judge.rules.is_negative_refused:
        odd.append(f"coalesce(({amount}) < 0, false)")
    columns["currency"], columns["amount"], columns["company_amount"] = ours, amount, amount
    return odd


ODDITIES = {
    "accounts": _account,
    "opportunities": _opportunity,
    "credits": _credit,
    "activities": _activity,
}
