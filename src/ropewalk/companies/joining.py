"""Takes a delivered roster: people, teams, who stands where from when to when. The same roster again changes nothing.

Rows that aren't delivered stay as they are. Managers and teams are made where a row names one that isn't there. Must run
on rows already read; must not know files. Start with `join`; what a roster means over time is in `timelines`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from ropewalk.companies.contradictions import contradictions
from ropewalk.companies.delivered import Outcome, RosterRow
from ropewalk.companies.models import AccessRole, Person, Team
from ropewalk.companies.standing import Standing
from ropewalk.companies.timelines import Held, Span, joined_up
from ropewalk.journal.writing import Actor, write

DEFAULT_ROLE = "Salesperson"
SYNCHRONISED_ROLES = frozenset(AccessRole.Name.values) - {"administrator"}  # nobody is locked out by a roster


@dataclass
class _Joining:
    """One roster on its way in."""

    company_id: int
    rows: Sequence[RosterRow]
    standing: Standing
    outcomes: dict[int, Outcome]  # by place of the row; at first those that contradict
    people: dict[str, Person] = field(default_factory=dict)  # by key of the row
    managers: dict[str, Person] = field(default_factory=dict)  # by the text that names them

    def accepted(self) -> dict[str, list[RosterRow]]:
        """The rows that stand, by key; the same row twice counts once."""
        found: dict[str, list[RosterRow]] = {}
        for place, row in enumerate(self.rows):
            if place not in self.outcomes and row not in found.setdefault(row.key, []):
                found[row.key].append(row)
        return {key: rows for key, rows in found.items() if rows}


def join(company_id: int, rows: Sequence[RosterRow], *, by: Actor, at: datetime) -> list[Outcome]:
    """What became of each row, in their order, after taking them in one transaction with its journal line."""
    with transaction.atomic():
        standing = Standing.of(company_id)
        joining = _Joining(company_id, rows, standing, contradictions(rows, standing))
        _find_people(joining)
        before = {person.pk: standing.picture(person) for person in joining.people.values() if person.pk}
        _place(joining)
        for place, row in enumerate(rows):
            if place not in joining.outcomes:
                person = joining.people[row.key]
                joining.outcomes[place] = Outcome(_state(before.get(person.pk), standing.picture(person)))
        _repeat_is_unchanged(joining)
        outcomes = [joining.outcomes[place] for place in range(len(rows))]
        states = [outcome.state for outcome in outcomes]
        if "new" in states or "changed" in states:
            counted = ", ".join(
                f"{states.count(state)} {state}" for state in ("new", "changed", "unchanged", "refused")
            )
            write(
                "imported people",
                thing=f"company:{company_id}",
                actor=by,
                at=at,
                company_id=company_id,
                words=f"{len(rows)} rows: {counted}.",
            )
    return outcomes


def _state(before: object, after: object) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == after else "changed"


def _repeat_is_unchanged(joining: _Joining) -> None:
    seen: set[RosterRow] = set()
    for place, row in enumerate(joining.rows):
        if joining.outcomes[place].state != "refused" and row in seen:
            joining.outcomes[place] = Outcome("unchanged")
        seen.add(row)


def _find_people(joining: _Joining) -> None:
    standing, accepted = joining.standing, joining.accepted()
    for key, rows in accepted.items():
        row = rows[0]
        person = standing.find(key=key, email=row.email, name=row.name, claimed=joining.people.values())
        person = person or Person(company_id=joining.company_id, key=key)
        if not person.key or (person.key == person.name and person.key not in accepted):
            person.key = key  # entered by hand, or made out of a manager's name: now the source has an id
        joining.people[key] = person
    by_name: dict[str, Person] = {}
    by_email: dict[str, Person] = {}
    for key, rows in accepted.items():
        by_name.setdefault(rows[0].name, joining.people[key])
        if rows[0].email:
            by_email[rows[0].email.casefold()] = joining.people[key]
    for rows in accepted.values():
        for row in rows:
            said = row.manager
            if said and said not in joining.managers:
                joining.managers[said] = (
                    joining.people.get(said)
                    or standing.by_key(said)
                    or by_email.get(said.casefold())
                    or by_name.get(said)
                    or standing.find(key=said, email=said, name=said, claimed=())
                    or Person(
                        company_id=joining.company_id, key=said, name=said, email=said if "@" in said else ""
                    )
                )


def _place(joining: _Joining) -> None:
    standing, accepted = joining.standing, joining.accepted()
    for key, rows in accepted.items():
        person, spans = joining.people[key], [row.span for row in rows]
        standing.keep_person(
            person,
            name=rows[0].name,
            email=rows[0].email or person.email,
            joined=min(spans).from_day,
            left=max(span.end for span in spans) if all(row.to_day for row in rows) else None,
        )
    for manager in joining.managers.values():
        if not manager.pk:
            standing.keep_person(manager, name=manager.name, email=manager.email, joined=None, left=None)
    teams = _teams(joining, accepted)
    led_before = standing.leading()
    leading = {person.pk for person in joining.managers.values()} | led_before
    if all(row.is_role_assumed and row.access is None for row in joining.rows):
        for manager in joining.managers.values():
            if manager.pk not in led_before:
                _assume_no_role(standing, manager)
    for key, rows in accepted.items():
        person = joining.people[key]
        standing.memberships[person.pk] = joined_up(
            Held(teams[row.team].pk, row.span) for row in rows if row.team
        )
        standing.roles[person.pk] = joined_up(
            Held(row.role, row.span)
            for row in rows
            if row.role and not (row.is_role_assumed and person.pk in leading)
        )
        _give_access(standing, person, rows, is_leading=person.pk in leading)
    for manager in joining.managers.values():
        standing.access[manager.pk] |= {"manager"}
    said = {
        joining.people[key].pk: [
            (row, joining.managers[row.manager].pk if row.manager else None) for row in rows
        ]
        for key, rows in accepted.items()
    }
    standing.settle_managers(
        {
            person: [
                Held((teams[row.team].pk if row.team else None, manager), row.span) for row, manager in rows
            ]
            for person, rows in said.items()
        }
    )
    standing.save()


def _assume_no_role(standing: Standing, manager: Person) -> None:
    """Take back from somebody who turns out to lead what an earlier piece of the same roster assumed."""
    standing.roles[manager.pk] = [one for one in standing.roles[manager.pk] if one.what != DEFAULT_ROLE]
    standing.access[manager.pk] -= {"rep"}


def _teams(joining: _Joining, accepted: dict[str, list[RosterRow]]) -> dict[str, Team]:
    standing = joining.standing
    rows = [row for rows in accepted.values() for row in rows if row.team]
    names = sorted(
        {row.team for row in rows if row.team} | {row.team_parent for row in rows if row.team_parent}
    )
    teams = {name: standing.keep_team(name) for name in names}
    above: dict[str, list[Held[int]]] = defaultdict(list)
    for row in rows:
        if row.team and row.team_parent:
            above[row.team].append(Held(teams[row.team_parent].pk, row.span))
    for name, held in above.items():
        if len({one.what for one in held}) == 1:
            held = [Held(held[0].what, Span())]
        standing.parents[teams[name].pk] = joined_up(held)
    return teams


def _give_access(standing: Standing, person: Person, rows: Sequence[RosterRow], *, is_leading: bool) -> None:
    said = [row.access for row in rows if row.access is not None]
    held = standing.access[person.pk]
    if said:
        named = {role for roles in said for role in roles}
        standing.access[person.pk] = (held - SYNCHRONISED_ROLES) | named
    elif not is_leading or any(row.role and not row.is_role_assumed for row in rows):
        standing.access[person.pk] = held | {"rep"}
