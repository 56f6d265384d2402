"""Rows in memory, handed to the program as a connector hands them over. Start with `deliver`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ropewalk.facts import intake
from ropewalk.facts.gathering import gather
from ropewalk.facts.report import FileReport
from ropewalk.facts.shapes import Delivered, FieldRule, Record, Rules, Setting
from ropewalk.journal.writing import OPERATOR

AT, ON = datetime(2027, 1, 1, 12, tzinfo=UTC), date(2027, 1, 1)
COLUMNS = {
    "accounts": ("id", "vertical"),
    "opportunities": ("id", "account_id", "owner", "product", "amount", "opened_on", "closed_on", "status"),
    "credits": ("opportunity_id", "owner", "share"),
    "activities": ("id", "account_id", "owner", "type", "occurred_at"),
}


class Table:
    """Rows in memory as a connector would hand them over."""

    name = "rows"

    def __init__(self, header: list[str], rows: list[list[str]]) -> None:
        self.header, self.rows = header, rows

    def records(self) -> Iterator[Record]:
        return (Record(line, row) for line, row in enumerate(self.rows, start=2))


def deliver(
    company_id: int, source: str, name: str, rows: list[list[str]], *, at: datetime = AT, on: date = ON
) -> FileReport:
    """What the program says of a delivery of one object's rows, none of which may be refused."""
    header = list(COLUMNS[name])
    rules = Rules(name, [FieldRule(one, column=one) for one in header])
    with TemporaryDirectory() as folder:
        counts = gather(Table(header, rows), rules, Setting("UTC", "EUR"), folder=Path(folder))
        assert counts["refused"] == 0
        delivered = Delivered(
            "rows",
            name,
            Path(folder),
            header,
            ",",
            "of these rows",
            counts["rows"],
            counts["blank"],
            counts["refused"],
        )
        mapped = intake.Mapped(source, "files: []")
        report = intake.take(company_id, [delivered], mapped, by=OPERATOR, at=at, on=on)
    return report.files[0]


def written(name: str, said: dict[str, Any]) -> list[list[str]]:
    """The rows of a file that says this of each id."""
    return [row for key, one in said.items() for row in _WRITING[name](key, one)]


def _deal(key: str, one: dict[str, Any]) -> Iterable[list[str]]:
    amount = one["amount"]
    worth = "" if amount is None else f"{Decimal(amount.numerator) / amount.denominator:f}"
    days = [_day(one["opened"]), _day(one["closed"])]
    yield [key, one["account"], one["owner"], one["product"], worth, *days, one["status"]]


def _activity(key: str, one: dict[str, Any]) -> Iterable[list[str]]:
    yield [key, one["account"], one["owner"], one["type"], _day(one["day"])]


def _account(key: str, one: dict[str, Any]) -> Iterable[list[str]]:
    yield [key, one["vertical"] or ""]


def _credits(key: str, one: dict[str, Fraction]) -> Iterable[list[str]]:
    for owner, share in one.items():
        yield [key, owner, f"{share * 100} %"]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


_WRITING: dict[str, Any] = {
    "opportunities": _deal,
    "activities": _activity,
    "accounts": _account,
    "credits": _credits,
}
