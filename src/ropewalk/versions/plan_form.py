"""The form of a plan file: its names, and the way between them and `plans.shape`.

Amounts may be written as people write them: 40 %, 1.4M, 300k, 1'200. People stand as e-mails or names, teams as they
are called in the people file. Start with `PlanForm`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ropewalk.plans import shape
from ropewalk.rules.calendar import Period

Tell = Callable[[tuple[int | str, ...], str], None]
LARGEST_AMOUNT = Decimal("1e12")
AMOUNT = re.compile(
    r"^\s*([-+]?\d+(?:['’_  ,]\d{3})*(?:\.\d+)?|[-+]?\d+(?:\.\d+)?)\s*(%|percent|k|m)?\s*$", re.IGNORECASE
)
FACTORS = {
    "%": Decimal("0.01"),
    "percent": Decimal("0.01"),
    "k": Decimal(1000),
    "m": Decimal(1_000_000),
    "": Decimal(1),
}


def amount_of(value: Any) -> Any:
    """A number as people write it; raises ValueError with what would do."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no amount. Say a number such as 24, 40 % or 1.4M.")
    found = AMOUNT.match(str(value)) if isinstance(value, str) else None
    try:
        if found:
            digits = re.sub(r"['’_  ,]", "", found.group(1))
            number = Decimal(digits) * FACTORS[(found.group(2) or "").lower()]
        else:
            number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount. Say a number such as 24, 40 % or 1.4M.") from None
    if not number.is_finite() or abs(number) > LARGEST_AMOUNT:
        raise ValueError(f"{value!r} is no amount that can be counted with.")
    return number


def text_of(value: Any) -> Any:
    """Titles and names may look like numbers or dates in YAML; they stay text."""
    return str(value) if isinstance(value, int | float | date) and not isinstance(value, bool) else value


def day_of(value: Any) -> Any:
    """A day, written as 2027-09-30."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is no day. Write it as 2027-09-30.") from None
    if value is not None and not isinstance(value, date):
        raise ValueError(f"{value!r} is no day. Write it as 2027-09-30.")
    return value.date() if isinstance(value, datetime) else value


Amount = Annotated[
    Decimal,
    BeforeValidator(amount_of),
    WithJsonSchema({"type": ["number", "string"], "examples": ["40 %", 24, "1.4M"]}),
]
Day = Annotated[date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, BeforeValidator(text_of), Field(max_length=5000)]
Line = Annotated[str, BeforeValidator(text_of), Field(max_length=200)]


class Form(BaseModel):
    """A part of the file: unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class MilestoneForm(Form):
    """A dated step: either a level to reach, or an owner who delivers it."""

    title: Line
    by: Day
    level: Amount | None = Field(None, description="measured: the value that the metric reaches by then")
    owner: Line = Field("", description="delivered: e-mail or name of who answers for it")
    delivered_on: Day | None = None
    evidence: Text = ""


class ActivityForm(Form):
    """How much of an activity a role does."""

    activity: Line
    amount: Amount
    per: Literal["day", "week", "month"]
    counted: Literal["crm", "tap"] = Field("crm", description="out of the CRM, or logged by a tap")
    where: dict[str, Line] = Field(default_factory=dict)


class GoalForm(Form):
    """What the initiative is measured by."""

    metric: Line
    label: Line = Field("", description="of a manual metric: what is counted")
    unit_word: Line = ""
    where: dict[str, Line] = Field(default_factory=dict, description="scope, such as vertical: medical")
    baseline: Amount | None = None
    target: Amount | None = None
    start: Day | None = None
    due: Day | None = None
    window: Literal["", "days", "year_to_date", "last_full_quarter", "none"] = ""
    window_days: int | None = Field(None, ge=1, le=366)
    cascaded: bool = True
    weighting: Literal[
        "", "last_year", "equal", "capacity", "hand", "same_lift", "same_target", "same_points"
    ] = ""
    over_assignment: list[Amount] = Field(default_factory=list, max_length=6)
    over_assignment_reason: Text = ""
    unit: Amount | None = None
    shares: dict[str, Amount] = Field(default_factory=dict, description="set by hand: person -> share")


class InitiativeForm(Form):
    """One of at most three."""

    title: Line
    key: Line = Field("", description="stable across versions; made from the title where it is missing")
    kind: Literal["product", "market segment", "vertical", "sales process", "headcount", "other"] = "other"
    why: Text = ""
    impact: Text = ""
    sponsor: Line = ""
    worth: Amount | None = None
    roles: list[Line] = Field(default_factory=lambda: ["Salesperson"])
    teams: list[Line] = Field(default_factory=list)
    goal: GoalForm
    milestones: list[MilestoneForm] = Field(default_factory=list, max_length=40)
    expectations: dict[str, Text] = Field(
        default_factory=dict, description="role -> what it does differently"
    )
    activities: dict[str, list[ActivityForm]] = Field(default_factory=dict, description="role -> standards")
    retired_on: Day | None = None


class IdeaForm(Form):
    """An entry of the parking lot."""

    title: Line
    proposed_by: Line = ""
    estimate: Line = ""


class RolloutForm(Form):
    """By when the plan reaches people."""

    announcement: Day | None = None
    team_talks: Day | None = None
    plans_agreed: Day | None = None


class PlanForm(Form):
    """A year's plan."""

    year: int = Field(ge=1971, le=2198, description="fiscal, named by the year in which it ends")
    revenue_goal: Amount | None = None
    revenue_before: Amount | None = None
    initiatives: list[InitiativeForm] = Field(default_factory=list, max_length=50)
    parked: list[IdeaForm] = Field(default_factory=list, max_length=200)
    rollout: RolloutForm = Field(default_factory=RolloutForm)


