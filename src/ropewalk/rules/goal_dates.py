"""The deadline in a typed goal line: a day, or a period that means its last day.

Knows English months, quarters, halves and years, and the plan's year. Must not know today: "in six weeks" stays
unread, and so does what could be two days ("by 6/7"), is vague ("mid June") or names the past. Start with ``deadline``.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ropewalk.rules import calendar
from ropewalk.rules.calendar import Period
from ropewalk.rules.goal_line import Line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:20\d\d\b|(?:fy|')\s?'?(?:20)?\d\d\b)"
_OF_YEAR = rf"(?:,?\s*(?:of\s+)?(?P<year>{_YEAR})|,?\s+(?:of\s+)?(?:the|this)\s+(?:(?:fiscal|financial|calendar|plan)\s+)?year\b)?"
_FISCAL = r"(?:(?:fiscal|financial|plan|business|calendar)[\s-]+)?"
_ORDINAL = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
    "final": 4,
}

_PREFIX = re.compile(
    r"(?P<lead>\b(?:no later than|not later than|on or before|due(?:\s+(?:by|on|in))?|by|before|until|till|through"
    r"|within|during|in|on|at|for|to|from|since|starting(?:\s+(?:in|on|from))?|beginning(?:\s+(?:in|on))?|as of"
    r"|after|between|and)\s+)?"
    r"(?:(?:the|this)\s+)?"
    r"(?P<vague>\b(?:mid|the middle of|middle of|early|late|(?:the\s+)?(?:beginning|start) of|(?:the\s+)?(?:first|last|second|third)"
    r"\s+(?:week|half|days?) of|around|about|roughly|circa|approximately|next|last|previous|past|every|each)\b[\s-]*(?:the\s+)?)?"
    r"(?P<end>\b(?:the\s+)?(?:very\s+)?(?:end|close|last day)(?:\s+of|-of)?[\s-]+(?:the\s+)?(?:month\s+of\s+)?)?$",
    re.IGNORECASE,
)
_STARTS = ("from", "since", "starting", "beginning", "as of", "after", "between")
_BASELINE_BEFORE = re.compile(
    r"\b(?:from|currently|now|today|was|were|vs\.?|versus|against|to date|only)\s+(?:at\s+|of\s+)?"
    r"[$€£]?\d[\d.,]*\s?(?:%|percent|k|m|mn|million|thousand|bn|days?)?(?:\s+[a-z]+)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    period: Period | None  # None where the words are no one day
    is_due: bool


def plan_year(year: int | tuple[date, date]) -> Period:
    """The plan's year as a period; an int is a calendar year."""
    if isinstance(year, int):
        return Period(date(year, 1, 1), date(year, 12, 31), str(year))
    first, last = year
    if last < first:
        raise ValueError(f"year must end after it begins, not {first} to {last}")
    return Period(first, last, str(last.year))


def deadline(line: Line, year: Period) -> date | None:
    """The day by which the line says it is due, taken from the line; None where none is said, or not one."""
    found = list(_candidates(line.text, year))
    due = [each for each in found if each.is_due and each.period is not None]
    periods = {each.period for each in due if each.period is not None}
    narrow = {p for p in periods if not any(_lies_within(other, p) for other in periods if other != p)}
    days = {period.end for period in narrow}
    for each in found:
        mark = line.take if len(days) == 1 and each in due else line.refuse
        mark(each.start, each.end)
    return days.pop() if len(days) == 1 else None


def _lies_within(inner: Period, outer: Period) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and inner.days < outer.days


def _candidates(text: str, year: Period) -> Iterator[_Found]:
    """Every day or period in the line, the longest reading of each place, from left to right."""
    matches = [
        (core.start(), core.end(), reading, core)
        for pattern, reading in _READINGS
        for core in pattern.finditer(text)
    ]
    reached = 0
    for start, end, reading, core in sorted(matches, key=lambda match: (match[0], -match[1])):
        if start < reached:
            continue
        prefix = _PREFIX.search(text[:start])
        assert prefix is not None  # every part of it may be empty
        lead = " ".join((prefix["lead"] or "").lower().split())
        if not _is_said_as_a_day(core, reading, lead, has_end=bool(prefix["end"])):
            continue
        reached = end
        begin = prefix.start("lead") if prefix["lead"] else prefix.start()
        before = text[:begin]
        is_past = lead in {"", "in", "at", "on", "for", "during"} and bool(_BASELINE_BEFORE.search(before))
        is_start = any(lead.startswith(word) for word in _STARTS)
        is_clear = not prefix["vague"] and not (
            lead == "before" and not prefix["end"] and reading is not _year_end
        )
        if _may_be_an_amount(text, core, reading):
            is_clear = False
        period = reading(core, year) if is_clear else None
        yield _Found(begin, end, period, not (is_past or is_start))


