"""Whose share is what on a day: as the version froze it, and for those who joined or moved since.

A joiner's share comes on top of the others'. A mover's part for the time after the move counts for the new team. A
leaver's share is cut at the last day; the gap stays with the team until an amendment spreads it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

from ropewalk.cascade.share import PersonShare, Spread
from ropewalk.cascade.spreading import decimal
from ropewalk.plans.shape import Initiative
from ropewalk.progress.world import World
from ropewalk.rules import shares
from ropewalk.rules.exact import as_decimal, exact

ROUNDED = Fraction(1, 10**9)  # capacities nearer than this are the same


def spread_of(world: World, initiative: Initiative) -> Spread | None:
    """The initiative's spread in the version in force; None where the goal isn't shared out."""
    return world.document.spreads.get(initiative.key)


def share_of(world: World, initiative: Initiative, person_id: int) -> PersonShare | None:
    """What the goal comes to for one person on the day; None where it isn't shared out."""
    spread = spread_of(world, initiative)
    if spread is None:
        return None
    held = spread.people.get(person_id)
    if held is None:
        return joiner_share(world, initiative, spread, person_id)
    return cut_at_leaving(world, spread, held)


def cut_at_leaving(world: World, spread: Spread, one: PersonShare) -> PersonShare:
    """The share as it is; of somebody who leaves earlier than was known when it was shared out, the part until then."""
    person = world.roster.people[one.person_id]
    if spread.kind != "additive" or person.left is None:
        return one
    present = shares.capacity(person.joined, person.left, start=world.plan.first_day)
    gap = capacity_shared(world, one) - present
    if gap <= 0:
        return one
    kept, _ = shares.split_at_move(one.amount, present, gap, unit=spread.unit)
    return replace(one, amount=as_decimal(exact(kept)))


def capacity_shared(world: World, one: PersonShare) -> Fraction:
    """The months of capacity that somebody's share was made for: exactly, unless leaving was noted or moved since."""
    person = world.roster.people[one.person_id]
    present = shares.capacity(person.joined, person.left, start=world.plan.first_day)
    frozen = exact(one.capacity)  # kept to 12 places
    return present if abs(frozen - present) < ROUNDED else frozen


def joiner_share(world: World, initiative: Initiative, spread: Spread, person_id: int) -> PersonShare:
    """The share of somebody who wasn't there when the version was published.

    A count or sum: the median of the others' shares per month of capacity, times the own capacity, in whole units.
    A rate: the company's baseline with the common lift; a mean: the company's target.
    """
    person, goal = world.roster.people[person_id], initiative.goal
    capacity = shares.capacity(person.joined, person.left, start=world.plan.first_day)
    if spread.kind == "additive":
        ideal = world.once(("per month", initiative.key), lambda: per_month(spread)) * capacity
        amount = decimal(exact(spread.unit) * round(ideal / exact(spread.unit)))
        return PersonShare(
            person_id, amount, None, decimal(capacity), decimal(capacity), world.team_of(person_id)
        )
    baseline = goal.baseline or Decimal(0)
    target = goal.target or Decimal(0)
    if spread.kind == "ratio" and spread.step is not None:
        odds = float(baseline) / (1 - float(baseline)) * 2.718281828459045 ** float(spread.step)
        target = decimal(odds / (1 + odds))
    return PersonShare(person_id, target, baseline, Decimal(0), decimal(capacity), world.team_of(person_id))


def per_month(spread: Spread) -> Fraction:
    """The median of the shares per month of capacity."""
    found = [exact(one.amount) / exact(one.capacity) for one in spread.people.values() if one.capacity > 0]
    return median(found) if found else Fraction(0)


def team_target(world: World, initiative: Initiative, team_id: int) -> tuple[Decimal, Decimal | None] | None:
    """A team's share or target level and its baseline on the day; None where nothing is shared out to it.

    People who moved in or out since the version was published bring or take the part for the time after the move.
    """
    spread = spread_of(world, initiative)
    if spread is None:
        return None
    held = spread.teams.get(team_id)
    if spread.kind != "additive":
        return (held.amount, held.baseline) if held else None
    amount = held.amount if held else Decimal(0)
    all_moves = world.once(("moves", initiative.key), lambda: moves(world, initiative))
    moved = sum((part for team, part in all_moves if team == team_id), Decimal(0))
    return (amount + moved, None) if held or moved else None


def moves(world: World, initiative: Initiative) -> list[tuple[int, Decimal]]:
    """What each team gains (or loses, below 0) by people who moved between version and day."""
    spread = spread_of(world, initiative)
    assert spread is not None
    since = shared_out_on(world, initiative, spread)
    found = []
    for one in spread.people.values():
        if one.person_id not in world.roster.people:
            continue
        before = one.team_id
        for day in move_days(world, one.person_id, since):
            after = world.roster.team_of(one.person_id, day)
            if before is not None and after is not None and before != after:
                part = part_after(world, spread, one, day)
                old = set(world.roster.path_of(before, day))
                new = set(world.roster.path_of(after, day))
                found += [(team, -part) for team in sorted(old - new)]
                found += [(team, part) for team in sorted(new - old)]
            before = after
    return found


def shared_out_on(world: World, initiative: Initiative, spread: Spread) -> date:
    """The day of the teams in a spread: an amendment of something else hands it on as it was."""
    assert world.version is not None
    since = world.version.in_force_from
    for one in reversed([each for each in world.versions if each.number <= world.version.number]):
        if one.document.spreads.get(initiative.key) != spread:
            break
        since = one.in_force_from
    return since


def move_days(world: World, person_id: int, since: date) -> list[date]:
    """Days after `since`, up to the day, on which a membership of the person begins."""
    return sorted(
        link.from_day
        for link in world.roster.moves_of(person_id)
        if link.from_day and since < link.from_day <= world.on
    )


def part_after(world: World, spread: Spread, one: PersonShare, day: date) -> Decimal:
    """The part of a share that falls on the time from a day on, by capacity, in whole units."""
    person = world.roster.people[one.person_id]
    start = world.plan.first_day
    whole = capacity_shared(world, one)
    earlier = (
        shares.capacity(person.joined, day_before(day), start=start)
        if started(person.joined, day)
        else Fraction(0)
    )
    if whole <= 0:
        return Decimal(0)
    later = shares.split_at_move(one.amount, earlier, whole - earlier, unit=spread.unit)[1]
    return as_decimal(exact(later))


def day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def started(joined: date | None, day: date) -> bool:
    return joined is None or joined < day
