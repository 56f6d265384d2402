"""What is taken, what is refused and why, what is only suspicious; and that nothing is doubled."""

from __future__ import annotations

import csv
import os
from datetime import date
from decimal import Decimal

import pytest
from tests.importer import DEALS, DEALS_HEADER, NOW, Importer, balances

from ropewalk.companies.models import ExchangeRate, Person
from ropewalk.facts import intake, matches, queries, suspicions
from ropewalk.facts.models import Suspicion
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.sources import sources_for_system
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR

ROW = "{},a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won"
WON = "d1,a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won"


def codes(report: IntakeReport) -> list[tuple[int | None, str]]:
    return [(one.line, one.code) for one in report.refusals]


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        (",a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won", "id_missing", "id", ""),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,soon,won", "date_unreadable", "closed", "soon"),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-02-30,2026-03-05,won", "date_impossible", "opened", "2026-02-30"),
        ("d2,a1,Tom,One,Rope,100,EUR,0026-01-05,2026-03-05,won", "date_out_of_range", "opened", "0026-01-05"),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,2206-03-05,won", "date_out_of_range", "closed", "2206-03-05"),
        ("d2,a1,Tom,One,Rope,100,EUR,03/04/2026,2026-05-05,won", "date_ambiguous", "opened", "03/04/2026"),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,,won", "close_date_missing", "closed", ""),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,,lost", "close_date_missing", "closed", ""),
        ("d2,a1,Tom,One,Rope,NaN,EUR,2026-01-05,2026-02-05,won", "amount_unreadable", "amount", "NaN"),
        ("d2,a1,Tom,One,Rope,1e400,EUR,2026-01-05,2026-02-05,won", "amount_unreadable", "amount", "1e400"),
        ("d2,a1,Tom,One,Rope,50 %,EUR,2026-01-05,2026-02-05,won", "amount_unreadable", "amount", "50 %"),
        ("d2,a1,Tom,One,Rope,1.234,EUR,2026-01-05,2026-02-05,won", "number_ambiguous", "amount", "1.234"),
        ("d2,a1,Tom,One,Rope,$5,EUR,2026-01-05,2026-02-05,won", "currency_contradicts", "amount", "$5"),
        ("d2,a1,Tom,One,Rope,100,USD,2026-01-05,2026-02-05,won", "rate_missing", "currency", "USD"),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,wonn", "status_unknown", "status", "wonn"),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,", "status_unknown", "status", ""),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05", "cells_wrong", None, None),
        ("d2,a1,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won,x", "cells_wrong", None, None),
        ('d2,a1,Tom,"One,Rope,100,EUR,2026-01-05,2026-02-05,won', "quote_unclosed", None, None),
        ('d2,a1,Tom,"One"x,Rope,100,EUR,2026-01-05,2026-02-05,won', "quote_unclosed", None, None),
        ("d2,a1,Tom,O\0ne,Rope,100,EUR,2026-01-05,2026-02-05,won", "not_text", None, None),
    ],
)
def test_a_row_that_cant_be_counted_truly_is_refused_with_its_reason_and_the_others_are_taken(
    importer: Importer, row: str, code: str, column: str | None, value: str | None
) -> None:
    report = importer.deals(WON, row, WON.replace("d1", "d3"))
    (refusal,) = report.refusals
    assert (refusal.line, refusal.code, refusal.column, refusal.value) == (3, code, column, value)
    assert refusal.sentence.startswith("deals.csv, line 3")
    assert importer.kept("id") == [("d1",), ("d3",)]
    assert balances(report)


def test_bytes_that_are_no_text_refuse_their_row_only(importer: Importer) -> None:
    header = b"id,status,closed,deal\n"
    content = (
        header
        + b"d1,won,2026-01-01,M\xfcller\nd2,won,2026-01-01,M\xc3\xbcller\nd3,won,2026-01-01,\xed\xa0\x80\n"
    )
    mapping = (
        DEALS[: DEALS.index("columns")] + "columns: {id: id, status: status, closed_on: closed, name: deal}\n"
    )
    report = importer.run(mapping, importer.file("deals.csv", content))
    assert codes(report) == [(2, "not_text"), (4, "not_text")]
    assert importer.kept("id, name") == [("d2", "Müller")]
    assert "cp1252" in report.refusals[0].sentence
    stated = mapping.replace("object:", "encoding: cp1252\n    object:")
    report = importer.run(stated, importer.file("deals.csv", header + b"d1,won,2026-01-01,M\xfcller\n"))
    assert importer.kept("id, name") == [("d1", "Müller"), ("d2", "Müller")]


