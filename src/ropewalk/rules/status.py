"""One word for how a goal stands: reached, on pace, behind, off pace, missed, too early, or no share.

Knows values, expectations and days. Must not know where they come from. All ratios are exact, so that 0.95 is on
pace and not a hair below. Start with ``additive_status`` and ``level_status``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil

from ropewalk.rules.calendar import Workdays, count_working_days
from ropewalk.rules.exact import Number, exact
from ropewalk.rules.pace import ENOUGH_DECIDED


class Status(StrEnum):
    """How a goal stands on a day; the values are the words on the screen."""

    NO_SHARE = "no share"
    REACHED = "reached"
    MISSED = "missed"
    TOO_EARLY = "too early"
    ON_PACE = "on pace"
    BEHIND = "behind"
    OFF_PACE = "off pace"


# Too early says neither good nor bad, so it is weaker than on pace and stronger than behind.
_WEAKEST_FIRST = (
    Status.MISSED,
    Status.OFF_PACE,
    Status.BEHIND,
    Status.TOO_EARLY,
    Status.ON_PACE,
    Status.REACHED,
    Status.NO_SHARE,
)

FEWEST_UNITS = 2  # expected of a count before it is judged
TOO_EARLY_PART = Fraction(1, 10)  # of the working days from start to due


@dataclass(frozen=True)
class Thresholds:
    """From which r a goal is on pace, and from which merely behind; a company may set others per metric."""

    on_pace: Fraction = Fraction(95, 100)
    behind: Fraction = Fraction(85, 100)

    def __post_init__(self) -> None:
        if not 0 <= self.behind <= self.on_pace:
            raise ValueError(f"behind must lie within 0..on_pace, not {self.behind} to {self.on_pace}")


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Judgement:
    """A status with the figures it was drawn from, as parts of the way from baseline to target."""

    status: Status
    progress: Fraction | None  # None without a value or a share; never cut to 0..1
    expected_progress: Fraction | None
    r: Fraction | None  # progress / expected progress; None where nothing is expected


def additive_status(
    *,
    value: Number,
    share: Number,
    expected: Number,
    start: date,
    due: date,
    on: date,
    workdays: Workdays,
    highest: Number | None = None,
    is_count: bool = True,
    unit: Number = 1,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Judgement:
    """How a count or sum stands against its share on day ``on``.

    ``value`` is what start..on holds, and from due on what start..due holds; ``highest`` is the most it ever was, for
    sums that can fall again. The rules for whole units hold for counts only.
    """
    have, goal, want, size = (
        exact(value),
        exact(share, "share"),
        exact(expected, "expected"),
        exact(unit, "unit"),
    )
    if goal == 0:
        return Judgement(Status.NO_SHARE, None, None, None)
    progress, way = have / goal, want / goal
    r = have / want if want > 0 else None
    best = have if highest is None else max(have, exact(highest, "highest"))
    if best >= goal:
        status = Status.REACHED
    elif on >= due:
        status = Status.MISSED
    elif _has_hardly_begun(start, due, on, workdays) or (is_count and want < FEWEST_UNITS * size):
        status = Status.TOO_EARLY
    else:
        status = _by_ratio(progress, way, thresholds)
        if is_count and status is Status.OFF_PACE and want - have < size:
            status = Status.BEHIND
    return Judgement(status, progress, way, r)


def level_status(
    *,
    value: Number | None,
    baseline: Number,
    target: Number,
    expected: Number,
    start: date,
    due: date,
    on: date,
    workdays: Workdays,
    decided: Number | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Judgement:
    """How a rate or mean stands on day ``on``; whether lower is better follows from baseline and target.

    From due on give the value of the due day: a level goal is fixed on it. ``decided`` is the number of decided deals
    in the (widened) window of a rate; None where there is no such rule. Raises ValueError where target and baseline
    are the same.
    """
    low, way = exact(baseline, "baseline"), exact(target, "target") - exact(baseline, "baseline")
    if way == 0:
        raise ValueError("target is the baseline: there is no way to go")
    wanted = (exact(expected, "expected") - low) / way
    progress = None if value is None else (exact(value) - low) / way
    r = None if progress is None or wanted <= 0 else progress / wanted
    if on >= due:
        status = Status.REACHED if progress is not None and progress >= 1 else Status.MISSED
    elif progress is None or _is_too_few(decided) or _has_hardly_begun(start, due, on, workdays):
        status = Status.TOO_EARLY
    else:
        status = _by_ratio(progress, wanted, thresholds)
    return Judgement(status, progress, wanted, r)


def foot_to_hold(*, baseline: Number, target: Number, is_lower_better: bool) -> Fraction | None:
    """From where progress is measured when a target asks for no more than there was, which is then to be held.

    Nothing, or twice the target where lower is better, so that progress is how the value compares with the target, and
    the target itself is expected all along. None where there is a way to go from ``baseline`` to ``target``. So it comes
    to people who were above the company's goal before it was set.
    """
    low, goal = exact(baseline, "baseline"), exact(target, "target")
    if goal < low if is_lower_better else goal > low:
        return None
    return 2 * goal if is_lower_better else Fraction(0)


def working_days_to_wait(start: date, due: date, on: date, workdays: Workdays) -> int:
    """Working days after ``on`` until a tenth of those from start to due has gone, the last of them counted; 0 once it has."""
    needed = ceil(TOO_EARLY_PART * count_working_days(start, due, workdays))
    if on < start:
        return count_working_days(on + timedelta(days=1), start - timedelta(days=1), workdays) + needed
    return max(0, needed - count_working_days(start, min(on, due), workdays))


def weakest(statuses: Iterable[Status]) -> Status | None:
    """The status that stands for them all; None for none."""
    found = set(statuses)
    return next((status for status in _WEAKEST_FIRST if status in found), None)


def weakness(status: Status) -> int:
    """For sorting: 0 for the weakest status, more for every stronger one."""
    return _WEAKEST_FIRST.index(status)


def _is_too_few(decided: Number | None) -> bool:
    return decided is not None and decided < ENOUGH_DECIDED


def _has_hardly_begun(start: date, due: date, on: date, workdays: Workdays) -> bool:
    whole = count_working_days(start, due, workdays)
    return count_working_days(start, min(on, due), workdays) < TOO_EARLY_PART * whole


def _by_ratio(progress: Fraction, expected: Fraction, thresholds: Thresholds) -> Status:
    if expected <= 0:
        return Status.ON_PACE if progress >= expected else Status.OFF_PACE
    r = progress / expected
    if r >= thresholds.on_pace:
        return Status.ON_PACE
    return Status.BEHIND if r >= thresholds.behind else Status.OFF_PACE
