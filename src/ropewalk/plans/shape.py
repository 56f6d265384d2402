"""A plan as plain values, whichever way it came: typed, out of a file, or out of a published version.

People are named by e-mail (or by name where they have none), teams by their key. It knows no table and no company.
Start with `Plan`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ropewalk.rules.checks import MOST_INITIATIVES

KINDS = ("product", "market segment", "vertical", "sales process", "headcount", "other")
WEIGHTINGS = ("last_year", "equal", "capacity", "hand")
RATIO_WEIGHTINGS = ("same_lift", "same_target", "same_points", "hand")
CADENCES = ("day", "week", "month")
MANUAL = "manual"  # a goal on something the CRM doesn't know


@dataclass(frozen=True)
class Milestone:
    """A dated step: measured (the metric reaches a level) or delivered (a thing done by somebody)."""

    title: str
    by: date
    level: Decimal | None = None  # measured: the value to reach
    owner: str = ""  # delivered: who answers for it
    delivered_on: date | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Standard:
    """How much of an activity a role does, per day, week or month."""

    role: str
    activity: str  # the type as the CRM says it, or the company's own word
    amount: Decimal
    per: str  # one of CADENCES
    counted: str = "crm"  # "crm" or "tap", never both
    where: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What tells it from other standards of the same initiative."""
        scope = ",".join(f"{name}={value}" for name, value in self.where)
        return f"{self.role}|{self.activity}|{self.per}|{scope}"


@dataclass(frozen=True)
class Expectation:
    """What a role does differently, in words."""

    role: str
    text: str


@dataclass(frozen=True)
class Goal:
    """Metric, scope, baseline, target, start and due; rates as 0..1, money in the company's currency."""

    metric: str
    target: Decimal | None
    baseline: Decimal | None
    start: date | None
    due: date | None
    where: tuple[tuple[str, str], ...] = ()
    label: str = ""  # of a manual metric
    unit_word: str = ""  # of a manual metric: "hires"
    window_days: int | None = None  # trailing window of a level goal; None: the metric's default
    window: str = ""  # "", "days", "year_to_date", "last_full_quarter", "none"
    is_cascaded: bool = True
    weighting: str = ""  # "" takes the default of the metric's kind
    over_assignment: tuple[Decimal, ...] = ()  # factor per level, 1 or more
    over_assignment_reason: str = ""
    unit: Decimal | None = None  # shares are multiples of it; None: 1 for counts, 1 currency unit for money
    shares_by_hand: tuple[tuple[str, Decimal], ...] = ()  # person -> share or target


@dataclass(frozen=True)
class Initiative:
    """One of the at most three things the company does differently this year."""

    key: str  # stable across versions
    title: str
    goal: Goal
    kind: str = "other"
    why: str = ""
    impact: str = ""
    sponsor: str = ""
    worth: Decimal | None = None  # money, what it brings towards the revenue goal
    roles: tuple[str, ...] = ("Salesperson",)
    teams: tuple[str, ...] = ()  # empty: the whole company
    milestones: tuple[Milestone, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    standards: tuple[Standard, ...] = ()
    retired_on: date | None = None


@dataclass(frozen=True)
class Idea:
    """Something for the parking lot: not lost, and no plan."""

    title: str
    proposed_by: str = ""
    estimate: str = ""


@dataclass(frozen=True)
class RolloutCalendar:
    """By when the plan reaches people."""

    announcement: date | None = None
    team_talks: date | None = None
    plans_agreed: date | None = None


@dataclass(frozen=True)
class Plan:
    """A year's plan."""

    year: int  # fiscal, named by the year in which it ends
    first_day: date
    last_day: date
    initiatives: tuple[Initiative, ...] = ()
    revenue_goal: Decimal | None = None
    revenue_before: Decimal | None = None  # what the year before brought
    ideas: tuple[Idea, ...] = ()
    calendar: RolloutCalendar = field(default_factory=RolloutCalendar)

    @property
    def start_month(self) -> int:
        """The month in which this plan's years begin: that of its own, whatever the company's setting has become since."""
        return self.first_day.month

    def initiative(self, key: str) -> Initiative | None:
        """The initiative of that key; None where the plan has none."""
        return next((one for one in self.initiatives if one.key == key), None)

    def active(self, on: date) -> tuple[Initiative, ...]:
        """The initiatives that aren't retired on a day; `retired_on` is the first day without one."""
        return tuple(one for one in self.initiatives if one.retired_on is None or one.retired_on > on)

    def slot(self, key: str) -> int:
        """The place (1 to 3) of an initiative; whichever came for a retired one has taken its place."""
        slots: dict[str, int] = {}
        given_up: list[int] = []
        for one in self.initiatives:
            is_new = len(slots) < MOST_INITIATIVES or not given_up
            slots[one.key] = len(slots) + 1 if is_new else given_up.pop(0)
            if one.retired_on is not None:
                given_up.append(slots[one.key])
        return slots[key]