def test_one_id_with_different_contents_is_refused_on_every_line_and_across_files(importer: Importer) -> None:
    report = importer.deals(WON, WON.replace("100", "200"), WON.replace("d1", "d2"), WON.replace("d1", "d2"))
    assert codes(report) == [(2, "id_twice"), (3, "id_twice")]
    (file,) = report.files
    assert (file.rows, file.new, file.unchanged, file.refused) == (4, 1, 1, 2)
    header = "id,account,owner,deal,product,amount,currency,opened,closed,status\n"
    one = importer.file("deals-1.csv", header + WON.replace("d1", "d7") + "\n")
    two = importer.file("deals-2.csv", header + WON.replace("d1", "d7").replace("100", "300") + "\n")
    report = importer.run(DEALS, one, two)
    assert [(one.name, one.code) for one in report.refusals] == [
        ("deals-1.csv", "id_twice"),
        ("deals-2.csv", "id_twice"),
    ]
    assert importer.kept("id") == [("d2",)]


def test_an_id_whose_other_row_is_refused_is_refused_too(importer: Importer) -> None:
    report = importer.deals(WON, WON.replace("2026-02-05", "2026-02-31"))
    assert codes(report) == [(2, "id_twice"), (3, "date_impossible")]
    assert balances(report)


def test_a_header_without_a_mapped_column_refuses_the_file_whole_and_names_what_is_near(
    importer: Importer,
) -> None:
    report = importer.deals(WON, header="id,account,owner,deal,produkt,amount,currency,opened,closed,status")
    (refusal,) = report.refusals
    assert (refusal.line, refusal.code, refusal.column) == (None, "column_missing", "product")
    assert '"produkt"' in refusal.sentence
    assert report.is_nothing_taken
    assert importer.kept("id") == []
    assert (report.files[0].rows, report.files[0].refused) == (1, 1)


def test_a_mapped_column_that_is_there_twice_refuses_the_file(importer: Importer) -> None:
    report = importer.deals(
        "1" * 10, header="id,account,owner,deal,product,amount,currency,opened,closed,status,id"
    )
    assert report.refusals[0].code == "column_twice"


def test_blank_rows_are_counted_and_padded_cells_and_headers_are_trimmed(importer: Importer) -> None:
    padded = " id ,account,owner,deal,product,amount,currency,opened,closed,\ufeffstatus"
    report = importer.deals("", WON.replace("d1", "  d1 "), ",,,,,,,,,", "   ", header=padded)
    (file,) = report.files
    assert (file.rows, file.new, file.blank, file.refused) == (4, 1, 3, 0)
    assert importer.kept("id, owner_key, amount, opened_on") == [
        ("d1", "Tom", Decimal(100), date(2026, 1, 5))
    ]


def test_money_of_another_currency_counts_at_the_rate_of_the_facts_own_day(importer: Importer) -> None:
    for day, rate in (("2026-01-01", "0.9"), ("2026-02-01", "0.8")):
        ExchangeRate.objects.create(company=importer.company, currency="USD", from_day=day, rate=rate)
    rows = [
        "d1,,,,,100,USD,2026-01-05,2026-01-31,won",
        "d2,,,,,100,usd,2026-01-05,2026-02-01,won",
        "d3,,,,,100,USD,2026-01-05,,open",
        "d4,,,,,100,USD,2025-12-05,,open",
        "d5,,,,,100,,2025-12-05,,open",
    ]
    report = importer.deals(*rows)
    assert importer.kept("id, amount, company_amount, currency") == [
        ("d1", Decimal(100), Decimal(90), "USD"),
        ("d2", Decimal(100), Decimal(80), "USD"),
        ("d3", Decimal(100), Decimal(90), "USD"),
        ("d5", Decimal(100), Decimal(100), "EUR"),
    ]
    assert codes(report) == [(5, "rate_missing")]


def test_negative_amounts_are_kept_or_refused_as_the_mapping_says(importer: Importer) -> None:
    row = WON.replace("100", "(500)")
    importer.deals(row)
    assert importer.kept("amount") == [(Decimal(-500),)]
    report = importer.deals(row, mapping=DEALS.replace("object:", "negative: refuse\n    object:"))
    assert codes(report) == [(2, "amount_negative")]


