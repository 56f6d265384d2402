"""Bringing data in by page: what is proposed, what is asked, and what is taken."""

from __future__ import annotations

import csv
import io
import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.pages.brought_by_page import DEALS, NOW, PEOPLE, bring, home, imported, kept, signed_in, uma
from tests.rights.reading_forms import form_with

from ropewalk.companies.models import Person
from ropewalk.facts.models import SourceMapping, Upload
from ropewalk.jobs import importing, queue, uploading
from ropewalk.jobs.runner import take_one
from ropewalk.journal.models import Line

pytestmark = pytest.mark.django_db
__all__ = ["home", "uma"]
WIDE = ",".join(f"c{n}" for n in range(2_001)) + "\n"


def test_columns_are_recognised_by_their_names_and_the_sample_shows_how_rows_read(uma: Client) -> None:
    answer = bring(uma, sales_pipeline_csv=DEALS, sales_teams_csv=PEOPLE)
    page = uma.get(answer.url).content.decode()
    one = Upload.objects.get()
    assert [entry["entry"]["object"] for entry in one.entries] == ["opportunities", "people"]
    assert one.entries[0]["entry"]["columns"] == {
        "id": "Opportunity ID", "account_id": "Account", "owner": "Sales Agent", "product": "Product", "amount": "Close Value",
        "opened_on": "Engage Date", "closed_on": "Close Date", "status": "Deal Stage", "stage": "Deal Stage",
    }  # fmt: skip
    assert one.entries[0]["entry"]["values"]["status"] == {"Won": "won", "Engaging": "open", "Lost": "lost"}
    assert one.entries[1]["entry"]["columns"]["team"] == "Manager", "every manager leads a team of that name"
    assert "1200.5" in page
    assert "from “Won”" in page
    assert kept("id") == [], "nothing is taken before somebody says so"


def test_what_is_imported_by_page_equals_what_the_file_says(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS, sales_teams_csv=PEOPLE).url
    page = imported(uma, place)
    assert "<h1>Imported</h1>" in page
    assert kept("id, status, amount::VARCHAR, opened_on::VARCHAR") == [
        ("D1", "won", "1200.500000", "2027-01-04"),
        ("D2", "open", "900.000000", "2027-01-05"),
        ("D3", "lost", "300.000000", "2027-01-06"),
    ]
    assert set(Person.objects.values_list("name", flat=True)) == {
        "Uma Admin",
        "Ana Alder",
        "Ben Brandt",
        "Tom Neubert",
    }
    assert SourceMapping.objects.get().source == "crm"
    again = bring(uma, sales_pipeline_csv=DEALS).url
    assert "Nothing new: all of it was here already" in imported(uma, again)


def test_the_mapping_file_of_the_page_is_one_that_the_shell_takes(uma: Client, home: Path) -> None:
    from ropewalk.connectors.files.mapping import read_mapping

    place = bring(uma, sales_pipeline_csv=DEALS).url
    text = uma.get(f"{place}mapping.yaml").content.decode()
    mapping = read_mapping(text)
    assert mapping.source == "crm"
    assert mapping.files[0].header <= set(DEALS.splitlines()[0].split(","))
    uma.post(place, {"what": "drop"})
    brought = bring(uma, sales_pipeline_csv=DEALS, mapping_yaml=text.replace("crm", "hubspot"))
    imported(uma, brought.url)
    assert kept("DISTINCT source") == [("hubspot",)]


def test_days_that_can_be_read_two_ways_are_asked_about_and_never_guessed(uma: Client) -> None:
    rows = (
        DEALS.replace("2027-01-04", "04/01/2027")
        .replace("2027-02-03", "03/02/2027")
        .replace("2027-01-05", "05/01/2027")
    )
    rows = rows.replace("2027-01-06", "06/01/2027").replace("2027-02-20", "02/02/2027")
    place = bring(uma, sales_pipeline_csv=rows).url
    page = uma.get(place).content.decode()
    assert "Which comes first in its dates?" in page
    refused = uma.post(place, form_with(page, "source") | {"what": "import"})
    assert refused.status_code == 422
    assert "nothing is guessed" in refused.content.decode()
    imported(uma, place, **{"f0.dates": "day first"})
    assert kept("opened_on::VARCHAR") == [("2027-01-04",), ("2027-01-05",), ("2027-01-06",)]


def test_amounts_that_can_be_read_two_ways_are_asked_about(uma: Client) -> None:
    rows = DEALS.replace("1200.50", "1.200").replace("900", "2.900").replace(",300,", ",3.300,")
    place = bring(uma, sales_pipeline_csv=rows).url
    assert "Which sign marks the decimals?" in uma.get(place).content.decode()
    imported(uma, place, **{"f0.decimal": ","})
    assert kept("amount::VARCHAR") == [("1200.000000",), ("2900.000000",), ("3300.000000",)]


