"""Who works where under whom, for every day at once, read in a fixed number of queries.

It knows people, teams and the dated relations between them. It must not know figures, plans or who is looking: whoever
hands a roster's names to a person narrows them by that person's rights first. Start with `roster_for_system`, then
`Roster.team_of`, `Roster.manager_of` and `Roster.path_of`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from ropewalk.companies.links import Link, RoleSpan, RosterPerson, RosterTeam, by_subject, in_force
from ropewalk.companies.models import (
    Company,
    FrontLineRole,
    Leadership,
    Membership,
    Person,
    ReportingLine,
    Team,
    TeamParent,
)
from ropewalk.lib.shared import shared


@dataclass(frozen=True)
class Roster:
    """One company's people and teams with everything dated about them; build it with `roster_for_system`.

    Where the data give two answers for one day, the relation that began last counts, then the smaller id, so that the
    same data always give the same answer.
    """

    company_id: int
    people: dict[int, RosterPerson]  # by id, in order of id
    teams: dict[int, RosterTeam]  # by id, in order of id
    memberships: tuple[Link, ...]
    parents: tuple[Link, ...]
    leaderships: tuple[Link, ...]
    reporting_lines: tuple[Link, ...]
    front_line_roles: tuple[RoleSpan, ...] = ()
    ropes_open_to_all: bool = False  # the company lets representatives see each other's ropes
    executives_see_deals: bool = False  # the company lets executives open the deals behind a figure

    def team_of(self, person_id: int, on: date) -> int | None:
        """The team the person works in on the day; None where there is no membership."""
        return in_force(self._memberships_of, person_id, on)

    def parent_of(self, team_id: int, on: date) -> int | None:
        """The team that this one stands in on the day; None at the top."""
        return in_force(self._parents_of, team_id, on)

    def leader_of(self, team_id: int, on: date) -> int | None:
        """The person who leads the team itself on the day, not one from above; None where nobody does."""
        return in_force(self._leaders_of, team_id, on)

    def path_of(self, team_id: int, on: date) -> tuple[int, ...]:
        """The teams from the topmost down to this one, itself included. A circle is cut where it closes."""
        known = self._paths.get((team_id, on))
        if known is None:
            path = [team_id]
            above = self.parent_of(team_id, on)
            while above is not None and above not in path:
                path.append(above)
                above = self.parent_of(above, on)
            known = self._paths[team_id, on] = tuple(reversed(path))
        return known

    def subtree(self, team_id: int, on: date) -> frozenset[int]:
        """The team and every team below it on the day."""
        return frozenset(team for team in self.teams if team_id in self.path_of(team, on))

    def members(self, team_id: int, on: date) -> tuple[int, ...]:
        """People whose own team this is on the day, by id; those of teams below are not among them."""
        return tuple(sorted(person for person, team in self._teams_on(on).items() if team == team_id))

    def members_below(self, team_id: int, on: date) -> tuple[int, ...]:
        """People of the team and of every team below it on the day, by id."""
        teams = self.subtree(team_id, on)
        return tuple(sorted(person for person, team in self._teams_on(on).items() if team in teams))

    def manager_of(self, person_id: int, on: date) -> int | None:
        """Whom the person reports to on the day, or None at the top.

        An explicit reporting line wins; else the leader of the person's team; else, climbing, the first leader above who is
        somebody else and doesn't report to the person by lines of their own: whoever is at the top may sit in a team that
        somebody below leads. Who has no membership but leads a team stands where that team stands.
        """
        named = in_force(self._lines_of, person_id, on)
        if named is not None and named != person_id:
            return named
        team = self.team_of(person_id, on)
        if team is None:
            team = min(self.teams_led(person_id, on), default=None)
        if team is None:
            return None
        for above in reversed(self.path_of(team, on)):
            leader = self.leader_of(above, on)
            if leader is not None and leader != person_id and not self._is_below(leader, person_id, on):
                return leader
        return None

    def _is_below(self, one: int, other: int, on: date) -> bool:
        """Whether one reports to another by explicit lines alone."""
        above, met = in_force(self._lines_of, one, on), {one}
        while above is not None and above not in met:
            if above == other:
                return True
            met.add(above)
            above = in_force(self._lines_of, above, on)
        return False

    def teams_led(self, person_id: int, on: date) -> tuple[int, ...]:
        """Teams the person leads on the day, by id, without those below them."""
        return tuple(
            sorted(
                {
                    link.subject
                    for link in self.leaderships
                    if link.target == person_id and self.leader_of(link.subject, on) == person_id
                }
            )
        )

    def direct_reports(self, manager_id: int, on: date) -> tuple[int, ...]:
        """People whose manager this person is on the day, by id."""
        return self._reports_on(on).get(manager_id, ())

    def chain_below(self, manager_id: int, on: date) -> frozenset[int]:
        """Everybody who reports to the person on the day, at any depth; never the person."""
        below: set[int] = set()
        waiting = list(self.direct_reports(manager_id, on))
        while waiting:
            person = waiting.pop()
            if person not in below:
                below.add(person)
                waiting.extend(self.direct_reports(person, on))
        return frozenset(below - {manager_id})

    def chain_above(self, person_id: int, on: date) -> tuple[int, ...]:
        """The person's manager, that one's manager and so on, nearest first."""
        above: list[int] = []
        manager = self.manager_of(person_id, on)
        while manager is not None and manager not in above and manager != person_id:
            above.append(manager)
            manager = self.manager_of(manager, on)
        return tuple(above)

    def front_line_role(self, person_id: int, on: date) -> str | None:
        """What the person does on the front line on the day; None for who doesn't sell."""
        held = [role for role in self._roles_of.get(person_id, ()) if role.holds(on)]
        return held[-1].name if held else None

    def roles_held(self, on: date) -> dict[str, int]:
        """Each front-line role that somebody who is there holds on the day, and how many do; the commonest first."""
        held = Counter(
            role
            for one in self.people.values()
            if one.is_employed(on) and (role := self.front_line_role(one.id, on)) is not None
        )
        return dict(sorted(held.items(), key=lambda pair: (-pair[1], pair[0])))

    def edges_of(self, person_id: int) -> frozenset[date | None]:
        """The days on which a membership or role of the person, or a place of any team, begins."""
        own = {one.from_day for one in self._memberships_of.get(person_id, ())}
        own |= {one.from_day for one in self._roles_of.get(person_id, ())}
        return self._turns | own

    @cached_property
    def _turns(self) -> frozenset[date | None]:
        return frozenset(one.from_day for one in self.parents)

    @cached_property
    def stands_still(self) -> bool:
        """Whether no team ever stood elsewhere."""
        return not any(one.from_day or one.to_day for one in self.parents)

    def moves_of(self, person_id: int) -> tuple[Link, ...]:
        """The person's memberships."""
        return self._memberships_of.get(person_id, ())

    def members_between(self, start: date, end: date) -> frozenset[int]:
        """People with a membership in any team on any day from start to end."""
        return frozenset(link.subject for link in self.memberships if link.touches(start, end))

    @shared
    def _paths(self) -> dict[tuple[int, date], tuple[int, ...]]:
        return {}

    @shared
    def _reports(self) -> dict[date, dict[int, tuple[int, ...]]]:
        return {}

    @cached_property
    def _memberships_of(self) -> dict[int, tuple[Link, ...]]:
        return by_subject(self.memberships)

    @cached_property
    def _parents_of(self) -> dict[int, tuple[Link, ...]]:
        return by_subject(self.parents)

    @cached_property
    def _leaders_of(self) -> dict[int, tuple[Link, ...]]:
        return by_subject(self.leaderships)

    @cached_property
    def _lines_of(self) -> dict[int, tuple[Link, ...]]:
        return by_subject(self.reporting_lines)

    @cached_property
    def _roles_of(self) -> dict[int, tuple[RoleSpan, ...]]:
        roles: dict[int, list[RoleSpan]] = {}
        for role in sorted(self.front_line_roles, key=lambda role: (role.from_day or date.min, role.name)):
            roles.setdefault(role.person_id, []).append(role)
        return {person: tuple(spans) for person, spans in roles.items()}

    def _teams_on(self, on: date) -> dict[int, int]:
        found = ((person, self.team_of(person, on)) for person in self._memberships_of)
        return {person: team for person, team in found if team is not None}

    def _reports_on(self, on: date) -> dict[int, tuple[int, ...]]:
        if on not in self._reports:
            reports: dict[int, list[int]] = {}
            for person in self.people:
                manager = self.manager_of(person, on)
                if manager is not None:
                    reports.setdefault(manager, []).append(person)
            self._reports[on] = {manager: tuple(sorted(ids)) for manager, ids in reports.items()}
        return self._reports[on]