def key_of(title: str) -> str:
    """A key made from a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80] or "initiative"


def plan_of(form: PlanForm, year: Period, tell: Tell) -> shape.Plan:
    """The plan a form stands for; `tell` hears of what can't be."""
    initiatives, keys = [], set()
    for at, one in enumerate(form.initiatives):
        key = one.key or key_of(one.title)
        if key in keys:
            tell(
                ("initiatives", at),
                f"Two initiatives have the key “{key}”. Give this one a “key:” of its own.",
            )
        keys.add(key)
        for n, milestone in enumerate(one.milestones):
            if milestone.level is not None and milestone.owner:
                words = f"“{milestone.title}” has a level and an owner. Keep “level” (measured) or “owner” (delivered)."
                tell(("initiatives", at, "milestones", n), words)
        initiatives.append(initiative_of(one, key))
    return shape.Plan(
        year=form.year,
        first_day=year.start,
        last_day=year.end,
        initiatives=tuple(initiatives),
        revenue_goal=form.revenue_goal,
        revenue_before=form.revenue_before,
        ideas=tuple(shape.Idea(one.title, one.proposed_by, one.estimate) for one in form.parked),
        calendar=shape.RolloutCalendar(**form.rollout.model_dump()),
    )


def initiative_of(form: InitiativeForm, key: str) -> shape.Initiative:
    goal = form.goal
    return shape.Initiative(
        key=key,
        title=form.title.strip(),
        kind=form.kind,
        why=form.why.strip(),
        impact=form.impact.strip(),
        sponsor=form.sponsor.strip(),
        worth=form.worth,
        roles=tuple(form.roles),
        teams=tuple(form.teams),
        retired_on=form.retired_on,
        goal=shape.Goal(
            metric=goal.metric,
            label=goal.label,
            unit_word=goal.unit_word,
            where=tuple(sorted(goal.where.items())),
            baseline=goal.baseline,
            target=goal.target,
            start=goal.start,
            due=goal.due,
            window=goal.window,
            window_days=goal.window_days,
            is_cascaded=goal.cascaded,
            weighting=goal.weighting,
            over_assignment=tuple(goal.over_assignment),
            over_assignment_reason=goal.over_assignment_reason,
            unit=goal.unit,
            shares_by_hand=tuple(goal.shares.items()),
        ),
        milestones=tuple(shape.Milestone(**one.model_dump()) for one in form.milestones),
        expectations=tuple(shape.Expectation(role, text.strip()) for role, text in form.expectations.items()),
        standards=tuple(
            shape.Standard(
                role, one.activity, one.amount, one.per, one.counted, tuple(sorted(one.where.items()))
            )
            for role, activities in form.activities.items()
            for one in activities
        ),
    )


def form_of(plan: shape.Plan) -> dict[str, Any]:
    """A plan under the names of the file; what says nothing is left out."""
    return without_nothing(
        {
            "year": plan.year,
            "revenue_goal": number(plan.revenue_goal),
            "revenue_before": number(plan.revenue_before),
            "initiatives": [form_of_initiative(one) for one in plan.initiatives],
            "parked": [without_nothing(dict(one.__dict__)) for one in plan.ideas],
            "rollout": without_nothing(dict(plan.calendar.__dict__)),
        }
    )


def form_of_initiative(one: shape.Initiative) -> dict[str, Any]:
    goal = one.goal
    activities: dict[str, list[dict[str, Any]]] = {}
    for standard in one.standards:
        entry = {
            "activity": standard.activity,
            "amount": number(standard.amount),
            "per": standard.per,
            "counted": standard.counted,
            "where": dict(standard.where),
        }
        activities.setdefault(standard.role, []).append(without_nothing(entry))
    return without_nothing(
        {
            "title": one.title,
            "key": one.key,
            "kind": one.kind,
            "why": one.why,
            "impact": one.impact,
            "sponsor": one.sponsor,
            "worth": number(one.worth),
            "roles": list(one.roles),
            "teams": list(one.teams),
            "goal": without_nothing(
                {
                    "metric": goal.metric,
                    "label": goal.label,
                    "unit_word": goal.unit_word,
                    "where": dict(goal.where),
                    "baseline": number(goal.baseline),
                    "target": number(goal.target),
                    "start": goal.start,
                    "due": goal.due,
                    "window": goal.window,
                    "window_days": goal.window_days,
                    "cascaded": None if goal.is_cascaded else False,
                    "weighting": goal.weighting,
                    "over_assignment": [number(factor) for factor in goal.over_assignment],
                    "over_assignment_reason": goal.over_assignment_reason,
                    "unit": number(goal.unit),
                    "shares": {person: number(amount) for person, amount in goal.shares_by_hand},
                }
            ),
            "milestones": [
                without_nothing({**each.__dict__, "level": number(each.level)}) for each in one.milestones
            ],
            "expectations": {each.role: each.text for each in one.expectations},
            "activities": activities,
            "retired_on": one.retired_on,
        },
        keep=("roles",),  # none at all isn't the same as the usual one
    )


def without_nothing(values: dict[str, Any], *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name in keep or value not in (None, "", [], {}, ())
    }


def number(value: Decimal | None) -> int | str | None:
    """Whole numbers as numbers; others as quoted text, so that no reader rounds them."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else str(value.normalize())
