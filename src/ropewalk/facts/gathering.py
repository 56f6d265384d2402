"""Reads a whole table of strange rows into a folder: what was accepted as Parquet, what was refused with its reasons.

Runs in a child process with limits, so it must know no database and no settings. The folder is what `intake` takes.
Start with `gather`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import RowRefused, Rules, Setting, Table
from ropewalk.facts.store.parts import PartWriter

EVERY = 5_000  # rows between two words of progress
REFUSED_FILE = "refused.jsonl"


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
    first_pass = done
    rows = blank = refused = 0
    with PartWriter(folder, rules.object) as parts, (folder / REFUSED_FILE).open("w") as refusals:
        for record in table.records():
            rows += 1
            if rows % EVERY == 0:
                progress(max(rows, (first_pass + rows) // 2), refused)
            if judge.is_blank(record):
                blank += 1
                continue
            try:
                parts.add(record.line, list(record.cells), judge.judge(record))
            except RowRefused as reason:
                refused += 1
                refusals.write(
                    json.dumps(
                        {
                            "line": record.line,
                            "cells": list(record.cells),
                            "column": reason.column,
                            "value": reason.value,
                            "code": reason.code,
                            "sentence": reason.sentence,
                            "key": judge.key_of(record),
                        }
                    )
                    + "\n"
                )
    return {"rows": rows, "blank": blank, "refused": refused}
