"""Reading one typed line: "Improve close rate from 40% to 50% by September".

Knows how people write a goal in English. What can't be read truly is left empty and named; nothing is guessed. The
deadline is read first and taken out, then metric and scope, then the amounts that fit the metric. Start with ``read``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ropewalk.rules import goal_amounts, goal_dates, goal_scope, goal_words
from ropewalk.rules.goal_line import Line

LONGEST = 500  # characters read; what lies beyond is no line any more and stays unread


@dataclass(frozen=True)
class GoalText:
    """What could be read out of one line; None where nothing was said, or nothing for certain."""

    metric: str | None = None  # a name of the catalogue
    baseline: int | float | Decimal | None = None  # rates and percentages as 0..1
    target: int | float | Decimal | None = None
    due: date | None = None  # a period means its last day
    scope: Mapping[str, str] = field(
        default_factory=dict
    )  # field -> value, as typed; empty where none was said
    unread: str = ""  # the pieces that could not be read, "; " between them


def read(line: str, *, year: int | tuple[date, date], metrics: Collection[str]) -> GoalText:
    """What one typed line says of a goal.

    ``year`` is the plan's (first day, last day), or an int for a calendar year; a deadline without a year is the one
    inside it, and quarters are its quarters. ``metrics`` are the names of the catalogue. Raises ValueError where the
    year ends before it begins.
    """
    typed, beyond = Line(line[:LONGEST]), line[LONGEST:].strip()
    due = goal_dates.deadline(typed, goal_dates.plan_year(year))
    metric, baseline, target = None, None, None
    try:
        metric = goal_words.metric(typed, metrics)
        scope = goal_scope.scope(typed)
        baseline, target = goal_amounts.amounts(typed, metric)
    except goal_words.TwoMetrics:
        scope = goal_scope.scope(typed)
    unread = [piece for piece in (typed.unread(goal_words.FILLERS), beyond) if piece]
    return GoalText(metric, baseline, target, due, scope, "; ".join(unread))
