"""Deals that are somebody's, in an initiative's scope, and quiet longest: whom to call today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ropewalk.facts.queries import deal_links_for_system
from ropewalk.metrics.quietness import MOST_SHOWN, ByPerson, quietest_for_system
from ropewalk.plans.shape import MANUAL
from ropewalk.progress.world import World
from ropewalk.rules.deal_links import opened_at


@dataclass(frozen=True)
class QuietDeal:
    """One open deal and how long nothing happened on it."""

    id: str
    name: str  # the account's, else the deal's own
    product: str
    amount: Decimal | None
    stage: str
    days: int  # since the latest activity, else since it was opened
    since: date
    initiative_key: str
    address: str  # where it opens in the CRM; empty where nobody said


def quiet_deals(world: World, person_id: int) -> tuple[QuietDeal, ...]:
    """The person's quietest open deals over the initiatives' scopes, each deal once, the longest quiet first."""
    quietest = quietest_in(world)
    found: dict[str, QuietDeal] = {}
    for initiative in world.initiatives:
        if not world.is_carried_by(initiative, person_id):
            continue
        for deal in quietest.get(initiative.key, {}).get(person_id, ()):
            found.setdefault(
                f"{deal.source}|{deal.id}",
                QuietDeal(
                    id=deal.id,
                    name=deal.title,
                    product=deal.product or "",
                    amount=deal.amount,
                    stage=deal.stage or "",
                    days=(world.on - deal.quiet_since).days,
                    since=deal.quiet_since,
                    initiative_key=initiative.key,
                    address=opened_at(deal_links_of(world).get(deal.source, ""), deal.id),
                ),
            )
    return tuple(sorted(found.values(), key=lambda one: (-one.days, one.name, one.id))[:MOST_SHOWN])


def deal_links_of(world: World) -> dict[str, str]:
    """Where deals open in the CRM, by source."""
    return world.once_for_all(("deal links",), lambda: deal_links_for_system(world.company.id))


def quietest_in(world: World) -> dict[str, ByPerson]:
    """Everybody's quietest open deals in the scope of each initiative that counts deals, by its key."""
    return world.once_for_all(("quietest",), lambda: _quietest_of(world))


def _quietest_of(world: World) -> dict[str, ByPerson]:
    counted = [one for one in world.initiatives if one.goal.metric != MANUAL]
    found = quietest_for_system(world.company.id, [one.goal.where for one in counted], world.on)
    return {initiative.key: by_person for initiative, by_person in zip(counted, found, strict=True)}