def roster_for_system(company_id: int) -> Roster:
    """The company's roster, in eight queries however many people there are. Nobody's rights are asked."""
    people = Person.objects.filter(company_id=company_id).order_by("id")
    teams = Team.objects.filter(company_id=company_id).order_by("id")
    members = Membership.objects.filter(person__company_id=company_id)
    parents = TeamParent.objects.filter(team__company_id=company_id)
    leaders = Leadership.objects.filter(team__company_id=company_id)
    lines = ReportingLine.objects.filter(person__company_id=company_id)
    roles = FrontLineRole.objects.filter(person__company_id=company_id)
    opened = Company.objects.filter(pk=company_id).values_list("ropes_open_to_all", "executives_see_deals")
    ropes_open_to_all, executives_see_deals = opened.first() or (False, False)
    return Roster(
        company_id=company_id,
        ropes_open_to_all=ropes_open_to_all,
        executives_see_deals=executives_see_deals,
        people={
            row[0]: RosterPerson(*row)
            for row in people.values_list("id", "name", "email", "joined", "left").iterator()
        },
        teams={row[0]: RosterTeam(*row) for row in teams.values_list("id", "name", "key").iterator()},
        memberships=_links(members.values_list("person_id", "team_id", "from_day", "to_day").iterator()),
        parents=_links(parents.values_list("team_id", "parent_id", "from_day", "to_day").iterator()),
        leaderships=_links(leaders.values_list("team_id", "person_id", "from_day", "to_day").iterator()),
        reporting_lines=_links(lines.values_list("person_id", "manager_id", "from_day", "to_day").iterator()),
        front_line_roles=tuple(
            RoleSpan(*row) for row in roles.values_list("person_id", "name", "from_day", "to_day").iterator()
        ),
    )


def _links(rows: Iterable[tuple[int, int, date | None, date | None]]) -> tuple[Link, ...]:
    return tuple(Link(*row) for row in rows)
