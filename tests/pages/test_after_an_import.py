"""What stays to be done after an import by page: refused rows to mend, what looks wrong, and undoing it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.pages.brought_by_page import DEALS, NOW, PEOPLE, bring, home, imported, kept, signed_in, uma

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.models import Company, Person
from ropewalk.facts.models import Match, Suspicion, Upload
from ropewalk.jobs.runner import take_one
from ropewalk.journal.writing import OPERATOR

pytestmark = pytest.mark.django_db
__all__ = ["home", "uma"]


def test_refused_rows_are_mended_in_the_browser_and_brought_back(uma: Client) -> None:
    dirty = (
        DEALS
        + "D4,Nord GmbH,Ana Alder,GTX Pro,many,2027-01-07,2027-02-30,Won\nD5,Nord GmbH,Ana Alder,GTX Pro,5,2027-01-07,,Perhaps\n"
    )
    place = bring(uma, sales_pipeline_csv=dirty).url
    page = imported(uma, place, **{"f0.word.3": "open"})
    assert "2 rows wait to be mended" in page or "1 row waits to be mended" in page
    upload = Upload.objects.get()
    number = next(n for n, one in enumerate(upload.report["files"]) if one["refused"])
    rows = f"{place}refused/{number}/"
    page = uma.get(rows).content.decode()
    assert "many" in page
    download = b"".join(uma.get(f"{rows}file/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    table = list(csv.reader(io.StringIO(download)))
    assert table[0][:2] == ["Ropewalk line", "Ropewalk reason"]
    assert table[1][0] == "5"
    answer = uma.post(rows, {"r0.4": "70", "r0.6": "2027-02-28"})
    while take_one():
        pass
    after = uma.get(answer.url).content.decode()
    assert "wait" not in after.partition("</h1>")[0].partition("<h1>")[2]
    assert ("D4", "won", "70.000000") in kept("id, status, amount::VARCHAR")
    state = uma.get("/c/acme/setup/").content.decode()
    assert "were refused" not in state
    assert "was refused" not in state


def test_rows_left_unmended_are_refused_again_and_one_may_leave_some_out(uma: Client) -> None:
    dirty = (
        DEALS
        + "D4,N,Ana Alder,GTX Pro,many,2027-01-07,,Engaging\nD5,N,Ana Alder,GTX Pro,some,2027-01-07,,Engaging\n"
    )
    place = bring(uma, sales_pipeline_csv=dirty).url
    imported(uma, place)
    answer = uma.post(f"{place}refused/0/", {"r0.out": "yes"})
    while take_one():
        pass
    assert "1 row waits to be mended" in uma.get(answer.url).content.decode()
    assert "1 row was refused" in uma.get("/c/acme/setup/").content.decode()


def test_a_formula_typed_into_a_mended_cell_stays_text(uma: Client) -> None:
    dirty = DEALS + "D4,N,Ana Alder,GTX Pro,many,2027-01-07,,Engaging\n"
    place = bring(uma, sales_pipeline_csv=dirty).url
    imported(uma, place)
    uma.post(f"{place}refused/0/", {"r0.4": "1", "r0.3": "=cmd()"})
    while take_one():
        pass
    assert ("D4", "=cmd()") in kept("id, product")


def test_suspicions_are_accepted_left_or_matched_by_hand(uma: Client) -> None:
    names = "GTX Pro", "GTX Pro", "GTX Pro", "GTXPro"
    rows = "".join(
        f"E{n},Alpen AG,{'a.a' if n else 'Ana Alder'},{name},5,2027-01-04,,Engaging\n"
        for n, name in enumerate(names)
    )
    place = bring(
        uma,
        sales_pipeline_csv=DEALS.splitlines(keepends=True)[0]
        + rows
        + "".join(f"F{n},Alpen AG,Ana Alder,GTX Pro,5,2027-01-04,,Engaging\n" for n in range(20)),
        sales_teams_csv=PEOPLE,
    ).url
    imported(uma, place)
    page = uma.get("/c/acme/import/suspicions/").content.decode()
    assert "looks like “GTX Pro”" in page
    assert "Owner “a.a” isn’t matched to a person yet (3 rows)" in page
    near, owner = Suspicion.objects.get(code="near_miss"), Suspicion.objects.get(value="a.a")
    uma.post("/c/acme/import/suspicions/", {"what": "accept", "suspicion": [str(near.pk)]})
    assert kept("DISTINCT product") == [("GTX Pro",)]
    ana = Person.objects.get(name="Ana Alder")
    uma.post("/c/acme/import/suspicions/", {"what": "match", f"owner.{owner.pk}": str(ana.pk)})
    assert Match.objects.get(key="a.a").person == ana
    missing = Suspicion.objects.get(code="account_missing")
    uma.post("/c/acme/import/suspicions/", {"what": "leave", "suspicion": [str(missing.pk)]})
    assert "Nothing looks wrong" in uma.get("/c/acme/import/suspicions/").content.decode()
    again = bring(uma, sales_pipeline_csv=DEALS).url
    imported(uma, again)
    assert "Alpen AG" not in uma.get("/c/acme/import/suspicions/").content.decode(), (
        "what was left isn't listed again"
    )


def test_a_suspicion_or_a_person_of_another_company_can_t_be_named(uma: Client) -> None:
    found("Other", calendar=Calendar("UTC", "USD"), by=OPERATOR, at=NOW)
    stranger = hire(Company.objects.get(handle="other").pk, "Otto Other", by=OPERATOR, at=NOW)
    place = bring(uma, sales_pipeline_csv=DEALS).url
    imported(uma, place)
    owner = Suspicion.objects.filter(code="owner_unknown").first()
    assert owner is not None
    for ids in ({f"owner.{owner.pk}": str(stranger)}, {"owner.999999": str(stranger)}):
        page = uma.post("/c/acme/import/suspicions/", {"what": "match", **ids}, follow=True).content.decode()
        assert "Otto" not in page
    other = signed_in("Olga Other", "administrator", company="other")
    assert other.get(place).status_code == 404
    assert other.get(place.replace("acme", "other")).status_code == 404
    other.post("/c/other/import/suspicions/", {"what": "leave", "suspicion": [str(owner.pk)]})
    owner.refresh_from_db()
    assert owner.left_at is None
    assert not Match.objects.filter(person_id=stranger).exists()


WIDE = ",".join(f"c{n}" for n in range(2_001)) + "\n"


def test_files_are_gone_once_they_are_imported_and_the_refused_rows_stay(uma: Client, home: Path) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS + "D4,,,,x,,,Won\n").url
    assert list((home / "uploads").rglob("*.csv"))
    imported(uma, place)
    assert not list((home / "uploads").rglob("*.csv"))
    assert list((home / "refused" / "acme").glob("*.csv"))


def test_an_import_is_undone_by_page_after_it_said_what_would_change(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS, sales_teams_csv=PEOPLE).url
    imported(uma, place)
    page = uma.get(f"{place}undo/").content.decode()
    assert "3 rows that it brought will be taken out" in page
    assert "People and teams stay as they are" in page
    assert len(kept("id")) == 3, "looking changes nothing"
    told = uma.post(f"{place}undo/", follow=True).content.decode()
    assert "This import was undone" in told
    assert kept("id") == []
    assert Person.objects.filter(name="Ana Alder").exists()
    assert uma.post(f"{place}undo/").status_code == 409


def test_an_import_is_undone_at_the_shell_too(uma: Client) -> None:
    from ropewalk.jobs.kinds import NotDone, perform

    imported(uma, bring(uma, sales_pipeline_csv=DEALS).url)
    order: dict[str, Any] = {"company": "acme", "load": 1, "as": None}
    assert perform("undo", order, say=lambda *_: None)["goes"] == {"opportunities": 3}
    assert perform("undo", order | {"sure": True}, say=lambda *_: None)["is_done"]
    assert kept("id") == []
    with pytest.raises(NotDone, match="no import 1"):
        perform("undo", order | {"sure": True}, say=lambda *_: None)


DIRTY = (
    DEALS
    + "D4,Nord GmbH,Ana Alder,GTX Pro,many,2027-01-07,2027-02-20,Won\nD5,N,Ana Alder,GTX Pro,some,2027-01-07,,Engaging\n"
)


def titled(client: Client, place: str) -> str:
    """What stands above the page of an import."""
    return client.get(place).content.decode().partition("<h1>")[2].partition("</h1>")[0]


def test_what_was_mended_and_brought_back_waits_no_more_where_it_came_from(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DIRTY).url
    imported(uma, place)
    assert titled(uma, place) == "Imported; 2 rows wait to be mended"
    assert "2 rows wait to be mended" in uma.get("/c/acme/import/").content.decode()
    first = uma.post(f"{place}refused/0/", {"r0.4": "70"}).url
    while take_one():
        pass
    assert titled(uma, place) == titled(uma, first) == "Imported; 1 row waits to be mended"
    assert "1 row was refused" in uma.get("/c/acme/setup/").content.decode()
    uma.post(f"{first}refused/0/", {"r0.4": "80"})
    while take_one():
        pass
    assert titled(uma, place) == titled(uma, first) == "Imported"
    assert (
        "2 rows of sales_pipeline.csv were refused, and brought back mended since."
        in uma.get(place).content.decode()
    )
    assert "to be mended" not in uma.get("/c/acme/import/").content.decode()
    assert "refused" not in uma.get("/c/acme/setup/").content.decode().partition("Nothing is lost")[0][-300:]


def test_rows_of_one_file_that_came_by_two_names_are_counted_once(uma: Client) -> None:
    imported(uma, bring(uma, sales_pipeline_csv=DIRTY).url)
    imported(uma, bring(uma, sales_again_csv=DIRTY).url)
    assert "2 rows were refused" in uma.get("/c/acme/setup/").content.decode()
    download = b"".join(uma.get("/c/acme/import/2/refused/0/file/").streaming_content)  # type: ignore[attr-defined]
    mended = download.decode("utf-8-sig").replace(",many,", ",70,").replace(",some,", ",80,")
    back = bring(uma, **{"refused sales_again_csv": mended})
    imported(uma, back.url)
    state = uma.get("/c/acme/setup/").content.decode()
    assert "rows were refused" not in state


def test_imports_at_the_shell_are_listed_with_where_their_refused_rows_lie(uma: Client, home: Path) -> None:
    from ropewalk.jobs import importing

    file, mapping = home / "sales_pipeline.csv", home / "mapping.yaml"
    file.write_text(DIRTY)
    columns = "id: Opportunity ID, amount: Close Value, closed_on: Close Date, status: Deal Stage"
    words = "values: {status: {Won: won, Lost: lost, Engaging: open}}"
    mapping.write_text(
        f"source: crm\nfiles:\n  - name: sales*.csv\n    object: opportunities\n    columns: {{{columns}}}\n    {words}\n"
    )
    report = importing.run("acme", [file], mapping, by=OPERATOR)
    imported(uma, bring(uma, sales_teams_csv=PEOPLE).url)
    page = uma.get("/c/acme/import/").content.decode()
    assert "crm, at the shell" in page
    assert f"2 rows refused, in <code>{report.files[0].download}</code> of the home" in page
    assert page.count("sales_teams.csv") == 1, "what came by page is listed there alone"


def test_the_cell_to_mend_is_marked_and_stands_first(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DIRTY).url
    imported(uma, place)
    page = uma.get(f"{place}refused/0/").content.decode()
    heads = [
        one.partition(">")[2]
        for one in page.partition("<thead>")[2]
        .partition("</thead>")[0]
        .replace("</th>", "")
        .split("<th ")[1:]
    ]
    assert heads[:5] == ["Line", "Why", "Leave out", "Close Value", "Opportunity ID"]
    assert page.count('aria-invalid="true"') == 2
    assert 'value="many" size="10" aria-label="Line 5, Close Value" aria-invalid="true"' in page
