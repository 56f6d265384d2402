"""What a file can't say by itself is asked before anything is taken, and nothing of it is chosen for anybody."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.pages.brought_by_page import DEALS, bring, home, imported, kept, uma
from tests.rights.reading_forms import form_with

pytestmark = pytest.mark.django_db
__all__ = ["home", "uma"]


def test_a_word_of_the_status_that_nobody_knows_is_asked_and_nothing_is_chosen(uma: Client) -> None:
    place = bring(uma, deals_csv=DEALS.replace("Won", "Finito").replace("Lost", "Abgelehnt")).url
    page = uma.get(place).content.decode()
    typed = form_with(page, "source")
    assert {name: typed[name] for name in typed if ".word." in name} == {
        "f0.word.0": [""],
        "f0.word.1": ["open"],
        "f0.word.2": ["lost"],
    }
    refused = uma.post(place, typed | {"what": "import"})
    assert refused.status_code == 422
    assert "whether “Finito” is open, won or lost. Nothing is guessed." in refused.content.decode()
    assert kept("id") == []
    imported(uma, place, **{"f0.word.0": "won"})
    assert kept("id, status") == [("D1", "won"), ("D2", "open"), ("D3", "lost")]


def test_what_was_said_of_a_word_holds_the_next_time_and_a_new_word_is_asked(uma: Client) -> None:
    rows = DEALS.replace("Won", "Finito")
    imported(uma, bring(uma, deals_csv=rows).url, **{"f0.word.0": "won"})
    again = bring(
        uma, deals_csv=rows.replace("Finito", "FINITO") + "D4,,,,1,2027-01-04,2027-02-03,Basta\n"
    ).url
    typed = form_with(uma.get(again).content.decode(), "source")
    assert uma.post(again, typed | {"what": "import"}).status_code == 422
    asked = [name for name in typed if ".word." in name and typed[name] == [""]]
    assert len(asked) == 1
    imported(uma, again, **{asked[0]: "lost"})
    assert kept("id, status")[0] == ("D1", "won")
    assert kept("id, status")[3] == ("D4", "lost")


def test_words_that_a_mapping_says_beside_the_column_hold_and_can_be_said_otherwise(uma: Client) -> None:
    mapping = """source: crm
files:
  - name: deals.csv
    object: opportunities
    columns:
      id: Opportunity ID
      closed_on: Close Date
      status: {column: Deal Stage, values: {Finito: won, Engaging: open, Lost: lost}}
"""
    rows = DEALS.replace("Won", "Finito")
    place = bring(uma, deals_csv=rows, mapping_yaml=mapping).url
    imported(uma, place)
    assert kept("id, status")[0] == ("D1", "won")
    place = bring(uma, deals_csv=rows, mapping_yaml=mapping).url
    imported(uma, place, **{"f0.word.0": "lost"})
    assert kept("id, status")[0] == ("D1", "lost")
