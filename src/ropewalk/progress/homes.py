"""The first screens: the rep's Today, the manager's team, the executive's and leader's overview.

Each takes the viewer first. Start with `today`, `my_team`, `overview`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ropewalk.companies.access import NotVisible, Sight, Viewer
from ropewalk.facts.tapped import OneTap, taps_of_day_for_system
from ropewalk.individual_plans.item import Promise
from ropewalk.progress.activity import ActivityState
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.headline import Headline, company_headline, headline, on_the_ground_a_month_ago
from ropewalk.progress.quiet import QuietDeal, quiet_deals
from ropewalk.progress.ropes import RopeState, rope_of, ropes_of
from ropewalk.progress.silence import Silence, silences_of
from ropewalk.progress.team_talks import teams_to_talk_with
from ropewalk.progress.thermometers import company_thermometer
from ropewalk.rollout.reminding import reminded_on_for_system
from ropewalk.rules.rope import Debtor, KnotName


@dataclass(frozen=True)
class Today:
    """What one person sees first."""

    on: date
    person_id: int
    name: str
    ropes: tuple[RopeState, ...]
    activities: tuple[tuple[str, ActivityState], ...]  # initiative title, activity in force
    left: int  # activities still to do in the periods that run
    promises: tuple[Promise, ...]  # open ones, the one due first first
    quiet: tuple[QuietDeal, ...]
    thermometers: tuple[Thermometer, ...]
    next_steps: tuple[RopeState, ...]  # ropes whose next step is the person's own, overdue first
    plan_waits_for: str  # by name, who has yet to agree to the plan that the person agreed to
    is_published: bool
    logged: tuple[OneTap, ...]  # by taps, on the day, the latest first

    @property
    def to_tap(self) -> tuple[tuple[str, ActivityState], ...]:
        """Activities logged by a tap, those with something left first."""
        taps = [one for one in self.activities if one[1].counted == "tap"]
        return tuple(sorted(taps, key=lambda one: one[1].left_now == 0))


def today(viewer: Viewer, on: date) -> Today:
    """The viewer's own first screen. Raises NotVisible for the operator, who is nobody's rep."""
    if viewer.person_id is None:
        raise NotVisible("today")
    circle = circle_for(viewer, on)
    world = circle.world
    ropes = tuple(
        rope_of(world, one, viewer.person_id)
        for one in world.initiatives
        if world.is_carried_by(one, viewer.person_id)
    )
    activities = tuple((rope.title, one) for rope in ropes for one in rope.activities)
    owed = [one for one in ropes if viewer.person_id in one.debtors and one.rope.tag is not None]
    return Today(
        on=on,
        person_id=viewer.person_id,
        name=viewer.name,
        ropes=ropes,
        activities=activities,
        left=sum(one.left_now for _, one in activities),
        promises=tuple(
            sorted(
                (
                    one
                    for one in world.promises
                    if one.person_id == viewer.person_id and (one.closed_on is None or one.closed_on > on)
                ),
                key=lambda one: (one.due_on, one.id),
            )
        ),
        quiet=quiet_deals(world, viewer.person_id),
        thermometers=tuple(one.thermometer for one in ropes),
        next_steps=tuple(sorted(owed, key=lambda one: not one.is_overdue)),
        plan_waits_for=next(
            (
                world.roster.people[debtor].name
                for one in ropes
                if one.rope.tag and one.rope.tag.waits_for is Debtor.MANAGER
                for debtor in one.debtors
            ),
            "",
        ),
        is_published=world.is_running,
        logged=tuple(taps_of_day_for_system(viewer.company_id, viewer.person_id, on)),
    )


@dataclass(frozen=True)
class TeamMember:
    """One person of the manager's, and why they need the manager this week."""

    person_id: int
    name: str
    team: str
    ropes: tuple[RopeState, ...]
    overdue: tuple[RopeState, ...]
    waits_for_me: tuple[RopeState, ...]  # overdue or due, and the manager owes it
    latest_talk: date | None
    left: int  # activities still to do in the periods that run

    @property
    def need(self) -> int:
        """For sorting: what waits for the manager counts most, then what is overdue."""
        return 100 * sum(one.is_overdue for one in self.waits_for_me) + len(self.overdue)


@dataclass(frozen=True)
class MyTeam:
    """The manager's first screen."""

    on: date
    headline: Headline
    members: tuple[TeamMember, ...]  # who needs the manager most first
    silences: tuple[Silence, ...]
    is_published: bool
    teams: tuple[tuple[int, str], ...]  # those a talk can be noted with, id and name
    initiatives: tuple[tuple[str, str], ...]  # key and title
    reminded: frozenset[int]  # people who were reminded today


