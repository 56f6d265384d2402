"""Workbooks: sheets as people make them, and archives as nobody should. The latter are always opened in a child with limits."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from tests.connectors.listed.case import COLUMNS, HEADER, Case, Deal, Row

ENTRY = {"object": "opportunities", "columns": COLUMNS}
REFUSED = "workbook_refused|workbook_broken|file_too_heavy"
Rows = list[list[Any]]


def sheets() -> list[Case]:
    return list(_sheets())


def archives() -> list[Case]:
    return list(_archives())


def workbook(
    rows: Rows,
    *,
    at: tuple[int, int] = (0, 0),
    name: str = "Deals",
    others: tuple[str, ...] = (),
    **options: Any,
) -> bytes:
    """A workbook with one sheet of rows, and empty ones behind it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True} | options)
    page = book.add_worksheet(name)
    day, moment = (
        book.add_format({"num_format": "dd.mm.yyyy"}),
        book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
    )
    for line, row in enumerate(rows, at[0]):
        for column, cell in enumerate(row, at[1]):
            if isinstance(cell, date):
                page.write_datetime(line, column, cell, moment if isinstance(cell, datetime) else day)
            elif isinstance(cell, tuple):
                page.write_formula(line, column, cell[0], None, cell[1])
            elif cell is not None:
                page.write(line, column, cell) if not isinstance(cell, str) else page.write_string(
                    line, column, cell
                )
    for one in others:
        book.add_worksheet(one)
    book.close()
    return out.getvalue()


def _sheets() -> Iterator[Case]:
    def row(key: str, **said: Any) -> tuple[list[Any], dict[str, Any]]:
        """Cells as a spreadsheet holds them, and what must be kept."""
        deal = Deal(key)
        cells = dict(
            zip(
                HEADER,
                [deal.key, deal.name, float(deal.amount), deal.opened, deal.closed, deal.status],
                strict=True,
            )
        )
        kept = deal.kept() | {column: value for column, value in said.items() if column in deal.kept()}
        if "amount" in said:
            kept["company_amount"] = kept["amount"]
        return list((cells | said.get("cells", {})).values()), kept

    def made(
        name: str,
        *rows: tuple[list[Any], dict[str, Any]],
        top: int = 1,
        content: Callable[[Rows], bytes] = workbook,
        **entry: Any,
    ) -> Case:
        laid = [list(HEADER), *(cells for cells, _ in rows)]
        kept = tuple(Row(top + 1 + place, (), kept=one) for place, (_, one) in enumerate(rows))
        return Case(f"x-{name}.xlsx", content(laid), ENTRY | entry, kept)

    yield made("plain", row("x1"), row("x2"))
    yield made("1904", row("x3"), content=lambda rows: workbook(rows, date_1904=True))
    yield made("times", row("x4", cells={"opened": datetime(2026, 1, 13, 23, 59)}))  # noqa: DTZ001
    yield made("texts", row("x5", cells={"amount": "12.50", "opened": "2026-01-13", "closed": "14.2.2026"}))
    yield made("numbers", *(row(f"x6{n}", cells={"amount": value}, amount=Decimal(said)) for n, (value, said) in enumerate((
        (0.1 + 0.2, "0.3"), (1e6, "1000000"), (-5, "-5"), (0, "0"), (123456789012345, "123456789012345"), (1234.567, "1234.567"), (1e-7, "0"),
    ))))  # fmt: skip
    yield made(
        "ids",
        row("7", cells={"id": 7}),
        row("8", cells={"id": 8.0}),
        row("007"),
        row("TRUE", cells={"id": True}),
    )
    yield made("formulas", row("x8", cells={"amount": ("=10+2.5", 12.5), "name": ('="Ro"&"pe"', "Rope")}))
    yield made(
        "words",
        *(
            row(f"x9{n}", cells={"name": name}, name=name)
            for n, name in enumerate(("=1+1", "@x", "+1", "-1", "Zürich 漢字", "a\nb"))
        ),
    )
    yield made(
        "offset", row("x10"), row("x11"), top=4, content=lambda rows: workbook(rows, at=(3, 2)), header_row=4
    )
    yield made(
        "sheet", row("x12"), content=lambda rows: workbook(rows, others=("Notes", "Empty")), sheet="Deals"
    )
    yield made(
        "macros",
        row("x13"),
        content=lambda rows: _plus(workbook(rows), {"xl/vbaProject.bin": b"\xcc" * 5000}),
    )
    yield made(
        "external",
        row("x14"),
        content=lambda rows: _plus(
            workbook(rows), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
        ),
    )
    csv_as_xlsx = ",".join(HEADER) + "\n" + ",".join(Deal("x15").cells()) + "\n"
    yield Case("x-text.xlsx", csv_as_xlsx.encode(), ENTRY, (Row(2, (), kept=Deal("x15").kept()),))
    yield Case(
        "x-named.csv", workbook([list(HEADER), row("x16")[0]]), ENTRY, (Row(2, (), kept=Deal("x16").kept()),)
    )
    gaps = [list(HEADER), row("x17")[0], [], [None] * 6, row("x18")[0]]
    yield Case(
        "x-gaps.xlsx",
        workbook(gaps),
        ENTRY,
        (Row(2, (), kept=Deal("x17").kept()), Row(3, ()), Row(4, ()), Row(5, (), kept=Deal("x18").kept())),
    )
    yield from _damaged()
    for name, content, code in (
        ("nosheet", workbook([list(HEADER)]), "sheet_missing"), ("empty", workbook([]), "no_header"),
        ("columns", workbook([["a", "b"]]), "column_missing"), ("twice", workbook([[*HEADER, "id"]]), "column_twice"),
        ("wide", workbook([[*HEADER, *(f"x{n}" for n in range(1995))]]), "header_too_wide"),
    ):  # fmt: skip
        yield Case(
            f"x-{name}.xlsx", content, ENTRY | ({"sheet": "Absent"} if name == "nosheet" else {}), whole=code
        )


