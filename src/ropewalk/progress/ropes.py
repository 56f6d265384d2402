"""Each rope of a day: its evidence gathered from what is known, decided by `rules.knots`, and told with its sources.

Start with `ropes_of`. Who may see which is decided by whoever calls.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ropewalk.cascade.weighing import carries
from ropewalk.lib.giving_way import give_way
from ropewalk.plans.defining import person_named
from ropewalk.plans.shape import Initiative
from ropewalk.progress.activity import ActivityState, adherence_of, records_of
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.inheriting import inherit_ropes
from ropewalk.progress.shares import share_of
from ropewalk.progress.thermometers import person_thermometer
from ropewalk.progress.world import EVERYBODY, World, one_by_one
from ropewalk.rules import calendar
from ropewalk.rules.adherence import mean_adherence
from ropewalk.rules.calendar import Grain
from ropewalk.rules.evidence import Announcement, QuarterlyReview, RopeEvidence
from ropewalk.rules.knots import rope_on
from ropewalk.rules.rope import Debtor, KnotName, Rope
from ropewalk.rules.status import Status


@dataclass(frozen=True)
class RopeState:
    """One rope of a day with what it was judged by."""

    initiative_key: str
    slot: int
    title: str
    person_id: int
    person: str
    team_id: int | None
    rope: Rope
    evidence: RopeEvidence
    thermometer: Thermometer
    activities: tuple[ActivityState, ...]
    debtors: tuple[int, ...]  # people who owe the next step; empty where no knot is open

    @property
    def owed_by(self) -> Debtor | None:
        return self.rope.owed_by

    @property
    def is_overdue(self) -> bool:
        return not self.rope.where_it_should_be


def ropes_of(world: World, people: Collection[int] | None = None) -> list[RopeState]:
    """Every rope of the day, or those of these people: initiative by initiative, people by id."""
    if people is not None:
        return [rope_of(world, initiative, person_id) for initiative, person_id in _hung(world, people)]
    return world.once_for_all(("ropes",), lambda: _ropes_of(world))


def _ropes_of(world: World) -> list[RopeState]:
    world.read_everybody()
    hung, there = _hung(world, None), world.ropes
    return [there.get((one.key, person_id)) or rope_of(world, one, person_id) for one, person_id in hung]


def _hung(world: World, people: Collection[int] | None) -> list[tuple[Initiative, int]]:
    """The ropes there are, those taken over from the world before filled in. Of everybody, or of these people."""
    if EVERYBODY in world.known:
        with one_by_one(world):
            inherit_ropes(world)
    published = [one for one in world.initiatives if first_published(world, one.key) is not None]
    if people is None:
        return [(one, person_id) for one in published for person_id in world.carriers(one)]
    return [
        (one, person_id)
        for one in published
        for person_id in sorted(people)
        if world.is_carried_by(one, person_id)
    ]


def on_the_ground_of(world: World, people: Collection[int] | None = None) -> list[bool]:
    """Of each rope of the day, or of these people's, whether it is on the ground: as `ropes_of` says, for less work."""
    if people is not None:
        return [
            is_on_the_ground(world, initiative, person_id) for initiative, person_id in _hung(world, people)
        ]
    with one_by_one(world):
        world.read_everybody()
        return [
            is_on_the_ground(world, initiative, person_id) for initiative, person_id in _hung(world, None)
        ]


def is_on_the_ground(world: World, initiative: Initiative, person_id: int) -> bool:
    """Whether the strategy has arrived at the person. What the figure says doesn't matter, and activities only at last."""
    key = initiative.key, person_id
    if key in world.ropes:
        rope: RopeState = world.ropes[key]
        return rope.rope.on_the_ground
    if key not in world.grounds:
        give_way()
        evidence = evidence_of(world, initiative, person_id, (), Status.TOO_EARLY)
        others = rope_on(evidence, world.on).knots
        is_held = all(one.is_tied for one in others if one.name not in (KnotName.DOING, KnotName.MOVING))
        if is_held:
            adherence = adherence_of(world, initiative, person_id)
            is_held = rope_on(replace(evidence, adherence=adherence), world.on).on_the_ground
        world.grounds[key] = is_held
    return world.grounds[key]


def rope_of(world: World, initiative: Initiative, person_id: int) -> RopeState:
    """One rope of the day. The person must carry the initiative."""
    key = initiative.key, person_id
    if key not in world.ropes:
        world.ropes[key] = judged(world, initiative, person_id)
    found: RopeState = world.ropes[key]
    return found


