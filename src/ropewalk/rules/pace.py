"""What is expected by a day: the line from baseline to target by working days, and what a window makes of it.

Knows dates, working days and numbers. Must not know metrics or people. A count is a level from 0 to its share; where
its year has seasons, or a person is new, ``profile_gone`` gives the part of the share. How value and expectation are
judged is told in ``status``. Start with ``expected``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ropewalk.rules import calendar
from ropewalk.rules.calendar import Grain, Span, Workdays
from ropewalk.rules.exact import Number, as_decimal, exact
from ropewalk.rules.shares import RAMP, ramp_in

WINDOW = 90  # days: the default for rates and means
LONGEST_WINDOW = 365
ENOUGH_DECIDED = 20  # deals in a person's window

Milestones = Iterable[tuple[date, Number]]  # measured ones: day and level
Frame = Callable[[date], Span]  # the days that a figure of that day looks at


def expected(
    start: date,
    due: date,
    on: date,
    *,
    baseline: Number,
    target: Number,
    workdays: Workdays,
    window: int | None = None,
    milestones: Milestones = (),
) -> float | Decimal | Fraction:
    """The level expected at the close of day ``on``.

    By working days from (start, baseline) to (due, target), through the measured ``milestones`` (day, level). With a
    ``window`` in days the expectation lags as the value does. Comes back as Fraction or Decimal where baseline or
    target is one, else as float. Raises ValueError naming the argument: due not before start, milestones within
    start..due and each on a day of its own.
    """
    frame = None if window is None else trailing_frame(window)
    level = expected_exactly(
        start,
        due,
        on,
        baseline=baseline,
        target=target,
        workdays=workdays,
        frame=frame,
        milestones=milestones,
    )
    if isinstance(baseline, Fraction) or isinstance(target, Fraction):
        return level
    return as_decimal(level) if isinstance(baseline, Decimal) or isinstance(target, Decimal) else float(level)


def expected_exactly(
    start: date,
    due: date,
    on: date,
    *,
    baseline: Number,
    target: Number,
    workdays: Workdays,
    frame: Frame | None = None,
    milestones: Milestones = (),
) -> Fraction:
    """As ``expected``, as an exact Fraction for judging by, and over any frame (see ``trailing_frame``)."""
    if due < start:
        raise ValueError(f"due {due} lies before start {start}")
    low, high = exact(baseline, "baseline"), exact(target, "target")
    if on < start:
        return low
    line = _Line(start, due, _stops(start, due, low, high, milestones), workdays)
    if on >= due:
        return high
    if frame is None or low == high:
        return line.level(on)
    full = line.mean(*frame(due)) - low
    if full == 0:  # the window sees nothing of the way even when it is over
        return line.level(on)
    return low + (high - low) * (line.mean(*frame(on)) - low) / full


def trailing_frame(window: int) -> Frame:
    """The calendar days of that number that end on the day."""
    if window < 1:
        raise ValueError(f"window must be at least one day, not {window}")

    def frame(day: date) -> Span:
        period = calendar.trailing(day, window)
        return period.start, period.end

    return frame


def year_to_date_frame(*, start_month: int = 1) -> Frame:
    """From the beginning of the day's fiscal year to the day."""

    def frame(day: date) -> Span:
        return calendar.period_of(day, Grain.YEAR, start_month=start_month).start, day

    return frame


def latest_full_quarter_frame(*, start_month: int = 1) -> Frame:
    """The fiscal quarter that ended latest; at the close of its last day a quarter is full."""

    def frame(day: date) -> Span:
        quarter = calendar.period_of(day, Grain.QUARTER, start_month=start_month)
        if quarter.end != day:
            quarter = calendar.period_of(
                quarter.start - calendar.ONE_DAY, Grain.QUARTER, start_month=start_month
            )
        return quarter.start, quarter.end

    return frame


def widened_window(decided_in: Callable[[int], Number], *, window: int = WINDOW) -> int:
    """The window in days in which a person has enough decided deals: doubled, and doubled again, to at most 365.

    ``decided_in`` gives the decided deals of a window of that many days.
    """
    for _ in range(2):
        if window >= LONGEST_WINDOW or decided_in(window) >= ENOUGH_DECIDED:
            return window
        window = min(2 * window, LONGEST_WINDOW)
    return window


def profile_gone(
    start: date,
    due: date,
    on: date,
    *,
    workdays: Workdays,
    month_weights: Mapping[date, Number] | None = None,
    joined: date | None = None,
    ramp: Sequence[Number] = RAMP,
) -> Fraction:
    """The part of the profile that has gone by the close of day ``on``: 0 before it begins, 1 from due on.

    By working days; with ``month_weights`` (first of month -> weight; all months from start to due) each month has its
    weight, spread over its working days, or on its last day if it has none. A person's days weigh by the ramp since
    ``joined``, and begin no earlier. Cut to start..due and made 1 there; what has no weight at all counts on due.
    """
    if due < start:
        raise ValueError(f"due {due} lies before start {start}")
    if on >= due:
        return Fraction(1)
    if joined is not None and calendar.months_between(calendar.month_start(joined), start) > len(ramp):
        joined = None  # has long had the full ramp: the same for everybody of whom that is true
    if month_weights is None and calendar.is_value(workdays):
        return _gone_kept(start, due, on, workdays, joined, tuple(ramp))
    return _gone(start, due, on, workdays, joined, ramp, month_weights)