def test_the_same_file_again_changes_nothing_and_a_changed_row_changes_alone(importer: Importer) -> None:
    rows = [WON, WON.replace("d1", "d2"), "d3,,,,,,,,,open"]
    first = importer.deals(*rows)
    assert (first.files[0].new, first.files[0].unchanged) == (3, 0)
    before = importer.kept("*")
    for _ in range(2):
        again = importer.deals(*reversed(rows))
        assert (again.files[0].new, again.files[0].changed, again.files[0].unchanged) == (0, 0, 3)
    assert importer.kept("*") == before
    changed = importer.deals(WON, WON.replace("d1", "d2").replace("100", "150"))
    assert (changed.files[0].new, changed.files[0].changed, changed.files[0].unchanged) == (0, 1, 1)
    assert importer.kept("id, amount") == [("d1", Decimal(100)), ("d2", Decimal(150)), ("d3", None)]


@pytest.mark.parametrize(
    ("object_name", "header", "row", "changed"),
    [
        ("activities", "id,type,occurred_at", "a1,call,2026-03-04", "a1,visit,2026-03-04"),
        ("opportunities", "id,status,name", "o1,open,", "o1,open,Rope"),
        ("accounts", "id,name", "c1,", "c1,Acme"),
        ("credits", "opportunity_id,owner,share", "o1,Tom,1", "o1,Ann,1"),
    ],
)
def test_a_row_that_says_the_least_can_be_changed_and_changed_back(
    importer: Importer, object_name: str, header: str, row: str, changed: str
) -> None:
    columns = ", ".join(f"{name}: {name}" for name in header.split(","))
    mapping = (
        f"source: crm\nfiles:\n  - name: rows.csv\n    object: {object_name}\n    columns: {{{columns}}}\n"
    )
    counts = []
    for said in (row, changed, row):
        report = importer.run(mapping, importer.file("rows.csv", f"{header}\n{said}\n"))
        counts.append((report.files[0].new, report.files[0].changed))
    assert counts == ([(1, 0)] * 3 if object_name == "credits" else [(1, 0), (0, 1), (0, 1)])


def test_a_home_whose_replaced_rows_were_made_too_strict_is_mended_on_opening(importer: Importer) -> None:
    from ropewalk.facts.store import connection

    connection.cursor().execute("ALTER TABLE replaced_activities ALTER COLUMN opportunity_id SET NOT NULL")
    connection.close()
    mapping = "source: crm\nfiles:\n  - name: rows.csv\n    object: activities\n    columns: {id: id, type: type, occurred_at: at}\n"
    for kind in ("call", "visit"):
        report = importer.run(mapping, importer.file("rows.csv", f"id,type,at\na1,{kind},2026-03-04\n"))
    assert report.files[0].changed == 1


