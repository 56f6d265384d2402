"""The fields by which facts are filtered and scoped: which there are, of what sort, and what is near a mistyped one.

It knows names only; which column or which computation stands behind one is decided in `compiling`. Start with
`FACT_FIELDS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum


class Sort(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


ACCOUNT_FIELDS: dict[str, Sort] = dict.fromkeys(("account", "vertical", "segment", "country"), Sort.TEXT)
OF_ACCOUNT = "account."  # "account.vertical" is "vertical"; "account.custom.x" is the account's own field x
CUSTOM = "custom."
ACCOUNT_CUSTOM = OF_ACCOUNT + CUSTOM

OPPORTUNITY_FIELDS: dict[str, Sort] = (
    dict.fromkeys(("id", "account_id", "name", "product", "currency", "status", "stage", "source"), Sort.TEXT)
    | dict.fromkeys(("amount", "cycle_days", "days_since_account_win"), Sort.NUMBER)
    | dict.fromkeys(("opened_on", "closed_on"), Sort.DAY)
)
ACTIVITY_FIELDS: dict[str, Sort] = dict.fromkeys(
    ("id", "type", "outcome", "account_id", "opportunity_id", "source"), Sort.TEXT
) | {"occurred_on": Sort.DAY}

FACT_FIELDS: dict[str, dict[str, Sort]] = {
    "opportunities": OPPORTUNITY_FIELDS | ACCOUNT_FIELDS,
    "activities": ACTIVITY_FIELDS | ACCOUNT_FIELDS,
}
DATES: dict[str, tuple[str, ...]] = {
    "opportunities": ("closed_on", "opened_on"),
    "activities": ("occurred_on",),
}


def sort_of(fact: str, field: str) -> Sort | None:
    """What the field of a fact holds; a company's own fields hold text. None where there is no such field."""
    if field.startswith((CUSTOM, ACCOUNT_CUSTOM)):
        return Sort.TEXT
    return FACT_FIELDS[fact].get(field)


def near(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words that the mistyped one may have meant, best first."""
    names = sorted(known)
    by_fold = {name.casefold(): name for name in names}
    found = [by_fold[fold] for fold in get_close_matches(word.casefold(), by_fold, n=most, cutoff=0.6)]
    holding = [name for name in names if word and word.casefold() in name.casefold() and name not in found]
    return (found + holding)[:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence with the nearest of the known words, or with all of them where none is near."""
    names = sorted(known)
    found = near(word, names)
    if found:
        return f"Did you mean {' or '.join(found)}?"
    return f"There are: {', '.join(names)}." if names else "There are none."
