"""Rosters on their way from delivered files to `companies.joining`, with their ledger beside them.

It knows which cell means what; what a roster does to people and teams is decided there. Start with `take`.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from ropewalk.companies.delivered import RosterRow
from ropewalk.companies.joining import DEFAULT_ROLE, join
from ropewalk.facts.downloads import RefusedRow
from ropewalk.facts.models import RosterLoad
from ropewalk.facts.nearness import near_misses
from ropewalk.facts.shapes import CUSTOM
from ropewalk.facts.store.parts import read_rows
from ropewalk.facts.suspicions import Found
from ropewalk.facts.weighing import Weighed
from ropewalk.journal.writing import Actor

FIELDS_OF = {"from_day": "from", "to_day": "to", "key": "id"}


def take(
    company_id: int, source: str, weighed: list[Weighed], *, found: list[Found], by: Actor, at: datetime
) -> None:
    """Take all delivered rosters as one; counts go to `weighed`, what looks wrong to `found`."""
    taken = [one for one in weighed if one.file.whole is None]
    rows = {id(one): read_rows(one.file.folder, "people") for one in taken}
    flat = [(one, row) for one in taken for row in rows[id(one)]]
    with transaction.atomic():
        outcomes = join(company_id, [_row(one, row) for one, row in flat], by=by, at=at)
        for (one, row), outcome in zip(flat, outcomes, strict=True):
            if outcome.state == "refused":
                name = FIELDS_OF.get(outcome.field, outcome.field)
                value = row.get(
                    {"from": "from_day", "to": "to_day", "key": "id"}.get(outcome.field, outcome.field)
                )
                one.later.append(
                    RefusedRow(
                        row["line"], row["cells"], one.file.columns.get(name, name), str(value or ""), outcome.code,
                        f"{one.file.name}, line {row['line']}: {outcome.sentence}",
                    )
                )  # fmt: skip
            else:
                setattr(one, outcome.state, getattr(one, outcome.state) + 1)
        for one in taken:
            refused = {row.line for row in one.later}
            found += _suspect(
                one,
                weighed_number=one.number,
                rows=[row for row in rows[id(one)] if row["line"] not in refused],
            )
            one.load = f"people-{_enter(company_id, source, one, at)}"


def _row(one: Weighed, row: dict[str, Any]) -> RosterRow:
    is_role_said = "role" in one.file.columns
    access = tuple(sorted({word.lower() for word in re.split(r"[,;/|\s]+", row["access"] or "") if word}))
    return RosterRow(
        key=row["id"],
        name=row["name"],
        email=row["email"],
        manager=row["manager"],
        team=row["team"],
        team_parent=row["team_parent"],
        from_day=row["from_day"],
        to_day=row["to_day"],
        role=row["role"] if is_role_said else DEFAULT_ROLE,
        is_role_assumed=not is_role_said,
        access=access if "access" in one.file.columns else None,
    )


def _suspect(one: Weighed, *, weighed_number: int, rows: list[dict[str, Any]]) -> list[Found]:
    found: list[Found] = []
    suspicious: set[int] = set()
    for name, known in one.file.known.items():
        if name.startswith(CUSTOM):
            continue
        values = Counter(row[name] for row in rows if row.get(name))
        for value, suggestion in near_misses(values, known).items():
            lines = [row["line"] for row in rows if row[name] == value]
            suspicious |= set(lines)
            found.append(
                Found(weighed_number, "people", name, value, "near_miss", len(lines), min(lines), suggestion)
            )
    one.suspicious = len(suspicious)
    return found


def _enter(company_id: int, source: str, one: Weighed, at: datetime) -> int:
    load = RosterLoad.objects.create(
        company_id=company_id, source=source, name=one.file.name[:300], at=at, rows=one.file.rows, new=one.new,
        changed=one.changed, unchanged=one.unchanged,
        refused=one.refused - len(one.file.footers), blank=one.file.blank + len(one.file.footers),
        suspicions=one.suspicious, sha256=one.file.sha256,
    )  # fmt: skip
    return load.pk
