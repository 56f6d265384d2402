"""A file as it is brought, and what must become of each of its rows. The maker of a case says both; nothing of ours is asked.

Start with `Sheet`: it lays rows down in a dialect and counts their lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

HEADER = ("id", "name", "amount", "opened", "closed", "status")
COLUMNS = {"id": "id", "name": "name", "amount": "amount", "opened_on": "opened", "closed_on": "closed", "status": "status"}  # fmt: skip
WORDS = ("id", "name", "status")


@dataclass(frozen=True)
class Row:
    """A row of a file: what the store must hold of it, or why it comes back and what it should have been."""

    line: int
    cells: Sequence[str]
    kept: dict[str, Any] | None = None  # column of the store: value
    code: str = ""  # of its refusal
    column: str | None = None
    value: str | None = None
    mended: tuple[Sequence[str], dict[str, Any]] | None = None

    @property
    def is_blank(self) -> bool:
        return self.kept is None and not self.code


@dataclass(frozen=True)
class Case:
    """One file with its entry of a mapping, and what must become of it."""

    name: str  # of the file
    content: bytes
    entry: dict[str, Any]  # beside its name
    rows: Sequence[Row] = ()
    whole: str = (
        ""  # the codes, parted by |, under which the file may be refused whole; without rows it must be
    )


@dataclass(frozen=True)
class Dialect:
    """How cells become text."""

    delimiter: str = ","
    end: str = "\n"
    quoting: str = "as needed"  # all | as needed | words | none


@dataclass
class Sheet:
    """Rows laid down one after another, each with the line on which it begins."""

    dialect: Dialect = Dialect()
    header: Sequence[str] = HEADER
    above: str = ""  # lines before the header, with their ends
    text: str = field(init=False)
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.above + self._written(self.header)

    def good(self, cells: Sequence[str], **kept: Any) -> None:
        """A row that is taken."""
        self._lay(cells, kept=kept)

    def blank(self, cells: Sequence[str]) -> None:
        self._lay(cells)

    def bad(
        self,
        cells: Sequence[str],
        code: str,
        column: str | None = None,
        value: str | None = None,
        *,
        mended: tuple[Sequence[str], dict[str, Any]] | None = None,
    ) -> None:
        """A row that comes back."""
        self._lay(cells, code=code, column=column, value=value, mended=mended)

    def raw(self, text: str, **said: Any) -> None:
        """A row whose text is given as it stands, its end too."""
        self.rows.append(Row(self.lines() + 1, said.pop("cells", ()), **said))
        self.text += text

    def lines(self) -> int:
        """How many lines there are so far, by hand."""
        return sum(self.text.count(end) for end in ("\r\n", "\n", "\r")) - 2 * self.text.count("\r\n")

    def _lay(self, cells: Sequence[str], **said: Any) -> None:
        self.rows.append(Row(self.lines() + 1, tuple(cells), **said))
        self.text += self._written(cells)

    def _written(self, cells: Sequence[str]) -> str:
        named = [*self.header, *[""] * len(cells)]
        texts = [self._quoted(cell, name) for cell, name in zip(cells, named, strict=False)]
        return self.dialect.delimiter.join(texts) + self.dialect.end

    def _quoted(self, cell: str, column: str) -> str:
        how = self.dialect.quoting
        needed = any(sign in cell for sign in ('"', "\n", "\r", self.dialect.delimiter))
        if how == "all" or needed or (how == "words" and column in WORDS):
            assert how != "none"
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def case(self, name: str, **entry: Any) -> Case:
        """The file, with the columns of deals unless its entry says others."""
        entry = {"object": "opportunities", "columns": COLUMNS} | entry
        return Case(name, self.text.encode(), entry, tuple(self.rows))


@dataclass(frozen=True)
class Deal:
    """A right deal, in words that any dialect can write."""

    key: str
    name: str = "Rope"
    amount: Decimal = Decimal("12.50")
    opened: date = date(2026, 1, 13)
    closed: date = date(2026, 2, 14)
    status: str = "won"

    def cells(self) -> list[str]:
        return [self.key, self.name, f"{self.amount:f}", self.opened.isoformat(), self.closed.isoformat(), self.status]  # fmt: skip

    def kept(self) -> dict[str, Any]:
        return {
            "id": self.key, "name": self.name, "amount": self.amount, "company_amount": self.amount,
            "opened_on": self.opened, "closed_on": self.closed, "status": self.status,
        }  # fmt: skip
