"""Files of odd shape: headers, widths, quotes, line ends, bytes that are no text, ids that collide, cells that a spreadsheet
would run, and files as large as they may be.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from tests.connectors.listed.case import COLUMNS, HEADER, Case, Deal, Dialect, Sheet

NFD = unicodedata.normalize("NFD", "Zürich")
FORMULAS = ("=1+1", '=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1+1", "＋1", "－1+1", "＠x", "'=1", "=", "-", "''=1")  # fmt: skip


def cases() -> list[Case]:
    return [*_headers(), *_wholes(), *_rows(), *_quotes(), *_bytes(), *_ids(), *_formulas(), *_sizes()]


def _with(key: str, lay: Callable[[Sheet, str], None], sheet: Sheet | None = None, **entry: object) -> Case:
    """A file with one right row before and one behind what is laid down."""
    sheet = sheet or Sheet()
    for place in ("a", "z"):
        deal = Deal(f"{key}{place}", amount=Decimal("1.5"))
        sheet.good(_wide(sheet, deal), **deal.kept())
        if place == "a":
            lay(sheet, key)
    return sheet.case(f"{key}.csv", **entry)


def _wide(sheet: Sheet, deal: Deal) -> list[str]:
    """The deal's cells in the order of the sheet's header."""
    said = dict(zip(HEADER, deal.cells(), strict=True))
    return [
        said.get(unicodedata.normalize("NFC", name).strip(' \t\u00a0"'), "spare") for name in sheet.header
    ]


def _nothing(sheet: Sheet, key: str) -> None:
    """Only the right rows."""


def _headers() -> Iterator[Case]:
    shuffled = ("status", "closed", "id", "amount", "name", "opened")
    headers: dict[str, tuple[str, ...]] = {
        "order": shuffled, "padded": ("  id", "name ", "\u00a0amount", "opened\t", "closed", "status"),
        "spares": ("spare", *HEADER, "spare"), "nameless": (*HEADER, "", ""), "quoted": ("id", "name", "amount", "opened", "closed", "status"),
        "other signs": (*HEADER, "a;b|c^d\te"), "wide": (*HEADER, *(f"x{n}" for n in range(300))), "widest": (*HEADER, *(f"x{n}" for n in range(1994))),
    }  # fmt: skip
    for name, header in headers.items():
        dialect = Dialect(quoting="all") if name == "quoted" else Dialect()
        yield _with(f"h-{name.replace(' ', '')}", _damaged, Sheet(dialect, header))
    for number, above in enumerate(
        ("Report\nof\nMay\n", "\n\n\n", "sep=;\n\n\n", 'a;"b\nc"\nd\n', "x" * 5000 + "\n\n\n")
    ):
        lines = above.count("\n")
        yield _with(f"h-title{number}", _damaged, Sheet(Dialect(";"), above=above), header_row=lines + 1)
    for number, (names, mapped) in enumerate((((NFD,), "Zürich"), (("Zürich",), NFD), (("Name",), " Name "))):
        header = ("id", *names, *HEADER[2:])
        sheet = Sheet(header=header)
        deal = Deal(f"h-nf{number}")
        sheet.good(deal.cells(), **deal.kept())
        yield sheet.case(f"h-nf{number}.csv", columns=COLUMNS | {"name": mapped})


def _damaged(sheet: Sheet, key: str) -> None:
    right = Deal(f"{key}d", name="=1+1")
    cells = _wide(sheet, right)
    place = next(n for n, name in enumerate(sheet.header) if name.strip(" \u00a0\t") == "amount")
    cells[place] = "many"
    sheet.bad(cells, "amount_unreadable", "amount", "many", mended=(_wide(sheet, right), right.kept()))


def _wholes() -> Iterator[Case]:
    row = "\n" + ",".join(Deal("w").cells()) + "\n"
    head = ",".join(HEADER)
    for name, content, code in (
        ("empty", b"", "empty"), ("end", b"\n", "no_header"), ("ends", b"\r\n\r\n", "no_header"), ("mark", b"\xef\xbb\xbf", "no_header"),
        ("noheader", row.strip().encode(), "column_missing"), ("short", f"id,name{row}".encode(), "column_missing"),
        ("case", f"ID,Name,Amount,Opened,Closed,Status{row}".encode(), "column_missing"),
        ("nearly", f"id,name,amonut,opened,closed,status{row}".encode(), "column_missing"),
        ("twice", f"{head},amount{row}".encode(), "column_twice"), ("padtwice", f"{head}, amount {row}".encode(), "column_twice"),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3", "not_text"), ("gzip", gzip.compress(b"id\n1\n"), "not_text"), 
        ("photograph", b"\xff\xd8\xff\xe0\0\x10JFIF,,\n", "not_text"), ("database", b"SQLite format 3\0,,\n", "not_text"), ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old_workbook"),
        ("utf16", f"{head}{row}".encode("utf-16-le"), "not_text"), ("zeros", bytes(4096), "not_text"), ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text"),
        ("html", b"<html><body>Sign in</body></html>\n", "column_missing"), ("json", b'[{"id": 1}]\n', "column_missing"),
        ("emptyzip", b"PK\x05\x06" + bytes(18), "not_text"), ("garbagezip", b"PK\x03\x04" + b"garbage" * 50, "workbook_broken"),
        ("2001", (",".join([*HEADER, *(f"x{n}" for n in range(1995))]) + row).encode(), "header_too_wide"),
        ("million", b"," * 1_000_000 + b"\n", "header_too_wide"), ("semicolons", b";" * 1_000_000 + b"\n", "header_too_wide"),
        ("oneline", b"x" * 3_000_000, "header_too_wide"), ("openquote", b'"id,name,amount\n' + row.encode(), "column_missing"),
        ("spaces", b"     \n1,2\n", "no_header|column_missing"),
    ):  # fmt: skip
        yield Case(f"w-{name}.csv", content, {"object": "opportunities", "columns": COLUMNS}, whole=code)
    yield Case("w-header9.csv", (head + row).encode(), {"object": "opportunities", "columns": COLUMNS, "header_row": 9}, whole="no_header")  # fmt: skip
    yield Case("w-delimiter.csv", (head + row).encode(), {"object": "opportunities", "columns": COLUMNS, "delimiter": "bar"}, whole="column_missing")  # fmt: skip
    yield Case("w-known.csv", (head + row).encode(), {"object": "opportunities", "columns": COLUMNS, "known": {"name": {"file": "absent.csv", "column": "x"}}}, whole="known_missing")  # fmt: skip
    yield Case("w-onlyheader.csv", head.encode(), {"object": "opportunities", "columns": COLUMNS})


def _rows() -> Iterator[Case]:
    def blanks(sheet: Sheet, key: str) -> None:
        sheet.raw("\n")
        sheet.raw("   \n")
        sheet.raw(",,,,,\n")
        sheet.raw(" ,\u00a0,,\t,,\n")
        sheet.raw('"","","","","",""\n')
        sheet.raw(",\n")

    def ragged(sheet: Sheet, key: str) -> None:
        right = Deal(f"{key}m")
        for cells in ([right.key], right.cells()[:5], [*right.cells(), ""], [*right.cells(), "x", "y"]):
            sheet.bad(cells, "cells_wrong", mended=(right.cells(), right.kept()) if len(cells) == 1 else None)

    def total(sheet: Sheet, key: str) -> None:
        sheet.bad(["Total", "", "123", "", "", ""], "status_unknown", "status", "")

    def ends(sheet: Sheet, key: str) -> None:
        for place, end in enumerate(("\r\n", "\r", "\n", "\r\n")):
            deal = Deal(f"{key}{place}")
            sheet.raw(",".join(deal.cells()) + end, cells=tuple(deal.cells()), kept=deal.kept())

    def invisible(sheet: Sheet, key: str) -> None:
        for place, (name, kept) in enumerate((
            ("\u200bRope\u200b", "Rope"), ("a\u202eb", "a\u202eb"), (NFD, "Zürich"), ("\ufeffx", "x"), ("\u3000x\u3000", "x"), ("\u00a0", None),
            ("🪢", "🪢"), ("a\tb", "a\tb"), ("\x07", "\x07"), ("x" * 131_073, "x" * 131_073), ("\u2028", "\u2028"), ("a\x0bb\x0cc\x85d", "a\x0bb\x0cc\x85d"),
        )):  # fmt: skip
            deal = Deal(f"{key}{place}", name)
            sheet.good(deal.cells(), **deal.kept() | {"name": kept})

    for name, lay in (("blanks", blanks), ("ragged", ragged), ("total", total), ("ends", ends), ("invisible", invisible)):  # fmt: skip
        yield _with(f"r-{name}", lay)
    made = _with("r-noend", _damaged)
    yield replace(made, content=made.content.rstrip(b"\n"))
    trailing = Sheet()
    trailing.good(Deal("r-t").cells(), **Deal("r-t").kept())
    for _ in range(3):
        trailing.raw("\n")
    yield trailing.case("r-trailing.csv")
    footed = Sheet()
    footed.bad(["Total", "", "123", "", "", ""], "status_unknown", "status", "")
    footed.good(Deal("r-f").cells(), **Deal("r-f").kept())
    footed.bad(["Total", "", "123", "", "", ""], "status_unknown", "status", "")
    footed.raw("\n")
    footed.bad(
        ["Confidential Information"], "cells_wrong"
    )  # a footer is refused like any other, and told beside that
    yield footed.case("r-footed.csv")
    single = Sheet(header=("id",))
    for key in ("r-1", "r-2"):
        single.good([key], id=key, name=None)
    single.blank([""])
    yield single.case("r-single.csv", object="accounts", columns={"id": "id"})


def _quotes() -> Iterator[Case]:
    right = Deal("q")
    head, tail = right.cells()[0], ",".join(right.cells()[2:])
    faults = {
        "unclosed": '"lost', "followed": '"a"b', "spaced": '"a" ', "thrice": '"""', "odd": '"a""', "only": '"',
    }  # fmt: skip
    for name, cell in faults.items():

        def lost(sheet: Sheet, key: str, cell: str = cell) -> None:
            text = f"{key}q,{cell},{tail}"
            deal = Deal(f"{key}q")
            sheet.raw(
                text + "\n",
                cells=tuple(text.split(",")),
                code="quote_unclosed",
                mended=(deal.cells(), deal.kept()),
            )
            for place in range(3):
                after = Deal(f"{key}{place}", 'good, "one"' if place == 1 else "good")
                sheet.good(after.cells(), **after.kept())

        yield _with(f"q-{name}", lost)
    for number, (cell, name) in enumerate((
        ('a"b', 'a"b'), ('a""b', 'a""b'), ('5" rope', '5" rope'), ('"a""b"', 'a"b'), ('""', None), ('"a,b"', "a,b"), ('""""', '"'), (" \"a\"", '"a"'),
        ('"a\nb"', "a\nb"), ('"a\r\nb"', "a\r\nb"), ('"\n\n\n"', None), ('"a""\n""b"', 'a"\n"b'), ("'a", "'a"), ("'a,b'"[:2], "'a"),
    )):  # fmt: skip
        deal = Deal(f"q{number}")
        sheet = Sheet()
        sheet.raw(f"{deal.key},{cell},{tail}\n", kept=deal.kept() | {"name": name})
        sheet.good(Deal(f"q{number}z").cells(), **Deal(f"q{number}z").kept())
        yield sheet.case(f"q-kept{number}.csv")
    at_end = Sheet()
    at_end.good(Deal("q-e1").cells(), **Deal("q-e1").kept())
    at_end.raw(
        f'{head}-e2,"lost,{tail}', cells=tuple(f'{head}-e2,"lost,{tail}'.split(",")), code="quote_unclosed"
    )
    yield at_end.case("q-atend.csv")


