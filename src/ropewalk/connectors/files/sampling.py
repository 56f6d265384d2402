"""The first rows of a file as an import would read them, so that a mapping can be judged before anything is taken.

Runs in a child process with limits. Start with `sample`.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ropewalk.connectors.files.reading import open_table
from ropewalk.facts.gathering import Sorting
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import FieldRule, Record, RowRefused, Rules, Setting, Whole, plain

ROWS = 20_000  # rows that are looked at
SHOWN = 6
REFUSED_SHOWN = 3
LAST = 100  # records among which footers are looked for


def sample(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """How the first rows read. The order is as for `reading.read`.

    Gives `rows` (line, cells as they came by column, what is read by field or the sentence why not), `refused` and `looked`
    (counts), `asks` ("dates" and "decimal" where the column itself can't tell), or `whole`.
    """
    rules = Rules(**order["rules"] | {"fields": [FieldRule(**one) for one in order["rules"]["fields"]]})
    try:
        wanted = {one.column for one in rules.fields if one.column is not None}
        table = open_table(
            Path(order["path"]), order["name"], wanted=wanted, encoding=order["encoding"],
            delimiter=order["delimiter"], header_row=order["header_row"], sheet=order["sheet"],
        )  # fmt: skip
        judge = Judge(rules, Setting(**order["setting"]), table.header, name=order["name"])
        last: deque[Record] = deque(maxlen=LAST)
        seen = 0
        for record in islice(table.records(), ROWS + 1):
            seen += 1
            judge.look(record)
            last.append(record)
        footers = footers_of(judge, last) if seen <= ROWS else set()
        shown: list[dict[str, Any]] = []
        refused, looked, codes = 0, 0, Counter[str]()
        for record in islice(table.records(), ROWS):
            if judge.is_blank(record) or record.line in footers:
                continue
            looked += 1
            try:
                row: dict[str, Any] = judge.judge(record)
                sentence = ""
            except RowRefused as reason:
                refused += 1
                codes[reason.code] += 1
                row, sentence = {}, reason.sentence
            if (not sentence and len([one for one in shown if not one["sentence"]]) < SHOWN) or (
                sentence and len([one for one in shown if one["sentence"]]) < REFUSED_SHOWN
            ):
                came = {
                    plain(name): plain(cell)[:80]
                    for name, cell in zip(table.header, record.cells, strict=False)
                }
                shown.append({"line": record.line, "came": came, "reads": _said(row), "sentence": sentence})
    except Whole as reason:
        return {"whole": reason.sentence, "rows": [], "refused": 0, "looked": 0, "asks": [], "codes": {}}
    asks = [
        name for name, code in (("dates", "date_ambiguous"), ("decimal", "number_ambiguous")) if codes[code]
    ]
    return {
        "whole": "",
        "rows": shown,
        "refused": refused,
        "looked": looked,
        "asks": asks,
        "codes": dict(codes),
    }


def footers_of(judge: Judge, last: Iterable[Record]) -> set[int]:
    """The lines of a file's last records that an import would take for no rows."""
    with TemporaryDirectory() as folder, Sorting(judge, Path(folder)) as sorting:
        for record in last:
            sorting.take(record)
        sorting.end()
    return {line for line, _ in sorting.footers}


def _said(row: dict[str, Any]) -> dict[str, str]:
    found = {
        name: _plain(name, value) for name, value in row.items() if value is not None and name != "custom"
    }
    if row.get("custom"):
        found |= {f"custom.{name}": str(value)[:80] for name, value in json.loads(row["custom"]).items()}
    return found


def _plain(name: str, value: Any) -> str:
    """A value as one would write it: amounts and shares without the zeros that their column adds."""
    text = str(value)[:80]
    return (
        text.rstrip("0").rstrip(".")
        if name in ("amount", "company_amount", "share") and "." in text
        else text
    )
