"""One rope from the first of January to July, told by what people do and read as of every day that matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.plans.small import ANA, KAY, MIA, YEAR, Small, at, clients, day, plan_of

from ropewalk.companies.absences import note_absence
from ropewalk.facts import store
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import brought_up_to_date
from ropewalk.individual_plans.item import Items
from ropewalk.individual_plans.queries import no_plan
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.plans.shape import Plan
from ropewalk.progress.ropes import RopeState, counterpart_of, rope_of
from ropewalk.progress.shares import share_of
from ropewalk.reviews.talking import Part, hold_one_on_one, hold_review
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rules.rope import Debtor, KnotName
from ropewalk.versions.publishing import amend, publish

PUBLISHED, ANNOUNCED, ANSWERED, AGREED = day(1, 4), day(1, 6), day(1, 11), day(1, 20)
FIRST_TALK, SECOND_TALK, AMENDED, AGREED_ANEW = day(2, 3), day(3, 15), day(6, 14), day(6, 29)
AWAY = (day(3, 1), day(3, 19))
KEPT_UP = (day(4, 12), day(5, 10), day(6, 7))  # one-on-ones within the cadence
REVIEWED = day(4, 20)
ACTS = ("told", "answered", "agreed", "did", "first talk", "second talk", "kept up", "reviewed", "amended")


class Year:
    """The acts, each by the capability that people use."""

    def __init__(self, small: Small) -> None:
        self.small = small
        self.plan = plan_of(clients())

    def tell(self, *acts: str) -> Year:
        """The publication, then these acts in their order."""
        define(self.small.id, self.plan, by=OPERATOR, at=at(PUBLISHED))
        self.version = publish(
            self.small.id, YEAR, by=self.small.actor(KAY), on=PUBLISHED, at=at(PUBLISHED)
        ).version
        for act in acts:
            getattr(self, act.replace(" ", "_"))()
        return self

    def told(self) -> None:
        announce(self.small.id, self.version, by=self.small.actor(KAY), on=ANNOUNCED, at=at(ANNOUNCED))

    def answered(self, on: date = ANSWERED, plan: Plan | None = None) -> None:
        answer = acknowledge(
            self.small.id,
            plan or self.plan,
            picked=[one.title for one in (plan or self.plan).initiatives],
            own_words="I call before nine.",
            by=self.small.actor(ANA),
            on=on,
            at=at(on),
        )
        assert answer.is_acknowledged

    def agreed(self, on: date = AGREED) -> None:
        """Both say yes to the draft as the page shows it."""
        ana = self.small.ids[ANA]
        for name in (ANA, MIA):
            world = self.small.world(on)
            assert world.version is not None
            state = world.plans.get(ana) or no_plan(ana, YEAR)
            role = world.roster.front_line_role(ana, on)
            held = [(one, share_of(world, one, ana)) for one in world.initiatives]
            both = agree(
                self.small.id,
                ana,
                world.version.year,
                items=brought_up_to_date(state.draft or Items(), list(world.initiatives), role),
                shares={one.key: share.amount if share else None for one, share in held},
                counterpart_id=counterpart_of(world, ana),
                edition=state.edition,
                by=self.small.actor(name),
                on=on,
                at=at(on),
            )
            assert both is (name == MIA)

    def did(self) -> None:
        """Six calls in what is left of the first week, then ten every week."""
        days = [AGREED + timedelta(ahead) for ahead in range(170)]
        facts = store.for_company(self.small.id)
        facts.add(
            "activities",
            [
                {"source": "crm", "id": f"{one}/{n}", "owner_key": "ana", "type": "call", "occurred_on": one}
                for one in days
                if one.weekday() < 5
                for n in range(2)
            ],
        )
        facts.replace_owners([("crm", "ana", self.small.ids[ANA])])

    def talk(self, on: date, key: str = "clients") -> None:
        hold_one_on_one(
            self.small.id,
            self.small.ids[ANA],
            manager_id=self.small.ids[MIA],
            held_on=on,
            parts=[Part(key, "Who picks up the phone, and when.")],
            by=self.small.actor(MIA),
            on=on,
            at=at(on),
        )

    def first_talk(self) -> None:
        self.talk(FIRST_TALK)

    def second_talk(self) -> None:
        self.talk(SECOND_TALK)

    def kept_up(self) -> None:
        for one in KEPT_UP:
            self.talk(one)

    def reviewed(self) -> None:
        hold_review(
            self.small.id,
            self.small.ids[ANA],
            manager_id=self.small.ids[MIA],
            quarter_end=day(3, 31),
            held_on=REVIEWED,
            parts=[Part("clients", "We called as agreed.")],
            figures=[],
            by=self.small.actor(MIA),
            on=REVIEWED,
            at=at(REVIEWED),
        )

    def amended(self) -> None:
        """Six clients more: Ana's and everybody's share changes."""
        plan = self.plan
        goal = replace(plan.initiatives[0].goal, target=Decimal(30))
        self.changed = replace(plan, initiatives=(replace(plan.initiatives[0], goal=goal),))
        done = amend(
            self.small.id, self.changed, reason="Six more came within reach.", from_day=AMENDED,
            by=self.small.actor(KAY), on=AMENDED, at=at(AMENDED),
        )  # fmt: skip
        announce(self.small.id, done.version, by=self.small.actor(KAY), on=AMENDED, at=at(AMENDED))

    def agreed_anew(self) -> None:
        self.agreed(AGREED_ANEW)

    def confirmed(self) -> None:
        self.answered(day(6, 16), self.changed)

    def away(self) -> None:
        note_absence(self.small.ids[MIA], *AWAY, by=OPERATOR, at=at(AWAY[0]))

    def rope(self, on: date) -> RopeState:
        world = self.small.world(on)
        return rope_of(world, world.initiatives[0], self.small.ids[ANA])


def due(state: RopeState, count: int) -> list[tuple[str, date]]:
    """What is due next: the first so many duties, each with its step."""
    return [(str(one.knot), one.on) for one in state.rope.duties[:count]]


def seen(state: RopeState) -> tuple[int, bool, Debtor | None]:
    rope = state.rope
    return rope.reach, rope.where_it_should_be, None if rope.where_it_should_be else rope.owed_by


ROWS = [  # day, reach, who owes (None where it should be), what is due next
    (PUBLISHED, 1, None, [("told", day(1, 6))]),
    (ANNOUNCED, 2, None, [("understood", day(1, 13))]),
    (ANSWERED, 3, None, [("planned", day(1, 25))]),
    (AGREED, 4, None, [("doing", day(2, 15)), ("reviewed", day(2, 24))]),
    (day(1, 25), 5, None, [("reviewed", day(2, 24))]),
    (FIRST_TALK, 6, None, [("reviewed", day(3, 10))]),
    (day(3, 11), 5, Debtor.MANAGER, [("reviewed", day(3, 10))]),
    (SECOND_TALK, 6, None, [("reviewed", day(4, 19)), ("reviewed", day(4, 30))]),
    (AMENDED, 6, None, [("understood", day(6, 28)), ("planned", day(7, 5))]),
    (AGREED_ANEW, 2, Debtor.REP, [("understood", day(6, 28))]),
]


def test_the_year_reads_as_told_on_every_day_once_all_of_it_has_happened(small: Small) -> None:
    year = Year(small).tell(*ACTS, "agreed anew")
    for on, reach, debtor, next_due in ROWS:
        state = year.rope(on)
        assert seen(state) == (reach, debtor is None, debtor), on
        assert due(state, len(next_due)) == next_due, on


@pytest.mark.parametrize("count", range(len(ROWS)))
def test_each_day_reads_the_same_with_nothing_after_it_yet(small: Small, count: int) -> None:
    acts_by = [(), ACTS[:1], ACTS[:2], ACTS[:3], ACTS[:4], ACTS[:5], ACTS[:5], ACTS[:6], ACTS, ACTS]
    year = Year(small).tell(*acts_by[count])
    on, reach, debtor, next_due = ROWS[count]
    if on == AGREED_ANEW:
        year.agreed_anew()
    state = year.rope(on)
    assert seen(state) == (reach, debtor is None, debtor)
    assert due(state, len(next_due)) == next_due


def test_on_the_third_of_february_the_rope_is_on_the_ground_and_the_share_is_the_half_of_a_team(
    small: Small,
) -> None:
    year = Year(small).tell(*ACTS)
    state = year.rope(FIRST_TALK)
    assert state.rope.on_the_ground
    assert state.thermometer.target == 8  # 24 over three people
    assert year.rope(AMENDED).thermometer.target == 10
    assert year.rope(AMENDED - timedelta(1)).thermometer.target == 8


def test_the_first_week_owes_six_and_six_were_done(small: Small) -> None:
    year = Year(small).tell(*ACTS)
    (before,) = year.rope(day(1, 24)).activities
    assert before.record.periods == ()
    assert before.record.adherence is None
    (after,) = year.rope(day(1, 25)).activities
    assert [(one.done, one.due) for one in after.record.periods] == [(6, 6)]
    assert year.rope(day(1, 24)).rope.reach == 4


@pytest.mark.parametrize(("on", "reach", "debtor"), [(30, 6, None), (31, 6, None), (1, 5, Debtor.MANAGER)])
def test_fifteen_working_days_away_move_the_talk_to_the_end_of_march(
    small: Small, on: int, reach: int, debtor: Debtor | None
) -> None:
    year = Year(small).tell(*ACTS[:5], "away")
    state = year.rope(day(3, on) if on > 1 else day(4, 1))
    assert seen(state) == (reach, debtor is None, debtor)
    assert due(state, 1) == [("reviewed", day(3, 31))]
    assert seen(year.rope(day(3, 11))) == (6, True, None)
    assert due(year.rope(day(3, 11)), 1) == [("reviewed", day(3, 31))]


NOT_YET = [  # what happened, which knot then waits, until when, at what reach before and after, who owes
    ("told", (), "told", day(1, 6), 1, 1, Debtor.LEADER),
    ("understood", ("told",), "understood", day(1, 13), 2, 2, Debtor.REP),
    ("planned", ("told", "answered"), "planned", day(1, 25), 3, 3, Debtor.BOTH),
    ("doing", ("told", "answered", "agreed"), "doing", day(2, 15), 4, 4, Debtor.REP),
    ("first talk", ("told", "answered", "agreed", "did"), "reviewed", day(2, 24), 5, 5, Debtor.MANAGER),
    ("second talk", ACTS[:5], "reviewed", day(3, 10), 6, 5, Debtor.MANAGER),
    ("third talk", ACTS[:6], "reviewed", day(4, 19), 6, 5, Debtor.MANAGER),
    ("review", ACTS[:7], "reviewed", day(4, 30), 6, 5, Debtor.MANAGER),
    ("confirmation", ACTS, "understood", day(6, 28), 6, 2, Debtor.REP),
    ("agreement anew", (*ACTS, "confirmed"), "planned", day(7, 5), 6, 3, Debtor.BOTH),
]


@pytest.mark.parametrize(
    ("acts", "knot", "until", "before", "after", "debtor"),
    [row[1:] for row in NOT_YET],
    ids=[row[0] for row in NOT_YET],
)
def test_nobody_is_late_on_the_due_day_and_somebody_is_on_the_next(
    small: Small, acts: tuple[str, ...], knot: str, until: date, before: int, after: int, debtor: Debtor
) -> None:
    year = Year(small).tell(*acts)
    for on in (until - timedelta(1), until):
        state = year.rope(on)
        assert seen(state) == (before, True, None), on
        assert (knot, until) in due(state, 9), on
    state = year.rope(until + timedelta(1))
    assert seen(state) == (after, False, debtor)
    assert state.rope.tag is not None
    assert state.rope.tag.name == KnotName(knot)
    assert state.rope.tag.due_on == until


def test_agreed_and_confirmed_in_time_the_rope_stays_on_the_ground(small: Small) -> None:
    year = Year(small).tell(*ACTS, "confirmed", "agreed anew")
    for on in (day(6, 16), day(6, 28), AGREED_ANEW, day(6, 30)):
        assert seen(year.rope(on)) == (6, True, None)
    assert due(year.rope(AGREED_ANEW), 2) == [("reviewed", day(7, 12)), ("reviewed", day(7, 30))]


def test_a_talk_on_something_else_or_a_review_that_is_silent_on_it_ties_nothing(small: Small) -> None:
    year = Year(small).tell(*ACTS[:4])
    year.talk(FIRST_TALK, key="another thing")
    assert year.rope(FIRST_TALK).rope.reach == 5
    assert due(year.rope(FIRST_TALK), 1) == [("reviewed", day(2, 24))]


def test_before_publication_there_are_no_ropes_and_after_the_year_none_any_more(small: Small) -> None:
    Year(small).tell(*ACTS)
    assert small.world(PUBLISHED - timedelta(1)).initiatives == ()
    assert len(small.world(day(12, 31)).initiatives) == 1
    assert small.world(date(2028, 1, 1)).initiatives == ()


def test_the_debtors_are_named(small: Small) -> None:
    year = Year(small).tell()
    ana, mia, kay = (small.ids[name] for name in (ANA, MIA, KAY))
    assert year.rope(day(1, 7)).debtors == (kay,)
    year.told()
    assert year.rope(day(1, 14)).debtors == (ana,)
    year.answered()
    assert year.rope(day(1, 26)).debtors == (ana, mia)
    year.agreed()
    year.did()
    assert year.rope(day(2, 25)).debtors == (mia,)
