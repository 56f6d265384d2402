"""Numbers as people and exports write them: an own grammar, because a library's would take NaN, 1_000 and ١٢٣ for numbers.

Which mark is the decimal one is decided over a whole column, never cell by cell; a cell that speaks against what was decided
isn't read. It knows no row and no file. Start with
`NumberColumn`: show it every cell, then let it read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MOST_DIGITS = 15
SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'\u2019"
SYMBOLS: dict[str, frozenset[str]] = {
    "$": frozenset(("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "BRL")),
    "US$": frozenset(("USD",)),
    "C$": frozenset(("CAD",)),
    "A$": frozenset(("AUD",)),
    "R$": frozenset(("BRL",)),
    "€": frozenset(("EUR",)),
    "£": frozenset(("GBP",)),
    "¥": frozenset(("JPY", "CNY")),
    "₹": frozenset(("INR",)),
    "zł": frozenset(("PLN",)),
    "kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
    "Fr.": frozenset(("CHF",)),
}
_CURRENCY = r"(?:[A-Z]{0,2}\$|[€£¥₹]|zł|kr|Fr\.|[A-Z]{3})"
_SPACE = f"[{SPACES}]*"
_NUMBER = re.compile(
    rf"(?P<open>\()?{_SPACE}(?P<before>[-+\u2212])?{_SPACE}(?P<currency>{_CURRENCY})?{_SPACE}(?P<inner>[-+\u2212])?"
    rf"(?P<body>[0-9]+(?:[.,{SPACES}{APOSTROPHES}][0-9]+)*|[.,][0-9]+)"
    rf"(?P<exponent>[eE][-+]?[0-9]{{1,3}})?(?:[.,][-\u2013\u2014]{{1,2}})?{_SPACE}(?P<percent>%)?{_SPACE}"
    rf"(?P<after>{_CURRENCY})?(?P<trailing>[-\u2212])?{_SPACE}(?P<close>\))?"
)
_SIGNS = re.compile(rf"[.,{SPACES}{APOSTROPHES}]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class Number:
    """A finite number, the currency its cell named (a symbol, a code, or None), and the cell as it came."""

    value: Decimal
    currency: str | None = None
    is_percent: bool = False
    text: str = ""


class Unread(Exception):
    """The cell can't be read; `code` is ambiguous, contradicts (what its column decided), or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class NumberColumn:
    """One column of numbers. `mark` is the decimal mark as the mapping states it; without, the cells decide."""

    mark: str | None = None
    has_seen_point: bool = False
    has_seen_comma: bool = False
    has_seen_groups: bool = False  # thousands are parted, as in 1.200,50
    has_seen_thousandths: bool = False  # there are three places and more behind the mark, beyond doubt

    @property
    def is_grouped(self) -> bool:
        """Whether the column parts its thousands, so that 1,200 beside 1.200,50 is hardly 1.2."""
        return self.has_seen_groups and not self.has_seen_thousandths

    @property
    def decided(self) -> str | None:
        """The decimal mark, where the mapping states it or the cells looked at agree on one."""
        if self.mark is not None or self.has_seen_point == self.has_seen_comma:
            return self.mark
        return "." if self.has_seen_point else ","

    def look(self, text: str) -> None:
        """Take a cell as evidence: one that can be read with one of the two marks only tells which it is."""
        if _WHOLE.fullmatch(text):
            return
        found = _NUMBER.fullmatch(text)
        if found is None:
            return
        point, comma = reading(found["body"], "."), reading(found["body"], ",")
        if (point is None) == (comma is None):
            return
        self.has_seen_point |= point is not None
        self.has_seen_comma |= comma is not None
        _, mark, places = (point or comma or "").partition(".")
        self.has_seen_thousandths |= len(places) > 2
        self.has_seen_groups |= len(_SIGNS.findall(found["body"])) > bool(mark)

    def read(self, text: str) -> Number:
        """The number that a cell holds, or Unread."""
        if _WHOLE.fullmatch(text):
            return Number(Decimal(text), text=text)
        found = _NUMBER.fullmatch(text)
        if found is None or (found["open"] is None) != (found["close"] is None):
            raise Unread("unreadable")
        signs = [sign for sign in (found["before"], found["inner"], found["trailing"]) if sign]
        if len(signs) + (found["open"] is not None) > 1 or (found["currency"] and found["after"]):
            raise Unread("unreadable")
        digits = self._digits(found["body"])
        value = Decimal(digits + (found["exponent"] or ""))
        if not fits(value):
            raise Unread("unreadable")
        is_negative = found["open"] is not None or bool(signs and signs[0] != "+")
        return Number(
            -value if is_negative else value,
            found["currency"] or found["after"],
            found["percent"] is not None,
            text,
        )

    def _digits(self, body: str) -> str:
        point, comma = reading(body, "."), reading(body, ",")
        mark = self.decided
        if mark is not None:
            digits = point if mark == "." else comma
            if self.is_grouped and None not in (point, comma) and point != comma and "." in (digits or ""):
                raise Unread("contradicts")
        elif point is not None and comma is not None and point != comma:
            raise Unread("ambiguous")
        else:
            digits = point if point is not None else comma
        if digits is None:
            raise Unread("unreadable")
        return digits


def reading(body: str, mark: str) -> str | None:
    """The digits with a point, were `mark` the decimal one; None where that makes no number."""
    whole, found, part = body.partition(mark)
    if found and not part.isdigit():
        return None
    if not whole:
        return f"0.{part}"
    groupers = {sign for sign in whole if not sign.isdigit()}
    if len(groupers) > 1:
        return None
    if groupers:
        groups = whole.split(groupers.pop())
        if not _is_grouped(groups):
            return None
        whole = "".join(groups)
    return f"{whole}.{part}" if found else whole


def _is_grouped(groups: list[str]) -> bool:
    first, middle, last = groups[0], groups[1:-1], groups[-1]
    if first.startswith("0") or len(last) != 3:
        return False
    in_threes = len(first) <= 3 and all(len(group) == 3 for group in middle)
    as_in_india = len(first) <= 2 and bool(middle) and all(len(group) == 2 for group in middle)
    return in_threes or as_in_india


def fits(value: Decimal) -> bool:
    """Whether the number is finite and of 15 digits at most, before and after the point together."""
    if not value:
        return True
    digits = len(value.normalize().as_tuple().digits)
    exponent = value.normalize().as_tuple().exponent
    return (
        digits <= MOST_DIGITS
        and isinstance(exponent, int)
        and exponent >= -30
        and value.adjusted() < MOST_DIGITS
    )


def may_be(symbol: str, currency: str) -> bool:
    """Whether a sign in a cell can stand for the currency."""
    return currency in SYMBOLS.get(symbol, frozenset((symbol,)))
