"""Imports written down in a few lines, for tests: text in, report out, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from ropewalk.companies.models import Company
from ropewalk.connectors.files import reading
from ropewalk.facts import store
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.store import connection
from ropewalk.jobs import importing
from ropewalk.journal.writing import OPERATOR

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

DEALS = """
source: crm
files:
  - name: deals*
    object: opportunities
    columns: {id: id, account_id: account, owner: owner, name: deal, product: product, amount: amount, currency: currency,
      opened_on: opened, closed_on: closed, status: status}
"""
DEALS_HEADER = "id,account,owner,deal,product,amount,currency,opened,closed,status"


class Importer:
    """One company in a home of its own."""

    def __init__(self, home: Path, *, zone: str = "Europe/Berlin", currency: str = "EUR") -> None:
        self.home = home
        self.company = Company.objects.create(handle="acme", name="Acme", time_zone=zone, currency=currency)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, mapping: str, *files: Path, read: Any = reading.read) -> IntakeReport:
        return importing.run("acme", list(files), self.file("mapping.yaml", mapping), by=OPERATOR, read=read)

    def deals(self, *rows: str, mapping: str = DEALS, header: str = DEALS_HEADER) -> IntakeReport:
        """Import rows of deals under the usual header."""
        return self.run(mapping, self.file("deals.csv", "\n".join([header, *rows]) + "\n"))

    def kept(self, columns: str, table: str = "opportunities") -> list[tuple[Any, ...]]:
        """What the store holds, in order."""
        rows = connection.cursor().execute(f"SELECT {columns} FROM {table}").fetchall()
        return sorted(rows, key=lambda row: [(value is None, value) for value in row])


@pytest.fixture
def importer(db: None, settings: Any, tmp_path: Path) -> Iterator[Importer]:
    settings.HOME = tmp_path
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    with time_machine.travel(NOW, tick=False):
        yield Importer(tmp_path)
    store.close()


def balances(report: IntakeReport) -> bool:
    """Whether no row of any file disappeared."""
    return all(
        one.rows == one.new + one.changed + one.unchanged + one.refused + one.blank for one in report.files
    ) and sum(one.refused for one in report.files if not one.is_refused_whole) + sum(
        one.is_refused_whole for one in report.files
    ) == len(report.refusals)