def _bytes() -> Iterator[Case]:
    for name, bad in {
        "invalid": b"\xff\xfe", "lonely": b"\xc3", "overlong": b"\xc0\x80", "surrogate": b"\xed\xa0\x80", "zero": b"a\0b", "beyond": b"\xf5\x80\x80\x80",
        "cut": b"\xe2\x82", "continuation": b"\x80", "pair": b"\xed\xa0\xbd\xed\xb8\x80",
    }.items():  # fmt: skip
        sheet = Sheet()
        content = sheet.text.encode()
        for place, word in enumerate((b"Z\xc3\xbcrich", bad, b"x", bad + b"x")):
            deal = Deal(f"b-{name}{place}", "Zürich" if place == 0 else "x")
            before = len(sheet.text)
            if (word.endswith(b"x") and len(word) == 1) or place == 0:
                sheet.good(deal.cells(), **deal.kept())
            else:
                sheet.bad(deal.cells(), "not_text", mended=(deal.cells(), deal.kept()))
            line = sheet.text[before:].encode()
            content += line.replace(deal.name.encode(), word, 1) if place else line
        yield replace(sheet.case(f"b-{name}.csv"), content=content)
    for encoding in ("utf-16", "utf-32"):
        sheet = Sheet()
        sheet.good(Deal(f"b-{encoding}").cells(), **Deal(f"b-{encoding}").kept())
        last = Deal(f"b-{encoding}l")
        sheet.bad(last.cells(), "not_text", mended=(last.cells(), last.kept()))
        yield replace(sheet.case(f"b-cut-{encoding}.csv"), content=sheet.text.encode(encoding)[:-1])