def _gone(
    start: date,
    due: date,
    on: date,
    workdays: Workdays,
    joined: date | None,
    ramp: Sequence[Number],
    month_weights: Mapping[date, Number] | None = None,
) -> Fraction:
    begin = max(start, joined) if joined else start
    gone = whole = Fraction(0)
    month = calendar.month_start(begin)
    while month <= due:
        weight = ramp_in(month, joined, ramp)
        share = Fraction(1) if month_weights is None else _month_weight(month, month_weights)
        days, all_days = _days_that_count(month, begin, due, workdays, has_weight=month_weights is not None)
        each = weight * share / (all_days if month_weights is not None else 1) if all_days else Fraction(0)
        whole += each * len(days)
        gone += each * sum(1 for day in days if day <= on)
        month = calendar.add_months(month, 1)
    return gone / whole if whole else Fraction(0)


_gone_kept = lru_cache(maxsize=20_000)(_gone)


def _month_weight(month: date, weights: Mapping[date, Number]) -> Fraction:
    if month not in weights:
        raise ValueError(f"month_weights says nothing of {month:%Y-%m}")
    weight = exact(weights[month], "month_weights")
    if weight < 0:
        raise ValueError(f"month_weights must not be negative, as for {month:%Y-%m}")
    return weight


def _days_that_count(
    month: date, begin: date, due: date, workdays: Workdays, *, has_weight: bool
) -> tuple[list[date], int]:
    """The month's working days within begin..due, and how many the whole month has."""
    last = calendar.month_end(month)
    worked = [day for day in calendar.days(month, last) if workdays(day)]
    if not worked and has_weight:
        worked = [last]
    return [day for day in worked if begin <= day <= due], len(worked)


@dataclass(frozen=True)
class _Stop:
    day: date
    level: Fraction


def _stops(start: date, due: date, low: Fraction, high: Fraction, milestones: Milestones) -> list[_Stop]:
    """Where the line bends, the baseline first and the target last."""
    between = [_Stop(day, exact(level, "milestones")) for day, level in sorted(milestones) if day != due]
    days = [stop.day for stop in between]
    if any(not start <= day < due for day in days) or len(set(days)) < len(days):
        raise ValueError(f"milestones must lie within {start}..{due}, each on a day of its own")
    return [_Stop(start, low), *between, _Stop(due, high)]


@dataclass(frozen=True)
class _Way:
    """The working days of a line's segments, which are the same for all who walk it by one calendar."""

    totals: tuple[int, ...]
    gone: tuple[tuple[int, int], ...]  # per day from start: segment, its working days gone


def _walk(start: date, stops: tuple[date, ...], workdays: Workdays) -> _Way:
    totals: list[int] = []
    gone: list[tuple[int, int]] = []
    first = start
    for at, stop in enumerate(stops):
        count = 0
        for day in calendar.days(first, stop):
            count += 1 if workdays(day) else 0
            gone.append((at, count))
        totals.append(count)
        first = stop + calendar.ONE_DAY
    return _Way(tuple(totals), tuple(gone))


@dataclass(frozen=True)
class _Look:
    """What a mean over some days looks at: working days before, after and within each segment, and what had gone there."""

    worked: int
    before: int
    after: int
    days: tuple[int, ...]
    counts: tuple[int, ...]


def _look(start: date, stops: tuple[date, ...], workdays: Workdays, first: date, last: date) -> _Look:
    way = (_walked if calendar.is_value(workdays) else _walk)(start, stops, workdays)
    due = stops[-1]
    worked = [day for day in calendar.days(first, last) if workdays(day)]
    days, counts = [0] * len(way.totals), [0] * len(way.totals)
    for day in worked:
        if start <= day <= due:
            at, count = way.gone[(day - start).days]
            days[at] += 1
            counts[at] += count
    before = sum(1 for day in worked if day < start)
    after = sum(1 for day in worked if day > due)
    return _Look(len(worked), before, after, tuple(days), tuple(counts))


_walked = lru_cache(maxsize=5_000)(_walk)
_looked = lru_cache(maxsize=20_000)(_look)


class _Line:
    """The line through the stops, by working days; each segment begins the day after its stop."""

    def __init__(self, start: date, due: date, stops: list[_Stop], workdays: Workdays) -> None:
        self._start, self._due, self._workdays = start, due, workdays
        self._stops = stops
        self._bends = tuple(stop.day for stop in stops[1:])
        self._is_kept = calendar.is_value(workdays)
        way = (_walked if self._is_kept else _walk)(start, self._bends, workdays)
        self._totals, self._gone = way.totals, way.gone

    def level(self, day: date) -> Fraction:
        """The level at the close of the day; a segment without working days jumps on its last day."""
        if day < self._start:
            return self._stops[0].level
        if day >= self._due:
            return self._stops[-1].level
        at, count = self._gone[(day - self._start).days]
        low, high = self._stops[at].level, self._stops[at + 1].level
        if day == self._stops[at + 1].day:
            return high
        return low + (high - low) * Fraction(count, self._totals[at]) if self._totals[at] else low

    def mean(self, first: date, last: date) -> Fraction:
        """The mean level over the working days from first to last; the level on the last day if none is worked."""
        look = (_looked if self._is_kept else _look)(self._start, self._bends, self._workdays, first, last)
        if not look.worked:
            return self.level(last)
        total = look.before * self._stops[0].level + look.after * self._stops[-1].level
        for at, whole in enumerate(self._totals):
            if look.days[at]:
                low, high = self._stops[at].level, self._stops[at + 1].level
                total += look.days[at] * low + (high - low) * Fraction(look.counts[at], whole)
        return total / look.worked
