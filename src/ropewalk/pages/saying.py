"""Figures, days and statuses in words, as they stand on the screen and are heard by who can't see it.

It rounds for reading and decides nothing. Start with `value`, `said_day` and `sentence`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol, parse_pattern

from ropewalk.progress.figure import Scope, Thermometer, Tick
from ropewalk.rules.exact import Number, as_decimal, exact, round_half_up
from ropewalk.rules.pace import ENOUGH_DECIDED
from ropewalk.rules.status import Status

LOCALE = Locale.parse("en")
DECIMAL = parse_pattern("#,##0.######")
SPACE = "\u00a0"  # between number and unit: no line breaks there
MINUS = "\u2212"
SCALES = ((Fraction(1), ""), (Fraction(10**3), "k"), (Fraction(10**6), "M"), (Fraction(10**9), "B"))
NEARLY = Fraction(1999, 2000)  # of a scale: from here an amount rounds up to it
STALE_DAYS = 3  # a weekend and a day
FULL_BELOW = 1000  # money up to here is written out
remembered = lru_cache(
    maxsize=8192
)  # a page of a large company says the same days and numbers thousands of times


@remembered
def number(amount: Number, places: int = 1) -> str:
    """A number with at most so many decimals, a half going away from 0: "4.6", "1,204", "11"."""
    size = exact(amount)
    whole = round_half_up(abs(size) * 10**places)
    shown = as_decimal(Fraction(whole, 10**places))
    words = str(format_decimal(shown, format=DECIMAL, locale=LOCALE, decimal_quantization=False))
    return MINUS + words if size < 0 and whole else words


def percent(part: Number, places: int = 1) -> str:
    """A part as a percentage: "47.3 %"."""
    return f"{number(exact(part) * 100, places)}{SPACE}%"


def money(amount: Number, currency: str, *, like: Number | None = None) -> str:
    """An amount in short: "$0.89M", "$212k", "$950". `like` is the amount whose scale it takes, so that two compare."""
    size = abs(exact(amount))
    if size == 0:
        return f"{symbol(currency)}0"
    scale, suffix = scale_of(size if like is None else abs(exact(like)))
    parts = size / scale
    places = 0 if parts >= 100 or not suffix else 1 if parts >= 10 else 2
    sign = MINUS if exact(amount) < 0 and round_half_up(parts * 10**places) else ""
    return f"{sign}{symbol(currency)}{number(parts, places)}{suffix}"


def scale_of(size: Fraction) -> tuple[Fraction, str]:
    """The scale in which an amount has one to three digits before the point, once it is rounded."""
    if size < FULL_BELOW:
        return SCALES[0]
    return next(one for one in reversed(SCALES) if size >= one[0] * NEARLY)


def exact_money(amount: Number, currency: str) -> str:
    """An amount to the last cent: "$24,310.50"."""
    cents = number(amount, 2)
    head, _, tail = cents.partition(".")
    shown = f"{head}.{tail:0<2}" if tail else head
    return (
        shown.replace(MINUS, f"{MINUS}{symbol(currency)}") if MINUS in shown else f"{symbol(currency)}{shown}"
    )


@remembered
def symbol(currency: str) -> str:
    """The sign before an amount: "$", or the three letters and a space."""
    found = str(get_currency_symbol(currency, locale=LOCALE))
    return found + SPACE if found.isalpha() else found


def value(amount: Number, unit: str, currency: str = "USD", *, like: Number | None = None) -> str:
    """A figure with its unit: "47.3 %", "$0.89M", "63 days", "11"."""
    if unit == "rate":
        return percent(amount)
    if unit == "money":
        return money(amount, currency, like=like)
    if unit == "days":
        shown = number(amount)
        return f"{shown}{SPACE}{'day' if shown == '1' else 'days'}"
    return number(amount)


def difference(amount: Number, unit: str, currency: str = "USD", *, like: Number | None = None) -> str:
    """A difference between two figures, without sign: of rates in points."""
    size = abs(exact(amount))
    if unit == "rate":
        shown = number(size * 100)
        return f"{shown}{SPACE}{'point' if shown == '1' else 'points'}"
    return value(size, unit, currency, like=like)


def counted(amount: int, one: str, many: str) -> str:
    """ "1 rope", "22 ropes"."""
    return f"{number(amount)} {one if amount == 1 else many}"


def said_day(day: date, *, beside: date | None = None) -> str:
    """A day: "31 May", with the year where it isn't that of the day beside it."""
    return _written(day, "d MMMM" if beside is not None and beside.year == day.year else "d MMMM y")


@remembered
def _written(day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=LOCALE)).replace(" ", SPACE)


def short_day(day: date) -> str:
    """ "30 Sep"."""
    return _written(day, "d MMM")


def month_of(day: date) -> str:
    """ "Sep"."""
    return _written(day, "MMM")


def weekday(day: date) -> str:
    """ "Tuesday"."""
    return _written(day, "EEEE")


def ago(day: date, on: date) -> str:
    """How long since a day: "today", "yesterday", "34 days ago"."""
    days = (on - day).days
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days > 0 else f"in {-days} days" if days < -1 else "tomorrow"


def moment(at: datetime, zone: str, on: date) -> str:
    """An instant in a zone: "07:40" on the day itself, else "16 August, 18:05"."""
    local = at.astimezone(ZoneInfo(zone))
    clock = str(format_datetime(local, "HH:mm", locale=LOCALE))
    return clock if local.date() == on else f"{said_day(local.date(), beside=on)}, {clock}"


def is_stale(at: datetime, on: date) -> bool:
    """Whether data of that instant are so old on a day that somebody should look why."""
    return (on - at.date()).days > STALE_DAYS


