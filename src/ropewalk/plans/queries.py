"""What is read of drafts and of the parking lot, as plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ropewalk.companies.access import Viewer
from ropewalk.plans import shape
from ropewalk.plans.models import Idea, Initiative, ManualValue, Plan


def draft_for_system(company_id: int, year: int) -> shape.Plan | None:
    """The year's draft as it stands; None where there is none."""
    row = Plan.objects.filter(company_id=company_id, year=year).first()
    if row is None:
        return None
    initiatives = (
        Initiative.objects.filter(plan=row)
        .select_related("goal", "sponsor")
        .prefetch_related("milestones", "expectations", "standards")
        .order_by("pk")  # as they were written, the retired where they stood
    )
    return shape.Plan(
        year=row.year,
        first_day=row.first_day,
        last_day=row.last_day,
        initiatives=tuple(initiative_of(one) for one in initiatives),
        revenue_goal=plain(row.revenue_goal),
        revenue_before=plain(row.revenue_before),
        ideas=tuple(ideas_for_system(company_id)),
        calendar=shape.RolloutCalendar(row.announcement_on, row.team_talks_by, row.plans_agreed_by),
    )


def initiative_of(row: Initiative) -> shape.Initiative:
    """One initiative's row as plain values."""
    goal = row.goal
    sponsor = (row.sponsor.email or row.sponsor.name) if row.sponsor else row.sponsor_as_written
    return shape.Initiative(
        key=row.key,
        title=row.title,
        kind=row.kind,
        why=row.why,
        impact=row.impact,
        sponsor=sponsor,
        worth=plain(row.worth),
        roles=tuple(row.roles),
        teams=tuple(row.teams),
        retired_on=row.retired_on,
        goal=shape.Goal(
            metric=goal.metric,
            where=pairs(goal.where),
            label=goal.label,
            unit_word=goal.unit_word,
            baseline=plain(goal.baseline),
            target=plain(goal.target),
            start=goal.start,
            due=goal.due,
            window=goal.window,
            window_days=goal.window_days,
            is_cascaded=goal.is_cascaded,
            weighting=goal.weighting,
            over_assignment=tuple(Decimal(factor) for factor in goal.over_assignment),
            over_assignment_reason=goal.over_assignment_reason,
            unit=plain(goal.unit),
            shares_by_hand=tuple((person, Decimal(amount)) for person, amount in goal.shares_by_hand),
        ),
        milestones=tuple(
            shape.Milestone(one.title, one.by, plain(one.level), one.owner, one.delivered_on, one.evidence)
            for one in sorted(row.milestones.all(), key=lambda one: one.place)
        ),
        expectations=tuple(
            shape.Expectation(one.role, one.text)
            for one in sorted(row.expectations.all(), key=lambda one: one.place)
        ),
        standards=tuple(
            shape.Standard(
                one.role,
                one.activity,
                plain(one.amount) or Decimal(0),
                one.per,
                one.counted,
                pairs(one.where),
            )
            for one in sorted(row.standards.all(), key=lambda one: one.place)
        ),
    )


def pairs(where: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((field, value) for field, value in where)


def plain(number: Decimal | None) -> Decimal | None:
    """A stored number without the zeros that its column added."""
    if number is None:
        return None
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def ideas_for_system(company_id: int) -> list[shape.Idea]:
    """The parking lot, oldest first."""
    rows = Idea.objects.filter(company_id=company_id).order_by("pk")
    return [shape.Idea(row.title, row.proposed_by, row.estimate) for row in rows]


def parking_lot(viewer: Viewer) -> list[shape.Idea]:
    """The parking lot as the viewer may read it: everybody but administrators does."""
    if not viewer.is_operator and viewer.roles <= {"administrator"}:
        return []
    return ideas_for_system(viewer.company_id)


def years_for_system(company_id: int) -> list[int]:
    """The fiscal years that have a draft, latest first."""
    return list(Plan.objects.filter(company_id=company_id).order_by("-year").values_list("year", flat=True))


def plan_id_for_system(company_id: int, year: int) -> int | None:
    """The draft's id; None where there is none."""
    return Plan.objects.filter(company_id=company_id, year=year).values_list("pk", flat=True).first()


def draft_of(viewer: Viewer, year: int) -> shape.Plan | None:
    """The year's draft, for those who may read drafts: leader, executive, manager, and the operator."""
    if not viewer.has("leader", "executive", "manager"):
        return None
    return draft_for_system(viewer.company_id, year)


def edition_of(viewer: Viewer, year: int) -> int:
    """How often the year's draft was written; 0 where there is none. Ask before reading the draft, never after."""
    return (
        Plan.objects.filter(company_id=viewer.company_id, year=year).values_list("edition", flat=True).first()
        or 0
    )


def years_of(viewer: Viewer) -> list[int]:
    """The fiscal years the viewer can read a draft of."""
    return years_for_system(viewer.company_id) if viewer.has("leader", "executive", "manager") else []


def manual_values_for_system(company_id: int, label: str) -> list[tuple[date, Decimal]]:
    """A manual metric's values by day."""
    rows = ManualValue.objects.filter(company_id=company_id, label=label).order_by("day")
    return list(rows.values_list("day", "value"))
