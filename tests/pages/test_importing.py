"""Bringing data in by page: what is proposed, what is asked, what is refused and mended, and what looks wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.models import Account, Company, Person
from ropewalk.facts import store
from ropewalk.facts.models import Match, SourceMapping, Suspicion, Upload
from ropewalk.facts.store import connection
from ropewalk.jobs.runner import take_one
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DEALS = """Opportunity ID,Account,Sales Agent,Product,Close Value,Engage Date,Close Date,Deal Stage
D1,Alpen AG,Ana Alder,GTX Pro,1200.50,2027-01-04,2027-02-03,Won
D2,Nord GmbH,Ana Alder,GTX Pro,900,2027-01-05,,Engaging
D3,Nord GmbH,Ben Brandt,GTX Pro,300,2027-01-06,2027-02-20,Lost
"""
PEOPLE = "Sales Agent,Manager,Regional Office\nAna Alder,Tom Neubert,West\nBen Brandt,Tom Neubert,West\n"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=False):
        yield tmp_path
    store.close()


def signed_in(name: str, *roles: str, company: str = "acme") -> Client:
    company_id = Company.objects.get(handle=company).pk
    person = hire(
        company_id,
        name,
        email=f"{name.split()[0].lower()}@{company}.example",
        roles=roles,
        by=OPERATOR,
        at=NOW,
    )
    account = Account.objects.create(email=f"{name.split()[0].lower()}@{company}.example")
    Person.objects.filter(pk=person).update(account=account)
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def uma(home: Path) -> Client:
    found("Acme", calendar=Calendar("Europe/Zurich", "USD"), by=OPERATOR, at=NOW)
    return signed_in("Uma Admin", "administrator")


def bring(client: Client, **files: str | bytes) -> Any:
    """Bring files; a name's last underscore stands for the point."""
    given = [
        SimpleUploadedFile(".".join(name.rsplit("_", 1)), text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    ]
    return client.post("/c/acme/import/", {"files": given})


def form_of(page: str) -> dict[str, list[str]]:
    """What a browser would send of the mapping's form, unchanged."""
    from html.parser import HTMLParser

    found: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        select: str | None = None
        chosen: str | None = None

        def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
            said = dict(pairs)
            if tag == "select":
                self.select, self.chosen = said.get("name"), None
            elif tag == "option" and self.select and (self.chosen is None or "selected" in said):
                self.chosen = said.get("value") or ""
            elif tag == "input" and said.get("name"):
                if said.get("type") in ("checkbox", "radio") and "checked" not in said:
                    return
                found.setdefault(str(said["name"]), []).append(said.get("value") or "")

        def handle_endtag(self, tag: str) -> None:
            if tag == "select" and self.select:
                found.setdefault(self.select, []).append(self.chosen or "")
                self.select = None

    Reader().feed(page)
    for name in ("what", "csrfmiddlewaretoken"):
        found.pop(name, None)
    return found


def imported(client: Client, place: str, **more: str) -> str:
    """Press Import on the mapping's page, let the job run, and give the page that follows."""
    typed = form_of(client.get(place).content.decode()) | {"what": "import"} | more
    answer = client.post(place, typed)
    assert answer.status_code == 302, answer.content.decode()
    while take_one():
        pass
    return client.get(place).content.decode()


def kept(columns: str, table: str = "opportunities") -> list[tuple[Any, ...]]:
    return connection.cursor().execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


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
    refused = uma.post(place, form_of(page) | {"what": "import"})
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
    typed = form_of(uma.get(place).content.decode())
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
    typed = form_of(uma.get(place).content.decode())
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


def test_refused_rows_are_mended_in_the_browser_and_brought_back(uma: Client) -> None:
    dirty = (
        DEALS
        + "D4,Nord GmbH,Ana Alder,GTX Pro,many,2027-01-07,2027-02-30,Won\nD5,Nord GmbH,Ana Alder,GTX Pro,5,2027-01-07,,Perhaps\n"
    )
    place = bring(uma, sales_pipeline_csv=dirty).url
    page = imported(uma, place, **{"f0.word.3": ""})
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
    assert "Owner “a.a” is no person yet (3 rows)" in page
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
    refused = uma.post(answer.url, form_of(page.content.decode()) | {"what": "import"})
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
    typed = form_of(uma.get(place).content.decode()) | {"what": "import"}
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


def test_leaders_read_imports_and_change_nothing_and_reps_know_of_none(uma: Client) -> None:
    place = bring(uma, sales_pipeline_csv=DEALS).url
    imported(uma, place)
    leader, rep = signed_in("Lea Leader", "leader"), signed_in("Rae Rep", "rep")
    assert leader.get(place).status_code == 200
    assert leader.get("/c/acme/import/").status_code == 200
    assert leader.post(place, {"what": "drop"}).status_code == 403
    assert leader.post("/c/acme/import/", {}).status_code == 403
    assert rep.get(place).status_code == rep.get("/c/acme/import/").status_code == 404


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
    assert "3 rows that it brought go" in page
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


def test_a_request_that_announces_too_much_is_refused_before_it_is_read(
    uma: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ropewalk.pages.importing.quota.MOST_AT_ONCE", 100)
    answer = bring(uma, deals_csv=DEALS)
    assert answer.status_code in (400, 413)
    assert "Nothing was changed" in answer.content.decode()
    assert not Upload.objects.exists()