def test_nothing_of_an_import_is_kept_where_the_store_stops_half_way(importer: Importer) -> None:
    importer.deals(WON)
    before = importer.kept("*") + importer.kept("*", "loads")
    from ropewalk.facts.store import connection

    def interrupted() -> None:
        with connection.writing():
            importer.deals(WON.replace("d1", "d9"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert importer.kept("*") + importer.kept("*", "loads") == before
    again = importer.deals(WON.replace("d1", "d9"))
    assert again.files[0].new == 1


def test_the_ledger_holds_a_line_for_each_file_with_its_counts(importer: Importer) -> None:
    report = importer.deals(WON, "", "x")
    assert importer.kept('load_id, name, object, "rows", new, refused, blank', "loads") == [
        (1, "deals.csv", "opportunities", 3, 1, 1, 1)
    ]
    assert report.files[0].load == "1"


CREDITS = """
source: crm
files:
  - name: credits.csv
    object: credits
    columns: {opportunity_id: deal, owner: who, share: part}
"""


def test_credits_count_only_where_their_shares_make_one(importer: Importer) -> None:
    rows = "deal,who,part\nd1,Tom,0.6\nd1,Ann,40 %\nd2,Tom,0.5\nd2,Ann,0.6\nd3,Tom,1\nd4,Tom,0.5\nd4,Ann,half\nd5,Tom,1.5\n"
    report = importer.run(CREDITS, importer.file("credits.csv", rows))
    assert codes(report) == [
        (4, "credits_sum"), (5, "credits_sum"), (7, "credits_unclear"), (8, "share_unreadable"), (9, "share_unreadable"),
    ]  # fmt: skip
    kept = [("d1", "Ann", Decimal("0.4")), ("d1", "Tom", Decimal("0.6")), ("d3", "Tom", Decimal(1))]
    assert importer.kept("opportunity_id, owner_key, share", "credits") == kept
    assert "1.1" in report.refusals[0].sentence
    assert balances(report)


def test_credits_of_an_opportunity_are_taken_as_a_set(importer: Importer) -> None:
    importer.run(CREDITS, importer.file("credits.csv", "deal,who,part\nd1,Tom,0.6\nd1,Ann,0.4\n"))
    report = importer.run(CREDITS, importer.file("credits.csv", "deal,who,part\nd1,Tom,1\n"))
    assert report.files[0].changed == 1
    assert importer.kept("owner_key, share", "credits") == [("Tom", Decimal(1))]


ACTIVITIES = """
source: crm
files:
  - name: calls.csv
    object: activities
    columns: {id: id, owner: who, type: {column: kind, values: {Phone: call}}, occurred_at: at, account_id: account}
    custom: {mood: mood}
"""


def test_activities_keep_the_instant_in_utc_and_the_day_in_the_companys_zone(importer: Importer) -> None:
    rows = (
        "id,who,kind,at,account,mood\n1,Tom,phone,2026-03-04T23:30:00Z,,good\n2,Tom,visit,2026-03-04,,\n"
        "3,Tom,,2026-03-04 09:00,,\n4,Tom,call,,,\n"
    )
    report = importer.run(ACTIVITIES, importer.file("calls.csv", rows))
    assert [(*row[:2], row[2] and row[2].isoformat(), row[3].isoformat(), row[4]) for row in importer.kept(
        "id, type, occurred_at, occurred_on, custom::VARCHAR", "activities"
    )] == [
        ("1", "call", "2026-03-04T23:30:00", "2026-03-05", '{"mood": "good"}'),
        ("2", "visit", None, "2026-03-04", None),
        ("3", "other", "2026-03-04T08:00:00", "2026-03-04", None),
    ]  # fmt: skip
    assert codes(report) == [(5, "date_missing")]


def test_what_can_be_counted_but_looks_wrong_is_taken_and_listed(importer: Importer) -> None:
    Person.objects.create(company=importer.company, name="Tom Baker")
    mapping = DEALS.rstrip() + "\n    known: {product: [Rope Pro]}\n"
    report = importer.deals(
        "d1,a1,Tom Baker,,Rope Pro,1,,2026-01-05,2026-02-05,won",
        "d2,,Tom Bakr,,RopePro,1,,2026-03-05,2026-02-05,won",
        "d3,,Tom Baker,,,1,,2026-01-05,2026-06-02,won",
        "d4,,Zoe,,,1,,2026-01-05,2026-06-01,lost",
        "d5,,,,,1,,2026-01-05,,open",
        mapping=mapping,
    )
    assert {
        (one.code, one.field, one.value, one.suggestion, one.rows, one.line) for one in report.suspicions
    } == {
        ("account_missing", "account_id", "a1", "", 1, 2),
        ("owner_unknown", "owner", "Tom Bakr", "Tom Baker", 1, 3),
        ("near_miss", "product", "RopePro", "Rope Pro", 1, 3),
        ("closed_before_opened", "closed_on", "", "", 1, 3),
        ("closed_in_future", "closed_on", "", "", 1, 4),
        ("owner_unknown", "owner", "Zoe", "", 1, 5),
        ("owner_unknown", "owner", "", "", 1, 6),
    }
    (file,) = report.files
    assert (file.new, file.refused, file.suspicions) == (5, 0, 5)
    assert all("deals.csv" in one.sentence for one in report.suspicions)


def test_an_account_that_comes_later_settles_the_suspicion(importer: Importer) -> None:
    importer.deals(WON)
    open_codes = {one.code for one in queries.open_suspicions_for_system(importer.company.pk)}
    assert open_codes == {"account_missing", "owner_unknown"}
    accounts = (
        "source: crm\nfiles:\n  - {name: accounts.csv, object: accounts, columns: {id: id, name: name}}\n"
    )
    importer.run(accounts, importer.file("accounts.csv", "id,name\na1,Acme\n"))
    assert {one.code for one in queries.open_suspicions_for_system(importer.company.pk)} == {"owner_unknown"}


def test_an_owner_who_becomes_a_person_is_matched_for_rows_loaded_earlier(importer: Importer) -> None:
    importer.deals(WON, WON.replace("d1,a1,Tom", "d2,a1,zoe@acme.test"))
    assert importer.kept("owner_key", "owners") == []
    people = "source: crm\nfiles:\n  - {name: people.csv, object: people, columns: {id: id, name: name, email: email}}\n"
    importer.run(people, importer.file("people.csv", "id,name,email\n1,Tom,\n2,Zoe,Zoe@acme.test\n"))
    ids = dict(Person.objects.values_list("name", "id"))
    assert importer.kept("source, owner_key, person_id", "owners") == [
        ("crm", "Tom", ids["Tom"]), ("crm", "zoe@acme.test", ids["Zoe"]),
    ]  # fmt: skip
    assert Suspicion.objects.filter(code="owner_unknown", settled_at=None).count() == 0


def test_two_people_of_one_name_are_matched_by_hand_only(importer: Importer) -> None:
    one, _ = (Person.objects.create(company=importer.company, name="Tom", key=key) for key in ("1", "2"))
    importer.deals(WON)
    assert importer.kept("owner_key", "owners") == []
    matches.match(importer.company.pk, "crm", "Tom", one.pk, by=OPERATOR, at=NOW)
    assert importer.kept("owner_key, person_id", "owners") == [("Tom", one.pk)]
    again = importer.deals(WON)
    assert "owner_unknown" not in {found.code for found in again.suspicions}
    with pytest.raises(matches.NoSuchPerson):
        matches.match(importer.company.pk, "crm", "Tom", 10**6, by=OPERATOR, at=NOW)


def test_accepting_a_suspicion_mends_the_rows_and_becomes_a_rule(importer: Importer) -> None:
    mapping = (
        DEALS.rstrip()
        + "\n    custom: {place: currency}\n    known: {product: [Rope Pro], custom.place: [EUR]}\n"
    )
    rows = [
        WON.replace("Rope", "RopePro"),
        WON.replace("d1", "d2"),
        WON.replace("d1", "d3").replace("EUR", "eur"),
    ]
    report = importer.deals(*rows, mapping=mapping)
    wrong = {one.value: one.id for one in report.suspicions if one.code == "near_miss"}
    assert set(wrong) == {"RopePro", "eur"}
    assert importer.kept("id, product") == [("d1", "RopePro"), ("d2", "Rope"), ("d3", "Rope")]
    assert suspicions.accept(importer.company.pk, wrong.values(), by=OPERATOR, at=NOW) == (2, 2)
    assert importer.kept("id, product, custom::VARCHAR") == [
        ("d1", "Rope Pro", '{"place": "EUR"}'), ("d2", "Rope", '{"place": "EUR"}'), ("d3", "Rope", '{"place": "EUR"}'),
    ]  # fmt: skip
    again = importer.deals(*rows, mapping=mapping)
    assert (again.files[0].new, again.files[0].changed, again.files[0].unchanged) == (0, 0, 3)
    assert "near_miss" not in {one.code for one in again.suspicions}
    assert suspicions.accept(importer.company.pk, wrong.values(), by=OPERATOR, at=NOW) == (0, 0)


def test_accepting_an_owner_matches_it_and_what_suggests_nothing_cant_be_accepted(importer: Importer) -> None:
    tom = Person.objects.create(company=importer.company, name="Tom Baker")
    report = importer.deals(WON.replace("Tom", "Tom Bakr"))
    by_code = {one.code: one.id for one in report.suspicions}
    with pytest.raises(suspicions.NotAcceptable, match="suggests nothing"):
        suspicions.accept(importer.company.pk, by_code.values(), by=OPERATOR, at=NOW)
    assert importer.kept("owner_key", "owners") == []
    suspicions.accept(importer.company.pk, [by_code["owner_unknown"]], by=OPERATOR, at=NOW)
    assert importer.kept("owner_key, person_id", "owners") == [("Tom Bakr", tom.pk)]
    with pytest.raises(suspicions.NotAcceptable, match="no suspicion"):
        suspicions.accept(importer.company.pk + 1, [by_code["owner_unknown"]], by=OPERATOR, at=NOW)


def test_refused_rows_come_back_with_their_reason_and_the_mended_download_completes_the_set(
    importer: Importer,
) -> None:
    report = importer.deals(
        WON,
        'd2,a1,=1+1,"a ""b"", c",Rope,x,EUR,2026-01-05,2026-02-05,won',
        "d3,a1,Tom,One,Rope,100,EUR,2026-01-05",
        "d1,a1,Tom,Other,Rope,100,EUR,2026-01-05,2026-02-05,won",
    )
    download = importer.home / report.files[0].download
    assert download.parent == importer.home / "refused" / "acme"
    rows = list(csv.reader(download.open(encoding="utf-8-sig", newline="")))
    assert [row[0] for row in rows[1:]] == ["2", "3", "4", "5"]
    assert rows[0][2:] == [
        "id",
        "account",
        "owner",
        "deal",
        "product",
        "amount",
        "currency",
        "opened",
        "closed",
        "status",
    ]
    assert rows[2][2:6] == ["d2", "a1", "'=1+1", 'a "b", c']
    assert rows[3][2:] == ["d3", "a1", "Tom", "One", "Rope", "100", "EUR", "2026-01-05"]
    assert all(row[1] for row in rows)
    mended = [rows[0], rows[1], [cell.replace("x", "7") for cell in rows[2]], [*rows[3], "", "open"]]
    path = importer.home / "mended.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(mended)
    again = importer.run(DEALS, path)
    assert not again.refusals
    assert importer.kept("id, owner_key, name, amount") == [
        ("d1", "Tom", "One", Decimal(100)), ("d2", "=1+1", 'a "b", c', Decimal(7)), ("d3", "Tom", "One", Decimal(100)),
    ]  # fmt: skip


def test_bytes_that_are_no_text_stay_themselves_in_the_download(importer: Importer) -> None:
    header = b"id,account,owner,deal,product,amount,currency,opened,closed,status\n"
    report = importer.run(DEALS, importer.file("deals.csv", header + b"d1,,M\xfcller,,,,,,,open\n"))
    download = importer.home / report.files[0].download
    assert b"M\xfcller" in download.read_bytes()
    again = importer.run(DEALS, importer.file("again.csv", download.read_bytes()))
    assert [one.code for one in again.refusals] == ["not_text"]


def test_companies_and_sources_keep_their_ids_apart(importer: Importer) -> None:
    importer.deals(WON)
    report = importer.deals(WON.replace("100", "5"), mapping=DEALS.replace("source: crm", "source: other"))
    assert report.files[0].new == 1
    assert importer.kept("source, amount") == [("crm", Decimal(100)), ("other", Decimal(5))]


def test_an_import_leaves_its_line_in_the_journal_and_an_idle_one_none(importer: Importer) -> None:
    importer.deals(WON)
    importer.deals(WON)
    lines = Line.objects.filter(company_id=importer.company.pk)
    assert [(line.action, line.actor) for line in lines] == [("imported facts", "operator at the shell")]


@pytest.mark.skipif(bool(os.environ.get("ROPEWALK_TEST_FACTS_URL")), reason="a server is held by nobody")
def test_a_busy_store_is_told_before_anything_changes(importer: Importer) -> None:
    import subprocess
    import sys

    importer.deals(WON)
    from django.conf import settings

    from ropewalk.facts import store

    store.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb,sys; c=duckdb.connect({str(settings.FACTS_FILE)!r}); print(1,flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(intake.StoreBusy):
            importer.deals(WON.replace("d1", "d2"))
    finally:
        holder.communicate()
    assert importer.kept("id") == [("d1",)]


def test_a_report_survives_json(importer: Importer) -> None:
    import json

    report = importer.deals(WON, "x", "")
    said = json.loads(json.dumps(report.as_json()))
    assert IntakeReport.from_json(said) == report
    assert set(said["files"][0]) == {
        "name",
        "rows",
        "new",
        "changed",
        "unchanged",
        "refused",
        "blank",
        "suspicions",
    }
    assert set(said["refusals"][0]) == {"name", "line", "column", "value", "code", "sentence"}


def test_where_a_column_is_empty_the_next_one_counts(importer: Importer) -> None:
    mapping = DEALS.replace("closed_on: closed", "closed_on: {column: won on, otherwise: [lost on]}")
    header = "id,account,owner,deal,product,amount,currency,opened,status,won on,lost on"
    report = importer.deals(
        "d1,a1,Tom,One,Rope,100,EUR,2026-01-05,won,2026-02-05,",
        "d2,a1,Tom,One,Rope,100,EUR,2026-01-05,lost,,2026-03-05",
        "d3,a1,Tom,One,Rope,100,EUR,2026-01-05,lost,,2026-02-30",
        "d4,a1,Tom,One,Rope,100,EUR,2026-01-05,open,,",
        "d5,a1,Tom,One,Rope,100,EUR,2026-01-05,lost,,",
        mapping=mapping,
        header=header,
    )
    assert importer.kept("id, closed_on::VARCHAR") == [
        ("d1", "2026-02-05"),
        ("d2", "2026-03-05"),
        ("d4", None),
    ]
    assert [(one.line, one.code, one.column) for one in report.refusals] == [
        (4, "date_impossible", "lost on"),
        (6, "close_date_missing", "won on"),
    ]
    assert balances(report)


def test_a_thousand_written_the_other_way_comes_back_and_again_where_it_isnt_mended(
    importer: Importer,
) -> None:
    mapping = DEALS.replace("\n  - name", "\n  - delimiter: semicolon\n    name")
    header = DEALS_HEADER.replace(",", ";")
    row = "{};a1;Tom;One;Rope;{};EUR;2026-01-05;2026-02-05;won"
    report = importer.deals(
        row.format("d1", "1.200,50"), row.format("d2", "€1,200"), row.format("d3", "1,200"), row.format("d4", "1.200"),
        mapping=mapping, header=header,
    )  # fmt: skip
    assert importer.kept("id, amount::VARCHAR") == [("d1", "1200.500000"), ("d4", "1200.000000")]
    assert [(one.line, one.code) for one in report.refusals] == [
        (3, "number_contradicts"),
        (4, "number_contradicts"),
    ]
    download = importer.home / report.files[0].download
    again = importer.run(mapping, importer.file("deals back.csv", download.read_bytes()))
    assert [one.code for one in again.refusals] == ["number_contradicts"] * 2
    mended = (
        download.read_text(encoding="utf-8-sig").replace(";1,200;", ";1.200;").replace(";€1,200;", ";1200;")
    )
    importer.run(mapping, importer.file("deals mended.csv", mended))
    assert importer.kept("id, amount::VARCHAR")[1:3] == [("d2", "1200.000000"), ("d3", "1200.000000")]


@pytest.mark.parametrize(
    ("end", "left_out", "refused"),
    [
        (
            [
                "",
                '"Grand Totals (2 records)"',
                "",
                '"Confidential Information - Do Not Distribute"',
                '"Copyright (c) 2026 A, inc."',
            ],
            3,
            0,
        ),
        (["Summe,,,,,1200,,,,"], 1, 0),
        (["", "Printed by Uma"], 1, 0),  # after a blank row
        (["Printed by Uma"], 0, 1),  # may be a row that was cut off
        (["d3,a1"], 0, 1),
        (["", "d3"], 0, 1),
        (["", "d3,a1,,,,,,,,"], 0, 1),  # two cells under their columns may be a row
        (["Summe,,,,,1200,,,,", ROW.format("d3")], 0, 1),  # a row stands below
        (["Summe,,,,,1200,,,,", "d3,a1"], 0, 2),
        (["Total,a1,Tom,One,Rope,1,EUR,,,"], 0, 1),  # more than two cells
        (["Total,,,,,,,,2026-01-01,won"], 0, 0),  # a row that can be taken is one
    ],
)
@pytest.mark.parametrize("is_plain", [True, False])
def test_footers_come_back_and_are_told_to_be_none_and_no_row_is(
    importer: Importer, end: list[str], left_out: int, refused: int, is_plain: bool
) -> None:
    rows = [ROW.format("d1") if is_plain else ROW.format("d1").replace("One", '"On\ne"'), ROW.format("d2")]
    report = importer.deals(*rows, *end)
    assert balances(report)
    (file,) = report.files
    assert (len(file.footers), file.refused) == (left_out, left_out + refused)
    (source,) = sources_for_system(importer.company.pk)
    assert source.refused == refused, "what somebody has to mend"
    assert all(text in " ".join(end).replace(",", " ") for _, text in file.footers) or left_out
    assert ("like a footer" in file.footers_told) == bool(left_out)
    assert report.has_findings == bool(left_out + refused)
