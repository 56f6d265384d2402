"""Drafting a plan from the standards, and editing it. An edit takes back whatever was agreed to the draft before."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from ropewalk.individual_plans.item import Items, PlanItem, PlannedActivity, from_json, to_json
from ropewalk.individual_plans.models import IndividualPlan
from ropewalk.journal.writing import Actor, write
from ropewalk.plans.shape import Initiative


class PlanNotAccepted(Exception):
    """The edited plan can't stand; `findings` says each thing that is wrong and how to mend it.

    `places` says where each is: the initiative's key, the activity's number in it, and "amount" or "reason".
    """

    def __init__(self, findings: list[str], places: list[tuple[str, int, str]] | None = None) -> None:
        self.findings = findings
        self.places = places or []
        super().__init__(" ".join(findings))


class ChangedMeanwhile(Exception):
    """Somebody else saved the plan since it was opened."""


def item_from_standards(initiative: Initiative, role: str | None) -> PlanItem:
    """What the role's standards ask for one initiative."""
    return PlanItem(
        initiative_key=initiative.key,
        activities=tuple(
            PlannedActivity(one.activity, one.amount, one.per, one.counted, one.where, one.amount)
            for one in initiative.standards
            if one.role == role
        ),
    )


def brought_up_to_date(draft: Items, initiatives: list[Initiative], role: str | None) -> Items:
    """The draft with an item for every initiative of the person, and each standard as it is now.

    Amounts that follow the standard follow it when it changes; amounts set on purpose stay.
    """
    items = []
    for initiative in initiatives:
        fresh = item_from_standards(initiative, role)
        held = draft.of(initiative.key)
        if held is None:
            items.append(fresh)
            continue
        mine = {(one.activity, one.per, one.where): one for one in held.activities}
        activities = tuple(
            carried_over(one, mine.pop((one.activity, one.per, one.where), None)) for one in fresh.activities
        )
        own = tuple(one for one in mine.values() if one.standard == 0)
        items.append(PlanItem(initiative.key, activities + own, held.in_my_words, held.objection))
    return Items(tuple(items), draft.stop)


def carried_over(standard: PlannedActivity, mine: PlannedActivity | None) -> PlannedActivity:
    if mine is None or mine.amount == mine.standard:
        return standard
    return PlannedActivity(
        standard.activity,
        mine.amount,
        standard.per,
        standard.counted,
        standard.where,
        standard.amount,
        mine.reason,
    )


def findings_of(items: Items) -> list[str]:
    """What is wrong with a plan, a sentence each."""
    return [sentence for _, sentence in troubles_of(items)]


def troubles_of(items: Items) -> list[tuple[tuple[str, int, str], str]]:
    """What is wrong with a plan: where, and a sentence each."""
    found = []
    for item in items.items:
        for at, one in enumerate(item.activities):
            if one.amount <= 0:
                sentence = f"{one.activity}: {one.amount} a {one.per} is no amount. Say 1 or more."
                found.append(((item.initiative_key, at, "amount"), sentence))
            elif one.amount < one.standard and not one.reason.strip():
                sentence = (
                    f"{one.activity}: {one.amount} a {one.per} is below the standard of {one.standard}. "
                    "Write why, or take the standard."
                )
                found.append(((item.initiative_key, at, "reason"), sentence))
    return found


def start_plan(company_id: int, person_id: int, year: int) -> IndividualPlan:
    """The person's plan of the year, made empty where there is none. Runs inside the caller's transaction."""
    plan, _ = IndividualPlan.objects.get_or_create(
        person_id=person_id, year=year, defaults={"company_id": company_id}
    )
    return plan


def save_draft(
    company_id: int, person_id: int, year: int, items: Items, *, edition: int, by: Actor, at: datetime
) -> int:
    """Save an edited plan and give its new edition.

    Raises PlanNotAccepted, or ChangedMeanwhile where `edition` isn't the one that was opened; nothing is changed then.
    """
    troubles = troubles_of(items)
    if troubles:
        raise PlanNotAccepted([one for _, one in troubles], [place for place, _ in troubles])
    with transaction.atomic():
        plan = start_plan(company_id, person_id, year)
        changed = IndividualPlan.objects.filter(pk=plan.pk, edition=edition).update(
            draft=to_json(items),
            edition=edition + 1,
            person_agreed_on=None,
            counterpart_agreed_on=None,
            counterpart=None,
        )
        if not changed:
            raise ChangedMeanwhile
        write(
            "edited individual plan",
            thing=f"individual plan:{plan.pk}",
            actor=by,
            at=at,
            company_id=company_id,
        )
    return edition + 1


def draft_of(plan: IndividualPlan) -> Items:
    """The plan's draft as plain values."""
    return from_json(plan.draft)


def with_shares(items: Items, shares: dict[str, Decimal | None]) -> Items:
    """The items with the shares that hold today, as an agreement fixes them."""
    return Items(
        tuple(
            PlanItem(
                one.initiative_key,
                one.activities,
                one.in_my_words,
                one.objection,
                shares.get(one.initiative_key),
            )
            for one in items.items
        ),
        items.stop,
    )
