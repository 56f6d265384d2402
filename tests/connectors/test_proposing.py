"""Which object a file holds and which column is which field, as common systems export them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ropewalk.connectors.files.proposing import look, scale_of

PIPEDRIVE = """Deal - ID,Deal - Title,Deal - Owner,Deal - Organization,Deal - Value,Deal - Currency of Value,Deal - Status,Deal - Stage,Deal - Deal created,Deal - Won time,Deal - Lost time
1,Ropes,Ana Alder,Alpen AG,1200,USD,Won,Proposal made,2026-06-03 17:29:11,2026-07-01 09:00:00,
2,Knots,Ana Alder,Nord AG,300,EUR,Lost,Proposal made,2026-06-04 17:29:11,,2026-07-26 17:29:11
"""
GERMAN = """Vorgangsnr.;Betreff;Kunde;Verantwortlich;Auftragswert;Angelegt am;Abgeschlossen am;Phase
V1;Anlage;Alpen AG;Jörg Groß;1.200,50;01.05.2026;31.08.2026;Auftrag erteilt
"""
BY_HAND = """Opp #,Rep,Customer,Value (k€),Won on,Status
X1,Ana Alder,Alpen AG,12.5,2026-01-13,WON
"""


def seen(tmp_path: Path, name: str, text: str) -> dict[str, Any]:
    path = tmp_path / name
    path.write_text(text)
    return look({"path": str(path), "name": name}, lambda word: None)


def test_columns_that_say_their_object_before_their_name_are_recognised_and_so_is_the_currency(
    tmp_path: Path,
) -> None:
    entry = seen(tmp_path, "export.csv", PIPEDRIVE)["entry"]
    assert entry["object"] == "opportunities"
    assert entry["columns"] == {
        "id": "Deal - ID", "account_id": "Deal - Organization", "owner": "Deal - Owner", "name": "Deal - Title",
        "amount": "Deal - Value", "currency": "Deal - Currency of Value", "opened_on": "Deal - Deal created",
        "closed_on": {"column": "Deal - Won time", "otherwise": ["Deal - Lost time"]},
        "status": "Deal - Status", "stage": "Deal - Stage",
    }  # fmt: skip
    assert entry["values"]["status"] == {"Won": "won", "Lost": "lost"}


def test_german_deals_are_deals(tmp_path: Path) -> None:
    entry = seen(tmp_path, "export.csv", GERMAN)["entry"]
    assert entry["object"] == "opportunities"
    assert entry["columns"] == {
        "id": "Vorgangsnr.", "name": "Betreff", "account_id": "Kunde", "owner": "Verantwortlich", "amount": "Auftragswert",
        "opened_on": "Angelegt am", "closed_on": "Abgeschlossen am", "status": "Phase", "stage": "Phase",
    }  # fmt: skip


def test_a_column_of_thousands_is_no_amount_and_is_named(tmp_path: Path) -> None:
    found = seen(tmp_path, "export.csv", BY_HAND)
    assert found["entry"]["columns"] == {
        "id": "Opp #", "owner": "Rep", "account_id": "Customer", "closed_on": "Won on", "status": "Status", "stage": "Status",
    }  # fmt: skip
    assert found["scaled"] == ["Value (k€)"]


@pytest.mark.parametrize(
    ("column", "is_scaled"),
    [
        ("Value (k€)", True), ("Auftragswert in TEUR", True), ("Umsatz in Tsd. €", True), ("Total '000", True), ("Amount M", True),
        ("Amount", False), ("Amount (USD)", False), ("Value €", False), ("Amount ($)", False), ("Total", False),
    ],
)  # fmt: skip
def test_multiples_are_told_by_the_name(column: str, is_scaled: bool) -> None:
    assert bool(scale_of(column)) == is_scaled


def test_people_stand_in_the_team_of_their_territory(tmp_path: Path) -> None:
    rows = "Full Name,Email,Territory,Manager\nAna Alder,ana@acme.example,West,Tom Neubert\n"
    columns = seen(tmp_path, "people.csv", rows)["entry"]["columns"]
    assert (columns["team"], columns["manager"]) == ("Territory", "Manager")
