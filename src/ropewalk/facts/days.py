"""Days and instants as people and exports write them.

Whether 04/03 is March or April is decided over a whole column, and asked where the column doesn't tell; an instant
becomes the day it was in the company's zone. It knows no row and no file. Start with `DayColumn`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ORDERS = (
    "day first",
    "month first",
    "serial 1900",
    "serial 1904",
    "epoch seconds",
    "epoch milliseconds",
)
COUNTING = ORDERS[2:]
EARLIEST, LATEST = 1970, 2199
CENTURY_TURNS = 70  # a year of two digits from here on is 19..
_TIME = (
    r"(?:(?:[T ]|, ?)[ ]*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"[ ]?(?P<half>[AaPp][Mm])?[ ]?(?P<zone>[Zz]|UTC|GMT|[-+\u2212][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})" + _TIME)
_TOGETHER = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:T(?P<clock>[0-9]{6})Z)?")
_YEAR_LAST = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})" + _TIME
)
_WORD = r"(?P<word>[^\W\d_]{3,12})\.?"
_DAY_WORD = re.compile(
    r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.|er)?[ \-/]*(?:de )?"
    + _WORD
    + r"[ \-/,]*(?:de )?(?P<y>[0-9]{4}|[0-9]{2})"
    + _TIME
)
_WORD_DAY = re.compile(
    _WORD + r"[ \-]*(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,[ ]*|[ \-]+)(?P<y>[0-9]{4})" + _TIME
)
_COUNT = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,9})?")
MONTHS: dict[str, int] = {
    word: month
    for month, words in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen januari janeiro",
            "feb february februar février févr fév fevrier febrero febbraio februari fevereiro fev",
            "mar march märz maerz mrz mär mars marzo maart mrt março marco",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag mei maio",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october oktober okt octobre octubre ottobre ott outubro out",
            "nov november novembre noviembre novembro",
            "dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for word in words.split()
}


class Unread(Exception):
    """The cell can't be read; `code` is unreadable, impossible, out_of_range or ambiguous."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Moment:
    """A day in the company's zone and, where the cell named a time, the instant in UTC."""

    day: date
    at: datetime | None = None


@dataclass
class DayColumn:
    """One column of days. `order` is what the mapping states (one of ORDERS); without, the cells decide."""

    zone: ZoneInfo
    order: str | None = None
    has_seen_day_first: bool = False
    has_seen_month_first: bool = False
    known: dict[str, Moment] = field(default_factory=dict)

    @property
    def decided(self) -> str | None:
        """The order of day and month, where the mapping states it or the cells looked at agree on one."""
        if self.order is not None or self.has_seen_day_first == self.has_seen_month_first:
            return self.order
        return "day first" if self.has_seen_day_first else "month first"

    def look(self, text: str) -> None:
        """Take a cell as evidence: one that is a day in one order only tells the order."""
        found = _YEAR_LAST.fullmatch(text) if self.order is None else None
        if found is None or found["s"] == ".":
            return
        first, second, year = int(found["a"]), int(found["b"]), _year(found["y"])
        day_first, month_first = _is_day(year, second, first), _is_day(year, first, second)
        if day_first != month_first:
            self.has_seen_day_first |= day_first
            self.has_seen_month_first |= month_first

    def read(self, text: str) -> Moment:
        """The moment that a cell holds, or Unread."""
        moment = self.known.get(text)
        if moment is None:
            moment = self._read(text)
            if len(self.known) < 100_000:
                self.known[text] = moment
        return moment

    def _read(self, text: str) -> Moment:
        if self.order in COUNTING and _COUNT.fullmatch(text):
            return self._counted(text)
        found = _YEAR_FIRST.fullmatch(text) or _TOGETHER.fullmatch(text)
        if found is not None:
            return self._moment(int(found["y"]), int(found["m"]), int(found["d"]), found)
        found = _YEAR_LAST.fullmatch(text)
        if found is not None:
            return self._moment(*self._ordered(found), found)
        found = _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text)
        month = MONTHS.get(found["word"].casefold()) if found else None
        if found is None or month is None:
            raise Unread("unreadable")
        return self._moment(_year(found["y"]), month, int(found["d"]), found)

    def _ordered(self, found: re.Match[str]) -> tuple[int, int, int]:
        first, second, year = int(found["a"]), int(found["b"]), _year(found["y"])
        order = self.order
        if order is None and found["s"] == ".":
            order = "day first"  # no region of the world writes month.day.year with points
        order = order or self.decided
        if order is None:
            day_first, month_first = _is_day(year, second, first), _is_day(year, first, second)
            if day_first and month_first and first != second:
                raise Unread("ambiguous")
            order = "day first" if day_first else "month first"
        return (year, second, first) if order == "day first" else (year, first, second)

    def _moment(self, year: int, month: int, day: int, found: re.Match[str]) -> Moment:
        try:
            that = date(year, month, day)
        except ValueError:
            raise Unread("impossible") from None
        clock = found.groupdict()
        if clock.get("clock"):
            digits = clock["clock"]
            clock = {"hour": digits[:2], "minute": digits[2:4], "second": digits[4:], "zone": "Z"}
        if not clock.get("hour"):
            return Moment(in_range(that))
        return self._timed(that, clock)

    def _timed(self, that: date, clock: dict[str, str | None]) -> Moment:
        hour, minute, second = (int(clock.get(part) or 0) for part in ("hour", "minute", "second"))
        half = (clock.get("half") or "").lower()
        if half and not 1 <= hour <= 12:
            raise Unread("impossible")
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        fraction = int(((clock.get("fraction") or "") + "000000")[:6])
        try:
            naive = datetime(that.year, that.month, that.day, hour, minute, second, fraction)  # noqa: DTZ001
        except ValueError:
            raise Unread("impossible") from None
        in_range(that)
        zone = clock.get("zone")
        local = naive.replace(tzinfo=_offset(zone) if zone else self.zone)
        return Moment(in_range(local.astimezone(self.zone).date()) if zone else that, local.astimezone(UTC))

    def _counted(self, text: str) -> Moment:
        assert self.order is not None
        count = float(text)
        if self.order.startswith("serial"):
            start = date(1899, 12, 30) if self.order == "serial 1900" else date(1904, 1, 1)
            if not 0 < count < 120_000:
                raise Unread("out_of_range")
            return Moment(in_range(start + timedelta(days=int(count))))
        seconds = count / 1000 if self.order == "epoch milliseconds" else count
        if not 0 <= seconds < 7_300_000_000:
            raise Unread("out_of_range")
        at = datetime.fromtimestamp(seconds, UTC)
        return Moment(in_range(at.astimezone(self.zone).date()), at)


def in_range(day: date) -> date:
    """The day itself, or Unread where it lies outside 1970 to 2199."""
    if not EARLIEST <= day.year <= LATEST:
        raise Unread("out_of_range")
    return day


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (1900 if int(text) >= CENTURY_TURNS else 2000)


def _offset(text: str) -> timezone:
    if text[0] not in "+-\u2212":
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    if minutes >= 24 * 60:
        raise Unread("impossible")
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