def _ids() -> Iterator[Case]:
    def laid(name: str, *rows: tuple[str, str, str | None]) -> Case:
        """Rows of id, name, and the id that is kept or None where they clash."""
        sheet = Sheet()
        for place, (key, word, kept) in enumerate(rows):
            deal = Deal(key, word)
            right = Deal(f"i-{name}{place}", word)
            if kept is None:
                shown = unicodedata.normalize("NFC", key.strip()).replace("\u200b", "")
                sheet.bad(deal.cells(), "id_twice", "id", shown, mended=(right.cells(), right.kept()))
            else:
                sheet.good(deal.cells(), **deal.kept() | {"id": kept})
        return sheet.case(f"i-{name}.csv")

    yield laid("same", ("i1", "a", "i1"), ("i1", "a", "i1"), ("i1", "a", "i1"))
    yield laid("clash", ("i2", "a", None), ("i2", "b", None), ("i3", "c", "i3"))
    yield laid("clashthrice", ("i4", "a", None), ("i4", "a", None), ("i4", "b", None))
    yield laid("zeros", ("007", "a", "007"), ("7", "b", "7"), ("7.0", "c", "7.0"), ("07", "d", "07"))
    yield laid("case", ("iA", "a", "iA"), ("ia", "b", "ia"), ("IA", "c", "IA"))
    yield laid("blanks", (" i5 ", "a", None), ("i5", "b", None), ("\u00a0i6", "a", "i6"))
    yield laid("unseen", ("i\u200b7", "a", None), ("i7", "b", None), ("i\u200b8", "a", "i8"))
    yield laid("composed", (f"i{NFD}", "a", None), ("iZürich", "b", None))
    yield laid("composedsame", ("iBär", "a", "iBär"), (unicodedata.normalize("NFD", "iBär"), "a", "iBär"))
    yield laid(
        "salesforce",
        ("0061700000ABCde", "a", "0061700000ABCde"),
        ("0061700000ABCdeAAC", "b", "0061700000ABCdeAAC"),
    )
    yield laid("words", ("null", "a", "null"), ("NaN", "b", "NaN"), ("true", "c", "true"), ("'; DROP TABLE opportunities; --", "d", "'; DROP TABLE opportunities; --"), ("{}", "e", "{}"))  # fmt: skip
    yield laid("long", ("k" * 5000, "a", "k" * 5000), ("k" * 5000 + "2", "b", "k" * 5000 + "2"))
    spoiled = Sheet()
    bad, good = Deal("i9"), Deal("i9", "b")
    cells = [*bad.cells()[:2], "many", *bad.cells()[3:]]
    spoiled.bad(
        cells, "amount_unreadable", "amount", "many", mended=(Deal("i9b").cells(), Deal("i9b").kept())
    )
    spoiled.bad(good.cells(), "id_twice", "id", "i9", mended=(good.cells(), good.kept()))
    yield spoiled.case("i-spoiled.csv")
    reversed_days = Sheet()
    deal = replace(Deal("i10"), opened=Deal("").closed, closed=Deal("").opened)
    reversed_days.good(deal.cells(), **deal.kept())
    yield reversed_days.case("i-reversed.csv")