def _damaged() -> Iterator[Case]:
    """Cells that can't be counted, in rows that come back as text to be mended."""
    for number, (column, cell, shown, code) in enumerate((
        ("amount", "n/a", "n/a", "amount_unreadable"), ("amount", ("=1/0", "#DIV/0!"), "#DIV/0!", "amount_unreadable"), ("amount", True, "TRUE", "amount_unreadable"),
        ("amount", 1e15, "1e+15", "amount_unreadable"), ("opened", 46085, "46085", "date_unreadable"), ("opened", "30.2.2026", "30.2.2026", "date_impossible"),
        ("closed", None, "", "close_date_missing"), ("id", None, "", "id_missing"), ("status", "maybe", "maybe", "status_unknown"),
        ("opened", "03/04/2026", "03/04/2026", "date_ambiguous"), ("amount", "1.234", "1.234", "number_ambiguous"),
    )):  # fmt: skip
        right = Deal(f"y{number}", amount=Decimal(12))
        good = [right.key, right.name, 12, right.opened, right.closed, right.status]
        place = HEADER.index(column)
        texts = [right.key, right.name, "12", "2026-01-13", "2026-02-14", right.status]
        bad = Row(
            2,
            [*texts[:place], shown, *texts[place + 1 :]],
            code=code,
            column=column,
            value=shown,
            mended=(texts, right.kept()),
        )
        other = Deal(f"y{number}z", amount=Decimal(12))
        rows = [list(HEADER), [*good[:place], cell, *good[place + 1 :]], [other.key, *good[1:]]]
        yield Case(f"y{number}-damaged.xlsx", workbook(rows), ENTRY, (bad, Row(3, (), kept=other.kept())))


