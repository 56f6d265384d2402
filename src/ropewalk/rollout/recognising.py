"""The recognition check: pick this year's initiatives out of a mixed list, and say what you will do differently.

No trick: the others on the list are real entries of the parking lot, or of playbooks about something else; the right answers are shown at once, and it can be
repeated. Nobody is ever noted as having failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ropewalk.journal.writing import Actor, write
from ropewalk.plans.playbooks import titles_beside
from ropewalk.plans.queries import ideas_for_system
from ropewalk.plans.shape import Plan
from ropewalk.rollout.models import Receipt

OTHERS = 3  # entries beside this year's initiatives, at least
MOST_OTHERS = 5
FEWEST_LETTERS = 3  # of the own words


@dataclass(frozen=True)
class Answer:
    """How a try went; `missed` and `extra` are what to look at again."""

    is_recognised: bool
    has_own_words: bool
    missed: tuple[str, ...]  # this year's that weren't picked
    extra: tuple[str, ...]  # picked, and parked this year

    @property
    def is_acknowledged(self) -> bool:
        return self.is_recognised and self.has_own_words


class NoReceipt(Exception):
    """There is no announcement for this person to acknowledge."""


def mixed_list(company_id: int, plan: Plan, person_id: int) -> list[str]:
    """This year's titles among parked ones, filled up with playbook titles, in an order of the person's own."""
    this_year = [one.title for one in plan.initiatives if one.retired_on is None]
    parked = [one.title for one in ideas_for_system(company_id) if one.title not in this_year]
    filling = [title for title in titles_beside(plan) if title not in this_year and title not in parked]
    others = in_own_order(parked, person_id)[:MOST_OTHERS]
    others += filling[: max(OTHERS - len(others), 0)]
    return in_own_order(this_year + others, person_id)


def in_own_order(titles: list[str], person_id: int) -> list[str]:
    """The titles shuffled, always the same way for one person."""
    return sorted(titles, key=lambda title: hashlib.sha256(f"{person_id}|{title}".encode()).hexdigest())


def judge(plan: Plan, picked: Collection[str], own_words: str) -> Answer:
    """How a try goes: exactly this year's initiatives picked, and own words written."""
    this_year = {one.title for one in plan.initiatives if one.retired_on is None}
    return Answer(
        is_recognised=set(picked) == this_year,
        has_own_words=len(own_words.strip()) >= FEWEST_LETTERS,
        missed=tuple(sorted(this_year - set(picked))),
        extra=tuple(sorted(set(picked) - this_year)),
    )


def acknowledge(
    company_id: int,
    plan: Plan,
    *,
    picked: Collection[str],
    own_words: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Answer:
    """Judge a try of the acting person; a pass is noted on every announcement still waiting. Raises NoReceipt."""
    answer = judge(plan, picked, own_words)
    assert by.person_id is not None  # the operator is nobody who could be told
    with transaction.atomic():
        receipts = list(
            Receipt.objects.filter(
                announcement__company_id=company_id, person_id=by.person_id, sent_on__lte=on
            )
        )
        if not receipts:
            raise NoReceipt("There is no announcement for you yet.")
        if answer.is_acknowledged:
            for receipt in receipts:
                if receipt.acknowledged_on is None:
                    receipt.acknowledged_on, receipt.acknowledged_at = on, at
                    receipt.own_words = own_words.strip()
                    receipt.save(update_fields=["acknowledged_on", "acknowledged_at", "own_words"])
            write(
                "acknowledged announcement",
                thing=f"person:{by.person_id}",
                actor=by,
                at=at,
                company_id=company_id,
            )
    return answer