def test_columns_chosen_otherwise_count_and_a_needed_one_left_out_is_named(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    typed = form_with(uma.get(place).content.decode(), "source")
    answer = uma.post(place, typed | {"what": "import", "f0.col.id": ""})
    assert answer.status_code == 422
    assert "opportunities need the field “id”".replace("“", '"').replace(
        "”", '"'
    ) in answer.content.decode().replace("&quot;", '"')
    imported(
        uma,
        place,
        **{
            "f0.col.id": "Opportunity ID",
            "f0.col.name": "Account",
            "f0.col.account_id": "",
            "f0.word.1": "lost",
        },
    )
    assert kept("name, account_id, status")[:2] == [("Alpen AG", None, "won"), ("Nord GmbH", None, "lost")]


def test_where_deals_open_is_said_with_the_mapping_and_kept_until_it_is_said_otherwise(uma: Client) -> None:
    link = "https://crm.example/deals/{id}"
    place = bring(uma, sales_pipeline_csv=DEALS).url
    typed = form_with(uma.get(place).content.decode(), "source")
    answer = uma.post(place, typed | {"what": "import", "f0.link": "crm.example/deals"})
    assert answer.status_code == 422
    assert "begins with https://" in (page := answer.content.decode())
    assert 'value="crm.example/deals"' in page, "what was typed stands there to be mended"
    imported(uma, place, **{"f0.link": link})
    assert SourceMapping.objects.get().deal_link == link
    again = bring(uma, sales_pipeline_csv=DEALS).url
    assert f'value="{link}"' in uma.get(again).content.decode(), "proposed the next time"
    imported(uma, again)
    imported(uma, bring(uma, sales_teams_csv=PEOPLE).url)
    assert SourceMapping.objects.get().deal_link == link, "an import without deals says nothing of it"
    imported(uma, bring(uma, sales_pipeline_csv=DEALS).url, **{"f0.link": ""})
    assert SourceMapping.objects.get().deal_link == ""
    told = Line.objects.filter(action="said where deals open").order_by("pk").values_list("words", flat=True)
    assert list(told) == [link, "nowhere"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty_csv", b"", "is empty"),
        ("picture_csv", b"%PDF-1.7 \x00\x01", "neither text nor a workbook"),
        ("old_xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old or a locked Excel workbook"),
        ("broken_xlsx", b"PK\x03\x04 no archive", "broken workbook"),
        ("wide_csv", WIDE.encode(), "2,000 is the limit"),
        ("noise_csv", bytes(range(256)) * 40, ""),
    ],
)
def test_what_is_no_table_is_said_and_nothing_is_taken(
    uma: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = bring(uma, **{name: content})
    assert answer.status_code == 302
    page = uma.get(answer.url)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    refused = uma.post(answer.url, form_with(page.content.decode(), "source") | {"what": "import"})
    assert refused.status_code == 422
    assert "passed over" in refused.content.decode()


def test_columns_of_one_name_are_never_offered(uma: Client) -> None:
    rows = DEALS.replace("Close Value", "Product")
    page = uma.get(bring(uma, sales_pipeline_csv=rows).url).content.decode()
    assert '<option value="Product"' not in page


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.csv", "passwd.csv"), ("..\\..\\boot.csv", "boot.csv"), (".hidden.csv", "hidden.csv"),
        ("a\0b.csv", "a_b.csv"), ("*?[x].csv", "___x_.csv"), ("..", "file"), ("Verkäufe März.csv", "Verkäufe März.csv"),
        ("x" * 300 + ".csv", "x" * 90 + ".csv"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_safe(name: str, kept_as: str) -> None:
    from ropewalk.facts.uploads import safe_name

    assert safe_name(name) == kept_as


def test_two_files_of_one_name_are_both_kept(uma: Client) -> None:
    given = [SimpleUploadedFile("deals.csv", DEALS.encode()), SimpleUploadedFile("Deals.csv", DEALS.encode())]
    uma.post("/c/acme/import/", {"files": given})
    assert [one["name"] for one in Upload.objects.get().files] == ["deals.csv", "Deals (2).csv"]


def test_too_many_and_too_large_files_are_refused(uma: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import_module("ropewalk.pages.importing.quota")  # takes its own limit from this one when it is first read
    monkeypatch.setattr("ropewalk.facts.uploads.MOST_BYTES", 10)
    answer = bring(uma, deals_csv=DEALS)
    assert answer.status_code == 422
    assert "is the limit in the browser" in answer.content.decode()
    many = [SimpleUploadedFile(f"d{n}.csv", b"a\n") for n in range(21)]
    assert "20 at once is the limit" in uma.post("/c/acme/import/", {"files": many}).content.decode()
    assert "Choose one file" in uma.post("/c/acme/import/", {}).content.decode()
    assert not Upload.objects.exists()


def test_a_wrong_mapping_among_the_files_is_said_with_its_lines(uma: Client) -> None:
    answer = bring(uma, deals_csv=DEALS, mapping_yaml="source: x\nfiles: 3\n")
    assert answer.status_code == 422
    assert "mapping.yaml" in answer.content.decode()
    assert not Upload.objects.exists()


def test_files_that_nobody_had_looked_into_when_the_server_went_are_shown_at_the_next_word(
    uma: Client,
) -> None:
    place = bring(uma, deals_csv=DEALS).headers["Location"]
    Upload.objects.update(entries=[], source="")  # as the death between keeping and looking leaves it
    assert "looking into them was interrupted" in uma.get(place).content.decode()
    assert uma.post(place, {"what": "show"}).status_code == 302
    assert "Opportunity ID" in uma.get(place).content.decode()


def test_a_workbook_is_read_like_a_text_file(uma: Client) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, line in enumerate(csv.reader(io.StringIO(DEALS))):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell)
    book.close()
    imported(uma, bring(uma, deals_xlsx=out.getvalue()).url)
    assert [one for (one,) in kept("id")] == ["D1", "D2", "D3"]


def test_an_import_under_way_is_shown_and_can_be_stopped_with_nothing_taken(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    typed = form_with(uma.get(place).content.decode(), "source") | {"what": "import"}
    uma.post(place, typed)
    page = uma.get(place).content.decode()
    assert 'role="progressbar"' in page
    assert "You can close this page. Nothing is counted twice if it stops." in page
    uma.post(place, {"what": "stop"})
    assert not take_one()
    page = uma.get(place).content.decode()
    assert "You stopped it. Nothing was taken in" in page
    assert kept("id") == []
    uma.post(place, {"what": "again"})
    assert "<h1>Imported</h1>" in imported(uma, place)
    uma.post(place, {"what": "stop"})
    assert len(kept("id")) == 3


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_reading_is_stopped_within_two_seconds(
    uma: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    uma.post(place, form_with(uma.get(place).content.decode(), "source") | {"what": "import"})
    monkeypatch.setattr(importing, "READER", "tests.jobs.children:read_without_end")
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    stopped: list[float] = []
    pages: list[str] = []
    tell = queue.tell

    def told(*words: Any, **more: Any) -> None:
        tell(*words, **more)
        if not stopped:
            pages.append(uma.get(place).content.decode())
            stopped.append(time.monotonic())
            uma.post(place, {"what": "stop"})

    monkeypatch.setattr(queue, "tell", told)
    assert take_one()
    assert time.monotonic() - stopped[0] <= 2
    assert "1 of 9 rows read" in pages[0]
    assert "1 refused so far; you can open them when it is done" in pages[0]
    assert "You stopped it. Nothing was taken in" in uma.get(place).content.decode()
    assert kept("id") == []


def test_the_bar_says_how_far_reading_is_and_nothing_of_what_cant_be_known(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    uma.post(place, form_with(uma.get(place).content.decode(), "source") | {"what": "import"})
    job = queue.claim(at=NOW)
    assert job is not None
    for done in (2, 199, 200):
        queue.tell(job, done, 200, "sales_pipeline.csv|0", at=NOW)
        assert f'aria-valuenow="{done // 2}"' in uma.get(f"{place}progress/").content.decode()
    queue.tell(job, 200, 200, uploading.TAKING, at=NOW)
    page = uma.get(f"{place}progress/").content.decode()
    assert "aria-valuenow" not in page
    assert 'value="' not in page.partition("<progress")[2].partition(">")[0]
    assert "It can’t be stopped any more; you can undo it as a whole when it is done." in page
    assert "Stop it" not in page
    uma.post(place, {"what": "stop"})
    assert queue.standing(job.id).state == "running"


def test_leaders_read_imports_and_change_nothing_and_reps_know_of_none(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    imported(uma, place)
    leader, rep = signed_in("Lea Leader", "leader"), signed_in("Rae Rep", "rep")
    assert leader.get(place).status_code == 200
    assert leader.get("/c/acme/import/").status_code == 200
    assert leader.post(place, {"what": "drop"}).status_code == 403
    assert leader.post("/c/acme/import/", {}).status_code == 403
    assert rep.get(place).status_code == rep.get("/c/acme/import/").status_code == 404


def test_a_request_that_announces_too_much_is_refused_before_it_is_read(
    uma: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ropewalk.pages.importing.quota.MOST_AT_ONCE", 100)
    answer = bring(uma, deals_csv=DEALS)
    assert answer.status_code in (400, 413)
    assert "Nothing was changed" in answer.content.decode()
    assert not Upload.objects.exists()
