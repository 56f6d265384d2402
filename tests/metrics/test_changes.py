"""Figures stay what they would be from nothing, whatever happens to the facts, in whatever order.

A machine imports, corrects, splits, moves, matches, removes, taps and undoes at random. After every step each built-in metric is
asked for, with its tallies kept, and held against `plain`; at the end the imports are taken back one after the other, and
what is kept is forgotten and counted anew.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.metrics import plain
from tests.metrics.comparing import agree
from tests.metrics.delivering import AT, deliver, written
from tests.metrics.history import History, Said
from tests.metrics.plain import ACTIVITY_METRICS, DEAL_METRICS, LEVELS, Rows

from ropewalk.companies.models import Company, Membership, Person, Team, TeamParent
from ropewalk.facts import matches, taps, undoing
from ropewalk.facts.models import Match
from ropewalk.facts.store import correcting
from ropewalk.journal.writing import OPERATOR
from ropewalk.metrics import keeping
from ropewalk.metrics.measuring import Question, measure_for_system

FIRST, LATEST = date(2024, 1, 1), date(2027, 6, 30)
FIRST_WEEKDAY, START_MONTH = 6, 4
COMPANIES = count(9_000)

ids = st.sampled_from(["1", "2", "3", "10", "11", "9"])
sources = st.sampled_from(["crm", "crm", "sheet"])
owners = st.sampled_from(["ann@ropery.example", "ben@ropery.example", "u1", "u2", "stranger", ""])
accounts = st.sampled_from(["a1", "a2", "a2", "a3", ""])
days = st.integers(0, 1000).map(lambda n: FIRST + timedelta(n))
deals = st.fixed_dictionaries(
    {
        "id": ids,
        "account": accounts,
        "owner": owners,
        "product": st.sampled_from(["rope", "line"]),
        "amount": st.one_of(st.none(), st.integers(0, 90_000).map(lambda n: Fraction(n, 100))),
        "opened": st.one_of(st.none(), days),
        "closed": days,
        "status": st.sampled_from(["won", "won", "won", "lost", "open"]),
    }
)
activities = st.fixed_dictionaries(
    {
        "id": ids,
        "account": accounts,
        "owner": owners,
        "type": st.sampled_from(["call", "meeting", "visit"]),
        "day": days,
    }
)
shares = st.sampled_from([(60, 40), (100, 0), (33, 67), (100,)])


class Changes(RuleBasedStateMachine):
    """One company to which everything happens."""

    @initialize()
    def found(self) -> None:
        self.rows, self.history, self.taps, self.asked = Rows(), History(), {}, 0
        self.company = Company.objects.create(
            pk=next(COMPANIES), handle=f"c{uuid4().hex}"[:30], name="Ropery", time_zone="UTC", currency="EUR",
            fiscal_start_month=START_MONTH, first_weekday=FIRST_WEEKDAY,
        )  # fmt: skip
        of = {"company": self.company}
        self.people = [
            Person.objects.create(**of, key=f"p-{name}", name=name.title(), email=f"{name}@ropery.example")
            for name in ("ann", "ben", "cleo")
        ]
        self.teams = [Team.objects.create(**of, name=name, key=name) for name in ("sales", "north", "south")]
        for team in self.teams[1:]:
            TeamParent.objects.create(team=team, parent=self.teams[0])
            self.rows.parents[team.pk] = self.teams[0].pk
        for person in self.people[:2]:
            self._join(person, self.teams[1], FIRST, date(2030, 1, 1))
        self.latest: tuple[str, str, dict[str, Any]] | None = None
        keeping.keep_all(self.company.pk, SCOPES)
        self.is_kept = True

    def _join(self, person: Person, team: Team, first: date, last: date) -> None:
        Membership.objects.create(person=person, team=team, from_day=first, to_day=last)
        self.rows.memberships.append((person.pk, team.pk, first, last))

    def _deliver(self, source: str, name: str, said: dict[str, Any], order: Any = None) -> Any:
        """`said` is what plain Python keeps of it, by id."""
        rows = written(name, said)
        if order is not None:
            order.shuffle(rows)
        report = deliver(self.company.pk, source, name, rows)
        self.latest = (source, name, said)
        self.history.deliver(source, name, said).load = int(report.load)
        self._learn()
        return report

    def _learn(self) -> None:
        self.history.put_into(self.rows)
        matched = Match.objects.filter(company=self.company).values_list("source", "key", "person_id")
        self.rows.owners = {(source, key): person for source, key, person in matched}

    @rule(source=sources, said=st.lists(deals, min_size=1, max_size=4, unique_by=lambda one: one["id"]))
    def import_deals(self, source: str, said: list[dict[str, Any]]) -> None:
        kept = [one | ({"closed": None} if one["status"] == "open" else {}) for one in said]
        self._deliver(source, "opportunities", {one["id"]: one for one in kept})

    @rule(source=sources, said=st.lists(activities, min_size=1, max_size=4, unique_by=lambda one: one["id"]))
    def import_activities(self, source: str, said: list[dict[str, Any]]) -> None:
        self._deliver(source, "activities", {one["id"]: one for one in said})

    @rule(source=sources, account=accounts, vertical=st.sampled_from(["medical", "finance", ""]))
    def import_an_account(self, source: str, account: str, vertical: str) -> None:
        if account:
            self._deliver(source, "accounts", {account: {"vertical": vertical or None}})

    @rule(
        source=sources, deal=ids, parts=shares, who=st.permutations(["ann@ropery.example", "u1", "stranger"])
    )
    def split(self, source: str, deal: str, parts: tuple[int, ...], who: list[str]) -> None:
        held = dict(zip(who, parts, strict=False))
        self._deliver(source, "credits", {deal: {owner: Fraction(part, 100) for owner, part in held.items()}})

    @rule(order=st.randoms(use_true_random=False))
    def import_the_same_again_in_another_order(self, order: Any) -> None:
        if self.latest is not None:
            source, name, said = self.latest
            report = self._deliver(source, name, said, order)
            assert (report.new, report.changed, report.unchanged) == (0, 0, len(written(name, said)))

    @rule(source=sources, name=st.sampled_from(["opportunities", "activities", "credits"]), key=ids)
    def remove(self, source: str, name: str, key: str) -> None:
        self.history.remove(source, name, key)
        correcting.remove(self.company.pk, source, name, [key], at=AT)
        self.latest = None
        self._learn()

    @rule(back=st.sampled_from([0, 0, 0, 1, 2, 3, 5]))
    def undo_an_import(self, back: int) -> None:
        """The latest, or one before it."""
        standing = self.history.could_be_undone()
        if standing:
            self._undo(standing[back % len(standing)])

    def _undo(self, one: Said) -> None:
        """Take a delivery back; of one that a later one builds upon nothing may happen."""
        stand_in_the_way = bool(list(self.history.in_the_way(one)))
        try:
            undoing.undo(self.company.pk, one.load, by=OPERATOR, at=AT)
        except undoing.NotUndone:
            assert stand_in_the_way, "nothing builds upon it"
        else:
            assert not stand_in_the_way, "a later one has lost its ground"
            self.history.undone(one)
        self.latest = None
        self._learn()

    @rule(source=sources, key=st.sampled_from(["u1", "u2", "stranger"]), person=st.integers(0, 2))
    def match(self, source: str, key: str, person: int) -> None:
        matches.match(self.company.pk, source, key, self.people[person].pk, by=OPERATOR, at=AT)
        self._learn()

    @rule(source=sources)
    def correct_a_product(self, source: str) -> None:
        correcting.correct(
            self.company.pk,
            source,
            [correcting.Correction("opportunities", "product", "line", "rope")],
            at=AT,
        )
        self.history.correct(
            source,
            "opportunities",
            lambda one: one | ({"product": "rope"} if one["product"] == "line" else {}),
        )
        self.latest = None
        self._learn()

    @rule(person=st.integers(0, 1), team=st.integers(0, 2), day=days)
    def move(self, person: int, team: int, day: date) -> None:
        who = self.people[person]
        Membership.objects.filter(person=who).delete()
        self.rows.memberships = [one for one in self.rows.memberships if one[0] != who.pk]
        self._join(who, self.teams[1], FIRST, day)
        self._join(who, self.teams[team], day + timedelta(1), date(2030, 1, 1))

    @rule(
        person=st.integers(0, 2),
        activity=st.sampled_from(["call", "meeting"]),
        day=days,
        uuid=st.uuids(version=4),
    )
    def tap(self, person: int, activity: str, day: date, uuid: UUID) -> None:
        who = self.people[person].pk
        if uuid not in self.taps:
            taps.tap(self.company.pk, uuid, person_id=who, activity=activity, day=day, by=OPERATOR, at=AT)
            self.taps[uuid] = (who, activity, day)
            self.rows.taps = list(self.taps.values())

    @rule()
    def undo_a_tap(self) -> None:
        if self.taps:
            uuid, (who, _, _) = self.taps.popitem()
            taps.undo(self.company.pk, uuid, person_id=who, by=OPERATOR, at=AT)
            self.rows.taps = list(self.taps.values())

    @rule()
    def forget_what_is_kept(self) -> None:
        keeping.forget(self.company.pk)
        self.is_kept = False

    @rule()
    def keep_anew(self) -> None:
        keeping.keep_all(self.company.pk, SCOPES)
        self.is_kept = True

    @invariant()
    def every_metric_is_what_plain_python_says(self) -> None:
        if hasattr(self, "company"):
            self.asked += 1
            if self.is_kept:
                assert keeping.refresh(self.company.pk) == 0, (
                    "a change changes what is kept, and nothing is counted anew"
                )
            for question in QUESTIONS[self.asked % EVERY :: EVERY]:
                self._holds(question)

    def _holds(self, question: Question) -> None:
        expected = plain.figures(self.rows, question, FIRST_WEEKDAY, START_MONTH)
        agree(self.company.pk, question, expected, is_level=question.metric in LEVELS)

    def teardown(self) -> None:
        if not hasattr(self, "company"):
            return
        company_id = self.company.pk
        self.keep_anew()
        for one in self.history.could_be_undone():
            self._undo(one)
        self.every_metric_is_what_plain_python_says()
        asked = QUESTIONS[self.asked % 7 :: 7]
        kept = [measure_for_system(company_id, question).rows for question in asked]
        keeping.forget(company_id)
        assert [measure_for_system(company_id, question).rows for question in asked] == kept


SCOPES: list[tuple[str, tuple[tuple[str, str], ...]]] = [
    (metric, where)
    for metrics, where in (
        (DEAL_METRICS, (("product", "rope"),)),
        (DEAL_METRICS, (("vertical", "medical"),)),
        (("opportunities_opened", "pipeline_created"), (("status", "open"),)),
        (ACTIVITY_METRICS, (("vertical", "medical"),)),
        (("activities",), (("type", "call"),)),
    )
    for metric in metrics
]
EVERY = 19  # after a step one question of so many is asked, another each time
WAYS = (
    ("person", None, None), ("team", "month", None), ("company", "quarter", date(2025, 7, 1)),
    ("person", "week", date(2026, 1, 31)), ("team", "year", date(2025, 12, 31)), ("company", "day", None),
)  # fmt: skip
QUESTIONS = [
    Question(metric, by, date(2024, 2, 10), LATEST, grain, as_of, where)  # type: ignore[arg-type]
    for metric, where in [*((one, ()) for one in (*DEAL_METRICS, *ACTIVITY_METRICS)), *SCOPES]
    for by, grain, as_of in WAYS
]


def run(examples: int, steps: int) -> None:
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize="ROPEWALK_SEED" not in os.environ,
    )
    run_state_machine_as_test(Changes, settings=how)


@pytest.mark.django_db
def test_figures_are_the_same_as_from_nothing_after_any_changes() -> None:
    run(examples=6, steps=12)


@pytest.mark.trust
@pytest.mark.django_db
def test_figures_are_the_same_as_from_nothing_after_many_more_changes() -> None:
    run(examples=150, steps=30)


@pytest.mark.django_db(transaction=True)
def test_a_second_win_of_an_account_makes_no_new_client_and_an_earlier_one_moves_it() -> None:
    """What a deal counts depends on the account's other deals, which the change itself doesn't touch."""
    machine = Changes()
    machine.found()
    deal = {"account": "a1", "owner": "ann@ropery.example", "product": "rope", "amount": Fraction(5), "opened": None, "status": "won"}  # fmt: skip
    machine.import_deals("crm", [deal | {"id": "2", "closed": date(2025, 5, 5)}])
    for number, closed, first in (
        ("3", date(2025, 8, 8), date(2025, 5, 5)),
        ("1", date(2025, 2, 2), date(2025, 2, 2)),
    ):
        machine.import_deals("crm", [deal | {"id": number, "closed": closed}])
        assert keeping.refresh(machine.company.pk) == 0, "nothing is counted anew"
        rows = measure_for_system(
            machine.company.pk, Question("new_clients", "company", FIRST, LATEST, "day")
        ).rows
        assert [(row.period_start, row.numerator) for row in rows if row.numerator] == [(first, Decimal(1))]
