"""The announcement as each person reads it, and what a leader sees before and after sending.

Start with `my_announcement` and `sending`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ropewalk.companies.access import NotAllowed, NotVisible, Viewer
from ropewalk.plans.shape import Initiative, Plan, Standard
from ropewalk.progress.circle import circle_for
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.nothing_yet import NothingYet
from ropewalk.progress.thermometers import person_thermometer
from ropewalk.progress.world import World, world_for_system
from ropewalk.rollout.queries import Sent, Told
from ropewalk.rollout.recognising import mixed_list
from ropewalk.versions.document import VersionInForce


@dataclass(frozen=True)
class Part:
    """One initiative as it is told to one person."""

    initiative: Initiative
    expectation: str  # of the person's role
    standards: tuple[Standard, ...]
    thermometer: Thermometer  # holds the own target


@dataclass(frozen=True)
class MyAnnouncement:
    """What the viewer was told, and how the answer stands."""

    plan_year: int
    plan: Plan
    words: str  # the leader's own
    sent_on: date
    sent_by: str
    parts: tuple[Part, ...]
    choices: tuple[str, ...]  # the mixed list
    acknowledged_on: date | None
    own_words: str
    this_year: tuple[str, ...]  # the titles that are right
    holds_from: date | None  # where it isn't in force yet
    version: int
    reason: str  # of an amendment


def my_announcement(viewer: Viewer, on: date) -> MyAnnouncement:
    """The latest announcement to the viewer, as of a day. Raises NotVisible where there is none."""
    circle = circle_for(viewer, on)
    world = circle.world
    mine = [one for one in world.told.get(viewer.person_id or 0, ()) if one.sent_on <= on]
    if not mine or not world.is_running:
        if "rep" in viewer.roles:
            raise NothingYet("announcement", is_published=world.is_running)
        raise NotVisible("announcement")
    assert viewer.person_id is not None
    latest = mine[-1]
    version = next(one for one in world.versions if one.id == latest.version_id)
    sent = world.sent[latest.version_id]
    then = world
    if version.in_force_from > on:  # what was told is what will hold, and not what still does
        then = replace(world, version=version, on=version.in_force_from)
    role = world.roster.front_line_role(viewer.person_id, then.on)
    waiting = [one for one in mine if one.acknowledged_on is None or one.acknowledged_on > on]
    return MyAnnouncement(
        plan_year=version.year,
        plan=then.plan,
        words=sent.words,
        sent_on=latest.sent_on,
        sent_by=latest.sent_by,
        parts=tuple(
            Part(
                one,
                next((each.text for each in one.expectations if each.role == role), ""),
                tuple(each for each in one.standards if each.role == role),
                person_thermometer(then, one, viewer.person_id),
            )
            for one in then.initiatives
            if then.is_carried_by(one, viewer.person_id)
        ),
        choices=tuple(mixed_list(viewer.company_id, then.plan, viewer.person_id)),
        acknowledged_on=None if waiting else latest.acknowledged_on,
        own_words=said_before(mine),
        this_year=tuple(one.title for one in then.initiatives),
        holds_from=version.in_force_from if version.in_force_from > on else None,
        version=version.number,
        reason=version.reason,
    )


def said_before(mine: list[Told]) -> str:
    """The latest own words."""
    return next((one.own_words for one in reversed(mine) if one.own_words), "")


@dataclass(frozen=True)
class Sending:
    """What a leader sees of an announcement."""

    version: VersionInForce
    sent: Sent | None
    audience: int  # people whose rope the version changed
    acknowledged: int
    world: World


def sending(viewer: Viewer, on: date) -> Sending:
    """The latest version and its announcement. Raises NotAllowed and NotVisible."""
    if not viewer.has("leader"):
        if viewer.has("executive", "manager", "advisor"):
            raise NotAllowed("Only a sales leader sends announcements.")
        raise NotVisible("announcement")
    world = world_for_system(viewer.company_id, on)
    if not world.versions:
        raise NothingYet("sending")
    version = world.versions[-1]
    told = {
        person_id: mine
        for person_id, many in world.told.items()
        if (mine := [one for one in many if one.version_id == version.id and one.sent_on <= on])
    }
    carrying = {person for one in world.initiatives for person in world.carriers(one)}
    return Sending(
        version=version,
        sent=world.sent.get(version.id),
        audience=len(told) or len(carrying),
        acknowledged=sum(
            all(one.acknowledged_on is not None and one.acknowledged_on <= on for one in mine)
            for mine in told.values()
        ),
        world=world,
    )