def _archives() -> Iterator[Case]:
    good = workbook([list(HEADER), *(Deal(f"arch{n}").cells() for n in range(300))])
    sheet = "xl/worksheets/sheet1.xml"
    zeros = b"<c/>" * (50 << 20 >> 2)
    found: dict[str, bytes] = {
        "bomb": _plus(good, {sheet: zeros}), "bomb shared": _plus(good, {"xl/sharedStrings.xml": b"<si><t>x</t></si>" * 3_000_000}),
        "bomb aside": _plus(good, {"xl/media/image1.png": bytes(60 << 20)}), "entries": _plus(good, {f"xl/x{n}": b"" for n in range(10_000)}),
        "201 entries": _plus(good, {f"xl/x{n}": b"" for n in range(201)}), "outside": _plus(good, {"../../x": b"x"}), "absolute": _plus(good, {"/etc/x": b"x"}),
        "backslash": _plus(good, {"..\\..\\x": b"x"}), "deep": _plus(good, {"xl/../../x": b"x"}), "locked": _locked(good),
        "no workbook": _plus(good, {}, without="xl/workbook.xml"), "no sheet": _plus(good, {}, without=sheet),
        "broken sheet": _plus(good, {sheet: b"<worksheet><sheetData><row><c"}), "no xml": _plus(good, {sheet: b"\0\1\2" * 100}),
        "nested": _plus(b"", {"inner.zip": _plus(b"", {"bomb": bytes(10 << 20)})}), "word": _plus(b"", {"word/document.xml": b"<w/>"}),
        "ods": _plus(b"", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "twice": _twice(good, sheet), "forged larger": _forged(good, sheet, 10), "forged smaller": _forged(good, sheet, -1),
        "forged huge": _forged(good, sheet, 1 << 30), "entities": _plus(good, {"xl/sharedStrings.xml": _laughs()}),
        "entities in workbook": _plus(good, {"xl/workbook.xml": _laughs()}), "outer entity": _plus(good, {"xl/workbook.xml": _outer()}),
        "crc": good.replace(b"PK\x01\x02", b"PK\x01\x02", 1)[: len(good) // 3] + bytes(64) + good[len(good) // 3 + 64 :],
    }  # fmt: skip
    for share in range(1, 10):
        found[f"cut {share}0%"] = good[: len(good) * share // 10]
    for place in range(8):
        at = len(good) * (2 * place + 1) // 17
        found[f"flipped {place}"] = (
            good[:at] + bytes(byte ^ 0xFF for byte in good[at : at + 40]) + good[at + 40 :]
        )
    genuine = tuple(Row(2 + n, (), kept=Deal(f"arch{n}").kept()) for n in range(300))
    for name, content in found.items():
        may_be_whole = name.startswith(
            ("flipped", "forged", "crc")
        )  # what was changed may be nothing that counts
        rows = genuine if may_be_whole else ()
        yield Case(f"a-{name.replace(' ', '').replace('%', '')}.xlsx", content, ENTRY, rows, whole=REFUSED)


def _plus(content: bytes, more: dict[str, bytes], *, without: str = "") -> bytes:
    """The archive with more parts, or others in their places."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if content:
            with zipfile.ZipFile(io.BytesIO(content)) as there:
                for one in there.infolist():
                    if one.filename not in more and one.filename != without:
                        made.writestr(one, there.read(one))
        for name, part in more.items():
            made.writestr(name, part)
    return out.getvalue()


def _twice(content: bytes, name: str) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as made:
        info = zipfile.ZipInfo(f"{name[:-1]}x")
        made.writestr(info, b"<worksheet/>")
    return out.getvalue().replace(f"{name[:-1]}x".encode(), name.encode())


def _locked(content: bytes) -> bytes:
    """Every part marked as encrypted, in its own head and in the directory."""
    marked = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            marked[at + offset] |= 1
            at = content.find(sign, at + 4)
    return bytes(marked)


def _forged(content: bytes, name: str, by: int) -> bytes:
    """The directory says another size of a part than it has."""
    at = content.rfind(name.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    (size,) = struct.unpack_from("<I", content, at + 24)
    forged = bytearray(content)
    struct.pack_into("<I", forged, at + 24, by if by > size else size + by)
    return bytes(forged)


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><sst><si><t>&l9;</t></si></sst>'.encode()


def _outer() -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY o SYSTEM "file:///etc/passwd">]><workbook><sheets><sheet name="&o;" sheetId="1"/></sheets></workbook>'
