"""A plan as the definition checks see it, and what the company's data can say about it.

Knows plain values only. A person is whatever key the caller uses for people, an initiative is named by its key. Start
with ``PlanDraft`` and ``Known``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from ropewalk.rules.exact import Number

MINUTES: Mapping[str, Number] = {
    "call": 10,
    "e-mail": 5,
    "email": 5,
    "meeting": 60,
    "demonstration": 60,
    "demo": 60,
    "visit": 120,
    "task": 30,
    "other": 30,
}  # planned per activity type, unless the company says otherwise
HOURS_LIMIT = 20  # a week, for the activities of all initiatives together
ADDITIVE_KINDS = frozenset({"count", "sum", "distinct", "first_time"})


@dataclass(frozen=True)
class MetricDraft:
    """What the checks need to know of a goal's metric."""

    name: str
    label: str = ""
    kind: str = "count"  # count, sum, mean, ratio, distinct, first_time or manual
    better: str = "higher"  # or lower
    unit: str = "count"  # rate (0..1), money, days or count
    tag: str = "result"  # result, objective or activity
    is_additive: bool | None = None  # None: as the kind says; a manual metric has to say
    companion: str | None = None  # the metric that would show it being gamed
    has_interval: bool = True  # of a rate: k of n deals; not so by amount

    @property
    def adds_up(self) -> bool:
        """Whether shares of it add up: counts and sums do, rates and means don't."""
        return self.kind in ADDITIVE_KINDS if self.is_additive is None else self.is_additive

    @property
    def words(self) -> str:
        """What to call it in a sentence."""
        return self.label or self.name.replace("_", " ")


@dataclass(frozen=True)
class GoalDraft:
    """Metric, scope, baseline, target, start and due; what isn't filled in is None."""

    metric: MetricDraft | None = None
    baseline: Number | None = None
    target: Number | None = None
    start: date | None = None  # None: the plan's first day
    due: date | None = None
    scope: tuple[tuple[str, str], ...] = ()
    text: str = ""  # as typed, where it was
    is_cascaded: bool = True
    over_assignment_reason: str = ""


@dataclass(frozen=True)
class MilestoneDraft:
    """Measured where it has a level, else delivered by an owner."""

    title: str
    by: date | None = None
    level: Number | None = None
    owner: str = ""


@dataclass(frozen=True)
class ExpectationDraft:
    """What a role does differently."""

    role: str
    text: str


@dataclass(frozen=True)
class StandardDraft:
    """How much of an activity a role does."""

    role: str
    activity: str
    amount: Number | None = None
    per: str = ""  # day, week or month
    counted: str = "crm"  # or tap


@dataclass(frozen=True)
class InitiativeDraft:
    """One initiative; retired ones are left out of a plan that is checked."""

    key: str
    title: str
    goal: GoalDraft = GoalDraft()
    why: str = ""
    impact: str = ""
    sponsor: str = ""
    roles: tuple[str, ...] = ("Salesperson",)
    milestones: tuple[MilestoneDraft, ...] = ()
    expectations: tuple[ExpectationDraft, ...] = ()
    standards: tuple[StandardDraft, ...] = ()


@dataclass(frozen=True)
class PlanDraft:
    """A year's plan."""

    year: int  # fiscal, named by the year in which it ends
    first_day: date
    last_day: date
    initiatives: tuple[InitiativeDraft, ...] = ()
    revenue_goal: Number | None = None


@dataclass(frozen=True)
class BestEver:
    """The best that any four quarters in a row, or any team in them, ever reached of a goal's metric and scope."""

    value: Number | None
    whose: str = "the company"  # or a team's name
    when: str = ""  # "2025-Q2 to 2026-Q1"
    quarters: int = 4  # full quarters of history behind it


@dataclass(frozen=True)
class Volume:
    """Decided deals expected of one person or team in one window."""

    name: str
    decided: Number


@dataclass(frozen=True)
class Known:
    """What the company's data say, by initiative key. None, or a key that is missing, could not be asked."""

    active_members: Collection[str] | None = None  # as sponsors are written
    coverage: Mapping[str, Number] | None = None  # the people's shares, as a part of the goal
    baselines: Mapping[str, Number] | None = None  # computed for the year before
    best: Mapping[str, BestEver] | None = None
    volumes: Mapping[str, Collection[Volume]] | None = None
    minutes: Mapping[str, Number] = field(default_factory=dict)  # per activity type, over the usual ones
    hours_limit: Number = HOURS_LIMIT
    weekdays: int = 5  # days a week that the company works


NOTHING_KNOWN = Known()