def _is_said_as_a_day(core: re.Match[str], reading: object, lead: str, *, has_end: bool) -> bool:
    """Whether the words around make a day of what may also be a name, a verb or a number."""
    if reading is _bare_year:
        return lead in _YEAR_LEADS or has_end
    if reading is _month and core["month"].lower().rstrip(".") not in _ONLY_MONTHS:
        return bool(lead or has_end or core["year"])
    return True


def _may_be_an_amount(text: str, core: re.Match[str], reading: object) -> bool:
    """Whether "June 24" might be June, and 24 of something: a word follows, and the line holds no other number."""
    if reading is not _month_day or core["year"] or not core["day"].isdigit():
        return False
    rest = text[: core.start()] + " " + text[core.end() :]
    return bool(re.match(r"\s+[a-z]", text[core.end() :], re.IGNORECASE)) and not re.search(r"\d", rest)


# Readings: each turns a match into a period, or None where it can't be one.


def _iso(core: re.Match[str], year: Period) -> Period | None:
    return _day(int(core["year"]), int(core["month"]), int(core["day"]))


def _numeric(core: re.Match[str], year: Period) -> Period | None:
    """30/06/2027, 06/30/2027, 30.06.2027: with dots the day comes first, else only where one can't be a month."""
    first, second = int(core["a"]), int(core["b"])
    number = _year_number(core["year"], year) if core["year"] else None
    if core["dot"] == "." or first > 12 or first == second:
        day, month = first, second
    elif second > 12:
        day, month = second, first
    else:
        return None
    return _day(number, month, day) if number else _day_in(year, month, day)


def _day_month(core: re.Match[str], year: Period) -> Period | None:
    month, day = _month_number(core["month"]), int(re.sub(r"\D", "", core["day"]))
    number = _calendar_number(core["year"])
    return _day(number, month, day) if number else _day_in(year, month, day)


def _month_day(core: re.Match[str], year: Period) -> Period | None:
    return _day_month(core, year)


def _month(core: re.Match[str], year: Period) -> Period | None:
    month, number = _month_number(core["month"]), _calendar_number(core["year"])
    if number:
        first = date(number, month, 1)
        return Period(first, calendar.month_end(first))
    fitting = [first for first in _months_of(year) if first.month == month]
    return Period(fitting[0], calendar.month_end(fitting[0])) if len(fitting) == 1 else None


def _quarter(core: re.Match[str], year: Period) -> Period | None:
    said = core["number"].lower()
    number = _ORDINAL.get(said) or int(said)
    return _part_of_year(core["year"], year, 3, number)


def _half(core: re.Match[str], year: Period) -> Period | None:
    said = core["number"].lower()
    return _part_of_year(core["year"], year, 6, _ORDINAL.get(said) or int(said))


def _fiscal_year(core: re.Match[str], year: Period) -> Period | None:
    return _whole_year(_year_number(core["year"], year), year)


def _bare_year(core: re.Match[str], year: Period) -> Period | None:
    number = _year_number(core["year"], year)
    if number != int(year.name) and not _is_calendar_year(year):
        return None  # the calendar's or the fiscal one? Both could be meant
    return _whole_year(number, year)


def _year_end(core: re.Match[str], year: Period) -> Period | None:
    if core["year"]:
        return _whole_year(_year_number(core["year"], year), year)
    if "calendar" in core[0].lower():
        ends = [date(n, 12, 31) for n in range(year.start.year, year.end.year + 1) if date(n, 12, 31) in year]
        return Period(ends[0], ends[0]) if len(ends) == 1 else None
    return year


def _unclear(core: re.Match[str], year: Period) -> Period | None:
    return None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_Reading = Callable[[re.Match[str], Period], Period | None]
