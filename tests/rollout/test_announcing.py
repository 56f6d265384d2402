"""Everybody whom a version concerns is told once; whoever comes later is told on the first day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.plans.small import (
    ANA,
    BEN,
    CEM,
    LOU,
    MIA,
    ROLE,
    YEAR,
    Small,
    at,
    clients,
    day,
    person_row,
    plan_of,
    rate,
)

from ropewalk.companies.joining import join
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.progress.ropes import rope_of
from ropewalk.rollout.announcing import NothingToAnnounce, announce, tell_newcomers
from ropewalk.rollout.models import Receipt
from ropewalk.rollout.queries import announcements_for_system, told_for_system
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rules.rope import KnotName, KnotState
from ropewalk.versions.document import VersionInForce
from ropewalk.versions.publishing import amend, publish

PUBLISHED, SENT = day(1, 4), day(1, 6)


def published(small: Small, *initiatives: shape.Initiative) -> VersionInForce:
    define(small.id, plan_of(*initiatives), by=OPERATOR, at=at(PUBLISHED))
    return publish(small.id, YEAR, by=OPERATOR, on=PUBLISHED, at=at(PUBLISHED)).version


def send(small: Small, version: VersionInForce, on: date = SENT) -> int:
    return announce(small.id, version, words=" Ask me. ", by=small.actor("Kay Lindqvist"), on=on, at=at(on))


def newcomers(small: Small, on: date) -> int:
    return tell_newcomers(small.id, by=OPERATOR, on=on, at=at(on))


def told(small: Small, name: str) -> list[tuple[tuple[str, ...], date]]:
    return [
        (one.initiatives, one.sent_on) for one in told_for_system(small.id, YEAR).get(small.ids[name], [])
    ]


def knot(small: Small, name: str, key: str, which: KnotName, on: date) -> tuple[KnotState, date | None]:
    world = small.world(on)
    initiative = next(one for one in world.initiatives if one.key == key)
    found = rope_of(world, initiative, small.ids[name]).rope.knot(which)
    return found.state, found.due_on


def answer(small: Small, name: str, on: date) -> None:
    plan = small.world(on).plan
    titles = [one.title for one in plan.initiatives]
    acknowledge(
        small.id, plan, picked=titles, own_words="I call first.", by=small.actor(name), on=on, at=at(on)
    )


def test_everybody_who_carries_something_is_told_of_what_they_carry(small: Small) -> None:
    version = published(small, clients(), rate(teams=(f"Team {MIA}",)))
    assert send(small, version) == 3
    assert told(small, ANA) == [(("clients", "rate"), SENT)]
    assert told(small, CEM) == [(("clients",), SENT)]
    assert told(small, MIA) == []
    (sent,) = announcements_for_system(small.id).values()
    assert (sent.by, sent.words, sent.recipients, sent.sent_on) == ("Kay Lindqvist", "Ask me.", 3, SENT)
    assert Line.objects.filter(action="sent announcement").count() == 1


def test_a_version_is_announced_once_and_not_before_it_is_published(small: Small) -> None:
    version = published(small, clients())
    with pytest.raises(NothingToAnnounce, match="Version 1 is published on 4 January 2027"):
        send(small, version, day(1, 3))
    send(small, version)
    with pytest.raises(NothingToAnnounce, match="was announced already"):
        send(small, version, day(1, 7))
    assert Receipt.objects.count() == 3


def test_nothing_is_told_to_newcomers_before_there_is_an_announcement_or_after_the_year(small: Small) -> None:
    assert newcomers(small, PUBLISHED) == 0
    version = published(small, clients())
    assert newcomers(small, day(1, 5)) == 0
    send(small, version)
    assert newcomers(small, date(2028, 1, 1)) == 0


def test_a_newcomer_is_told_on_the_first_day_and_only_once(small: Small) -> None:
    send(small, published(small, clients(), rate()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(3, 1)))
    small.refresh()
    assert newcomers(small, day(3, 31)) == 0
    assert newcomers(small, day(4, 1)) == 1
    assert newcomers(small, day(4, 1)) == 0
    assert newcomers(small, day(4, 2)) == 0
    assert told(small, "Dora Dahl") == [(("clients", "rate"), day(4, 1))]
    assert told(small, ANA) == [(("clients", "rate"), SENT)]
    assert knot(small, "Dora Dahl", "rate", KnotName.TOLD, day(4, 1)) == (KnotState.TIED, None)
    assert knot(small, "Dora Dahl", "rate", KnotName.UNDERSTOOD, day(4, 1)) == (KnotState.NOT_DUE, day(4, 8))
    assert knot(small, "Dora Dahl", "rate", KnotName.PLANNED, day(4, 1)) == (KnotState.NOT_DUE, day(4, 22))


def test_a_newcomer_who_is_not_told_on_the_first_day_is_the_leaders_debt_from_the_next(small: Small) -> None:
    send(small, published(small, clients()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(3, 1)))
    small.refresh()
    assert knot(small, "Dora Dahl", "clients", KnotName.TOLD, day(4, 1)) == (KnotState.NOT_DUE, day(4, 1))
    assert knot(small, "Dora Dahl", "clients", KnotName.TOLD, day(4, 2)) == (KnotState.OVERDUE, day(4, 1))


def test_a_move_into_an_initiatives_team_is_told_without_changing_any_past_day(small: Small) -> None:
    send(small, published(small, clients(), rate(teams=(f"Team {MIA}",))))
    answer(small, CEM, day(1, 8))
    rows = [person_row(CEM, LOU, to_day=day(4, 30)), person_row(CEM, MIA, from_day=day(5, 1))]
    join(small.id, rows, by=OPERATOR, at=at(day(4, 20)))
    assert newcomers(small, day(5, 3)) == 1
    assert newcomers(small, day(5, 4)) == 0
    assert told(small, CEM) == [(("clients",), SENT), (("rate",), day(5, 3))]
    for on in (day(1, 8), day(5, 3), day(6, 30)):
        assert knot(small, CEM, "clients", KnotName.TOLD, on)[0] is KnotState.TIED
        assert knot(small, CEM, "clients", KnotName.UNDERSTOOD, on)[0] is KnotState.TIED
    assert knot(small, CEM, "rate", KnotName.UNDERSTOOD, day(5, 3)) == (KnotState.NOT_DUE, day(5, 10))
    (sent,) = announcements_for_system(small.id).values()
    assert sent.recipients == 3


def test_an_amendment_is_told_to_those_whose_rope_it_changed(small: Small) -> None:
    send(small, published(small, clients(), rate()))
    shares = ((ANA, Decimal(10)), (BEN, Decimal(6)), (CEM, Decimal(8)))
    raised = clients(
        goal={"shares_by_hand": shares}, standards=(shape.Standard(ROLE, "call", Decimal(12), "week"),)
    )
    on = day(6, 14)
    done = amend(
        small.id, plan_of(raised, rate()), reason="More calls.", from_day=on, by=OPERATOR, on=on, at=at(on)
    )
    assert send(small, done.version, on) == 3
    assert told(small, ANA) == [(("clients", "rate"), SENT), (("clients",), on)]
    answer(small, ANA, on)
    assert knot(small, ANA, "clients", KnotName.UNDERSTOOD, on)[0] is KnotState.TIED


def test_whoever_is_first_told_by_a_later_announcement_is_told(small: Small) -> None:
    """The first version was never sent; the second changed one initiative, and newcomers were told of the other."""
    published(small, clients(), rate())
    on = day(1, 20)
    raised = clients(standards=(shape.Standard(ROLE, "call", Decimal(12), "week"),))
    done = amend(
        small.id, plan_of(raised, rate()), reason="More calls.", from_day=on, by=OPERATOR, on=on, at=at(on)
    )
    send(small, done.version, on)
    assert knot(small, ANA, "rate", KnotName.TOLD, on)[0] is KnotState.OVERDUE
    assert newcomers(small, on) == 3
    assert told(small, ANA) == [(("clients", "rate"), on)]
    assert knot(small, ANA, "rate", KnotName.TOLD, on)[0] is KnotState.TIED
    assert knot(small, ANA, "clients", KnotName.TOLD, on)[0] is KnotState.TIED


def test_being_told_before_the_rope_begins_makes_nobody_late_on_its_first_day(small: Small) -> None:
    send(small, published(small, clients()))
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(8, 1))], by=OPERATOR, at=at(day(6, 1)))
    small.refresh()
    raised = clients(standards=(shape.Standard(ROLE, "call", Decimal(12), "week"),))
    done = amend(
        small.id,
        plan_of(raised),
        reason="More calls.",
        from_day=day(8, 2),
        by=OPERATOR,
        on=day(6, 14),
        at=at(day(6, 14)),
    )
    assert send(small, done.version, day(6, 14)) == 4
    assert knot(small, "Dora Dahl", "clients", KnotName.UNDERSTOOD, day(8, 1)) == (
        KnotState.NOT_DUE,
        day(8, 8),
    )


def test_what_is_retired_is_told_to_nobody_any_more(small: Small) -> None:
    send(small, published(small, clients(), rate()))
    on = day(6, 14)
    plan = plan_of(clients(), replace(rate(), retired_on=on))
    done = amend(small.id, plan, reason="Given up.", from_day=on, by=OPERATOR, on=on, at=at(on))
    assert send(small, done.version, on) == 0
    assert newcomers(small, on) == 0
    assert [one.key for one in small.world(on).initiatives] == ["clients"]
    assert [one.key for one in small.world(day(6, 13)).initiatives] == ["clients", "rate"]
