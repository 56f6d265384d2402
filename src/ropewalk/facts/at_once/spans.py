"""Spans of time in which clocks are as far from UTC, so that the engine reads a time by adding to it.

It knows hours that the judge's reader has read, and no cell's column. Start with `spans_of`; `added` makes an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1) - timedelta(microseconds=1)
Hour = tuple[
    str, str, str, str
]  # what stands before the minutes and behind the seconds, the day, the first instant


@dataclass(frozen=True)
class Span:
    """From an hour on, as a cell names it: what to add for the instant, and what for the company's own clock."""

    start: datetime
    to_instant: timedelta
    to_clock: timedelta


def spans_of(hours: Iterable[Hour], zone: ZoneInfo) -> dict[str, list[Span]] | None:
    """The spans by what stands behind the seconds; None where a day isn't the one that the company's clock shows."""
    found: dict[str, list[Span]] = {}
    for before, behind, day, first in sorted(hours, key=lambda one: one[0].replace("T", " ")):
        try:
            named = datetime.fromisoformat(f"{before}:00:00")
        except ValueError:
            return None
        instant = moment(first)
        clock = instant.astimezone(zone).replace(tzinfo=None)
        if not clock.date().isoformat() == (clock + HOUR).date().isoformat() == day:
            return None
        span = Span(named, instant.replace(tzinfo=None) - named, clock - named)
        known = found.setdefault(behind, [])
        if not known or (known[-1].to_instant, known[-1].to_clock) != (span.to_instant, span.to_clock):
            known.append(span)
    return found


def added(time: str, spans: Sequence[Span], *, clock: bool) -> str:
    """The expression of a time with what its span adds to it, for the instant or for the company's clock."""
    steps = [(one.start, one.to_clock if clock else one.to_instant) for one in spans]
    if len({step for _, step in steps}) == 1:
        return time if not steps[0][1] else f"({time} + {_interval(steps[0][1])})"
    before = " ".join(
        f"WHEN {time} < TIMESTAMP '{following}' THEN {_interval(step)}"
        for (_, step), (following, _) in pairwise(steps)
    )
    return f"({time} + CASE {before} ELSE {_interval(steps[-1][1])} END)"


def moment(text: str) -> datetime:
    """An instant as the lookups write it."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


def _interval(step: timedelta) -> str:
    return f"to_microseconds({step // timedelta(microseconds=1)})"