_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = (
    (_pattern(r"(?<![\w.,/-])(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\w/-])"), _iso),
    (_pattern(r"(?<![\w.,/$€£-])(?P<a>\d{1,2})(?P<dot>[./-])(?P<b>\d{1,2})(?P=dot)(?P<year>20\d\d|\d\d)(?![\w/%-])"), _numeric),
    (_pattern(r"(?:(?<=until )|(?<=till )|(?<=due )|(?<=than ))(?P<a>\d{1,2})(?P<dot>\.)(?P<b>\d{1,2})\.?(?P<year>)(?![\w%])"), _numeric),
    (_pattern(r"(?<=by )(?P<a>\d{1,2})(?P<dot>/)(?P<b>\d{1,2})(?P<year>)(?![\w/%])"), _numeric),
    (_pattern(rf"(?<![\w.,$€£])(?P<day>{_DAY})(?:\s+of)?[\s-]+(?P<month>{_MONTH}){_OF_YEAR}"), _day_month),
    (_pattern(rf"\b(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?![\d.,]*\d|\s?%|\s?(?:k|m|percent|per cent)\b|[\w%]){_OF_YEAR}"), _month_day),
    (_pattern(rf"\b(?P<month>{_MONTH})(?:[\s-]+end\b)?{_OF_YEAR}"), _month),
    (_pattern(rf"\bQ\s?(?P<number>[1-4])\b[\s/-]*{_OF_YEAR}"), _quarter),
    (_pattern(rf"\b(?P<year>{_YEAR})[\s/-]*Q(?P<number>[1-4])\b"), _quarter),
    (_pattern(rf"\b(?P<number>first|second|third|fourth|final|1st|2nd|3rd|4th)\s+(?:fiscal\s+)?quarter\b{_OF_YEAR}"), _quarter),
    (_pattern(rf"\b(?P<number>last)\s+quarter\s+of\s+(?:(?P<year>{_YEAR})|(?:the|this)\s+{_FISCAL}year\b)"), _quarter),
    (_pattern(rf"\bH(?P<number>[12])\b[\s/-]*{_OF_YEAR}"), _half),
    (_pattern(rf"\b(?P<number>first|second|1st|2nd)\s+half\b(?!\s+of\s+(?:{_MONTH}|Q\d)){_OF_YEAR}"), _half),
    (_pattern(r"\b(?P<year>fy\s?'?(?:20)?\d\d)\b(?:[\s-]+end\b)?"), _fiscal_year),
    (_pattern(r"\b(?P<year>20\d\d)(?:[\s-]+end\b)?(?![\w%.,-]*\d|\s?%)"), _bare_year),
    (_pattern(rf"\b(?:{_FISCAL}year(?:'?s)?[\s-]*end\b|FY[\s-]end\b|EOY\b|EOFY\b|FYE\b|end[\s-]of[\s-]{_FISCAL}year\b){_OF_YEAR}"), _year_end),
    (_pattern(rf"\b(?:end\s+of\s+(?:the|this|our)\s+{_FISCAL}year\b|(?:this|the|our)\s+{_FISCAL}year\b){_OF_YEAR}"), _year_end),
    (_pattern(r"\b(?:this|the|next|last|previous|end of)\s+(?:quarter|month|week)\b|\b(?:next|last|previous)\s+(?:fiscal\s+)?year\b"), _unclear),
    (_pattern(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tomorrow|christmas|easter|thanksgiving|summer|autumn|winter)\b"), _unclear),
    (_pattern(r"\b(?:in|within|over|after|for|next|coming)\s+(?:the\s+)?(?:next\s+|coming\s+)?[<>~]?\s?(?:\d+|one|two|three|four|five|six|nine|twelve|a|an)\s+(?:working\s+|business\s+)?(?:days?|weeks?|months?|quarters?|years?)\b"), _unclear),
)  # fmt: skip
_ONLY_MONTHS = {"january", "february", "july", "september", "october", "november", "december"}
_YEAR_LEADS = {
    "in",
    "by",
    "for",
    "during",
    "until",
    "till",
    "through",
    "within",
    "due",
    "due by",
    "due in",
    "no later than",
}


def _day(year: int | None, month: int, day: int) -> Period | None:
    if year is None:
        return None
    try:
        found = date(year, month, day)
    except ValueError:  # the 31st of September
        return None
    return Period(found, found)


def _day_in(year: Period, month: int, day: int) -> Period | None:
    fitting = [_day(number, month, day) for number in range(year.start.year, year.end.year + 1)]
    inside = [period for period in fitting if period and period.start in year]
    return inside[0] if len(inside) == 1 else None


def _months_of(year: Period) -> list[date]:
    count = calendar.months_between(year.start, year.end) + 1
    return [calendar.add_months(year.start, n) for n in range(count)]


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _calendar_number(said: str | None) -> int | None:
    """The year beside a month, as the calendar counts."""
    if not said:
        return None
    digits = re.sub(r"\D", "", said)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _year_number(said: str | None, year: Period) -> int:
    return _calendar_number(said) or int(year.name)


def _is_regular(year: Period) -> bool:
    return year.start.day == 1 and year.end == calendar.month_end(calendar.add_months(year.start, 11))


def _is_calendar_year(year: Period) -> bool:
    return year.start.month == 1 and _is_regular(year)


def _whole_year(number: int, year: Period) -> Period | None:
    if number == int(year.name):
        return year
    return calendar.fiscal_year(number, start_month=year.start.month) if _is_regular(year) else None


def _part_of_year(said: str | None, year: Period, months: int, number: int) -> Period | None:
    """A quarter or half of the fiscal year."""
    whole = _whole_year(_year_number(said, year), year)
    if whole is None or not _is_regular(year):
        return None
    first = calendar.add_months(whole.start, months * (number - 1))
    return Period(first, calendar.add_months(first, months) - timedelta(days=1))
