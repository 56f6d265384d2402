"""The row contract: which objects there are, which fields each has, and what every connector hands over.

It knows names and kinds, never a file format and never a table. Start with `OBJECTS`; a connector builds `Rules` and a
`Table`, `gathering.gather` turns them into a `Delivered`, and `intake.take` takes those.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Field:
    """One field of an object. `kind` decides how a cell is read; a telling field is watched for typing errors."""

    name: str
    kind: str  # key | text | status | money | currency | day | moment | share
    is_required: bool = False  # the mapping must name it
    is_telling: bool = False  # few values, repeated often: near-misses are looked for


def _fields(*fields: Field) -> dict[str, Field]:
    return {one.name: one for one in fields}


OBJECTS: dict[str, dict[str, Field]] = {
    "accounts": _fields(
        Field("id", "key", is_required=True),
        Field("name", "text"),
        Field("vertical", "text", is_telling=True),
        Field("segment", "text", is_telling=True),
        Field("country", "text", is_telling=True),
        Field("parent_id", "key"),
        Field("owner", "key"),
    ),
    "opportunities": _fields(
        Field("id", "key", is_required=True),
        Field("account_id", "key"),
        Field("owner", "key"),
        Field("name", "text"),
        Field("product", "text", is_telling=True),
        Field("amount", "money"),
        Field("currency", "currency"),
        Field("opened_on", "day"),
        Field("closed_on", "day"),
        Field("status", "status", is_required=True),
        Field("stage", "text", is_telling=True),
    ),
    "credits": _fields(
        Field("opportunity_id", "key", is_required=True),
        Field("owner", "key", is_required=True),
        Field("share", "share", is_required=True),
    ),
    "activities": _fields(
        Field("id", "key", is_required=True),
        Field("owner", "key"),
        Field("type", "text", is_telling=True),
        Field("occurred_at", "moment", is_required=True),
        Field("account_id", "key"),
        Field("opportunity_id", "key"),
        Field("outcome", "text", is_telling=True),
    ),
    "people": _fields(
        Field("id", "key"),
        Field("name", "text"),
        Field("email", "text"),
        Field("manager", "text"),
        Field("team", "text", is_telling=True),
        Field("team_parent", "text", is_telling=True),
        Field("from", "day"),
        Field("to", "day"),
        Field("role", "text", is_telling=True),
        Field("access", "text"),
    ),
}
FACTS = ("accounts", "opportunities", "credits", "activities")  # the order in which they are merged
CUSTOM = "custom."  # prefix of a company's own fields, "custom.office"
COLUMN_NAMES = {"owner": "owner_key", "from": "from_day", "to": "to_day"}  # field -> column of the store
STATUSES = ("open", "won", "lost")


class Exact(str):
    """A cell that the source itself held as a number, written with a point: nothing about it needs deciding."""

    __slots__ = ()


@dataclass(frozen=True)
class FieldRule:
    """Where one field comes from and how its cells are read."""

    field: str  # a name of OBJECTS, or "custom.…"
    column: str | None = None
    constant: str | None = None
    values: dict[str, str] | None = None  # the source's word -> ours; compared without case
    corrections: dict[str, str] = dataclasses.field(default_factory=dict)  # typing errors, after translation
    dates: str | None = None  # a name of days.ORDERS; None: decided over the whole column
    decimal: str | None = None  # "." or ","; None: decided over the whole column
    otherwise: list[str] = dataclasses.field(
        default_factory=list
    )  # columns that count where the first is empty


@dataclass(frozen=True)
class Setting:
    """What of the company a row's reading depends on."""

    zone: str  # IANA name
    currency: str
    rates: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # currency -> (day, rate), by day


@dataclass(frozen=True)
class Rules:
    """How the rows of one object are read; plain data, so that it crosses into a child process."""

    object: str
    fields: list[FieldRule]
    blanks: list[str] = field(default_factory=list)  # cells that mean nothing was said, beside the empty one
    is_negative_refused: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a row, or with `line` None a whole file, wasn't taken; the sentence is fit for the screen."""

    name: str
    line: int | None
    column: str | None
    value: str | None
    code: str
    sentence: str


@dataclass(frozen=True)
class Record:
    """One row as it came: its line (the header is on line 1) and its cells, or what is wrong with its shape."""

    line: int
    cells: Sequence[str]
    fault: tuple[str, str] | None = None  # code, sentence


class Table(Protocol):
    """A header and rows that can be read twice: once to decide about columns, once to read."""

    name: str

    @property
    def header(self) -> Sequence[str]: ...

    def records(self) -> Iterator[Record]: ...


@dataclass(frozen=True)
class Delivered:
    """One file's rows of one object, read and judged, lying in a folder until they are taken."""

    name: str
    object: str
    folder: Path  # accepted-*.parquet and refused.jsonl
    header: list[str]
    delimiter: str
    sha256: str
    rows: int  # data rows, blank ones included
    blank: int
    refused: int
    known: dict[str, list[str]] = field(default_factory=dict)  # field -> the values that are right
    whole: Refusal | None = None  # the file was refused whole
    columns: dict[str, str] = field(
        default_factory=dict
    )  # field that the mapping fills -> column (or "a constant")
    footers: list[tuple[int, str]] = field(
        default_factory=list
    )  # lines at the end that are no rows; counted as blank

    @property
    def key_column(self) -> str | None:
        """The column that tells rows apart."""
        return self.columns.get("opportunity_id" if self.object == "credits" else "id")


class RowRefused(Exception):
    """The row can't be counted truly. Carries code, sentence, and the column and value that were to blame."""

    def __init__(
        self, code: str, sentence: str, *, column: str | None = None, value: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.column = column
        self.value = value


class Whole(Exception):
    """The file can't be taken at all. Carries the refusal that says why."""

    def __init__(
        self, code: str, sentence: str, *, column: str | None = None, value: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.column = column
        self.value = value


MICRO = Decimal("0.000001")  # the last place of an amount that is kept


def plain(text: str) -> str:
    """Text that any JSON or screen can carry: bytes that were no text are written as \\xNN."""
    return "".join(
        f"\\x{ord(sign) - 0xDC00:02x}" if "\ud800" <= sign <= "\udfff" else sign for sign in text
    ).replace("\0", "\\x00")
