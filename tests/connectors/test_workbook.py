"""Workbooks: read as text and days, refused by their directory where that is insane."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.importer import DEALS, Importer

from ropewalk.connectors.files.workbook import WorkbookTable
from ropewalk.facts.shapes import Exact, Whole


def workbook(path: Path, rows: list[list[Any]], *, sheet: str = "Deals", **options: Any) -> Path:
    file = path / "deals.xlsx"
    book = xlsxwriter.Workbook(str(file), options)
    page = book.add_worksheet(sheet)
    day, moment = (
        book.add_format({"num_format": "dd.mm.yyyy"}),
        book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
    )
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(line, column, cell, moment)
            elif isinstance(cell, date):
                page.write_datetime(line, column, cell, day)
            elif cell is not None:
                page.write(line, column, cell)
    book.close()
    return file


def test_days_numbers_and_text_come_as_the_sheet_holds_them(tmp_path: Path) -> None:
    file = workbook(
        tmp_path,
        [
            ["id", "when", "amount"],
            [17, date(2026, 3, 4), 0.1 + 0.2],
            ["007", datetime(2026, 3, 4, 23, 30), 1234.5],  # noqa: DTZ001
            [],
            [True, "soon", "1.234"],
        ],
    )
    records = list(WorkbookTable(file, "deals.xlsx").records())
    assert [(one.line, list(one.cells)) for one in records] == [
        (2, ["17", "2026-03-04", "0.3"]),
        (3, ["007", "2026-03-04 23:30:00", "1234.5"]),
        (4, ["", "", ""]),
        (5, ["TRUE", "soon", "1.234"]),
    ]
    assert isinstance(records[0].cells[2], Exact)
    assert not isinstance(records[3].cells[2], Exact)


@pytest.mark.parametrize("is_1904", [False, True])
def test_both_calendars_of_spreadsheets_give_the_same_day(tmp_path: Path, is_1904: bool) -> None:
    file = workbook(tmp_path, [["id", "when"], ["1", date(2026, 3, 4)]], date_1904=is_1904)
    (record,) = WorkbookTable(file, "deals.xlsx").records()
    assert list(record.cells) == ["1", "2026-03-04"]


def test_formulas_are_their_kept_value(tmp_path: Path) -> None:
    file = workbook(tmp_path, [["id", "sum"], ["1", "=1+1"]])
    (record,) = WorkbookTable(file, "deals.xlsx").records()
    assert list(record.cells) == ["1", "0"]


def test_a_sheet_that_isnt_there_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Whole) as refused:
        WorkbookTable(workbook(tmp_path, [["id"]]), "deals.xlsx", sheet="Other")
    assert (refused.value.code, "Deals" in refused.value.sentence) == ("sheet_missing", True)
    with pytest.raises(Whole) as refused:
        WorkbookTable(workbook(tmp_path, []), "deals.xlsx")
    assert refused.value.code == "no_header"


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


BOOK = ("xl/workbook.xml", b"<workbook/>")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(BOOK, ("xl/bomb.xml", b"0" * 20_000_000)), "workbook_refused"),
        (archive(*[(f"p{number}", b"") for number in range(201)], BOOK), "workbook_refused"),
        (archive(BOOK, ("../../x", b"x")), "workbook_refused"),
        (archive(("readme.txt", b"x")), "workbook_refused"),
        (archive(BOOK), "workbook_broken"),
        (archive(BOOK)[:40], "workbook_broken"),
        (b"PK\x03\x04nonsense", "workbook_broken"),
    ],
    ids=[
        "bomb",
        "many parts",
        "a way out",
        "no workbook",
        "no sheet",
        "cut off",
        "no archive",
    ],  # content bears the time
)
def test_an_archive_that_is_no_sane_workbook_is_refused_before_it_is_opened(
    tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "deals.xlsx"
    file.write_bytes(content)
    with pytest.raises(Whole) as refused:
        WorkbookTable(file, "deals.xlsx")
    assert refused.value.code == code


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "deals.xlsx"
    file.write_bytes(archive(BOOK, BOOK))
    with pytest.raises(Whole, match="two parts of one name"):
        WorkbookTable(file, "deals.xlsx")


def test_a_workbook_imports_like_a_text_file(importer: Importer) -> None:
    header = ["id", "account", "owner", "deal", "product", "amount", "currency", "opened", "closed", "status"]
    rows = [
        header,
        [1, None, "Tom", "One", "Rope", 1.234, "EUR", date(2026, 1, 5), date(2026, 2, 5), "won"],
        [2, None, "Tom", "One", "Rope", "1,5", "EUR", 46000, None, "open"],
        [],
        ["3", None, "Tom", "One", "Rope", "2,5", None, None, None, "open", "spare"],
    ]
    report = importer.run(DEALS, workbook(importer.home, rows))
    assert [(one.line, one.code) for one in report.refusals] == [(3, "date_unreadable"), (5, "cells_wrong")]
    assert "serial 1900" in report.refusals[0].sentence
    assert [str(cell) for cell in importer.kept("id, amount, opened_on")[0]] == [
        "1",
        "1.234000",
        "2026-01-05",
    ]
    assert report.files[0].blank == 1
