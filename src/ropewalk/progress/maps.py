"""The rope map: initiatives on the ceiling, people on the floor by team, every rope as far as it reaches.

What it shows is narrowed to the viewer; who sees totals only gets teams without names. Start with `rope_map`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ropewalk.companies.access import NotVisible, Sight, Viewer
from ropewalk.plans.shape import Initiative
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.headline import Headline, company_headline, headline, on_the_ground_a_month_ago
from ropewalk.progress.reminders import Remindable, remindable_of
from ropewalk.progress.ropes import RopeState, ropes_of
from ropewalk.progress.world import World
from ropewalk.rules.rope import Reach, reach_of


@dataclass(frozen=True)
class Stand:
    """One person on the floor with the ropes that reach towards them, by slot."""

    person_id: int
    name: str
    ropes: tuple[RopeState, ...]


@dataclass(frozen=True)
class Bay:
    """One team; `stands` is empty for who sees totals only. `ropes` are the team's, for drawing cables and counts."""

    team_id: int | None
    name: str
    leader: str
    reach: Reach
    stands: tuple[Stand, ...]
    ropes: tuple[RopeState, ...]

    @property
    def overdue(self) -> int:
        return self.reach.ropes - self.reach.where_they_should_be


@dataclass(frozen=True)
class RopeMap:
    """All that the page draws."""

    on: date
    initiatives: tuple[Initiative, ...]
    headline: Headline
    worst_team: str
    bays: tuple[Bay, ...]  # the one that needs most first
    has_names: bool
    is_published: bool
    reminders: Remindable


def rope_map(
    viewer: Viewer, on: date, *, team_id: int | None = None, person_id: int | None = None
) -> RopeMap:
    """The rope map as of a day: of the company, a team with its subtree, or one person.

    Raises NotVisible where the viewer may see no rope of it.
    """
    circle = circle_for(viewer, on)
    world = circle.world
    if circle.is_administrator_only:
        raise NotVisible("rope map")
    seen = circle.people(Sight.ROPE)
    totals_only = viewer.has("advisor") and not viewer.has("leader", "executive")
    chosen = chosen_people(circle, team_id, person_id)
    if person_id is not None and person_id not in seen:
        raise NotVisible(f"person {person_id}")
    shown = chosen if totals_only else seen if chosen is None else seen & chosen
    is_everybody = shown is None or shown >= world.roster.people.keys()
    ropes = ropes_of(world, None if is_everybody else shown)
    if team_id is not None and not ropes and team_id not in circle.teams:
        raise NotVisible(f"team {team_id}")
    summed = company_headline(world) if is_everybody else headline_of(world, ropes, shown)
    worst = world.roster.teams[summed.worst_team_id].name if summed.worst_team_id else ""
    bays = bays_of(circle, ropes, has_names=not totals_only)
    return RopeMap(
        on,
        world.initiatives,
        summed,
        worst,
        bays,
        not totals_only,
        world.is_running,
        remindable_of(circle, ropes),
    )


def headline_of(world: World, ropes: list[RopeState], people: frozenset[int] | None) -> Headline:
    """The headline of some people's ropes."""
    return headline(ropes, before=on_the_ground_a_month_ago(world, people) if ropes else None)


def chosen_people(circle: Circle, team_id: int | None, person_id: int | None) -> frozenset[int] | None:
    """The people a page was narrowed to, none for an unknown team; None for everybody."""
    if person_id is not None:
        return frozenset({person_id})
    if team_id is None:
        return None
    return frozenset(circle.world.roster.members_below(team_id, circle.world.on))


def bays_of(circle: Circle, ropes: list[RopeState], *, has_names: bool) -> tuple[Bay, ...]:
    """The teams with their people, the team with most overdue first, then by name."""
    roster, on = circle.world.roster, circle.world.on
    by_team: dict[int | None, list[RopeState]] = {}
    for one in ropes:
        by_team.setdefault(one.team_id, []).append(one)
    bays = []
    for team_id, held in by_team.items():
        leader = roster.leader_of(team_id, on) if team_id else None
        bays.append(
            Bay(
                team_id=team_id,
                name=roster.teams[team_id].name if team_id else "No team",
                leader=roster.people[leader].name if leader else "",
                reach=reach_of(one.rope for one in held),
                stands=stands_of(held) if has_names else (),
                ropes=tuple(held),
            )
        )
    return tuple(sorted(bays, key=lambda bay: (-bay.overdue, bay.name)))


def stands_of(ropes: list[RopeState]) -> tuple[Stand, ...]:
    """The people of some ropes, by name."""
    by_person: dict[int, list[RopeState]] = {}
    for one in ropes:
        by_person.setdefault(one.person_id, []).append(one)
    stands = [
        Stand(person_id, held[0].person, tuple(sorted(held, key=lambda one: one.slot)))
        for person_id, held in by_person.items()
    ]
    return tuple(sorted(stands, key=lambda stand: (stand.name, stand.person_id)))


def rope_rows(viewer: Viewer, on: date) -> list[list[object]]:
    """The ropes in sight as plain rows: initiative, person, team, reach, on the ground and where it should be as yes or
    no, the first open knot, who owes, and the next action; by initiative, then team, then person.
    """
    circle = circle_for(viewer, on)
    seen = circle.people(Sight.ROPE)
    teams = circle.world.roster.teams
    rows = []
    for one in ropes_of(circle.world):
        if one.person_id not in seen:
            continue
        open_knot, tag = one.rope.first_open, one.rope.tag
        team = teams[one.team_id].name if one.team_id else ""
        rows.append(
            [
                one.title,
                one.person,
                team,
                one.rope.reach,
                "yes" if one.rope.on_the_ground else "no",
                "yes" if one.rope.where_it_should_be else "no",
                str(open_knot.name) if open_knot else "",
                str(tag.owed_by) if tag else "",
                tag.next_action if tag else "",
            ]
        )
    return sorted(rows, key=lambda row: (str(row[0]), str(row[2]), str(row[1])))
