"""Rows of the store out of a plain file: the right ones by one statement, the odd ones by the judge, line by line.

It knows what each object needs beside its fields, as `facts.finishing` does; where in doubt a row is odd. Start with
`gather_at_once`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ropewalk.facts.at_once.expressions import said
from ropewalk.facts.at_once.fields import NotPlain, Reading, Values, custom_document, marks_of
from ropewalk.facts.at_once.raw import MOST_COLUMNS, Plain, Raw
from ropewalk.facts.gathering import Sorting
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import COLUMN_NAMES, CUSTOM, FACTS, Record
from ropewalk.facts.store.as_it_lies import FileChanged, cells_of, is_as_noted, note
from ropewalk.facts.store.parts import COLUMNS, lying, odd_lines, parts_of, write_lines, write_part

Fields = dict[str, Values]
LOOKED, WRITTEN = 0.4, 0.9  # how far one is, as a share of the rows
BEAT = 1.0  # seconds between two words of progress while the engine is busy
EVERY = 5_000
FEW = 4  # questions that are answered faster by reading the file each time than by putting its cells into a table


def gather_at_once(
    plain: Plain,
    judge: Judge,
    *,
    folder: Path,
    progress: Callable[[int, int], None] = lambda rows, refused: None,
) -> dict[str, Any] | None:
    """Counts of rows, blank and refused, and the footers, after writing the folder as `gathering.gather` would; None where that must do it."""
    key = judge.readers[0]
    if judge.rules.object not in FACTS or key.index is None or key.kind != "key":
        return None
    if plain.width > MOST_COLUMNS or any(reader.others for reader in judge.readers):
        return None
    note(folder, plain.path, delimiter=plain.delimiter, skipped=plain.skipped, like=plain.like)
    try:
        raw = Raw(plain, folder, marks_of(judge))
    except duckdb.Error:  # such as a name with both a backslash and a bracket, which the engine can't say
        return None
    try:
        reading = Reading(raw, judge)
        with _telling(raw, plain.rows, (0.0, LOOKED), progress):
            if reading.questions() > FEW:
                raw.settle()
            reading.look()
            rows = _rows(reading, judge)
        with _telling(raw, plain.rows, (LOOKED, WRITTEN), progress):
            odd = _write(rows, raw, judge, folder, plain)
        counts = _judge_the_odd(raw.each(odd), judge, folder, plain, progress)
        if not is_as_noted(folder):
            raise NotPlain
        return counts
    except (
        NotPlain,
        FileChanged,
        duckdb.Error,
    ):  # the slow way needs less of everything and can say what is wrong where
        for part in parts_of(folder):
            part.unlink()
        return None
    finally:
        raw.close()


@contextmanager
def _telling(
    raw: Raw, rows: int, shares: tuple[float, float], progress: Callable[[int, int], None]
) -> Iterator[None]:
    """Say every second how far the engine is on its way from one share of the rows to the next, and at the end the next."""
    begin, end = shares
    is_over, most = threading.Event(), begin

    def tell() -> None:
        nonlocal most
        while not is_over.wait(BEAT):
            most = max(most, begin + (end - begin) * raw.how_far())
            progress(int(rows * most), 0)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    progress(int(rows * end), 0)


def _write(rows: _Rows, raw: Raw, judge: Judge, folder: Path, plain: Plain) -> str:
    """Write the right rows, and give the question for the lines of all others. Raises NotPlain where there are more or fewer."""
    if rows.joins:  # what is joined comes in any order, so that a row must know its line
        raw.settle()
    if not raw.is_settled:
        if write_lines(raw.engine, folder, judge.rules.object, rows.select(), first=raw.first) != plain.rows:
            raise NotPlain
        return f"{odd_lines(folder)} ORDER BY line"
    if raw.all("SELECT count(*) FROM raw") != [(plain.rows,)]:
        raise NotPlain
    write_part(raw.engine, folder, judge.rules.object, rows.select_right(raw.first))
    right = f"SELECT line - {raw.first} FROM {lying(parts_of(folder))}"
    return f"SELECT rowid + {raw.first} AS line FROM raw WHERE rowid NOT IN ({right}) ORDER BY line"


def _judge_the_odd(
    odd: Iterable[tuple[int]],
    judge: Judge,
    folder: Path,
    plain: Plain,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    with Sorting(judge, folder, first_part=1, holds_gaps=True) as sorting:
        for number, (line, cells) in enumerate(cells_of(folder, (line for (line,) in odd)), start=1):
            sorting.take(Record(line, cells))
            if number % EVERY == 0:
                progress(int(plain.rows * WRITTEN), sorting.refused)
        sorting.end(plain.skipped + plain.rows)
    return sorting.counts(plain.rows)


class _Rows:
    """The statement's parts: where values come from, when a row is odd, and the columns of the store."""

    def __init__(self, fields: Fields, columns: dict[str, str], odd: list[str], object_name: str) -> None:
        self.joins = list(dict.fromkeys(join for one in fields.values() for join in one.joins))
        self.odd = " OR ".join(
            f"coalesce({one}, true)" for one in [*[one.odd for one in fields.values()], *odd]
        )
        self.columns = {name: columns.get(name, "NULL") for name in COLUMNS[object_name]}

        self.named = ", ".join(f'{value} AS "{name}"' for name, value in self.columns.items())

    def select(self) -> str:
        """All rows in the order of their lines, with whether they are odd; where nothing is joined."""
        return f"SELECT {self.named}, ({self.odd}) AS is_odd FROM raw AS r"

    def select_right(self, first: int) -> str:
        """The rows that aren't odd, as a part holds them; of cells in a table."""
        return (
            f"SELECT (r.rowid + {first})::INTEGER AS line, NULL::VARCHAR[] AS cells, {self.named} "
            f"FROM raw AS r {' '.join(self.joins)} WHERE NOT ({self.odd})"
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