def judged(world: World, initiative: Initiative, person_id: int) -> RopeState:
    """One rope, judged anew."""
    give_way()
    activities = tuple(records_of(world, initiative, person_id))
    figure = person_thermometer(world, initiative, person_id)
    evidence = evidence_of(world, initiative, person_id, activities, figure.status)
    rope = rope_on(evidence, world.on)
    return RopeState(
        initiative_key=initiative.key,
        slot=figure.slot,
        title=initiative.title,
        person_id=person_id,
        person=world.roster.people[person_id].name,
        team_id=world.team_of(person_id),
        rope=rope,
        evidence=evidence,
        thermometer=figure,
        activities=activities,
        debtors=debtors_of(world, initiative, person_id, rope.owed_by),
    )


def first_published(world: World, key: str) -> date | None:
    """The day from which the initiative stood in a version in force; None where it isn't yet."""
    return world.once(("first published", key), lambda: _first_published(world, key))


def _first_published(world: World, key: str) -> date | None:
    days = [
        one.in_force_from
        for one in world.versions
        if one.document.plan.initiative(key) is not None and one.in_force_from <= world.on
    ]
    return min(days, default=None)


def first_day(world: World, initiative: Initiative, person_id: int) -> date:
    """The day since which the person has carried the initiative without a break."""
    roster, person = world.roster, world.roster.people[person_id]
    edges = {person.joined, *roster.edges_of(person_id)}
    began = date.min
    for edge in sorted((day for day in edges if day and day <= world.on), reverse=True):
        began = edge
        if edge == date.min or not carries(initiative, roster, person_id, edge - timedelta(days=1)):
            return edge
    return date.min if carries(initiative, roster, person_id, world.plan.first_day) else began


def evidence_of(
    world: World,
    initiative: Initiative,
    person_id: int,
    activities: tuple[ActivityState, ...],
    moving: Status,
) -> RopeEvidence:
    """What the rope is judged by, as of the day."""
    published = first_published(world, initiative.key)
    assert published is not None
    begins = max(first_day(world, initiative, person_id), published)
    state = world.plans.get(person_id)
    agreed = [
        one
        for one in (state.agreements if state else ())
        if one.agreed_on <= world.on and one.items.of(initiative.key) is not None
    ]
    latest = agreed[-1].items.of(initiative.key) if agreed else None
    manager = world.roster.manager_of(person_id, world.on)
    sponsor = world.document.sponsors.get(initiative.key)
    return RopeEvidence(
        published_on=published,
        rope_first_day=begins,
        initiative_start=initiative.goal.start or world.plan.first_day,
        announcements=announcements_for(world, initiative, person_id, begins),
        agreements=tuple(one.agreed_on for one in agreed),
        agreed_by=agreed_by(world, initiative, person_id),
        changes=tuple(
            one.in_force_from
            for one in world.versions
            if person_id in one.document.reshared.get(initiative.key, ()) and one.in_force_from <= world.on
        ),
        plans_calendar_on=world.plan.calendar.plans_agreed,
        has_share=latest is None
        or latest.share is not None
        or share_of(world, initiative, person_id) is None,
        has_activity=latest is None or bool(latest.activities),
        is_cascaded=initiative.goal.is_cascaded,
        adherence=mean_adherence([one.record.adherence for one in activities]),
        talks=tuple(
            one.held_on for one in world.talks.get(person_id, ()) if initiative.key in one.initiatives
        ),
        quarterly_reviews=reviews_for(world, initiative, person_id),
        moving=moving,
        cadence_days=world.company.cadence_days,
        first_weekday=world.company.first_weekday,
        workdays=world.workdays,
        leader_away=tuple(world.absences.get(sponsor, ())) if sponsor else (),
        manager_away=tuple(world.absences.get(manager, ())) if manager else (),
        rep_away=tuple(world.absences.get(person_id, ())),
    )


