"""What a file can't say by itself is asked before anything is taken, and nothing of it is chosen for anybody."""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter
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


GERMAN = """Vorgangsnr.;Kunde;Verantwortlich;Betreff;Auftragswert;Angelegt am;Abgeschlossen am;Phase
V1;Höhenkäse;Jörg Groß;Anlage;1.200,50;01.05.2026;31.08.2026;Auftrag erteilt
V2;Müller;Jörg Groß;Anlage;900,00;20.08.2026;;Angebot
"""


def test_a_file_that_isnt_utf_8_is_read_as_windows_writes_it_and_can_be_said_otherwise(uma: Client) -> None:
    place = bring(uma, verkaufschancen_csv=GERMAN.encode("cp1252")).url
    page = uma.get(place).content.decode()
    assert "“Höhenkäse”" in page
    assert "0 of them would be refused" in page
    typed = form_with(page, "source")
    assert typed["f0.encoding"] == ["cp1252"]
    uma.post(place, typed | {"what": "show", "f0.encoding": "mac-roman"})
    assert "“Hˆhenk‰se”" in uma.get(place).content.decode()
    imported(uma, place, **{"f0.encoding": "cp1252"})
    assert kept("id, account_id, owner_key, amount::VARCHAR, status") == [
        ("V1", "Höhenkäse", "Jörg Groß", "1200.500000", "won"),
        ("V2", "Müller", "Jörg Groß", "900.000000", "open"),
    ]
    assert "encoding: cp1252" in uma.get(f"{place}mapping.yaml").content.decode()


def test_where_every_row_would_be_refused_import_isnt_the_first_button(uma: Client) -> None:
    place = bring(uma, verkaufschancen_csv=GERMAN.replace("V1;", ";").replace("V2;", ";")).url
    page = uma.get(place).content.decode()
    assert "All 2 rows that were looked at would be refused" in page
    assert page.index('value="show"') < page.index('value="import"')


def test_a_title_above_the_columns_is_passed_over_and_the_line_can_be_said(uma: Client) -> None:
    titled = "Deals of the north\n\n" + DEALS
    place = bring(uma, deals_csv=titled).url
    page = uma.get(place).content.decode()
    assert form_with(page, "source")["f0.header_row"] == ["3"]
    uma.post(place, form_with(page, "source") | {"what": "show", "f0.header_row": "2"})
    page = uma.get(place).content.decode()
    assert "has nothing on line 2, where its columns should be named" in page
    uma.post(place, form_with(page, "source") | {"what": "show", "f0.header_row": "3"})
    imported(uma, place)
    assert [one for (one,) in kept("id")] == ["D1", "D2", "D3"]
    again = bring(uma, deals_csv=titled).url
    assert 'value="3"' in uma.get(again).content.decode(), "kept with the mapping"


def test_a_title_in_a_workbook_is_passed_over_too(uma: Client) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "Deals of the north")
    for row, line in enumerate(csv.reader(io.StringIO(DEALS)), start=2):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell)
    book.close()
    imported(uma, bring(uma, deals_xlsx=out.getvalue()).url)
    assert [one for (one,) in kept("id")] == ["D1", "D2", "D3"]


MAPPED = """source: north
files:
  - name: verkauf*.csv
    object: opportunities
    encoding: cp1252
    header_row: 2
    delimiter: semicolon
    columns: {id: Vorgangsnr., owner: Verantwortlich, closed_on: Abgeschlossen am, status: Phase}
    values: {status: {Auftrag erteilt: won, Angebot: open}}
"""


def test_a_mapping_brought_along_is_applied_as_it_says_how_the_file_is_written(uma: Client) -> None:
    titled = ("Verkauf; Übersicht\n" + GERMAN).encode("cp1252")
    place = bring(uma, verkauf_csv=titled, mapping_yaml=MAPPED).url
    typed = form_with(uma.get(place).content.decode(), "source")
    assert (typed["source"], typed["f0.col.owner"], typed["f0.col.account_id"]) == (
        ["north"],
        ["Verantwortlich"],
        [""],
    )
    imported(uma, place)
    assert kept("id, source, owner_key") == [("V1", "north", "Jörg Groß"), ("V2", "north", "Jörg Groß")]


def test_a_mapping_that_doesnt_fit_is_said_with_what_it_misses(uma: Client) -> None:
    titled = ("Verkauf; Übersicht\n" + GERMAN).encode("cp1252")
    mapping = MAPPED.replace("owner: Verantwortlich", "owner: Besitzer")
    page = uma.get(bring(uma, verkauf_csv=titled, mapping_yaml=mapping).url).content.decode()
    assert (
        "The mapping for verkauf.csv isn’t used: Line 2, where its columns are named, has no “Besitzer”."
        in page
    )


def test_a_mapping_whose_columns_stand_elsewhere_than_it_says_is_applied_where_they_are(uma: Client) -> None:
    place = bring(uma, verkauf_csv=GERMAN, mapping_yaml=MAPPED).url
    assert form_with(uma.get(place).content.decode(), "source")["f0.header_row"] == ["1"]
    imported(uma, place)
    assert kept("id, owner_key") == [("V1", "Jörg Groß"), ("V2", "Jörg Groß")]


def test_footers_are_no_refused_rows_in_the_sample_and_are_told_by_the_report(uma: Client) -> None:
    place = bring(uma, deals_csv=DEALS + '\n"Grand Totals (3 records)"\n').url
    assert "3 rows were looked at; 0 of them would be refused" in uma.get(place).content.decode()
    page = imported(uma, place)
    assert "<h1>Imported</h1>" in page
    assert (
        "The line at the end of deals.csv looks like a footer and needn’t be mended: “Grand Totals (3 records)” (line 6)."
        in page
    )
