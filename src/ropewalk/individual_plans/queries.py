"""What is read of individual plans and commitments. Doors go through `progress`, which narrows by the viewer."""

from __future__ import annotations

from collections.abc import Collection

from ropewalk.individual_plans.item import AgreedPlan, Items, PlanState, Promise, from_json
from ropewalk.individual_plans.models import Commitment, IndividualPlan


def plans_for_system(
    company_id: int, year: int, people: Collection[int] | None = None
) -> dict[int, PlanState]:
    """Individual plans of a fiscal year, by person; of these people only where they are named."""
    rows = IndividualPlan.objects.filter(company_id=company_id, year=year).prefetch_related("agreements")
    if people is not None:
        rows = rows.filter(person_id__in=people)
    return {row.person_id: state_of(row) for row in rows}


def state_of(row: IndividualPlan) -> PlanState:
    agreements = sorted(row.agreements.all(), key=lambda one: (one.agreed_on, one.pk))
    return PlanState(
        id=row.pk,
        person_id=row.person_id,
        year=row.year,
        edition=row.edition,
        draft=from_json(row.draft),
        person_agreed_on=row.person_agreed_on,
        counterpart_agreed_on=row.counterpart_agreed_on,
        counterpart_id=row.counterpart_id,
        agreements=tuple(
            AgreedPlan(one.agreed_on, one.counterpart_id, from_json(one.document)) for one in agreements
        ),
    )


def planned_by_whom_for_system(company_id: int, ids: Collection[int]) -> set[int]:
    """Whose plans these are, by their numbers."""
    rows = IndividualPlan.objects.filter(company_id=company_id, pk__in=ids)
    return set(rows.values_list("person_id", flat=True))


def no_plan(person_id: int, year: int) -> PlanState:
    """What stands for a plan that nobody has opened yet."""
    return PlanState(0, person_id, year, 1, Items(), None, None)


def commitments_for_system(
    company_id: int, people: Collection[int] | None = None, *, numbers: Collection[int] | None = None
) -> list[Promise]:
    """Commitments, oldest first; only of these people or those of these numbers where they are named."""
    rows = Commitment.objects.filter(company_id=company_id)
    if people is not None:
        rows = rows.filter(person_id__in=people)
    if numbers is not None:
        rows = rows.filter(pk__in=numbers)
    return [
        Promise(
            row.pk,
            row.person_id,
            row.initiative_key,
            row.text,
            row.made_on,
            row.due_on,
            row.kept,
            row.closed_on,
        )
        for row in rows.order_by("made_on", "pk")
    ]
