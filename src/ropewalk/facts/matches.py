"""Whom an owner key stands for: by e-mail, by exact unique name, by the roster's id, by both in "Name (e-mail)", or by hand.

The store keeps a copy for counting; every change here writes it anew. Start with `refresh` after a load and `match` by
hand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from ropewalk.companies.models import Person
from ropewalk.facts.cells import clean_key
from ropewalk.facts.models import LONGEST_VALUE, Match, Suspicion
from ropewalk.facts.store import for_company
from ropewalk.journal.writing import Actor, write

NAME_AND_EMAIL = re.compile(
    r"(?P<name>[^()<>\[\]]+?)\s*[(<\[](?P<email>[^\s()<>\[\]@]+@[^\s()<>\[\]@]+)[)>\]]"
)


class NoSuchPerson(Exception):
    """The company has no person of that id."""


def refresh(company_id: int, keys: dict[str, set[str]], *, at: datetime) -> dict[str, dict[str, int]]:
    """Match what can be matched among each source's keys; source -> key -> person of everything matched.

    Must run inside a transaction. Suspicions about owners who now are people are settled. Matches that exist stay, also
    where a second person of the name has come since.
    """
    matched: dict[str, dict[str, int]] = defaultdict(dict)
    for source, key, person in Match.objects.filter(company_id=company_id).values_list(
        "source", "key", "person_id"
    ):
        matched[source][key] = person
    by_email, by_name, by_id = _people(company_id)
    fresh: list[Match] = []
    for source, named in keys.items():
        for key in sorted(named - matched[source].keys()):
            email, name = _within(key, by_email, by_name)
            ways = (
                (Match.How.EMAIL, by_email.get(key.casefold())),
                (Match.How.NAME, by_name.get(key)),
                (Match.How.ID, by_id.get(key)),
                (Match.How.EMAIL, email),
                (Match.How.NAME, name),
            )
            found = next(((how, who) for how, who in ways if who is not None), None)
            if found is not None and len(key) <= LONGEST_VALUE:
                how, who = found
                fresh.append(Match(company_id=company_id, source=source, key=key, person_id=who, how=how))
                matched[source][key] = who
    Match.objects.bulk_create(fresh, batch_size=500)
    _settle(company_id, matched, at)
    return dict(matched)


def _within(key: str, by_email: dict[str, int], by_name: dict[str, int]) -> tuple[int | None, int | None]:
    """The person of the e-mail and the one of the name in "Name (e-mail)"; nobody where these are two."""
    found = NAME_AND_EMAIL.fullmatch(key)
    if found is None:
        return None, None
    email, name = by_email.get(found["email"].casefold()), by_name.get(clean_key(found["name"]))
    return (None, None) if None not in (email, name) and email != name else (email, name)


def _people(company_id: int) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    by_email: dict[str, int] = {}
    names: dict[str, list[int]] = defaultdict(list)
    by_id: dict[str, int] = {}
    people = Person.objects.filter(company_id=company_id).order_by("id")
    for person, name, email, key in people.values_list("id", "name", "email", "key"):
        names[clean_key(name)].append(person)
        by_email |= {email.casefold(): person} if email else {}
        by_id |= {key: person} if key else {}
    return by_email, {name: ids[0] for name, ids in names.items() if len(ids) == 1}, by_id


def _settle(company_id: int, matched: dict[str, dict[str, int]], at: datetime) -> None:
    still = Suspicion.objects.filter(
        company_id=company_id, code=Suspicion.Code.OWNER_UNKNOWN, settled_at=None, accepted_at=None
    )
    settled = [
        pk
        for pk, source, value in still.values_list("pk", "source", "value")
        if value in matched.get(source, {})
    ]
    Suspicion.objects.filter(pk__in=settled).update(settled_at=at)


def copy_to_store(company_id: int) -> None:
    """Give the store the company's matches, for counting."""
    rows = Match.objects.filter(company_id=company_id).values_list("source", "key", "person_id")
    for_company(company_id).replace_owners(rows.iterator())


def match(company_id: int, source: str, key: str, person_id: int, *, by: Actor, at: datetime) -> None:
    """Say by hand whom an owner key stands for; its facts count for that person from now on, past ones too.

    Raises NoSuchPerson.
    """
    with transaction.atomic():
        put(company_id, source, key, person_id, by=by, at=at)
    copy_to_store(company_id)


def match_all(company_id: int, wanted: dict[int, int], *, by: Actor, at: datetime) -> int:
    """Match the owners of open suspicions, suspicion id -> person id, all of them or none; how many.

    Raises NoSuchPerson, also for a suspicion that is no owner of this company.
    """
    with transaction.atomic():
        for suspicion_id, person_id in wanted.items():
            one = Suspicion.objects.filter(
                company_id=company_id, pk=suspicion_id, code=Suspicion.Code.OWNER_UNKNOWN
            ).first()
            if one is None or not one.value:
                raise NoSuchPerson("One of the owners isn't open any more. Look at the list anew.")
            put(company_id, one.source, one.value, person_id, by=by, at=at)
    copy_to_store(company_id)
    return len(wanted)


def put(company_id: int, source: str, key: str, person_id: int, *, by: Actor, at: datetime) -> None:
    """As `match`, inside the transaction of a larger change, which copies to the store afterwards.

    What is so already is not told again: a try that died before the store knew is completed by the next.
    """
    person = Person.objects.filter(company_id=company_id, pk=person_id).first()
    if person is None:
        raise NoSuchPerson(f"The company has no person {person_id}.")
    of: dict[str, Any] = {"company_id": company_id, "source": source, "key": key}
    is_so_already = Match.objects.filter(**of, person=person, how=Match.How.HAND).exists()
    Match.objects.update_or_create(**of, defaults={"person": person, "how": Match.How.HAND})
    _settle(company_id, {source: {key: person_id}}, at)
    if is_so_already:
        return
    write(
        "matched owner",
        thing=f"person:{person_id}",
        actor=by,
        at=at,
        company_id=company_id,
        words=f'"{key}" of {source} is {person.name}.',
    )


def unmatched(keys: Iterable[str], matched: dict[str, int]) -> list[str]:
    """The keys that are no person yet, in order."""
    return sorted(key for key in keys if key not in matched)
