"""Numbers as exports write them, each alone and beside cells that tell which mark is the decimal one; shares; signs; blanks.

What a text says under either mark is written down by hand; which of the two counts follows from six lines below.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from tests.connectors.listed.case import COLUMNS, HEADER, Case, Deal, Dialect, Sheet

NO = None
FORMS: list[tuple[str, str | None, str | None]] = [  # text, read with a decimal point, read with a decimal comma
    ("1,234.56", "1234.56", NO), ("1.234,56", NO, "1234.56"), ("1 234,56", NO, "1234.56"), ("1\u00a0234,56", NO, "1234.56"),
    ("1\u202f234.56", "1234.56", NO), ("1'234.56", "1234.56", NO), ("1’234,5", NO, "1234.5"), ("12,34,567.89", "1234567.89", NO),
    ("(500)", "-500", "-500"), ("500-", "-500", "-500"), ("−500", "-500", "-500"), ("- 500", "-500", "-500"), ("(1.5)", "-1.5", NO),
    ("€1,234", "1234", "1.234"), ("€ 1.234", "1.234", "1234"), ("EUR 1'000.–", "1000", "1000"), ("1.234,50 €", NO, "1234.50"),
    ("-€5.5", "-5.5", NO), ("1e6", "1000000", "1000000"), ("1.5E+03", "1500", NO), ("1.234", "1.234", "1234"), ("1,234", "1234", "1.234"),
    ("12.5", "12.5", NO), ("12,5", NO, "12.5"), ("0.123", "0.123", NO), ("0,123", NO, "0.123"), (".5", "0.5", NO), (",5", NO, "0.5"),
    ("1.234.567", NO, "1234567"), ("1,234,567", "1234567", NO), ("1.234.567,8", NO, "1234567.8"), ("+7", "7", "7"), ("007", "7", "7"),
    ("0.1234567", "0.123457", NO), ("123456789012345", "123456789012345", "123456789012345"), ("1234567890123456", NO, NO),
    ("n/a", NO, NO), ("-", NO, NO), ("#REF!", NO, NO), ("NaN", NO, NO), ("inf", NO, NO), ("1e400", NO, NO), ("1_000", NO, NO),
    ("١٢٣", NO, NO), ("１２", NO, NO), ("1.2.3", NO, NO), ("1,23,4", NO, NO), ("1 23", NO, NO), ("--5", NO, NO), ("(-5)", NO, NO),
    ("(5", NO, NO), ("0x10", NO, NO), ("five", NO, NO), ("€5$", NO, NO), ("½", NO, NO), ("²", NO, NO),
]  # fmt: skip
BESIDE: dict[str, tuple[str, ...]] = {  # neighbours in the column
    "alone": (), "points": ("7.25",), "commas": ("7,25",), "both": ("7.25", "7,25"),
}  # fmt: skip
SEEN = {"7.25": ".", "7,25": ","}


def cases() -> list[Case]:
    return [*_amounts(), *_shares(), *_signs(), *_blanks()]


def expected(text: str, point: str | None, comma: str | None, beside: tuple[str, ...], stated: str) -> str:
    """The number as it must be kept, or the code of its refusal."""
    mark = decided(point, comma, beside, stated)
    if mark:
        return (point if mark == "." else comma) or "amount_unreadable"
    if point is not None and comma is not None and Decimal(point) != Decimal(comma):
        return "number_ambiguous"
    return point or comma or "amount_unreadable"


def decided(point: str | None, comma: str | None, beside: tuple[str, ...], stated: str) -> str:
    """The decimal mark of the column; empty where nothing tells or the cells contradict each other."""
    seen = {SEEN[one] for one in beside}
    if (point is None) != (comma is None):
        seen.add("." if comma is None else ",")
    return stated or (seen.pop() if len(seen) == 1 else "")


def _amounts() -> list[Case]:
    found = []
    settings = [(name, "") for name in BESIDE] + [("alone", "."), ("alone", ",")]
    for number, (text, point, comma) in enumerate(FORMS):
        for place, (name, stated) in enumerate(settings):
            key = f"n{number}-{place}-"
            sheet = Sheet(Dialect(";"))
            for one in BESIDE[name]:
                _deal(sheet, f"{key}{one}", one, one.replace(",", "."))
            said = expected(text, point, comma, BESIDE[name], stated)
            _deal(
                sheet,
                f"{key}x",
                text,
                said,
                open_mark={".": "1.234", ",": "1234"}.get(decided(point, comma, BESIDE[name], stated)),
            )
            _deal(sheet, f"{key}w", "7", "7")
            found.append(sheet.case(f"{key}{name}.csv", **({"decimal": stated} if stated else {})))
    return found


def _deal(sheet: Sheet, key: str, text: str, said: str, *, open_mark: str | None = None) -> None:
    """A deal whose amount is the text. Where the column's mark is known it is mended to 1.234, which by itself tells nothing."""
    deal = Deal(key)
    cells = deal.cells()
    cells[2] = text
    try:
        amount = Decimal(said).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    except ArithmeticError:
        right = deal.cells()
        right[2] = "12" if open_mark is None else "1.234"
        amount = Decimal(open_mark or 12)
        mended = deal.kept() | {"amount": amount, "company_amount": amount}
        sheet.bad(cells, said, "amount", text, mended=(right, mended))
    else:
        sheet.good(cells, **deal.kept() | {"amount": amount, "company_amount": amount})


