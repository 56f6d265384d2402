"""What was accepted but looks wrong: kept in a list until somebody accepts the suggestion or it is settled.

Nothing is ever changed on suspicion alone. Accepting makes the suggestion a rule of the source's mapping and mends the
rows that are kept. Start with `record` (after an import) and `accept`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from ropewalk.companies.models import Person
from ropewalk.facts import matches
from ropewalk.facts.models import LONGEST_VALUE, Correction, Suspicion
from ropewalk.facts.shapes import COLUMN_NAMES, FACTS
from ropewalk.facts.store import connection, correcting, merging
from ropewalk.journal.writing import Actor, write


class NotAcceptable(Exception):
    """One of the suspicions can't be accepted; the sentence says which and what to do instead."""


@dataclass(frozen=True)
class Found:
    """One thing that looks wrong in one file: a value (or "" where it isn't one value) and how many rows hold it."""

    part: int
    object: str
    field: str
    value: str
    code: str
    rows: int
    line: int  # the first such row
    suggestion: str = ""


def sentence(found: Found, *, name: str) -> str:
    """What looks wrong and what to do, fit for the screen."""
    many = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
    where = f"{name}, {many} from line {found.line}"
    match found.code:
        case "near_miss":
            return f'{where}: {found.field} "{found.value}" looks like "{found.suggestion}". Accept it if that is what is meant.'
        case "owner_unknown":
            who = (
                f"""the owner "{found.value}" isn't matched to a person yet"""
                if found.value
                else "no owner is named"
            )
            mend = (
                f"Is it {found.suggestion}? Then accept."
                if found.suggestion
                else "Import people, or match the owner by hand."
            )
            return f"{where}: {who}, so they count for the company and for nobody's rope. {mend}"
        case "account_missing":
            return f'{where}: the account "{found.value}" isn\'t there yet. Import accounts, or mend the id.'
        case "closed_before_opened":
            return f"{where}: closed before opened, so they have no cycle days. Mend one of the two dates at the source."
        case _:
            return (
                f"{where}: closed after the day of the import. Mend the date at the source if it isn't meant."
            )


def record(
    company_id: int, source: str, found: Sequence[Found], loads: dict[int, str], *, at: datetime
) -> list[int]:
    """Keep what was found, and give the id of each. Must run inside a transaction."""
    stored = {
        (one.object, one.field, one.code, one.value): one
        for one in Suspicion.objects.filter(company_id=company_id, source=source)
    }
    totals: dict[tuple[str, str, str, str], int] = {}
    for one in found:
        totals[_key(one)] = totals.get(_key(one), 0) + one.rows
    fresh: dict[tuple[str, str, str, str], Suspicion] = {}
    for one in found:
        key = _key(one)
        kept = stored.get(key)
        if kept is None:
            kept = stored[key] = fresh[key] = Suspicion(
                company_id=company_id, source=source, object=one.object, field=one.field, value=key[3], code=one.code,
                first_seen_at=at, first_load=loads[one.part],
            )  # fmt: skip
        kept.rows, kept.suggestion = totals[key], one.suggestion[:LONGEST_VALUE]
        kept.latest_seen_at, kept.latest_load, kept.settled_at = at, loads[one.part], None
    Suspicion.objects.bulk_create(fresh.values(), batch_size=500)
    known = {_key(one): stored[_key(one)] for one in found if _key(one) not in fresh}
    Suspicion.objects.bulk_update(
        known.values(), ["rows", "suggestion", "latest_seen_at", "latest_load", "settled_at"], batch_size=500
    )
    return [stored[_key(one)].pk for one in found]


def _key(found: Found) -> tuple[str, str, str, str]:
    return found.object, found.field, found.code, found.value[:LONGEST_VALUE]


def settle_accounts(company_id: int, source: str, *, at: datetime) -> None:
    """Close suspicions about accounts that have come meanwhile."""
    still = list(
        Suspicion.objects.filter(
            company_id=company_id, source=source, code=Suspicion.Code.ACCOUNT_MISSING, settled_at=None
        )
    )
    there = merging.account_ids(company_id, source, {one.value for one in still}) if still else set()
    came = [one.pk for one in still if one.value in there]
    Suspicion.objects.filter(pk__in=came).update(settled_at=at)


