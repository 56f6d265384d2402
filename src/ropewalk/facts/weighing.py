"""What of each file was refused, from whatever side: by the reader, by looking at the delivery as a whole, by the roster.

Keeps the list for the report short and the download complete. Start with `Weighed`; `weigh` judges a delivery of facts.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ropewalk.facts.downloads import RefusedRow, write_refused
from ropewalk.facts.gathering import READS_FILE, REFUSED_FILE
from ropewalk.facts.shapes import Delivered, Refusal, plain
from ropewalk.facts.store.deliveries import Delivery, refused_lines

MOST_LISTED = 20_000  # refusals of a file that a report lists; the download has all


@dataclass
class Weighed:
    """One file with what became of its rows."""

    file: Delivered
    number: int = 0  # its place in the import
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    suspicious: int = 0
    load: str = ""
    download: str = ""
    later: list[RefusedRow] = field(default_factory=list)  # refused after reading
    listed: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.whole is not None:
            self.listed.append(self.file.whole)

    @property
    def refused(self) -> int:
        return self.file.refused + len(self.later)

    @property
    def refused_in_list(self) -> int:
        """How many refusals a complete list would have."""
        return 1 if self.file.whole is not None else self.refused

    def refused_keys(self) -> list[str]:
        """Ids of rows that the reader refused."""
        return [line["key"] for line in refused_lines(self.file.folder / REFUSED_FILE) if line["key"]]

    def rows(self) -> Iterator[RefusedRow]:
        """All refused rows in the order of the file."""
        read = (
            RefusedRow(
                line["line"], line["cells"], line["column"], line["value"], line["code"], line["sentence"]
            )
            for line in refused_lines(self.file.folder / REFUSED_FILE)
        )
        return heapq.merge(read, sorted(self.later, key=lambda row: row.line), key=lambda row: row.line)

    def write_download(self, folder: Path) -> None:
        """Write the refused rows where they can be fetched, and list the first of them for the report."""
        if self.file.whole is not None or not self.refused:
            return
        path = folder / f"{self.load}.csv"
        reads = self.file.folder / READS_FILE
        write_refused(
            path, self.file.header, self.file.delimiter, self._listing(self.rows()),
            reads=reads.read_text(encoding="utf-8") if reads.exists() else "",
        )  # fmt: skip
        self.download = f"refused/{folder.name}/{path.name}"

    def _listing(self, rows: Iterator[RefusedRow]) -> Iterator[RefusedRow]:
        for row in rows:
            if len(self.listed) < MOST_LISTED:
                value = None if row.value is None else plain(row.value)
                column = None if row.column is None else plain(row.column)
                self.listed.append(Refusal(self.file.name, row.line, column, value, row.code, row.sentence))
            yield row


def weigh(delivery: Delivery, weighed: list[Weighed]) -> None:
    """Refuse what only the whole delivery shows: one id twice with different content, credits that don't make 1."""
    refused: list[tuple[int, int, str, str, str]] = []  # part, line, value, code, sentence
    for name in delivery.objects:
        what = "opportunity" if name == "credits" else "id"
        for part, line, value in delivery.refuse_twice(name):
            sentence = (
                f'of the credits of opportunity "{plain(value)}" one was refused or came twice with different shares, so their '
                "sum is unknown. Mend all of its rows."
                if name == "credits"
                else f'the {what} "{plain(value)}" comes more than once in this delivery with different content, so nobody knows '
                "which row is true. Leave the true one and delete the others."
            )
            refused.append(
                (part, line, value, "credits_unclear" if name == "credits" else "id_twice", sentence)
            )
        if name == "credits":
            for part, line, value, whole in delivery.refuse_unequal_credits():
                shown = whole.rstrip("0").rstrip(".")
                sentence = (
                    f'the shares of opportunity "{plain(value)}" add up to {shown} and not to 1, so the deal would count '
                    "more or less than once. Mend its shares."
                )
                refused.append((part, line, value, "credits_sum", sentence))
    lines: dict[int, list[int]] = defaultdict(list)
    for part, line, *_ in refused:
        lines[part].append(line)
    cells = delivery.cells_of(lines)
    for part, line, value, code, sentence in refused:
        one = weighed[part]
        column = one.file.key_column
        one.later.append(
            RefusedRow(
                line, cells[part, line], column, value, code, f"{one.file.name}, line {line}: {sentence}"
            )
        )
