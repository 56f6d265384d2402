"""A company's people and teams as they stand, in memory, and the writing of what a roster changed in them.

Rows of a kind are compared as sets: what is there stays untouched, so that the same roster again writes nothing. Used by
`joining` alone. Start with `Standing.of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from ropewalk.companies.models import (
    AccessRole,
    FrontLineRole,
    Leadership,
    Membership,
    Person,
    ReportingLine,
    Team,
    TeamParent,
)
from ropewalk.companies.timelines import Held, Span, effective, joined_up, leading

Dated = dict[int, list[Held[Any]]]  # by id of the subject


@dataclass
class Standing:
    """What stands and what shall stand; `save` writes the difference."""

    company_id: int
    people: list[Person]
    teams: dict[str, Team]  # by key
    memberships: Dated = field(default_factory=lambda: defaultdict(list))  # person -> teams
    leaders: Dated = field(default_factory=lambda: defaultdict(list))  # team -> people
    lines: Dated = field(default_factory=lambda: defaultdict(list))  # person -> managers
    parents: Dated = field(default_factory=lambda: defaultdict(list))  # team -> teams
    roles: Dated = field(default_factory=lambda: defaultdict(list))  # person -> names
    access: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _stored: dict[str, dict[tuple[Any, ...], int]] = field(default_factory=dict)
    _said: dict[int, dict[str, Any]] = field(default_factory=dict)  # what is stored of a person, by id
    _keys: dict[str, Person] = field(default_factory=dict)
    _addresses: dict[str, Person] = field(default_factory=dict)
    _names: dict[str, list[Person]] = field(default_factory=dict)

    @staticmethod
    def of(company_id: int) -> Standing:
        """Everything of the company, in seven queries."""
        people = list(Person.objects.filter(company_id=company_id).order_by("id"))
        teams = {team.key: team for team in Team.objects.filter(company_id=company_id)}
        standing = Standing(company_id, people, teams)
        for person in people:
            standing._index(person)
        for name, (kind, subject, target) in KINDS.items():
            stored = standing._stored[name] = {}
            owned = kind.objects.filter(**{f"{OWNERS[name]}__company_id": company_id})  # type: ignore[attr-defined]
            for row in owned.values_list("pk", subject, target, "from_day", "to_day"):
                getattr(standing, name)[row[1]].append(Held(row[2], Span.of(row[3], row[4])))
                stored[tuple(row[1:])] = row[0]
        stored = standing._stored["access"] = {}
        given = AccessRole.objects.filter(person__company_id=company_id)
        for pk, holder, role in given.values_list("pk", "person_id", "name"):
            standing.access[holder].add(role)
            stored[holder, role] = pk
        return standing

    def by_key(self, key: str) -> Person | None:
        """The person with the source's own id."""
        return self._keys.get(key) if key else None

    def by_email(self, address: str) -> Person | None:
        """The person who signs in with the address."""
        return self._addresses.get(address.casefold())

    def leading(self) -> set[int]:
        """Ids of everybody to whom somebody reports at some time."""
        held = [*self.leaders.values(), *self.lines.values()]
        return {one.what for many in held for one in many}

    def find(self, *, key: str, email: str | None, name: str, claimed: Iterable[Person]) -> Person | None:
        """The person that a row speaks of: by id, by e-mail, or by a name that only one without an id bears."""
        found = self.by_key(key)
        if found is None and email:
            found = self.by_email(email)
        if found is None and (named := self._names.get(name, [])):
            taken = {one.pk for one in claimed}
            free = [one for one in named if one.key in ("", one.name) and one.pk not in taken]
            found = free[0] if len(named) == 1 and free else None
        return found

    def keep_person(
        self, person: Person, *, name: str, email: str, joined: date | None, left: date | None
    ) -> None:
        """Write a person where anything about them is new."""
        said = {"name": name, "email": email, "joined": joined, "left": left, "key": person.key}
        if person.pk and self._said.get(person.pk) == said:
            return
        for column, value in said.items():
            setattr(person, column, value)
        is_new = not person.pk
        person.save()
        if is_new:
            self.people.append(person)
        self._index(person)

    def _index(self, person: Person) -> None:
        columns = ("name", "email", "joined", "left", "key")
        self._said[person.pk] = {column: getattr(person, column) for column in columns}
        self._keys[person.key] = person
        self._addresses[person.email.casefold()] = person
        named = self._names.setdefault(person.name, [])
        if person not in named:
            named.append(person)

    def keep_team(self, name: str) -> Team:
        """The team of that key, made where there is none."""
        if name not in self.teams:
            self.teams[name] = Team.objects.create(company_id=self.company_id, key=name, name=name)
        return self.teams[name]

    def names_above(self) -> dict[str, set[str]]:
        """By key of a team, the keys of those it ever stands in."""
        names = {team.pk: key for key, team in self.teams.items()}
        return {names[team]: {names[one.what] for one in held} for team, held in self.parents.items()}

    def settle_managers(self, said: dict[int, list[Held[tuple[int | None, int | None]]]]) -> None:
        """Decide leaders of teams and lines of people out of (team, manager) by date of each delivered person.

        Members of the same teams who weren't delivered keep the managers they had.
        """
        touched = {one.what[0] for rows in said.values() for one in rows if one.what[0] is not None}
        before = {person: self.managers_of(person) for person in list(self.memberships) if person not in said}
        lines: Dated = defaultdict(list)
        named: dict[int, list[tuple[int, Held[int]]]] = defaultdict(list)
        for person, rows in said.items():
            for row in rows:
                team, manager = row.what
                if manager is not None and team is not None:
                    named[team].append((person, Held(manager, row.span)))
                elif manager is not None and manager != person:
                    lines[person].append(Held(manager, row.span))
        for person, managers in before.items():
            for there, held in managers:
                if there in touched:
                    named[there].append((person, held))
        for voted, votes in named.items():
            outcome = leading(votes)
            self.leaders[voted] = list(outcome.leaders)
            for person, elsewhere in outcome.elsewhere.items():
                lines[person] += elsewhere
        settled = {
            person for person, managers in before.items() if any(there in touched for there, _ in managers)
        }
        for person in said.keys() | lines.keys() | settled:
            kept = (
                []
                if person in said
                else [one for one in self.lines[person] if not self._is_in(person, one, touched)]
            )
            self.lines[person] = joined_up(kept + lines[person])

    def _is_in(self, person: int, line: Held[int], teams: set[int]) -> bool:
        return any(one.what in teams and one.span.meets(line.span) for one in self.memberships[person])

    def managers_of(self, person: int) -> list[tuple[int, Held[int]]]:
        """(team, manager over a span) of a person, along their memberships."""
        return [
            (team.what, held)
            for team in self.memberships[person]
            for held in effective(team.span, self.lines[person], self.leaders[team.what])
        ]

    def picture(self, person: Person) -> tuple[Any, ...]:
        """Everything a roster can say of a person, for comparing before and after."""
        pk = person.pk
        above = [(one.what, tuple(self.parents[one.what])) for one in self.memberships[pk]]
        led = [self.leaders[one.what] for one in self.memberships[pk]]
        managers = [
            tuple(effective(one.span, self.lines[pk], there))
            for one, there in zip(self.memberships[pk], led, strict=True)
        ]
        return (
            *(person.key, person.name, person.email, person.joined, person.left),
            *(
                tuple(_sorted(self.memberships[pk])),
                tuple(_sorted(self.roles[pk])),
                tuple(managers),
                tuple(above),
            ),
            *(tuple(_sorted(self.lines[pk])) if not self.memberships[pk] else (), frozenset(self.access[pk])),
        )

    def save(self) -> None:
        """Write what is to stand and isn't there, delete what is there and isn't to stand."""
        for name, (kind, subject, target) in KINDS.items():
            wanted = {
                (owner, held.what, held.span.from_day, held.span.to_day)
                for owner, many in getattr(self, name).items()
                for held in many
            }
            columns = (subject, target, "from_day", "to_day")
            self._write(name, kind, columns, wanted)
        wanted_roles = {(person, role) for person, roles in self.access.items() for role in roles}
        self._write("access", AccessRole, ("person_id", "name"), wanted_roles)

    def _write(
        self, name: str, kind: type[models.Model], columns: tuple[str, ...], wanted: set[tuple[Any, ...]]
    ) -> None:
        stored = self._stored[name]
        gone = [pk for row, pk in stored.items() if row not in wanted]
        manager = kind._default_manager
        if gone:
            manager.filter(pk__in=gone).delete()
        fresh = sorted((row for row in wanted if row not in stored), key=str)
        manager.bulk_create([kind(**dict(zip(columns, row, strict=True))) for row in fresh], batch_size=500)


KINDS: dict[str, tuple[type[models.Model], str, str]] = {
    "memberships": (Membership, "person_id", "team_id"),
    "leaders": (Leadership, "team_id", "person_id"),
    "lines": (ReportingLine, "person_id", "manager_id"),
    "parents": (TeamParent, "team_id", "parent_id"),
    "roles": (FrontLineRole, "person_id", "name"),
}
OWNERS = {"memberships": "person", "leaders": "team", "lines": "person", "parents": "team", "roles": "person"}


def _sorted(held: Iterable[Held[Any]]) -> Iterator[Held[Any]]:
    return iter(sorted(held, key=lambda one: (one.span, str(one.what))))
