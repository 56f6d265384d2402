"""Fourteen encodings x five delimiters x three line ends x four ways of quoting, each with damaged rows among the right ones;
and the same bytes where nobody says what they are.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import cycle, product

from tests.connectors.listed.case import Case, Deal, Dialect, Sheet

WORDS_OF = {
    "utf-8": "Zürich 漢字 Ελλάδα",
    "utf-8-sig": "Ærø \u202fðæ 🪢",
    "utf-16": "Łódź 🪢",
    "utf-16-be+": "Őrség 上",
    "utf-16-le": "Ψ Ω 東",
    "utf-16-be": "ლ Ж",
    "utf-32": "𠀀 𝔘",
    "cp1252": "Zürich – €",
    "latin-1": "Malmö ÿ",
    "mac-roman": "√π Zürich",
    "cp1251": "Москва",
    "shift_jis": "ソ表能ポ",  # second bytes that are \ and | by themselves
    "gb18030": "上海 𠀀",
    "big5": "功許蓋",
}
MARKED = {"utf-8", "utf-8-sig", "utf-16", "utf-16-be+", "utf-32"}  # need no word in the mapping
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret"}
ENDS = {"\n": "lf", "\r\n": "crlf", "\r": "cr"}
QUOTINGS = ("as needed", "all", "words", "none")
DAMAGES = (
    (0, "", "id_missing", "id"), (2, "n/a", "amount_unreadable", "amount"), (2, "inf", "amount_unreadable", "amount"),
    (2, "1e400", "amount_unreadable", "amount"), (3, "2026-02-30", "date_impossible", "opened"),
    (3, "someday", "date_unreadable", "opened"), (4, "", "close_date_missing", "closed"),
    (4, "1066-10-14", "date_out_of_range", "closed"), (4, "2206-01-01", "date_out_of_range", "closed"),
    (5, "maybe", "status_unknown", "status"), (5, "", "status_unknown", "status"),
)  # fmt: skip


def encoded(text: str, encoding: str) -> bytes:
    if encoding == "utf-16-be+":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(encoding)


def cases() -> list[Case]:
    damages = cycle(DAMAGES)
    found = []
    for number, (encoding, delimiter, end, quoting) in enumerate(
        product(WORDS_OF, DELIMITERS, ENDS, QUOTINGS)
    ):
        sheet = Sheet(Dialect(delimiter, end, quoting))
        _fill(sheet, f"e{number}-", WORDS_OF[encoding], next(damages), next(damages))
        name = f"e{number}-{encoding}-{DELIMITERS[delimiter]}-{ENDS[end]}-{quoting.replace(' ', '')}.csv"
        entry = {} if encoding in MARKED else {"encoding": encoding}
        if number % 2:
            entry["delimiter"] = DELIMITERS[delimiter]
        made = sheet.case(name, **entry)
        found.append(replace(made, content=encoded(sheet.text, encoding)))
    return found + _unsaid()


def _fill(sheet: Sheet, key: str, word: str, *damages: tuple[int, str, str, str]) -> None:
    """Right rows with awkward words, damaged ones between them, one id twice, a blank row and wrong widths."""
    delimiter, quoting = sheet.dialect.delimiter, sheet.dialect.quoting
    awkward = [word, "  ", f"{word} ="]
    if quoting != "none":
        awkward += [f'"{word}"', f"a{delimiter}{word}", f"{word}\nsecond{sheet.dialect.end}third", '""']
    for place, name in enumerate(awkward):
        deal = Deal(f"{key}{place}", name, Decimal(place) + Decimal("0.25"))
        sheet.good(deal.cells(), **deal.kept() | {"name": name.strip() or None})
        if place < len(damages):
            cell, value, code, column = damages[place]
            right = Deal(f"{key}d{place}", word, Decimal(place) + Decimal("0.75"))
            cells = right.cells()
            cells[cell] = value
            sheet.bad(cells, code, column, value, mended=(right.cells(), right.kept()))
    twice, other = Deal(f"{key}t", word), Deal(f"{key}t2", f"{word}!")
    clash = [twice.key, *other.cells()[1:]]
    sheet.bad(twice.cells(), "id_twice", "id", twice.key, mended=(twice.cells(), twice.kept()))
    sheet.bad(clash, "id_twice", "id", twice.key, mended=(other.cells(), other.kept()))
    sheet.blank([""] * 6)
    right = Deal(f"{key}w", word)
    sheet.bad(right.cells()[:-1], "cells_wrong", mended=(right.cells(), right.kept()))
    right = Deal(f"{key}v", word)
    sheet.bad([*right.cells(), "spare"], "cells_wrong", mended=(right.cells(), right.kept()))


def _unsaid() -> list[Case]:
    """Bytes of an encoding that nobody stated cost those rows that hold such bytes, and no other."""
    found = []
    for encoding, end in product(("cp1252", "latin-1", "mac-roman", "cp1251", "shift_jis", "gb18030", "big5"), ENDS):  # fmt: skip
        key = f"u-{encoding}-{ENDS[end]}-"
        sheet = Sheet(Dialect(end=end))
        content = sheet.text.encode()
        for place, word in enumerate(("plain", WORDS_OF[encoding], "also plain", WORDS_OF[encoding])):
            deal = Deal(f"{key}{place}", word)
            before = len(sheet.text)
            try:
                word.encode(encoding).decode()
            except UnicodeDecodeError:
                sheet.bad(deal.cells(), "not_text", mended=(deal.cells(), deal.kept()))
            else:
                sheet.good(deal.cells(), **deal.kept())
            content += sheet.text[before:].encode(encoding)
        assert len([row for row in sheet.rows if row.code]) == 2
        found.append(replace(sheet.case(f"{key}unsaid.csv"), content=content))
    return found