def of(figure: Thermometer, amount: Number | None) -> str:
    """An amount in a figure's own unit and scale; "no value yet" for none."""
    if amount is None:
        return "no value yet"
    return value(amount, figure.unit, figure.currency, like=figure.target)


def apart(figure: Thermometer, amount: Number) -> str:
    """A difference in a figure's own unit and scale."""
    return difference(amount, figure.unit, figure.currency, like=figure.target)


def gap(figure: Thermometer) -> str:
    """How far the value is from where it should be: "4 short, 98 working days left", "1.1 points ahead"; "" for nothing to say."""
    if figure.status is Status.TOO_EARLY:
        return too_early(figure)
    if figure.value is None or figure.target is None or figure.status is Status.NO_SHARE:
        return ""
    if figure.status in (Status.REACHED, Status.MISSED):
        return against(figure, figure.target, "over", "short of the goal")
    if figure.progress is not None and figure.progress < 0 and figure.held_from is None:
        side = "above" if figure.is_lower_better else "below"
        return f"{apart(figure, figure.value - figure.baseline)} {side} the start"
    if figure.expected is None:
        return ""
    words = against(figure, figure.expected, "ahead", "short")
    if words.endswith("short") and figure.workdays_left:
        words += f", {counted(figure.workdays_left, 'working day', 'working days')} left"
    return words


def against(figure: Thermometer, mark: Fraction, above: str, below: str) -> str:
    assert figure.value is not None
    lead = mark - figure.value if figure.is_lower_better else figure.value - mark
    size = apart(figure, lead)
    if size == apart(figure, 0):
        return "exactly there"
    return f"{size} {above if lead > 0 else below}"


def too_early(figure: Thermometer) -> str:
    """Why nothing is said yet, and until when where that is known."""
    if figure.unit == "rate" and figure.denominator < ENOUGH_DECIDED:
        return f"{number(figure.denominator)} of {ENOUGH_DECIDED} deals decided that it takes to say"
    is_count = figure.kind == "additive" and figure.unit != "money"
    if figure.workdays_to_wait:
        days = counted(figure.workdays_to_wait, "working day", "working days")
        least = "at least " if is_count or figure.value is None else ""  # more may be missing by then
        return f"{least}{days} until this says anything"
    return "too little is expected so far to say" if is_count else "there is too little to say anything"


def against_target(figure: Thermometer) -> str:
    """A value beside its target, the unit said once: "2 of 5", "58 of 61 %", "$212 of 300k"."""
    if figure.target is None or figure.status is Status.NO_SHARE:
        return of(figure, figure.value)
    if figure.value is None:
        return f"none of {of(figure, figure.target)}" if figure.kind == "additive" else "no value yet"
    now, goal = of(figure, figure.value), of(figure, figure.target)
    if figure.unit == "money":
        return f"{now.rstrip('kMB')} of {goal.removeprefix(symbol(figure.currency))}"
    return f"{now.split(SPACE)[0]} of {goal}"


def parts_of_rate(figure: Thermometer) -> str:
    """ "412 of 871 deals" for a rate of counted deals; "" for anything else."""
    if figure.unit != "rate" or figure.interval is None or not figure.denominator:
        return ""
    return f"{number(figure.numerator)} of {number(figure.denominator)} deals"


def sentence(figure: Thermometer) -> str:
    """The thermometer in words, the same wherever it is drawn."""
    said = [f"{title_of(figure)}: {of(figure, figure.value)} on {said_day(figure.on, beside=figure.due)}"]
    if figure.target is None or figure.status is Status.NO_SHARE:
        return said[0] + "; no target here."
    goal = f"goal {of(figure, figure.target)} by {said_day(figure.due, beside=figure.on)}"
    if figure.kind == "level":
        goal += f", {from_where(figure)}"
    sentences = [f"{said[0]}; {goal}."]
    if figure.expected is not None and figure.status not in (Status.REACHED, Status.MISSED):
        sentences.append(f"Expected today {of(figure, figure.expected)}.")
    sentences.append(
        "Too early to say." if figure.status is Status.TOO_EARLY else f"{figure.status.capitalize()}."
    )
    if figure.next_tick is not None:
        sentences.append(f"Next milestone {tick_words(figure, figure.next_tick)}.")
    return " ".join(sentences).replace(SPACE, " ")


def from_where(figure: Thermometer) -> str:
    """Where a rate or mean began: "from 40 %", or "to be held, it was 52 %" where no more is asked for than there was."""
    if figure.held_from is not None:
        return f"to be held, it was {of(figure, figure.held_from)}"
    return f"from {of(figure, figure.baseline)}"


def title_of(figure: Thermometer) -> str:
    return figure.label if figure.scope is Scope.COMPANY else f"{figure.label}, {figure.name}"


def tick_words(figure: Thermometer, tick: Tick) -> str:
    """A milestone in a sentence: "46 % on 30 June", or the thing delivered."""
    day = said_day(tick.by, beside=figure.on)
    return f"{of(figure, tick.level)} on {day}" if tick.is_measured else f"“{tick.title}” on {day}"


def mark_words(figure: Thermometer, tick: Tick) -> str:
    """A milestone at the tube: "46 % by Jun"."""
    if not tick.is_measured:
        return f"{tick.title} {month_of(tick.by)}"
    joint = "" if figure.unit == "rate" else "by "
    return f"{of(figure, tick.level)} {joint}{month_of(tick.by)}"


def plainly(amount: Decimal | Fraction | float) -> str:
    """A part of a sum, with up to four decimals, as it stands in a table."""
    return number(amount, 4)