def my_team(viewer: Viewer, on: date) -> MyTeam:
    """The viewer's own chain. Raises NotVisible for who leads nobody."""
    circle = circle_for(viewer, on)
    world = circle.world
    if viewer.person_id is None:
        raise NotVisible("team")
    chain = world.roster.chain_below(viewer.person_id, viewer.on)
    if not chain and not viewer.has("manager"):
        raise NotVisible("team")
    ropes = ropes_of(world, chain)
    before = on_the_ground_a_month_ago(world, chain) if ropes else None
    members = [
        member_of(circle, one, [rope for rope in ropes if rope.person_id == one]) for one in sorted(chain)
    ]
    return MyTeam(
        on=on,
        headline=headline(ropes, before=before),
        members=tuple(
            sorted(
                (one for one in members if one.ropes), key=lambda one: (-one.need, one.name, one.person_id)
            )
        ),
        silences=tuple(one for one in silences_of(world, circle.teams) if one.is_alarm),
        is_published=world.is_running,
        teams=teams_to_talk_with(circle),
        initiatives=tuple((one.key, one.title) for one in world.initiatives),
        reminded=reminded_on_for_system(viewer.company_id, on) if ropes else frozenset(),
    )


def member_of(circle: Circle, person_id: int, ropes: list[RopeState]) -> TeamMember:
    world = circle.world
    team_id = world.team_of(person_id)
    talks = world.talks.get(person_id, [])
    mine = [one for one in ropes if circle.viewer.person_id in one.debtors]
    return TeamMember(
        person_id=person_id,
        name=world.roster.people[person_id].name,
        team=world.roster.teams[team_id].name if team_id else "",
        ropes=tuple(ropes),
        overdue=tuple(one for one in ropes if one.is_overdue),
        waits_for_me=tuple(mine),
        latest_talk=talks[-1].held_on if talks else None,
        left=sum(activity.left_now for one in ropes for activity in one.activities),
    )


@dataclass(frozen=True)
class Overview:
    """The executive's and the leader's first screen."""

    on: date
    year: int | None
    headline: Headline
    worst_team: str
    thermometers: tuple[Thermometer, ...]
    grounded: tuple[tuple[str, int, int], ...]  # initiative key, ropes on the ground, ropes
    worth: tuple[tuple[str, object], ...]  # initiative key, money
    silences: tuple[Silence, ...]
    uncovered: tuple[tuple[str, float], ...]  # initiative title, coverage below 1
    decisions: tuple[tuple[RopeState, bool], ...]  # overdue, waits for the viewer; may the plan be opened
    is_published: bool


def overview(viewer: Viewer, on: date) -> Overview:
    """The company at a glance. Raises NotVisible for whoever sees no totals."""
    circle = circle_for(viewer, on)
    if not circle.sees_totals:
        raise NotVisible("overview")
    world = circle.world
    ropes = ropes_of(world)
    waiting = [one for one in ropes if viewer.person_id in one.debtors and one.is_overdue]
    summed = company_headline(world)
    worst = world.roster.teams[summed.worst_team_id].name if summed.worst_team_id else ""
    return Overview(
        on=on,
        year=world.version.year if world.version else None,
        headline=summed,
        worst_team=worst,
        thermometers=world.once(
            ("company",), lambda: tuple(company_thermometer(world, one) for one in world.initiatives)
        ),
        grounded=world.once(("grounded",), lambda: grounded_of(circle)),
        worth=tuple((one.key, one.worth) for one in world.initiatives),
        silences=tuple(one for one in silences_of(world, circle.teams) if one.is_alarm),
        uncovered=uncovered_of(circle),
        decisions=tuple((one, circle.sees(Sight.PLAN, one.person_id)) for one in waiting[:3]),
        is_published=world.is_running,
    )


def grounded_of(circle: Circle) -> tuple[tuple[str, int, int], ...]:
    """Of each initiative how many ropes are on the ground, and how many there are."""
    counts = {one.key: [0, 0] for one in circle.world.initiatives}
    for rope in ropes_of(circle.world):
        held = counts[rope.initiative_key]
        held[0] += rope.rope.on_the_ground
        held[1] += 1
    return tuple((key, ground, ropes) for key, (ground, ropes) in counts.items())


def uncovered_of(circle: Circle) -> tuple[tuple[str, float], ...]:
    """Initiatives whose people's shares no longer make the goal, as those who have left take theirs with them."""
    world = circle.world
    found = []
    for one in world.initiatives:
        spread = world.document.spreads.get(one.key)
        if spread is None or spread.kind != "additive" or not one.goal.target:
            continue
        gone = sum(
            (
                share.amount
                for person_id, share in spread.people.items()
                if (person := world.roster.people.get(person_id)) and person.left and person.left < world.on
            ),
            start=spread.coverage * 0,
        )
        left = float(spread.coverage) - float(gone / one.goal.target)
        if left < 1 - 1e-9:
            found.append((one.title, left))
    return tuple(found)


def owes(rope: RopeState) -> tuple[Debtor | None, KnotName | None]:
    """Who owes the next step of a rope, and which knot it ties."""
    tag = rope.rope.tag
    return (tag.owed_by, tag.name) if tag else (None, None)
