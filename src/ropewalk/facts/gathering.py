"""Reads a whole table of strange rows into a folder: what was accepted as Parquet, what was refused with its reasons.

Runs in a child process with limits, so it must know no database and no settings. The folder is what `intake` takes.
Start with `gather`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from ropewalk.facts.cells import clean
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import Record, RowRefused, Rules, Setting, Table, plain
from ropewalk.facts.store.parts import PartWriter

EVERY = 5_000  # rows between two words of progress
REFUSED_FILE = "refused.jsonl"
MOST_FOOTERS = 20
LEAST_COLUMNS = 4  # of a file that can have footers
LONGEST_FOOTER = 120
FOOTER = re.compile(
    r"(?:(?:grand |sub)?totals?|sum|(?:zwischen|gesamt)?summen?|gesamt|insgesamt|total g[eé]n[eé]ral|somme|suma|somma|totale?s?|"
    r"totaal|confidential|vertraulich|copyright|©|\(c\)|generated|exported|erstellt (?:am|von)|exportiert)(?![\w-])",
    re.IGNORECASE,
)
READS_FILE = "reads.json"  # what was decided about the columns, where anything was


def gather(
    table: Table,
    rules: Rules,
    setting: Setting,
    *,
    folder: Path,
    progress: Callable[[int, int], None] = lambda rows, refused: None,
) -> dict[str, Any]:
    """Counts of rows, blank and refused, and the footers (line, text), after writing the folder. Raises Whole where the header can't serve.

    Two passes: the first decides about each column as a whole, the second reads. `progress` is told the rows done of both
    passes together, and the refused so far.
    """
    judge = Judge(rules, setting, table.header, name=table.name)
    done = 0
    if judge.watched:
        for done, record in enumerate(table.records(), start=1):
            judge.look(record)
            if done % EVERY == 0:
                progress(done // 2, 0)
    first_pass, rows = done, 0
    with Sorting(judge, folder) as sorting:  # every row in its turn
        for rows, record in enumerate(table.records(), start=1):
            if rows % EVERY == 0:
                progress(max(rows, (first_pass + rows) // 2), sorting.refused)
            sorting.take(record)
        sorting.end()
    return sorting.counts(rows)


class Sorting:
    """Lets the judge read row by row, and writes each where it belongs: among the accepted or the refused.

    What looks like a footer is held back until a row comes after it. What is still held at the `end` is refused like any
    other, and told to be none that somebody has to mend. `holds_gaps`: whether rows are missing between those that are taken, which have a line each.
    """

    def __init__(self, judge: Judge, folder: Path, *, first_part: int = 0, holds_gaps: bool = False) -> None:
        self.judge = judge
        self.blank = self.refused = 0
        self.footers: list[tuple[int, str]] = []
        self._held: list[tuple[Record, RowRefused]] = []
        self._is_parted = False  # by a blank row from what stands above
        self._holds_gaps, self._latest = holds_gaps, -1
        self._parts = PartWriter(folder, judge.rules.object, first=first_part)
        self._refusals = (folder / REFUSED_FILE).open("w")
        self._reads = folder / READS_FILE

    def __enter__(self) -> Sorting:
        self._parts.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._refusals.close()
        if decided := self.judge.decided():
            self._reads.write_text(json.dumps(decided, ensure_ascii=False), encoding="utf-8")
        self._parts.__exit__(kind, error, trace)

    def take(self, record: Record) -> None:
        """Judge one row. Every row has to be shown to the judge before the first is taken."""
        if self._holds_gaps and record.line != self._latest + 1:
            self._let_go()
        self._latest = record.line
        if self.judge.is_blank(record):
            self.blank += 1
            self._is_parted = True
            return
        try:
            row = self.judge.judge(record)
        except RowRefused as reason:
            if len(self._held) < MOST_FOOTERS and is_footer(self.judge, record, is_parted=self._is_parted):
                self._held.append((record, reason))
            else:
                self._let_go()
                self._refuse(record, reason)
        else:
            self._let_go()
            self._parts.add(record.line, list(record.cells), row)

    def end(self, last: int | None = None) -> None:
        """Nothing comes any more; `last` is the file's last line, where not every row was taken."""
        if last is not None and self._latest != last:
            self._let_go()
        for record, reason in self._held:
            said = " ".join(text for cell in record.cells if (text := clean(cell)))
            self.footers.append((record.line, plain(said[:LONGEST_FOOTER])))
            self._refuse(record, reason)
        self._held.clear()

    def counts(self, rows: int) -> dict[str, Any]:
        """What is told of the file."""
        return {"rows": rows, "blank": self.blank, "refused": self.refused, "footers": self.footers}

    def _let_go(self) -> None:
        """Refuse what was held back for a footer: a row stands below it."""
        for record, reason in self._held:
            self._refuse(record, reason)
        self._held.clear()
        self._is_parted = False

    def _refuse(self, record: Record, reason: RowRefused) -> None:
        self.refused += 1
        said = {
            "line": record.line,
            "cells": list(record.cells),
            "column": reason.column,
            "value": reason.value,
            "code": reason.code,
            "sentence": reason.sentence,
            "key": self.judge.key_of(record),
        }
        self._refusals.write(json.dumps(said) + "\n")


def is_footer(judge: Judge, record: Record, *, is_parted: bool) -> bool:
    """Whether a row that is refused has the form of what reports write below their rows.

    One or two cells only where the header has four columns or more, and either a word that footers begin with, or a blank
    row above and several words in a single cell, or in fewer cells than the header has. A download of ours holds none.
    """
    filled = [text for cell in record.cells if (text := clean(cell))]
    if record.fault is not None or judge.width < LEAST_COLUMNS or judge.is_ours:
        return False
    if not 1 <= len(filled) <= 2:
        return False
    is_short = len(record.cells) < judge.width
    is_sentence = " " in filled[0]  # an id by itself is a row that somebody began
    return FOOTER.match(filled[0]) is not None or (
        is_parted and is_sentence and (len(filled) == 1 or is_short)
    )
