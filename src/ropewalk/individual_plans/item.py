"""An individual plan as plain values, and its way to JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class PlannedActivity:
    """How much of an activity this person does; `standard` is what the role's standard asks."""

    activity: str
    amount: Decimal
    per: str  # day, week or month
    counted: str  # crm or tap
    where: tuple[tuple[str, str], ...] = ()
    standard: Decimal = Decimal(0)
    reason: str = ""  # why it is below the standard


@dataclass(frozen=True)
class PlanItem:
    """What somebody does for one initiative."""

    initiative_key: str
    activities: tuple[PlannedActivity, ...] = ()
    in_my_words: str = ""  # what I will do differently
    objection: str = ""  # "I can't, because …"
    share: Decimal | None = None  # fixed on agreeing; None in a draft and where nothing is shared out


@dataclass(frozen=True)
class Items:
    """All items of a plan, by initiative."""

    items: tuple[PlanItem, ...] = ()
    stop: str = ""  # what I will stop doing

    def of(self, key: str) -> PlanItem | None:
        """The item of an initiative; None where there is none."""
        return next((one for one in self.items if one.initiative_key == key), None)


@dataclass(frozen=True)
class AgreedPlan:
    """One agreement."""

    agreed_on: date
    counterpart_id: int | None
    items: Items


@dataclass(frozen=True)
class PlanState:
    """An individual plan as it stands."""

    id: int
    person_id: int
    year: int
    edition: int
    draft: Items
    person_agreed_on: date | None
    counterpart_agreed_on: date | None
    counterpart_id: int | None = None  # who said that yes
    agreements: tuple[AgreedPlan, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Promise:
    """A commitment as it stands."""

    id: int
    person_id: int
    initiative_key: str
    text: str
    made_on: date
    due_on: date
    kept: bool | None
    closed_on: date | None


ADAPTER: TypeAdapter[Items] = TypeAdapter(Items)


def to_json(items: Items) -> dict[str, Any]:
    """Items as JSON values."""
    return ADAPTER.dump_python(items, mode="json")


def from_json(values: dict[str, Any]) -> Items:
    """Items out of JSON values; nothing gives an empty plan."""
    return _read(json.dumps(values or {}))


@lru_cache(maxsize=20_000)
def _read(text: str) -> Items:
    """Items out of JSON; the same text is read once, since worlds of many days hold the same plans."""
    return ADAPTER.validate_python(json.loads(text), strict=False)