class Accepted(NamedTuple):
    """What accepting suspicions came to."""

    rules: int  # that weren't accepted before
    rows: int  # that read otherwise now


def accept(company_id: int, ids: Iterable[int], *, by: Actor, at: datetime) -> Accepted:
    """The rules that are new, and how many kept rows now read as suggested; later imports read them so too.

    A near-miss becomes a correction, an owner with a suggestion a match. All or nothing; accepting again is harmless and
    completes what was interrupted. Raises NotAcceptable, and StoreBusy before anything is changed.
    """
    connection.cursor()
    chosen = [_acceptable(company_id, one) for one in dict.fromkeys(ids)]
    fresh = {one.pk for one in chosen if one.accepted_at is None}
    corrections: dict[str, list[correcting.Correction]] = {}
    with transaction.atomic():
        for one in chosen:
            if one.code == Suspicion.Code.OWNER_UNKNOWN:
                matches.put(company_id, one.source, one.value, _person_called(one), by=by, at=at)
            else:
                corrections.setdefault(one.source, []).extend(_correct(one, at))
                if one.accepted_at is not None:
                    continue  # told already, by a try that died before the rows were mended
                write(
                    "accepted correction", thing=f"suspicion:{one.pk}", actor=by, at=at, company_id=company_id,
                    words=f'{one.object} {one.field}: "{one.value}" is "{one.suggestion}".',
                )  # fmt: skip
            one.accepted_at = at
            one.save(update_fields=["accepted_at"])
    # The rule is kept first: were this interrupted here, the next import would mend the rows by it.
    with connection.writing():
        count = sum(
            correcting.correct(company_id, source, wanted, at=at) for source, wanted in corrections.items()
        )
        matches.copy_to_store(company_id)
    return Accepted(len(fresh), count)


def leave(company_id: int, ids: Iterable[int], *, by: Actor, at: datetime) -> int:
    """Note that suspicions were looked at and are right as they are; how many. They aren't listed again."""
    with transaction.atomic():
        found = Suspicion.objects.filter(
            company_id=company_id, pk__in=list(ids), accepted_at=None, left_at=None
        )
        words = "; ".join(f'{one.object} {one.field}: "{one.value}"' for one in found)
        count = found.update(left_at=at)
        if count:
            write(
                "left suspicions", thing=f"company:{company_id}", actor=by, at=at, company_id=company_id,
                words=words[:2000],
            )  # fmt: skip
    return count


def _acceptable(company_id: int, one_id: int) -> Suspicion:
    one = Suspicion.objects.filter(company_id=company_id, pk=one_id).first()
    if one is None:
        raise NotAcceptable(
            f"There is no suspicion {one_id} in this company. The report of an import lists them."
        )
    if not one.suggestion:
        raise NotAcceptable(
            f"Suspicion {one_id} ({one.get_code_display()}) suggests nothing that could be accepted: it has to be mended at "
            "the source, by importing what is missing, or by matching the owner by hand."
        )
    return one


def _correct(one: Suspicion, at: datetime) -> list[correcting.Correction]:
    Correction.objects.update_or_create(
        company_id=one.company_id, source=one.source, object=one.object, field=one.field, value=one.value,
        defaults={"becomes": one.suggestion, "accepted_at": at},
    )  # fmt: skip
    if one.object not in FACTS:
        return []  # of people nothing is kept word for word; the next roster reads by the rule
    return [
        correcting.Correction(one.object, COLUMN_NAMES.get(one.field, one.field), one.value, one.suggestion)
    ]


def _person_called(one: Suspicion) -> int:
    people = list(
        Person.objects.filter(company_id=one.company_id, name=one.suggestion).values_list("pk", flat=True)
    )
    if len(people) != 1:
        raise NotAcceptable(
            f'{len(people)} people are called "{one.suggestion}", so suspicion {one.pk} doesn\'t say who is meant. '
            "Match the owner by hand."
        )
    return people[0]