def _formulas() -> Iterator[Case]:
    for number, cell in enumerate(FORMULAS):
        sheet = Sheet()
        kept = Deal(f"f{number}a", cell)
        sheet.good(kept.cells(), **kept.kept())
        right = Deal(f"{cell}f{number}b", cell)
        cells = [*right.cells()[:4], "", right.status]
        sheet.bad(cells, "close_date_missing", "closed", "", mended=(right.cells(), right.kept()))
        amount = Deal(f"f{number}c", cell)
        cells = [*amount.cells()[:2], f"{cell}x", *amount.cells()[3:]]
        sheet.bad(cells, "amount_unreadable", "amount", f"{cell}x", mended=(amount.cells(), amount.kept()))
        yield sheet.case(f"f{number}-formulas.csv")


def _sizes() -> Iterator[Case]:
    def endless(sheet: Sheet, key: str) -> None:
        sheet.raw(f"{key}e,{'x' * 9_000_000}\n", code="line_too_long")

    def long_cell(sheet: Sheet, key: str) -> None:
        deal = Deal(f"{key}c", "x" * 7_000_000)
        sheet.good(deal.cells(), **deal.kept())

    def many_lines(sheet: Sheet, key: str) -> None:
        deal = Deal(f"{key}l", "\n".join(["x"] * 900))
        sheet.good(deal.cells(), **deal.kept())

    yield _with("z-endless", endless)
    yield _with("z-cell", long_cell)
    yield _with("z-lines", many_lines)
    last = Sheet()
    last.good(Deal("z-1").cells(), **Deal("z-1").kept())
    last.raw("z-2," + "x" * 8_500_000, code="line_too_long")
    yield last.case("z-last.csv")
