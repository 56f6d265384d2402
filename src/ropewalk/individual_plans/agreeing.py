"""Agreeing a plan: each for oneself, never on another's behalf. The second yes makes the agreement.

A yes holds for what it was said to: where share or activities have changed since, or the plan was agreed by both
already, the other one has to say it anew.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ropewalk.individual_plans.drafting import (
    ChangedMeanwhile,
    PlanNotAccepted,
    findings_of,
    start_plan,
    with_shares,
)
from ropewalk.individual_plans.item import Items, to_json
from ropewalk.individual_plans.models import Agreement, IndividualPlan
from ropewalk.journal.writing import Actor, write


def agree(
    company_id: int,
    person_id: int,
    year: int,
    *,
    items: Items,
    shares: dict[str, Decimal | None],
    counterpart_id: int | None,
    edition: int,
    by: Actor,
    on: date,
    at: datetime,
) -> bool:
    """Note that `by` agrees to these items; True where that makes it agreed by both.

    `counterpart_id` is who agrees with the person that day; None where the person agrees alone. `by` must be one of the
    two, else PermissionError: the door has asked before. Raises PlanNotAccepted and ChangedMeanwhile.
    """
    if by.person_id not in {person_id, counterpart_id} or by.person_id is None:
        raise PermissionError("Only the two whose plan it is can agree to it.")
    findings = findings_of(items)
    if findings:
        raise PlanNotAccepted(findings)
    with transaction.atomic():
        start_plan(company_id, person_id, year)
        plan = IndividualPlan.objects.select_for_update().get(person_id=person_id, year=year)
        if plan.edition != edition:
            raise ChangedMeanwhile
        proposal = to_json(with_shares(items, shares))
        if is_repeated(plan, proposal, counterpart_id, by, on):
            return True
        forget_what_no_longer_holds(plan, proposal, counterpart_id)
        plan.draft = proposal
        if by.person_id == person_id:
            plan.person_agreed_on = on
        else:
            plan.counterpart_agreed_on = on
            plan.counterpart_id = by.person_id
        is_agreed = has_both(plan, counterpart_id)
        if is_agreed:
            Agreement.objects.create(
                plan=plan,
                agreed_on=on,
                counterpart_id=plan.counterpart_id,
                document=proposal,
            )
        plan.save()
        words = "agreed by both" if is_agreed and counterpart_id else ""
        write(
            "agreed individual plan",
            thing=f"individual plan:{plan.pk}",
            actor=by,
            at=at,
            company_id=company_id,
            words=words,
        )
    return is_agreed


def has_both(plan: IndividualPlan, counterpart_id: int | None) -> bool:
    """Whether everybody whose yes it takes has said it."""
    return plan.person_agreed_on is not None and (
        counterpart_id is None or plan.counterpart_agreed_on is not None
    )


def is_repeated(
    plan: IndividualPlan, proposal: dict[str, Any], counterpart_id: int | None, by: Actor, on: date
) -> bool:
    """Whether `by` only says once more on one day what made the plan agreed: a second tap makes no new round."""
    own = plan.person_agreed_on if by.person_id == plan.person_id else plan.counterpart_agreed_on
    return own == on and plan.draft == proposal and has_both(plan, counterpart_id)


def forget_what_no_longer_holds(
    plan: IndividualPlan, proposal: dict[str, Any], counterpart_id: int | None
) -> None:
    """Take back every yes that was said to something else, by somebody else, or in a round that is over."""
    if plan.draft != proposal or has_both(plan, counterpart_id):
        plan.person_agreed_on = plan.counterpart_agreed_on = plan.counterpart_id = None
    elif plan.counterpart_id != counterpart_id:
        plan.counterpart_agreed_on = plan.counterpart_id = None
