"""Reads a whole table of strange rows into a folder: what was accepted as Parquet, what was refused with its reasons.

Runs in a child process with limits, so it must know no database and no settings. The folder is what `intake` takes.
Start with `gather`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import Record, RowRefused, Rules, Setting, Table
from ropewalk.facts.store.parts import PartWriter

EVERY = 5_000  # rows between two words of progress
REFUSED_FILE = "refused.jsonl"
READS_FILE = "reads.json"  # what was decided about the columns, where anything was


def gather(
    table: Table,
    rules: Rules,
    setting: Setting,
    *,
    folder: Path,
    progress: Callable[[int, int], None] = lambda rows, refused: None,
) -> dict[str, int]:
    """Counts of rows, blank and refused, after writing the folder. Raises Whole where the header can't serve.

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
    with Sorting(judge, folder) as sorting:
        for rows, record in enumerate(table.records(), start=1):
            if rows % EVERY == 0:
                progress(max(rows, (first_pass + rows) // 2), sorting.refused)
            sorting.take(record)
    return {"rows": rows, "blank": sorting.blank, "refused": sorting.refused}


class Sorting:
    """Lets the judge read row by row, and writes each where it belongs: among the accepted or the refused."""

    def __init__(self, judge: Judge, folder: Path, *, first_part: int = 0) -> None:
        self.judge = judge
        self.blank = self.refused = 0
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
        if self.judge.is_blank(record):
            self.blank += 1
            return
        try:
            self._parts.add(record.line, list(record.cells), self.judge.judge(record))
        except RowRefused as reason:
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