SHARES: list[tuple[tuple[str, str], tuple[str, str]]] = [  # two shares of one deal, and what is kept or why not
    (("0.6", "0.4"), ("0.6", "0.4")), (("60 %", "40 %"), ("0.6", "0.4")), (("60%", "0.4"), ("0.6", "0.4")), (("1", "0"), ("1", "0")),
    (("100 %", "0 %"), ("1", "0")), (("0,25", "0,75"), ("0.25", "0.75")), (("1e-1", "0.9"), ("0.1", "0.9")),
    (("33.3 %", "66.7 %"), ("0.333", "0.667")), (("0.333333333", "0.666666667"), ("0.333333333", "0.666666667")),
    (("0.6", "0.3"), ("credits_sum", "credits_sum")), (("60", "40"), ("share_unreadable", "share_unreadable")),
    (("1.5", "0.5"), ("share_unreadable", "credits_unclear")), (("150 %", "0.5"), ("share_unreadable", "credits_unclear")),
    (("-0.5", "0.5"), ("share_unreadable", "credits_unclear")), (("", "1"), ("share_unreadable", "credits_unclear")),
    (("half", "0.5"), ("share_unreadable", "credits_unclear")), (("NaN", "0.5"), ("share_unreadable", "credits_unclear")),
    (("inf", "0.5"), ("share_unreadable", "credits_unclear")), (("0.6", "0.5"), ("credits_sum", "credits_sum")),
    (("0.5", "1.5e0"), ("credits_unclear", "share_unreadable")),
]  # fmt: skip


def _shares() -> list[Case]:
    entry = {
        "object": "credits",
        "columns": {"opportunity_id": "deal", "owner": "owner", "share": "share"},
    }
    found = []
    for number, (texts, said) in enumerate(SHARES):
        sheet = Sheet(header=("deal", "owner", "share"), dialect=Dialect(";"))
        for owner, text, what in zip(("ann", "ben"), texts, said, strict=True):
            key = f"s{number}"
            right = {"opportunity_id": key, "owner_key": owner, "share": Decimal("0.5")}
            try:
                share = Decimal(what)
            except ArithmeticError:
                column, value = ("share", text) if what == "share_unreadable" else ("deal", key)
                sheet.bad((key, owner, text), what, column, value, mended=((key, owner, "0.5"), right))
            else:
                sheet.good((key, owner, text), **right | {"share": share})
        found.append(sheet.case(f"s{number}-shares.csv", **entry))
    return found


def _signs() -> list[Case]:
    """Signs of currencies, currencies without a rate, and amounts below nothing where the mapping forbids them."""
    found = []
    for number, (text, currency, code) in enumerate((
        ("$5", "", "currency_contradicts"), ("US$ 5", "EUR", "currency_contradicts"), ("CHF 1'000.–", "EUR", "currency_contradicts"),
        ("5 €", "EUR", ""), ("5 EUR", "eur", ""), ("£5", "GBP", "rate_missing"), ("5", "USD", "rate_missing"),
        ("5", "Euro", "rate_missing"), ("50 %", "EUR", "amount_unreadable"), ("€5", "USD", "currency_contradicts"), ("5", "", ""),
    )):  # fmt: skip
        sheet = Sheet(header=(*HEADER, "currency"))
        deal = Deal(f"c{number}", amount=Decimal(5))
        right = [*deal.cells(), "EUR"]
        cells = [*right[:2], text, *right[3:6], currency]
        if code:
            about = ("currency", currency.upper()) if code == "rate_missing" else ("amount", text)
            sheet.bad(cells, code, *about, mended=(right, deal.kept()))
        else:
            sheet.good(cells, **deal.kept() | {"currency": "EUR"})
        found.append(sheet.case(f"c{number}-currencies.csv", columns=COLUMNS | {"currency": "currency"}))
    for number, (text, value) in enumerate((
        ("(500)", ""), ("500-", ""), ("−500", ""), ("-0.01", ""), ("- 5", ""), ("-€5", ""), ("-0", "0"), ("0", "0"), ("5", "5"),
    )):  # fmt: skip
        sheet = Sheet()
        deal = Deal(f"m{number}")
        cells = [*deal.cells()[:2], text, *deal.cells()[3:]]
        if value:
            amount = {"amount": Decimal(value), "company_amount": Decimal(value)}
            sheet.good(cells, **deal.kept() | amount)
        else:
            sheet.bad(cells, "amount_negative", "amount", text, mended=(deal.cells(), deal.kept()))
        found.append(sheet.case(f"m{number}-negative.csv", negative="refuse"))
    return found


def _blanks() -> list[Case]:
    """Words that mean nothing was said, where the mapping says so, and only then."""
    found = []
    for number, text in enumerate(("", " ", "\u00a0", "n/a", "-", "#N/A", "null", "NaN")):
        sheet = Sheet()
        deal = Deal(f"b{number}")
        sheet.good([*deal.cells()[:2], text, *deal.cells()[3:]], **deal.kept() | {"amount": None, "company_amount": None})  # fmt: skip
        found.append(sheet.case(f"b{number}-blanks.csv", blanks=["n/a", "-", "#N/A", "null", "NaN"]))
    return found
