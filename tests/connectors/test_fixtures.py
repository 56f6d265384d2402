"""The same two deals, as three systems export them, are the same two deals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.importer import Importer

import ropewalk.connectors.files as files
from ropewalk.jobs import importing
from ropewalk.journal.writing import OPERATOR

FIXTURES = Path(files.__file__).parent / "fixtures"
ENGLISH = """
source: crm
files:
  - name: ["*.tsv", "*.xlsx"]
    object: opportunities
    columns: {id: Id, name: Account, amount: Amount, currency: Currency, closed_on: Closed, status: Stage}
    values: {status: {Closed Won: won, Closed Lost: lost}}
"""
GERMAN = """
source: crm
files:
  - name: german*.csv
    object: opportunities
    encoding: cp1252
    columns: {id: Nr, name: Kunde, amount: Betrag, currency: Währung, closed_on: Abschluß, status: Stand}
    values: {status: {gewonnen: won, verloren: lost}}
"""


@pytest.mark.parametrize(
    ("name", "mapping"),
    [("german_cp1252.csv", GERMAN), ("american_utf16.tsv", ENGLISH), ("deals.xlsx", ENGLISH)],
)
def test_two_deals_are_the_same_whoever_exported_them(importer: Importer, name: str, mapping: str) -> None:
    for new in (2, 0):
        report = importing.run("acme", [FIXTURES / name], importer.file("map.yaml", mapping), by=OPERATOR)
        assert (report.refusals, report.files[0].new) == ([], new)
    assert importer.kept("id, name, amount, closed_on, status") == [
        ("007", "Müller GmbH", Decimal("1234.5"), date(2026, 3, 25), "won"),
        ("008", "Größe AG", Decimal(-80), date(2026, 3, 4), "lost"),
    ]
