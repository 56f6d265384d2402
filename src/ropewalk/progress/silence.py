"""How long an initiative hasn't been talked about in a team: no talk, no review, no announcement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ropewalk.plans.shape import Initiative
from ropewalk.progress.world import World


@dataclass(frozen=True)
class Silence:
    """One team and one initiative."""

    team_id: int
    team: str
    initiative_key: str
    title: str
    latest_on: date | None  # None: never
    days: int | None
    is_alarm: bool  # over the company's limit


def silences_of(world: World, teams: frozenset[int]) -> list[Silence]:
    """Every team that carries an initiative, the longest silence first."""
    found = []
    for initiative in world.initiatives:
        for team_id in sorted(team for team in _carrying(world, initiative) if team in teams):
            found.append(silence_of(world, initiative, team_id))
    return sorted(
        found, key=lambda one: (-(one.days if one.days is not None else 10**6), one.team, one.title)
    )


def silence_of(world: World, initiative: Initiative, team_id: int) -> Silence:
    """When the team last talked about the initiative, by any touch, one-on-one or review of one of its people."""
    people = _carrying(world, initiative)[team_id]
    touched = world.once(("team talks",), lambda: latest_team_talks(world))
    above = world.roster.path_of(team_id, world.on)
    days = [touched[one, initiative.key] for one in above if (one, initiative.key) in touched]
    days += [day for person in people if (day := spoken_with(world, initiative.key, person)) is not None]
    latest = max(days, default=None)
    length = (world.on - latest).days if latest else None
    return Silence(
        team_id,
        world.roster.teams[team_id].name,
        initiative.key,
        initiative.title,
        latest,
        length,
        length is None or length > world.company.silence_days,
    )


def _carrying(world: World, initiative: Initiative) -> dict[int | None, list[int]]:
    return world.once(("carriers by team", initiative.key), lambda: by_team(world, initiative))


def latest_team_talks(world: World) -> dict[tuple[int, str], date]:
    """When each initiative was last talked about in a team, by team and initiative."""
    found: dict[tuple[int, str], date] = {}
    for one in world.team_talks:
        for key in one.initiatives:
            found[one.team_id, key] = max(one.held_on, found.get((one.team_id, key), one.held_on))
    return found


def spoken_with(world: World, key: str, person_id: int) -> date | None:
    """When somebody was last talked with or told about an initiative; None where never."""
    if (key, person_id) not in world.spoken:
        days = [one.held_on for one in world.talks.get(person_id, ()) if key in one.initiatives]
        days += [
            one.held_on
            for one in world.reviews.get(person_id, ())
            if any(part.initiative_key == key for part in one.parts)
        ]
        days += [
            one.sent_on
            for one in world.told.get(person_id, ())
            if key in one.initiatives and one.sent_on <= world.on
        ]
        world.spoken[key, person_id] = max(days, default=None)
    return world.spoken[key, person_id]


def by_team(world: World, initiative: Initiative) -> dict[int | None, list[int]]:
    """Who carries the initiative, by their team of the day."""
    found: dict[int | None, list[int]] = {}
    for one in world.carriers(initiative):
        found.setdefault(world.team_of(one), []).append(one)
    return found
