"""Writing the draft: the whole plan at once, out of plain values. A fourth initiative is refused.

It must not ask whether the plan is good: that is `versions.checking`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.journal.writing import Actor, write
from ropewalk.plans import shape
from ropewalk.plans.models import (
    LIMIT,
    ActivityStandard,
    Expectation,
    Goal,
    Idea,
    Initiative,
    ManualValue,
    Milestone,
    Plan,
)


class FourthInitiative(Exception):
    """More than three initiatives were asked for."""

    def __init__(self, year: int, titles: tuple[str, ...]) -> None:
        extra = " and ".join(f"“{title}”" for title in titles[LIMIT:])
        held = ", ".join(f"“{title}”" for title in titles[:LIMIT])
        super().__init__(
            f"{extra} would be initiative number {LIMIT + 1}{' and more' if len(titles) > LIMIT + 1 else ''} of {year}, "
            f"after {held}. Three is the limit, so that each gets done: park one (move it under “parked”), "
            "or retire one of a published plan (“retired_on:” a day), then add this one."
        )


class DraftChanged(Exception):
    """Somebody changed the draft after it was looked at."""


def define(company_id: int, plan: shape.Plan, *, by: Actor, at: datetime, seen: int | None = None) -> int:
    """Replace the year's draft by this plan, add its ideas to the parking lot, and give the draft's id.

    `seen` is the edition that the writer looked at, 0 where there was no draft; without, whatever is there is replaced.
    Raises FourthInitiative and DraftChanged, with nothing changed.
    """
    kept = [one for one in plan.initiatives if one.retired_on is None]
    if len(kept) > LIMIT:
        raise FourthInitiative(plan.year, tuple(one.title for one in kept))
    roster = roster_for_system(company_id)
    with transaction.atomic():
        row, is_new = Plan.objects.select_for_update().get_or_create(
            company_id=company_id,
            year=plan.year,
            defaults={"first_day": plan.first_day, "last_day": plan.last_day},
        )
        if seen is not None and not is_new and row.edition != seen:
            raise DraftChanged
        row.first_day, row.last_day = plan.first_day, plan.last_day
        row.revenue_goal, row.revenue_before = plan.revenue_goal, plan.revenue_before
        row.announcement_on = plan.calendar.announcement
        row.team_talks_by = plan.calendar.team_talks
        row.plans_agreed_by = plan.calendar.plans_agreed
        row.edition += 0 if is_new else 1
        row.save()
        row.initiatives.all().delete()
        slots = iter(range(1, LIMIT + 1))
        for initiative in plan.initiatives:
            slot = None if initiative.retired_on else next(slots)
            write_initiative(row, slot, initiative, roster)
        for idea in plan.ideas:
            Idea.objects.get_or_create(
                company_id=company_id,
                title=idea.title,
                defaults={"proposed_by": idea.proposed_by, "estimate": idea.estimate},
            )
        write(
            "defined plan",
            thing=f"plan:{row.pk}",
            actor=by,
            at=at,
            company_id=company_id,
            words=f"{plan.year}: {', '.join(one.title for one in plan.initiatives)}",
        )
    return row.pk


def write_initiative(plan: Plan, slot: int | None, initiative: shape.Initiative, roster: Roster) -> None:
    row = Initiative.objects.create(
        plan=plan,
        slot=slot,
        key=initiative.key,
        title=initiative.title,
        kind=initiative.kind,
        why=initiative.why,
        impact=initiative.impact,
        sponsor_id=person_named(roster, initiative.sponsor),
        sponsor_as_written=initiative.sponsor,
        worth=initiative.worth,
        roles=list(initiative.roles),
        teams=list(initiative.teams),
        retired_on=initiative.retired_on,
    )
    goal = initiative.goal
    Goal.objects.create(
        initiative=row,
        metric=goal.metric,
        where=[list(pair) for pair in goal.where],
        label=goal.label,
        unit_word=goal.unit_word,
        baseline=goal.baseline,
        target=goal.target,
        start=goal.start,
        due=goal.due,
        window=goal.window,
        window_days=goal.window_days,
        is_cascaded=goal.is_cascaded,
        weighting=goal.weighting,
        over_assignment=[str(factor) for factor in goal.over_assignment],
        over_assignment_reason=goal.over_assignment_reason,
        unit=goal.unit,
        shares_by_hand=[[person, str(amount)] for person, amount in goal.shares_by_hand],
    )
    for place, milestone in enumerate(initiative.milestones):
        Milestone.objects.create(initiative=row, place=place, **milestone.__dict__)
    for place, expectation in enumerate(initiative.expectations):
        Expectation.objects.create(initiative=row, place=place, **expectation.__dict__)
    for place, standard in enumerate(initiative.standards):
        ActivityStandard.objects.create(
            initiative=row,
            place=place,
            **{**standard.__dict__, "where": [list(pair) for pair in standard.where]},
        )


def person_named(roster: Roster, written: str) -> int | None:
    """The one person an e-mail or a name stands for; None where nobody or several do."""
    wanted = written.strip().casefold()
    if not wanted:
        return None
    by_email = [one.id for one in roster.people.values() if one.email.casefold() == wanted]
    found = by_email or [one.id for one in roster.people.values() if one.name.casefold() == wanted]
    return found[0] if len(found) == 1 else None


def enter_value(
    company_id: int, label: str, value: Decimal, *, day: date, note: str, by: Actor, at: datetime
) -> None:
    """Enter a manual metric's value as of a day; a value entered before for that day is replaced."""
    with transaction.atomic():
        ManualValue.objects.update_or_create(
            company_id=company_id, label=label, day=day, defaults={"value": value, "note": note}
        )
        write(
            "entered value",
            thing=f"company:{company_id}",
            actor=by,
            at=at,
            company_id=company_id,
            words=f"{label}: {value} on {day}",
        )
