"""Thermometers and ropes follow each change at once: out of kept tallies and a remembered world what they would be from nothing.

A machine lets everything happen to a small company with a published plan: imports, corrections, other owners, moved teams,
undone imports, taps, talks, another day. After each step the readings of every person, every team and the company, and every
rope, are held against those of a world that is made with no tally kept, and what they count against plain Python.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as how_many
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.metrics import plain
from tests.metrics.delivering import deliver, written
from tests.metrics.history import History, Said
from tests.metrics.plain import Rows
from tests.plans.small import (
    ANA,
    BEN,
    CEM,
    KAY,
    LOU,
    MIA,
    YEAR,
    Small,
    at,
    clients,
    day,
    email,
    found_small,
    person_row,
    plan_of,
    rate,
)

from ropewalk.companies.joining import join
from ropewalk.companies.models import Membership, TeamParent
from ropewalk.facts import matches, store, taps, undoing
from ropewalk.facts.models import Match
from ropewalk.facts.store import correcting
from ropewalk.facts.store.connection import writing
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import brought_up_to_date
from ropewalk.individual_plans.item import Items
from ropewalk.individual_plans.queries import no_plan
from ropewalk.journal.writing import OPERATOR
from ropewalk.metrics import keeping
from ropewalk.metrics.measuring import Question
from ropewalk.plans.defining import define
from ropewalk.progress import remembering
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.ropes import RopeState, counterpart_of, on_the_ground_of, ropes_of
from ropewalk.progress.shares import share_of
from ropewalk.progress.thermometers import company_thermometer, person_thermometer, team_thermometer
from ropewalk.progress.world import World, world_for_system
from ropewalk.reviews.talking import Part, hold_one_on_one
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.publishing import publish

REPS, TODAY, PUBLISHED = (ANA, BEN, CEM), day(6, 15), day(1, 4)
COMPANIES = count(1)
PAST = 3  # each so many looks a month ago is looked at, too
PLAN = plan_of(
    clients(goal={"where": (("account.vertical", "medical"),)}),
    rate(),
    clients(
        key="rope", title="900 of rope",
        goal={"metric": "revenue_won", "target": Decimal(900), "baseline": Decimal(0), "where": (("product", "rope"),)},
    ),
)  # fmt: skip
KEPT = [(one.goal.metric, one.goal.where) for one in PLAN.initiatives]

ids = st.sampled_from(["1", "2", "3", "10", "11"])
owners = st.sampled_from([email(ANA), email(ANA), email(BEN), email(CEM), "u1", "stranger"])
days = st.integers(0, 200).map(lambda n: day(1, 1) + timedelta(n))
deals = st.fixed_dictionaries(
    {
        "id": ids,
        "account": st.sampled_from(["a1", "a2", "a3"]),
        "owner": owners,
        "product": st.sampled_from(["rope", "line"]),
        "amount": st.integers(1, 900).map(Fraction),
        "opened": st.just(day(1, 1)),
        "closed": days,
        "status": st.sampled_from(["won", "won", "lost", "open"]),
    }
)
calls = st.fixed_dictionaries(
    {"owner": owners, "type": st.sampled_from(["call", "call", "visit"]), "day": days, "times": st.integers(1, 30)}
)  # fmt: skip
Shown = tuple[list[Thermometer | None], list[RopeState], list[bool]]


class Following(RuleBasedStateMachine):
    """One company whose plan is published, agreed and under way."""

    @initialize()
    def found(self) -> None:
        self.small, self.today = found_small(f"Acme {next(COMPANIES)}"), TODAY
        self.rows, self.history, self.tapped = Rows(), History(), dict[UUID, tuple[int, str, date]]()
        begin(self.small)
        self._deliver("accounts", {"a1": {"vertical": "medical"}, "a2": {"vertical": "medical"}})
        keeping.keep_all(self.small.id, KEPT)
        remembering.world_of(self.small.id, self.today)
        won = {"product": "rope", "opened": day(1, 1), "status": "won", "amount": Fraction(90)}
        won_by = {"1": ("a1", ANA), "2": ("a2", BEN), "3": ("a1", CEM)}
        self._deliver(
            "opportunities",
            {
                number: won | {"account": account, "owner": email(name), "closed": day(5, int(number))}
                for number, (account, name) in won_by.items()
            },
        )
        self.hand_a_deal_over("2", email(CEM))
        self.split("3", [email(ANA), email(CEM)])
        self.import_activities({"owner": email(ANA), "type": "call", "day": day(6, 9), "times": 12})
        self.shown: Shown | None = None
        self.looks = 0

    def _deliver(self, name: str, said: dict[str, Any]) -> None:
        report = deliver(self.small.id, "crm", name, written(name, said), at=at(self.today), on=self.today)
        self.history.deliver("crm", name, said).load = int(report.load or 0)

    @rule(said=st.lists(deals, min_size=1, max_size=4, unique_by=lambda one: one["id"]))
    def import_deals(self, said: list[dict[str, Any]]) -> None:
        kept = [one | ({"closed": None} if one["status"] == "open" else {}) for one in said]
        self._deliver("opportunities", {one["id"]: one for one in kept})

    @rule(said=calls)
    def import_activities(self, said: dict[str, Any]) -> None:
        one = {name: said[name] for name in ("owner", "type", "day")} | {"account": "a1"}
        self._deliver("activities", {f"{one['day']:%m%d}/{n}": one for n in range(said["times"])})

    @rule(account=st.sampled_from(["a1", "a2", "a3"]), vertical=st.sampled_from(["medical", "finance"]))
    def import_an_account(self, account: str, vertical: str) -> None:
        self._deliver("accounts", {account: {"vertical": vertical}})

    @rule(deal=ids, who=st.permutations([email(ANA), email(CEM), "u1"]))
    def split(self, deal: str, who: list[str]) -> None:
        self._deliver("credits", {deal: {who[0]: Fraction(3, 5), who[1]: Fraction(2, 5)}})

    @rule(deal=ids, owner=owners)
    def hand_a_deal_over(self, deal: str, owner: str) -> None:
        """The same deal, another owner."""
        held, _ = self.history.standing["opportunities"].get(("crm", deal), (None, 0))
        if held is not None:
            self._deliver("opportunities", {deal: held | {"owner": owner}})

    @rule(back=st.sampled_from([0, 0, 0, 1, 2, 4]))
    def undo_an_import(self, back: int) -> None:
        standing = self.history.could_be_undone()
        one = standing[back % len(standing)] if standing else None
        if one is not None and not list(self.history.in_the_way(one)):
            self._undo(one)

    def _undo(self, one: Said) -> None:
        undoing.undo(self.small.id, one.load, by=OPERATOR, at=at(self.today))
        self.history.undone(one)

    @rule(name=st.sampled_from(["opportunities", "credits"]), key=ids)
    def remove(self, name: str, key: str) -> None:
        self.history.remove("crm", name, key)
        correcting.remove(self.small.id, "crm", name, [key], at=at(self.today))

    @rule(key=st.sampled_from(["u1", "stranger"]), name=st.sampled_from(REPS))
    def match(self, key: str, name: str) -> None:
        matches.match(self.small.id, "crm", key, self.small.ids[name], by=OPERATOR, at=at(self.today))

    @rule(name=st.sampled_from(REPS), boss=st.sampled_from([MIA, LOU]), ahead=st.integers(-90, 0))
    def move(self, name: str, boss: str, ahead: int) -> None:
        """Another team and manager, from a day that is over or from today."""
        row = person_row(name, boss, from_day=self.today + timedelta(ahead))
        join(self.small.id, [row], by=OPERATOR, at=at(self.today))

    @rule(name=st.sampled_from(REPS), uuid=st.uuids(version=4), ahead=st.integers(-20, 0))
    def tap(self, name: str, uuid: UUID, ahead: int) -> None:
        who, on = self.small.ids[name], self.today + timedelta(ahead)
        taps.tap(
            self.small.id, uuid, person_id=who, activity="deal review", day=on, by=self.small.actor(name),
            at=at(self.today),
        )  # fmt: skip
        self.tapped[uuid] = (who, name, on)

    @rule()
    def undo_a_tap(self) -> None:
        if self.tapped:
            uuid, (who, name, _) = self.tapped.popitem()
            taps.undo(self.small.id, uuid, person_id=who, by=self.small.actor(name), at=at(self.today))

    @rule(name=st.sampled_from(REPS), key=st.sampled_from([one.key for one in PLAN.initiatives]))
    def talk(self, name: str, key: str) -> None:
        hold_one_on_one(
            self.small.id, self.small.ids[name], manager_id=self.small.ids[MIA], held_on=self.today,
            parts=[Part(key, "As agreed.")], by=self.small.actor(MIA), on=self.today, at=at(self.today),
        )  # fmt: skip

    @rule(ahead=st.integers(1, 9))
    def another_day(self, ahead: int) -> None:
        self.today += timedelta(ahead)

    @rule()
    def forget_what_is_kept(self) -> None:
        keeping.forget(self.small.id)

    @rule()
    def keep_anew(self) -> None:
        keeping.keep_all(self.small.id, KEPT)

    @invariant()
    def what_is_shown_is_what_it_would_be_from_nothing(self) -> None:
        if hasattr(self, "shown"):
            self.looks += 1
            looked_at = [self.today, self.today - timedelta(30)][: 1 if self.looks % PAST else 2]
            worlds = [remembering.world_on(self.small.id, on, today=self.today) for on in looked_at]
            found = [shown(one) for one in worlds]
            with nothing_kept(self.small.id):
                anew = [shown(world_for_system(self.small.id, on)) for on in looked_at]
            assert found == anew
            self.shown = found[0]
            self._as_counted_by_hand(worlds[0])

    def _as_counted_by_hand(self, world: World) -> None:
        """What every reading counts, out of the rows as they were said."""
        self.history.put_into(self.rows)
        matched = Match.objects.filter(company=self.small.id).values_list("key", "person_id")
        self.rows.owners = {("crm", key): person for key, person in matched}
        stood = Membership.objects.filter(person__company=self.small.id)
        self.rows.memberships = [
            (one.person_id, one.team_id, one.from_day or date.min, one.to_day or date.max) for one in stood
        ]
        above = TeamParent.objects.filter(team__company=self.small.id)
        self.rows.parents = {one.team_id: one.parent_id for one in above}
        for one in readings(world):
            if one is None or one.counted_from is None:
                continue
            where = tuple((field.removeprefix("account."), value) for field, value in where_of(one))
            asked = Question(
                one.metric, one.scope.value, one.counted_from, one.counted_to or one.on, where=where
            )
            found = plain.figures(self.rows, asked, 0, 1)
            top, below = found.get((one.scope_id or -1, one.counted_from), (0, 0))
            assert Fraction(one.numerator) == top, (one.scope, one.name, one.title)
            if one.kind == "level":
                assert Fraction(one.denominator) == below, (one.scope, one.name, one.title)

    def teardown(self) -> None:
        """At the end the imports are taken back, one after the other, and everything kept is thrown away in earnest."""
        if getattr(self, "shown", None) is not None:
            self.keep_anew()
            for one in self.history.could_be_undone():
                if not list(self.history.in_the_way(one)):
                    self._undo(one)
                    self.what_is_shown_is_what_it_would_be_from_nothing()
            keeping.forget(self.small.id)
            remembering.forget()
            assert shown(remembering.world_of(self.small.id, self.today)) == self.shown


def begin(small: Small) -> None:
    """The year is published, told, answered and agreed with everybody."""
    define(small.id, PLAN, by=OPERATOR, at=at(PUBLISHED))
    version = publish(small.id, YEAR, by=small.actor(KAY), on=PUBLISHED, at=at(PUBLISHED)).version
    announce(small.id, version, by=small.actor(KAY), on=day(1, 6), at=at(day(1, 6)))
    for name in REPS:
        acknowledge(
            small.id, PLAN, picked=[one.title for one in PLAN.initiatives], own_words="Before nine.",
            by=small.actor(name), on=day(1, 11), at=at(day(1, 11)),
        )  # fmt: skip
        agreed(small, small.ids[name], name)


def agreed(small: Small, who: int, name: str) -> None:
    """Both say yes to the draft as the page shows it."""
    on = day(1, 20)
    world = small.world(on)
    counterpart = counterpart_of(world, who)
    boss = next(one for one, person in small.ids.items() if person == counterpart)
    for by in (name, boss):
        state = small.world(on).plans.get(who) or no_plan(who, YEAR)
        role = world.roster.front_line_role(who, on)
        shares = {one.key: share_of(world, one, who) for one in world.initiatives}
        agree(
            small.id, who, YEAR, items=brought_up_to_date(state.draft or Items(), list(world.initiatives), role),
            shares={key: share.amount if share else None for key, share in shares.items()},
            counterpart_id=counterpart, edition=state.edition, by=small.actor(by), on=on, at=at(on),
        )  # fmt: skip


def shown(world: World) -> Shown:
    """What pages show of a day: every reading, every rope, and which of them are on the ground."""
    short = on_the_ground_of(world)  # before its ropes are judged, which would answer it
    return list(readings(world)), ropes_of(world), short


def readings(world: World) -> Iterator[Thermometer | None]:
    for one in world.initiatives:
        yield company_thermometer(world, one)
        for team_id in sorted(world.roster.teams):
            yield team_thermometer(world, one, team_id)
        for person_id in sorted(world.carriers(one)):
            yield person_thermometer(world, one, person_id)


def where_of(one: Thermometer) -> tuple[tuple[str, str], ...]:
    return next(each.goal.where for each in PLAN.initiatives if each.key == one.initiative_key)


class Enough(Exception):
    """Ends a look at a company of which nothing is kept."""


@contextmanager
def nothing_kept(company_id: int) -> Iterator[None]:
    """Within, no tally of the company is kept; afterwards they are what they were."""
    try:
        with transaction.atomic(), writing():
            keeping.forget(company_id)
            yield
            raise Enough
    except Enough:
        pass


@pytest.fixture
def remembered(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.REMEMBERS_WORLDS = True
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    store.close()
    remembering.forget()
    yield
    store.close()
    remembering.forget()


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Following,
        settings=how_many(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), derandomize="ROPEWALK_SEED" not in os.environ,
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_thermometers_and_ropes_follow_any_change_at_once(remembered: None) -> None:
    run(examples=3, steps=8)


@pytest.mark.trust
@pytest.mark.django_db
def test_thermometers_and_ropes_follow_many_more_changes_at_once(remembered: None) -> None:
    run(examples=60, steps=30)