def agreed_by(world: World, initiative: Initiative, person_id: int) -> Debtor | None:
    """Who of the two agrees to the plan as it is while the other doesn't; a yes to another share doesn't hold any more."""
    state = world.plans.get(person_id)
    held = state.draft.of(initiative.key) if state else None
    if state is None or held is None:
        return None
    days = state.person_agreed_on, state.counterpart_agreed_on
    rep, other = (day is not None and day <= world.on for day in days)
    other = other and state.counterpart_id == counterpart_of(world, person_id)
    if rep == other:
        return None
    share = share_of(world, initiative, person_id)
    if held.share != (share.amount if share else None):
        return None
    return Debtor.REP if rep else Debtor.MANAGER


def announcements_for(
    world: World, initiative: Initiative, person_id: int, begins: date
) -> tuple[Announcement, ...]:
    """The announcements whose version changed something for this rope; those before it began count as one.

    Being told before the rope began counts from its first day, so that nobody is late on it; being told by a later
    announcement, which for others was about something else, counts as being told.
    """
    came = [one for one in world.versions if one.document.plan.initiative(initiative.key) is not None]
    before = [one for one in came if max(one.published_on, one.in_force_from) <= begins]
    after = [
        one
        for one in came
        if one not in before
        and (one.document.changed is None or person_id in one.document.changed.get(initiative.key, ()))
    ]
    receipts = [one for one in world.told.get(person_id, ()) if initiative.key in one.initiatives]
    found = []
    if before:
        ids = {one.id for one in after}
        mine = [one for one in receipts if one.version_id not in ids and one.sent_on <= world.on]
        latest = mine[-1] if mine else None
        first = before[-1]
        planned = first.document.plan.calendar.announcement if first.number == 1 else None
        found.append(
            Announcement(
                published_on=begins,
                sent_on=max(latest.sent_on, begins) if latest else None,
                calendar_on=planned,
                acknowledged_on=latest.acknowledged_on if latest else None,
            )
        )
    for one in after:
        receipt = next((each for each in receipts if each.version_id == one.id), None)
        found.append(
            Announcement(
                published_on=one.published_on,
                sent_on=max(receipt.sent_on, begins) if receipt else None,
                acknowledged_on=receipt.acknowledged_on if receipt else None,
            )
        )
    return tuple(found)


def reviews_for(world: World, initiative: Initiative, person_id: int) -> tuple[QuarterlyReview, ...]:
    """Every quarter of the plan's year, and when its review of this person talked about the initiative."""
    talked = {
        one.quarter_end: one.held_on
        for one in world.reviews.get(person_id, ())
        if any(part.initiative_key == initiative.key for part in one.parts)
    }
    quarters = world.once(("quarters",), lambda: _quarters(world))
    return tuple(QuarterlyReview(one.end, talked.get(one.end)) for one in quarters)


def _quarters(world: World) -> list[calendar.Period]:
    return calendar.periods(
        world.plan.first_day,
        world.plan.last_day,
        grain=Grain.QUARTER,
        start_month=world.plan.start_month,
    )


def counterpart_of(world: World, person_id: int) -> int | None:
    """Who agrees a plan with somebody: the manager, else the next in the chain, at the top a sponsor, else nobody.

    The sponsor of the first initiative that has one who is there and isn't led by the person.
    """
    manager = world.roster.manager_of(person_id, world.on)
    if manager is not None:
        return manager
    sponsors = [world.document.sponsors.get(one.key) for one in world.initiatives] if world.version else []
    return next((one for one in sponsors if one is not None and stands_above(world, one, person_id)), None)


def stands_above(world: World, sponsor_id: int, person_id: int) -> bool:
    """Whether a sponsor is somebody else, still there, and not of the person's own chain."""
    sponsor = world.roster.people.get(sponsor_id)
    return (
        sponsor is not None
        and sponsor_id != person_id
        and (sponsor.left is None or sponsor.left >= world.on)
        and person_id not in world.roster.chain_above(sponsor_id, world.on)
    )


def debtors_of(
    world: World, initiative: Initiative, person_id: int, owed_by: Debtor | None
) -> tuple[int, ...]:
    """The people who owe the next step."""
    manager = counterpart_of(world, person_id)
    if owed_by is None:
        return ()
    if owed_by is Debtor.REP:
        return (person_id,)
    if owed_by is Debtor.LEADER:
        sponsor = world.document.sponsors.get(initiative.key) or world.once(
            ("named", initiative.sponsor), lambda: person_named(world.roster, initiative.sponsor)
        )
        return (sponsor,) if sponsor else ()
    both = (person_id, manager) if owed_by is Debtor.BOTH else (manager,)
    return tuple(one for one in both if one is not None)
