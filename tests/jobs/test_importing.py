"""An import from files to report, through real children."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.importer import DEALS, DEALS_HEADER, NOW, Importer, balances

from ropewalk.companies.models import AccessRole, Person
from ropewalk.connectors.files import reading
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import suspicions
from ropewalk.facts.report import FileReport
from ropewalk.jobs import importing
from ropewalk.jobs.kinds import NotDone
from ropewalk.journal.writing import OPERATOR

MAVEN = Path(__file__).parents[2] / "examples" / "maven" / "mapping.yaml"
ROW = "d1,,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won"


def by_name(files: list[FileReport]) -> dict[str, tuple[int, ...]]:
    return {
        one.name: (one.rows, one.new, one.changed, one.unchanged, one.refused, one.suspicions)
        for one in files
    }


@pytest.mark.shared
def test_a_years_real_export_comes_in_whole_and_again_without_a_change(
    importer: Importer, shared: Path
) -> None:
    importer.company.currency = "USD"
    importer.company.save()
    files = [
        shared / "maven" / f"{name}.csv" for name in ("sales_pipeline", "accounts", "sales_teams", "products")
    ]

    def take() -> dict[str, tuple[int, ...]]:
        nonlocal report
        report = importing.run("acme", files, MAVEN, by=OPERATOR)
        assert not report.refusals
        return by_name(report.files)

    report = None
    assert take() == {
        "sales_pipeline.csv": (8800, 8800, 0, 0, 0, 1480),
        "accounts.csv": (85, 85, 0, 0, 0, 13),
        "sales_teams.csv": (35, 35, 0, 0, 0, 0),
    }
    assert report is not None
    assert {(one.value, one.suggestion, one.rows) for one in report.suspicions} == {
        ("GTXPro", "GTX Pro", 1480), ("technolgy", "technology", 12), ("Philipines", "Philippines", 1),
    }  # fmt: skip
    with (shared / "maven" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    grouped = importer.kept("status, count(*), coalesce(sum(amount), 0)", "opportunities GROUP BY status")
    found = {status: [count, total] for status, count, total in grouped}
    expected = {}
    for status, stages in (("won", {"Won"}), ("lost", {"Lost"}), ("open", {"Engaging", "Prospecting"})):
        mine = [row for row in rows if row["deal_stage"] in stages]
        expected[status] = [len(mine), sum(Decimal(row["close_value"] or 0) for row in mine)]
    assert found == expected
    assert (found["won"], found["lost"][0]) == ([4238, 10_005_534], 2473)
    assert len({row[0] for row in importer.kept("owner_key", "owners")}) == 30
    unchanged = {"sales_pipeline.csv": (8800, 0, 0, 8800, 0, 1480), "accounts.csv": (85, 0, 0, 85, 0, 13), "sales_teams.csv": (35, 0, 0, 35, 0, 0)}  # fmt: skip
    assert take() == unchanged
    accepted = [one.id for one in report.suspicions]
    assert suspicions.accept(importer.company.pk, accepted, by=OPERATOR, at=NOW).rows == 1493
    assert take() == {name: (*counts[:5], 0) for name, counts in unchanged.items()}
    assert ("GTXPro",) not in importer.kept("DISTINCT product")


def test_a_file_that_kills_its_reader_is_refused_whole_and_the_others_are_taken(importer: Importer) -> None:
    bomb = importer.home / "deals-1.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 50_000_000)
    good = importer.file("deals-2.csv", f"{DEALS_HEADER}\n{ROW}\n")
    report = importer.run(DEALS, bomb, good, read=None)
    assert [one.code for one in report.refusals] == ["workbook_refused"]
    assert importer.kept("id") == [("d1",)]
    assert not report.is_nothing_taken


def test_a_file_that_is_changed_while_it_is_imported_stops_the_import_with_nothing_taken(
    importer: Importer,
) -> None:
    """Its refused rows are read from it again, so they must be those that were judged."""
    file = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n{ROW.replace('100', '200')}\n")

    def read(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        found = reading.read(order, say)
        file.write_text(file.read_text().replace("d1", "d2"))
        return found

    with pytest.raises(OSError, match=r"deals\.csv was changed while it was being imported"):
        importer.run(DEALS, file, read=read)
    assert importer.kept("id") == []
    assert [one.code for one in importer.run(DEALS, file).refusals] == ["id_twice", "id_twice"]


@pytest.mark.parametrize("what", ["changed", "taken away"])
def test_whoever_ordered_it_is_told_that_the_file_was_meddled_with_and_not_that_the_disk_is_full(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    file = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n{ROW.replace('100', '200')}\n")
    mapping = importer.file("mapping.yaml", DEALS)

    def read(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        found = reading.read(order, say)
        file.write_text(f"{DEALS_HEADER}\n") if what == "changed" else file.unlink()
        return found

    monkeypatch.setattr(importing, "in_child", read)
    order = {"company": "acme", "files": [str(file)], "mapping": str(mapping)}
    with pytest.raises(NotDone) as told:
        importing.perform(order, lambda *_: None)
    assert str(told.value) == (
        f"The import stopped: deals.csv was {what} while it was being imported. Import it again once it stays as it is; "
        "nothing is counted twice."
    )
    assert importer.kept("id") == []


def test_a_file_no_entry_is_for_is_refused_and_an_ignored_one_passed_over(importer: Importer) -> None:
    good, odd = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n"), importer.file("odd.csv", "a,b\n1,2\n")
    report = importer.run(DEALS, good, odd)
    assert [(one.name, one.code) for one in report.refusals] == [("odd.csv", "file_unmapped")]
    report = importer.run(DEALS + "ignore: [o*.csv]\n", good, odd)
    assert not report.refusals
    with pytest.raises(importing.NothingToImport):
        importer.run(DEALS + "ignore: [o*.csv]\n", odd)


def test_known_values_may_come_from_a_column_of_another_file(importer: Importer) -> None:
    mapping = DEALS.rstrip() + "\n    known: {product: {file: products.csv, column: name}}\n"
    report = importer.deals(ROW.replace("Rope", "RopePro"), mapping=mapping)
    assert [one.code for one in report.refusals] == ["known_missing"]
    importer.file("products.csv", "name;price\nRope Pro;5\n")
    report = importer.deals(ROW.replace("Rope", "RopePro"), mapping=mapping)
    assert [(one.value, one.suggestion) for one in report.suspicions if one.code == "near_miss"] == [
        ("RopePro", "Rope Pro")
    ]


def test_the_mapping_used_last_serves_where_none_is_named(importer: Importer) -> None:
    importer.deals(ROW)
    file = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n")
    report = importing.run("acme", [file], None, by=OPERATOR)
    assert report.files[0].unchanged == 1


def test_one_file_may_give_rows_of_two_objects(importer: Importer) -> None:
    both = DEALS + "  - {name: deals*, object: accounts, columns: {id: account, name: account}}\n"
    report = importer.deals(ROW.replace(",,", ",a1,", 1), mapping=both)
    assert [(one.object, one.new) for one in report.files] == [("opportunities", 1), ("accounts", 1)]
    assert balances(report)


def test_only_an_administrator_imports_as_a_person(importer: Importer) -> None:
    order = {"company": "acme", "files": [], "mapping": None, "as": "tom@acme.test"}
    with pytest.raises(NotDone, match="nobody of the address"):
        importing.perform(order, lambda *_: None)
    tom = Person.objects.create(company=importer.company, name="Tom", email="tom@acme.test")
    with pytest.raises(NotDone, match="administrator"):
        importing.perform(order, lambda *_: None)
    AccessRole.objects.create(person=tom, name="administrator")
    file, mapping = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n"), importer.file("map.yaml", DEALS)
    said = importing.perform(order | {"files": [str(file)], "mapping": str(mapping)}, lambda *_: None)
    assert said["files"][0]["new"] == 1


def test_a_mapping_that_cant_be_read_stops_before_anything(importer: Importer) -> None:
    file = importer.file("deals.csv", f"{DEALS_HEADER}\n{ROW}\n")
    for mapping in (
        importer.home / "none.yaml",
        importer.file("bad.yaml", b"\xff\xfe\x00"),
        importer.file("odd.yaml", "x: 1"),
    ):
        with pytest.raises((MappingRefused, importing.NothingToImport)):
            importing.run("acme", [file], mapping, by=OPERATOR)
    assert importer.kept("id") == []
