"""Finds what looks wrong in a delivery that can be counted, and marks its rows. Changes no value.

It knows the delivery and the company's people; accounts that aren't there are found while merging. Start with `suspect`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ropewalk.companies.models import Person
from ropewalk.facts.nearness import near_misses, nearest
from ropewalk.facts.shapes import COLUMN_NAMES, OBJECTS, Delivered
from ropewalk.facts.store.deliveries import Delivery, Part
from ropewalk.facts.suspicions import Found


def suspect(
    delivery: Delivery, files: Sequence[Delivered], matched: dict[str, int], *, company_id: int, on: date
) -> list[Found]:
    """Everything that looks wrong, file by file: near-misses, owners who are no person, days in the wrong order."""
    names = sorted(Person.objects.filter(company_id=company_id).values_list("name", flat=True))
    found: list[Found] = []
    for part in delivery.parts:
        file = files[part.number]
        found += _near(delivery, part, file)
        if "owner" in file.columns:
            found += _owners(delivery, part, matched, names)
        if part.object == "opportunities":
            for condition, code in (("early", "closed_before_opened"), ("future", "closed_in_future")):
                rows, line = delivery.suspect_days(part.number, condition, on)
                if rows:
                    found.append(Found(part.number, part.object, "closed_on", "", code, rows, line))
    return found


def _near(delivery: Delivery, part: Part, file: Delivered) -> list[Found]:
    telling = [name for name, one in OBJECTS[part.object].items() if one.is_telling]
    found: list[Found] = []
    for name in dict.fromkeys([*telling, *file.known]):
        column = COLUMN_NAMES.get(name, name)
        values = delivery.values(part.object, column, part.number)
        misses = near_misses(values, file.known.get(name, ()))
        lines = delivery.lines_with(part.object, part.number, column, misses) if misses else {}
        for value, suggestion in sorted(misses.items()):
            found.append(
                Found(
                    part.number,
                    part.object,
                    name,
                    value,
                    "near_miss",
                    values[value],
                    lines[value],
                    suggestion,
                )
            )
        if misses:
            delivery.suspect(part.object, part.number, column, misses)
    return found


def _owners(delivery: Delivery, part: Part, matched: dict[str, int], names: list[str]) -> list[Found]:
    owners = delivery.values(part.object, "owner_key", part.number)
    unknown = sorted(key for key in owners if key not in matched)
    found: list[Found] = []
    if unknown:
        lines = delivery.lines_with(part.object, part.number, "owner_key", unknown)
        for key in unknown:
            suggestion = nearest(key, names, is_known=True) or ""
            found.append(
                Found(
                    part.number,
                    part.object,
                    "owner",
                    key,
                    "owner_unknown",
                    owners[key],
                    lines[key],
                    suggestion,
                )
            )
        delivery.suspect(part.object, part.number, "owner_key", unknown)
    rows, line = delivery.suspect_nobody(part.object, part.number)
    if rows:
        found.append(Found(part.number, part.object, "owner", "", "owner_unknown", rows, line))
    return found
