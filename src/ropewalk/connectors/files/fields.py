"""Which columns a file has, with a few of their values: what one needs to see to write its mapping.

Start with `fields_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ropewalk.connectors.files.reading import open_table
from ropewalk.facts.cells import clean
from ropewalk.facts.shapes import plain

SAMPLES = 5


@dataclass(frozen=True)
class SeenField:
    """A column of a file with the first few different values in it."""

    name: str
    samples: tuple[str, ...]


def fields_of(path: Path, *, encoding: str | None = None, rows: int = 1_000) -> list[SeenField]:
    """The columns of a file, out of its first rows. Raises Whole where the file can't be read at all."""
    table = open_table(path, path.name, wanted=set(), encoding=encoding)
    samples: list[dict[str, None]] = [{} for _ in table.header]
    for record in islice(table.records(), rows):
        if record.fault is None and len(record.cells) == len(table.header):
            for seen, cell in zip(samples, record.cells, strict=True):
                if len(seen) < SAMPLES and clean(cell):
                    seen[plain(clean(cell))] = None
    return [SeenField(plain(name), tuple(seen)) for name, seen in zip(table.header, samples, strict=True)]
