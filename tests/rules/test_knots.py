"""One rope day by day, and the fine print of each knot."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.calendar import working_calendar
from ropewalk.rules.evidence import Announcement, QuarterlyReview, RopeEvidence
from ropewalk.rules.knots import moved_by_absence, rope_on
from ropewalk.rules.rope import Debtor, KnotName, KnotState, Rope
from ropewalk.rules.status import Status


def day(month: int, number: int) -> date:
    return date(2027, month, number)


START, PUBLISHED = day(1, 1), day(1, 4)
FIRST = Announcement(PUBLISHED, sent_on=day(1, 6), calendar_on=day(1, 6), acknowledged_on=day(1, 11))
QUARTERS = (
    QuarterlyReview(day(3, 31)),
    QuarterlyReview(day(6, 30)),
    QuarterlyReview(day(9, 30)),
    QuarterlyReview(day(12, 31)),
)
TO_MARCH = RopeEvidence(
    published_on=PUBLISHED,
    rope_first_day=PUBLISHED,
    initiative_start=START,
    announcements=(FIRST,),
    agreements=(day(1, 20),),
    talks=(day(2, 3),),
    quarterly_reviews=QUARTERS,
)
AWAY = replace(TO_MARCH, manager_away=((day(3, 1), day(3, 19)),))
TO_JUNE = replace(
    TO_MARCH,
    talks=(day(2, 3), day(3, 15), day(4, 19), day(5, 24), day(6, 21)),
    quarterly_reviews=(QuarterlyReview(day(3, 31), talked_on=day(4, 20)), *QUARTERS[1:]),
)
AMENDMENT = Announcement(day(6, 14), sent_on=day(6, 14))
AMENDED = replace(TO_JUNE, announcements=(FIRST, AMENDMENT), changes=(day(6, 14),))
AGREED_ANEW = replace(AMENDED, agreements=(day(1, 20), day(6, 20)))


@pytest.mark.parametrize(
    ("evidence", "on", "adherence", "reach", "owed_by", "due"),
    [
        (TO_MARCH, day(1, 4), None, 1, None, ["told 1-6"]),
        (TO_MARCH, day(1, 6), None, 2, None, ["understood 1-13"]),
        (TO_MARCH, day(1, 11), None, 3, None, ["planned 1-25"]),
        (TO_MARCH, day(1, 20), None, 4, None, ["doing 2-15", "reviewed 2-24"]),
        (TO_MARCH, day(1, 25), 1, 5, None, ["reviewed 2-24"]),
        (TO_MARCH, day(2, 3), 1, 6, None, ["reviewed 3-10"]),
        (TO_MARCH, day(3, 10), 1, 6, None, ["reviewed 3-10"]),
        (TO_MARCH, day(3, 11), 1, 5, Debtor.MANAGER, ["reviewed 3-10"]),
        (AWAY, day(3, 11), 1, 6, None, ["reviewed 3-31"]),
        (AWAY, day(4, 1), 1, 5, Debtor.MANAGER, ["reviewed 3-31"]),
        (TO_JUNE, day(3, 15), 1, 6, None, ["reviewed 4-19", "reviewed 4-30"]),
        (AMENDED, day(6, 14), 1, 6, None, ["understood 6-28", "planned 7-5"]),
        (AGREED_ANEW, day(6, 28), 1, 6, None, ["understood 6-28"]),
        (AGREED_ANEW, day(6, 29), 1, 2, Debtor.REP, ["understood 6-28"]),
    ],
)
def test_one_rope_day_by_day(
    evidence: RopeEvidence,
    on: date,
    adherence: float | None,
    reach: int,
    owed_by: Debtor | None,
    due: list[str],
) -> None:
    rope = rope_on(replace(evidence, adherence=adherence), on)
    assert rope.reach == reach
    assert rope.on_the_ground is (reach >= 6)
    assert rope.where_it_should_be is (owed_by is None)
    if owed_by is not None:
        assert rope.owed_by is owed_by
    written = [f"{duty.knot} {duty.on.month}-{duty.on.day}" for duty in rope.duties]
    assert [duty for duty in written if duty in due] == due
    assert rope.duties[0].on >= on or not rope.where_it_should_be


def test_the_first_thing_that_is_due_follows_the_table() -> None:
    firsts = {
        on: rope_on(replace(TO_MARCH, adherence=adherence), on).duties[0]
        for on, adherence in ((PUBLISHED, None), (day(1, 6), None), (day(1, 11), None), (day(1, 20), None))
    }
    assert [(duty.knot, duty.on) for duty in firsts.values()] == [
        (KnotName.TOLD, day(1, 6)),
        (KnotName.UNDERSTOOD, day(1, 13)),
        (KnotName.PLANNED, day(1, 25)),
        (KnotName.DOING, day(2, 15)),
    ]


def state(evidence: RopeEvidence, name: KnotName, on: date) -> KnotState:
    return rope_on(evidence, on).knot(name).state


def test_a_rope_that_does_not_exist_yet_is_refused() -> None:
    with pytest.raises(ValueError, match="on 2027-01-03"):
        rope_on(TO_MARCH, day(1, 3))


def test_told_without_a_calendar_is_due_on_the_day_of_publication() -> None:
    silent = replace(TO_MARCH, announcements=())
    assert state(silent, KnotName.TOLD, day(1, 4)) is KnotState.NOT_DUE
    assert state(silent, KnotName.TOLD, day(1, 5)) is KnotState.OVERDUE
    rope = rope_on(silent, day(1, 5))
    assert (rope.reach, rope.owed_by, rope.first_open and rope.first_open.next_action) == (
        1,
        Debtor.LEADER,
        "send the rollout",
    )


def test_who_joins_later_is_told_on_the_first_day_and_not_called_late_for_the_calendar() -> None:
    joiner = replace(TO_MARCH, rope_first_day=day(4, 1), announcements=(replace(FIRST, sent_on=None),))
    told = rope_on(joiner, day(4, 1)).knot("told")
    assert (told.state, told.due_on) == (KnotState.NOT_DUE, day(4, 1))


def test_a_leader_who_is_away_tells_later() -> None:
    silent = replace(
        TO_MARCH,
        announcements=(replace(FIRST, sent_on=None),),
        leader_away=((day(1, 5), day(1, 6)),),
    )
    assert rope_on(silent, day(1, 4)).knot("told").due_on == day(1, 8)


def test_understood_is_not_due_before_being_told() -> None:
    knot = rope_on(TO_MARCH, day(1, 5)).knot("understood")
    assert (knot.state, knot.due_on) == (KnotState.NOT_DUE, None)


def test_understood_is_overdue_from_the_eighth_day() -> None:
    deaf = replace(TO_MARCH, announcements=(replace(FIRST, acknowledged_on=None),))
    assert state(deaf, KnotName.UNDERSTOOD, day(1, 13)) is KnotState.NOT_DUE
    assert state(deaf, KnotName.UNDERSTOOD, day(1, 14)) is KnotState.OVERDUE


def test_a_knot_tied_below_an_open_one_is_drawn_and_does_not_count() -> None:
    deaf = replace(TO_MARCH, announcements=(replace(FIRST, acknowledged_on=None),))
    rope = rope_on(deaf, day(1, 21))
    assert rope.knot("planned").is_tied
    assert rope.reach == 2


def test_a_rep_who_is_away_answers_later() -> None:
    deaf = replace(
        TO_MARCH,
        announcements=(replace(FIRST, acknowledged_on=None),),
        rep_away=((day(1, 7), day(1, 8)),),
    )
    assert rope_on(deaf, day(1, 7)).knot("understood").due_on == day(1, 15)


def test_who_never_understood_has_seven_days_for_the_amendment_and_no_grace() -> None:
    deaf = replace(AMENDED, announcements=(replace(FIRST, acknowledged_on=None), AMENDMENT))
    knot = rope_on(deaf, day(6, 14)).knot("understood")
    assert (knot.state, knot.due_on, knot.confirm_by) == (KnotState.NOT_DUE, day(6, 21), None)


def test_confirming_the_amendment_ties_the_knot_again() -> None:
    confirmed = replace(AMENDED, announcements=(FIRST, replace(AMENDMENT, acknowledged_on=day(6, 30))))
    assert state(confirmed, KnotName.UNDERSTOOD, day(6, 29)) is KnotState.OVERDUE
    knot = rope_on(confirmed, day(6, 30)).knot("understood")
    assert (knot.state, knot.tied_on, knot.confirm_by) == (KnotState.TIED, day(6, 30), None)


def test_grace_that_ran_out_is_not_given_again_by_the_next_amendment() -> None:
    twice = replace(AMENDED, announcements=(FIRST, AMENDMENT, Announcement(day(7, 10), sent_on=day(7, 10))))
    knot = rope_on(twice, day(7, 11)).knot("understood")
    assert (knot.state, knot.due_on) == (KnotState.NOT_DUE, day(7, 17))


def test_an_amendment_that_was_not_sent_yet_opens_told_and_leaves_understood() -> None:
    unsent = replace(AMENDED, announcements=(FIRST, Announcement(day(6, 14))))
    rope = rope_on(unsent, day(6, 15))
    assert (rope.knot("told").state, rope.knot("understood").state) == (KnotState.OVERDUE, KnotState.TIED)


def test_planned_needs_a_share_and_an_activity() -> None:
    for lack in ({"has_share": False}, {"has_activity": False}):
        assert not rope_on(replace(TO_MARCH, **lack), day(1, 20)).knot("planned").is_tied  # type: ignore[arg-type]


def test_an_initiative_that_is_not_cascaded_needs_no_share() -> None:
    alone = replace(TO_MARCH, has_share=False, is_cascaded=False)
    assert rope_on(alone, day(1, 20)).knot("planned").is_tied


def test_the_calendar_decides_by_when_plans_are_agreed_unless_it_is_past() -> None:
    open_plan = replace(TO_MARCH, agreements=(), plans_calendar_on=day(2, 1))
    assert rope_on(open_plan, day(1, 10)).knot("planned").due_on == day(2, 1)
    joiner = replace(open_plan, rope_first_day=day(4, 1))
    assert rope_on(joiner, day(4, 1)).knot("planned").due_on == day(4, 22)


def test_absence_of_rep_or_manager_moves_the_day_the_plan_is_due() -> None:
    open_plan = replace(
        TO_MARCH,
        agreements=(),
        rep_away=((day(1, 11), day(1, 12)),),
        manager_away=((day(1, 12), day(1, 13)),),
    )
    assert rope_on(open_plan, day(1, 10)).knot("planned").due_on == day(1, 28)


def test_an_earlier_agreement_keeps_planned_tied_until_the_day_it_is_due_again() -> None:
    assert state(AMENDED, KnotName.PLANNED, day(7, 5)) is KnotState.TIED
    assert state(AMENDED, KnotName.PLANNED, day(7, 6)) is KnotState.OVERDUE


def test_an_agreement_that_ran_out_is_not_revived_by_the_next_change() -> None:
    again = replace(AMENDED, changes=(day(6, 14), day(8, 1)))
    knot = rope_on(again, day(8, 2)).knot("planned")
    assert (knot.state, knot.due_on) == (KnotState.NOT_DUE, day(8, 22))


def test_doing_waits_for_four_weeks_and_is_late_from_the_day_after() -> None:
    idle = replace(TO_MARCH, adherence=Fraction(59, 100))
    assert state(idle, KnotName.DOING, day(2, 15)) is KnotState.NOT_DUE
    assert state(idle, KnotName.DOING, day(2, 16)) is KnotState.OVERDUE
    assert state(replace(idle, adherence=0.6), KnotName.DOING, day(2, 16)) is KnotState.TIED


def test_doing_is_never_late_while_nothing_was_due() -> None:
    assert state(TO_MARCH, KnotName.DOING, day(6, 1)) is KnotState.NOT_DUE


def test_doing_counts_from_the_initiatives_start_where_that_is_later() -> None:
    later = replace(TO_MARCH, initiative_start=day(3, 1))
    assert rope_on(later, day(2, 1)).knot("doing").due_on == day(3, 29)


def test_agreeing_anew_is_no_new_first_agreement() -> None:
    anew = replace(TO_MARCH, agreements=(day(1, 20), day(4, 5)), adherence=0.1, talks=())
    rope = rope_on(anew, day(4, 6))
    assert rope.knot("doing").state is KnotState.OVERDUE
    assert rope.knot("reviewed").due_on == day(2, 24)


def test_the_first_talk_is_due_one_cadence_after_the_first_agreement() -> None:
    untalked = replace(TO_MARCH, talks=())
    assert state(untalked, KnotName.REVIEWED, day(2, 24)) is KnotState.NOT_DUE
    assert state(untalked, KnotName.REVIEWED, day(2, 25)) is KnotState.OVERDUE


def test_a_first_monday_each_month_keeps_the_cadence() -> None:
    mondays = (day(2, 1), day(3, 1), day(4, 5), day(5, 3), day(6, 7))
    held = tuple(replace(review, talked_on=review.quarter_end) for review in QUARTERS)
    monthly = replace(TO_MARCH, talks=mondays, quarterly_reviews=held)
    first, days = mondays[0], (mondays[-1] - mondays[0]).days
    assert all(rope_on(monthly, first + timedelta(n)).knot("reviewed").is_tied for n in range(days))


def test_a_quarterly_review_is_missed_from_the_31st_day_and_mended_by_holding_it() -> None:
    talks = tuple(day(2, 1) + timedelta(days=7 * n) for n in range(20))
    without = replace(TO_MARCH, talks=talks)
    assert state(without, KnotName.REVIEWED, day(4, 30)) is KnotState.TIED
    assert state(without, KnotName.REVIEWED, day(5, 1)) is KnotState.OVERDUE
    late = replace(
        without, quarterly_reviews=(QuarterlyReview(day(3, 31), talked_on=day(5, 10)), *QUARTERS[1:])
    )
    assert state(late, KnotName.REVIEWED, day(5, 9)) is KnotState.OVERDUE
    assert state(late, KnotName.REVIEWED, day(5, 10)) is KnotState.TIED


def test_only_the_review_due_last_counts() -> None:
    talks = tuple(day(2, 1) + timedelta(days=7 * n) for n in range(40))
    second = QuarterlyReview(day(6, 30), talked_on=day(7, 20))
    evidence = replace(TO_MARCH, talks=talks, quarterly_reviews=(QUARTERS[0], second, *QUARTERS[2:]))
    assert state(evidence, KnotName.REVIEWED, day(7, 30)) is KnotState.OVERDUE
    assert state(evidence, KnotName.REVIEWED, day(7, 31)) is KnotState.TIED


def test_who_had_no_rope_on_the_quarters_last_day_owes_no_review_of_it() -> None:
    joiner = replace(TO_MARCH, rope_first_day=day(4, 1), agreements=(day(4, 2),), talks=(day(4, 28),))
    assert state(joiner, KnotName.REVIEWED, day(5, 3)) is KnotState.TIED


def test_moving_is_tied_open_or_neither() -> None:
    found = {
        moving: state(replace(TO_MARCH, moving=moving), KnotName.MOVING, day(3, 1))
        for moving in (None, *Status)
    }
    assert {moving for moving, each in found.items() if each is KnotState.TIED} == {
        Status.ON_PACE,
        Status.REACHED,
    }
    assert {moving for moving, each in found.items() if each is KnotState.OPEN} == {
        Status.BEHIND,
        Status.OFF_PACE,
        Status.MISSED,
    }


def test_a_rope_on_the_ground_that_does_not_move_is_where_it_should_be() -> None:
    rope = rope_on(replace(TO_MARCH, adherence=1, moving=Status.OFF_PACE), day(2, 4))
    assert rope.on_the_ground
    assert rope.where_it_should_be
    assert (rope.first_open and rope.first_open.name, rope.owed_by) == (KnotName.MOVING, Debtor.BOTH)


def test_the_tag_belongs_to_the_first_overdue_knot_else_to_the_first_open_one() -> None:
    deaf = replace(TO_MARCH, announcements=(replace(FIRST, acknowledged_on=None, sent_on=day(3, 8)),))
    rope = rope_on(replace(deaf, adherence=1), day(3, 11))
    assert rope.first_open is not None
    assert rope.tag is not None
    assert (rope.first_open.name, rope.tag.name) == (KnotName.UNDERSTOOD, KnotName.REVIEWED)


def test_a_rope_with_nothing_open_owes_nothing() -> None:
    rope = rope_on(replace(TO_MARCH, adherence=1, moving=Status.REACHED), day(2, 4))
    assert (rope.reach, rope.first_open, rope.owed_by) == (7, None, None)


def test_absence_moves_a_day_by_the_working_days_missed() -> None:
    company = working_calendar()
    assert moved_by_absence(day(3, 10), day(2, 3), [(day(3, 1), day(3, 19))], company) == day(3, 31)
    assert moved_by_absence(day(3, 10), day(2, 3), [(day(3, 11), day(3, 19))], company) == day(3, 10)
    assert moved_by_absence(day(3, 10), day(2, 3), [(day(1, 1), day(2, 2))], company) == day(3, 10)
    assert moved_by_absence(day(3, 10), day(2, 3), [(day(3, 6), day(3, 7))], company) == day(3, 10)


def test_an_absence_without_end_does_not_hang() -> None:
    assert moved_by_absence(day(3, 10), day(2, 3), [(day(3, 1), date.max)], working_calendar()) > day(12, 31)


@given(st.integers(0, 200), st.integers(0, 40))
def test_a_day_moved_by_absence_leaves_as_many_working_days_as_before(begins: int, away: int) -> None:
    company = working_calendar()
    began, due = PUBLISHED, PUBLISHED + timedelta(days=60)
    absence = (PUBLISHED + timedelta(days=begins), PUBLISHED + timedelta(days=begins + away))
    moved = moved_by_absence(due, began, [absence], company)

    def present(until: date) -> int:
        days = [began + timedelta(n) for n in range((until - began).days + 1)]
        return sum(company(each) and not absence[0] <= each <= absence[1] for each in days)

    planned = sum(company(began + timedelta(n)) for n in range(61))
    assert present(moved) == planned


@given(st.dates(PUBLISHED, day(12, 31)), st.one_of(st.none(), st.floats(0, 1)))
def test_reach_and_ground_agree_on_every_day(on: date, adherence: float | None) -> None:
    rope: Rope = rope_on(replace(AGREED_ANEW, adherence=adherence), on)
    assert all(knot.is_tied for knot in rope.knots[: rope.reach])
    assert rope.on_the_ground is all(knot.is_tied for knot in rope.knots[:6])
