"""The map as a grid, for those who hear it or go through it by arrow keys.

A column is a person, or a team where people aren't drawn; a row is an initiative, with heads above and teams at the foot. Knows
roles and places alone: `rope_map` and `cables` say what stands in them. Start with `grid`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ropewalk.drawing.element import Svg, element

FIRST = 2  # the column of the first person or team; the initiatives are in the one before
ROLES = re.compile(r' (?:role="(?:grid|rowgroup|row|rowheader|columnheader|gridcell)"|aria-col[a-z]+="\d+")')


def grid(name: str, groups: Sequence[Svg], *, columns: int) -> Svg:
    """All rows together. `columns` counts people or teams, as many as stand beside one another at most."""
    return element("g", *groups, role="grid", aria_label=name, aria_colcount=columns + FIRST - 1)


def group(rows: Iterable[Sequence[Svg]]) -> Svg:
    """The rows of one beam, each given as its cells; a row without any is left out."""
    return element("g", *(element("g", *cells, role="row") for cells in rows if cells), role="rowgroup")


def cell(*inner: Svg, column: int, span: int = 1, words: str | None = None) -> Svg:
    """One cell: named by the link in it, or by its words where there is none."""
    return placed("gridcell", inner, column, span, words)


def head_of_row(*inner: Svg) -> Svg:
    """What all of a row belongs to."""
    return placed("rowheader", inner, FIRST - 1)


def head_of_column(*inner: Svg, column: int, span: int = 1) -> Svg:
    """What all of a column, or of several, belongs to."""
    return placed("columnheader", inner, column, span)


def placed(role: str, inner: Sequence[Svg], column: int, span: int = 1, words: str | None = None) -> Svg:
    return element(
        "g",
        *inner,
        role=role,
        aria_colindex=column,
        aria_colspan=span if span > 1 else None,
        aria_label=words,
    )


def without_grid(drawing: str) -> Svg:
    """The drawing without rows and cells, where there is nothing to go to."""
    return Svg(ROLES.sub("", drawing))
