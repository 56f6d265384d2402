"""The definition checks that hold a plan back, one by one, and the report as a whole."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.checked import (
    CLOSE_RATE,
    CLOSING,
    CYCLE,
    HIRES,
    KNOWN,
    MEDICAL,
    NEW_CLIENTS,
    PLAN,
    day,
    findings,
    found,
    goal,
)

from ropewalk.rules.checks import BLOCKING, CODES, check
from ropewalk.rules.finding import said
from ropewalk.rules.plan_draft import (
    GoalDraft,
    InitiativeDraft,
    Known,
    MetricDraft,
    MilestoneDraft,
    StandardDraft,
)


def test_a_plan_with_nothing_loose_has_no_finding_and_everything_was_asked() -> None:
    report = check(PLAN, KNOWN)
    assert report.findings == ()
    assert report.not_asked == ()
    assert not report.blocks


def test_without_the_companys_data_the_checks_that_could_not_be_asked_are_named() -> None:
    report = check(PLAN)
    assert report.findings == ()
    assert report.not_asked == ("R07", "R08", "R11", "R12", "R16")


def test_a_goal_that_is_not_cascaded_is_not_asked_for_its_shares() -> None:
    alone = goal(MEDICAL, is_cascaded=False)
    assert "R08" not in check(replace(PLAN, initiatives=(alone,))).not_asked


def test_blocking_codes_are_r01_to_r08() -> None:
    assert {code for code in CODES if code in BLOCKING} == {f"R0{n}" for n in range(1, 9)}


def test_all_findings_come_at_once_with_the_blocking_ones_first() -> None:
    empty = InitiativeDraft(key="empty", title="Grow", goal=GoalDraft())
    report = check(replace(PLAN, initiatives=(empty,)))
    assert {finding.code for finding in report.blocking} == {"R02", "R04", "R05", "R06", "R07"}
    assert {finding.code for finding in report.advice} == {"R10", "R15"}
    assert report.findings == report.blocking + report.advice
    assert report.blocks


# R01


def test_r01_a_plan_without_initiatives_says_how_much_and_not_how() -> None:
    (finding,) = findings(replace(PLAN, initiatives=(), revenue_goal=1_500_000), "R01")
    assert "1,500,000" in finding.sentence
    assert "not how" in finding.sentence


def test_r01_a_fourth_initiative_is_refused_and_the_way_out_is_named() -> None:
    finding = found("R01", CLOSING, MEDICAL, replace(CLOSING, key="c"), replace(MEDICAL, key="d"))
    assert "4 initiatives" in finding.sentence
    assert "trade" in finding.mend


# R02


def test_r02_names_everything_that_is_missing() -> None:
    finding = found("R02", goal(metric=None, target=None))
    assert "no metric and no target" in finding.sentence
    assert finding.where == "closing/goal"
    assert finding.initiative == "closing"


def test_r02_a_due_date_outside_the_plans_year_is_found() -> None:
    finding = found("R02", goal(due=day(1, 31, 2028)))
    assert "31 January 2028" in finding.sentence
    assert "31 December 2027" in finding.sentence


def test_r02_a_goal_is_due_after_it_starts() -> None:
    finding = found("R02", goal(start=day(10, 1)))
    assert "starts only on 1 October 2027" in finding.sentence


@pytest.mark.parametrize("target", [50, 1, 1.2])
def test_r02_a_rate_lies_between_nothing_and_all(target: float) -> None:
    assert said(target, CLOSE_RATE) in found("R02", goal(target=target)).sentence


def test_r02_a_rate_that_is_not_shared_out_may_aim_at_all() -> None:
    certified = goal(metric=replace(HIRES, unit="rate", is_additive=False), target=1, is_cascaded=False)
    assert findings(replace(PLAN, initiatives=(certified,)), "R02") == ()


# R03


@pytest.mark.parametrize(
    ("metric", "baseline", "target", "words"),
    [
        (CLOSE_RATE, 0.5, 0.4, "from 50 % to 40 %: it falls"),
        (CLOSE_RATE, 0.4, 0.4, "stays where it is"),
        (CYCLE, 55, 63, "from 55 days to 63 days: it rises"),
        (NEW_CLIENTS, 24, 14, "from 24 to 14"),
    ],
)
def test_r03_a_target_on_the_wrong_side_of_the_baseline_is_found(
    metric: MetricDraft, baseline: float, target: float, words: str
) -> None:
    assert words in found("R03", goal(metric=metric, baseline=baseline, target=target)).sentence


def test_r03_lower_is_right_for_a_cycle_and_wrong_for_a_count() -> None:
    assert findings(replace(PLAN, initiatives=(goal(metric=CYCLE, baseline=63, target=55),)), "R03") == ()
    complaints = MetricDraft("complaints", kind="count", better="lower")
    assert "rate or a mean" in found("R03", goal(metric=complaints, baseline=9, target=5)).mend


# R04


def test_r04_it_takes_two_milestones() -> None:
    one = replace(CLOSING, milestones=CLOSING.milestones[:1])
    assert "one milestone" in found("R04", one).sentence
    assert "no milestone" in found("R04", replace(CLOSING, milestones=())).sentence


@pytest.mark.parametrize(
    ("milestone", "words"),
    [
        (
            MilestoneDraft("Late", day(10, 1), level=0.5),
            "dated 1 October 2027, outside 1 January 2027 to 30 September",
        ),
        (MilestoneDraft("Nobody's", day(5, 1)), "neither measured nor delivered"),
        (MilestoneDraft("Some day", None, owner="Tom"), "has no date"),
    ],
)
def test_r04_a_milestone_is_dated_within_the_goal_and_measured_or_delivered(
    milestone: MilestoneDraft, words: str
) -> None:
    finding = found("R04", replace(CLOSING, milestones=(*CLOSING.milestones, milestone)))
    assert words in finding.sentence
    assert milestone.title in finding.sentence


# R05


def test_r05_why_and_impact_are_written_and_are_not_the_title_again() -> None:
    silent = replace(CLOSING, why=" ", impact="Close rate: 40 to 50%!")
    both = findings(replace(PLAN, initiatives=(silent,)), "R05")
    assert ["does not say why" in both[0].sentence, "title again" in both[1].sentence] == [True, True]


# R06


def test_r06_every_role_has_an_expectation_and_an_activity_with_amount_and_cadence() -> None:
    two = replace(CLOSING, roles=("Salesperson", "Account manager"))
    assert "Account manager" in found("R06", two).sentence
    vague = replace(CLOSING, standards=(StandardDraft("salesperson", "meeting", None, "week"),))
    assert "no amount and cadence for meeting" in found("R06", vague).sentence
    results_alone = replace(CLOSING, standards=())
    assert "no activity" in found("R06", results_alone).sentence
    assert "no role" in found("R06", replace(CLOSING, roles=())).sentence


@pytest.mark.parametrize(
    "standard",
    [StandardDraft("Salesperson", "call", 0, "week"), StandardDraft("Salesperson", "call", 5, "year")],
)
def test_r06_an_amount_of_nothing_or_an_unknown_cadence_is_no_activity(standard: StandardDraft) -> None:
    assert "no amount and cadence" in found("R06", replace(CLOSING, standards=(standard,))).sentence


# R07


def test_r07_the_sponsor_is_an_active_member() -> None:
    assert "vera@acme.example" in found("R07", CLOSING, known=replace(KNOWN, active_members=set())).sentence
    assert "no sponsor" in found("R07", replace(CLOSING, sponsor="")).sentence


# R08 and over-assignment


def test_r08_shares_that_fall_short_say_by_how_much() -> None:
    short = replace(KNOWN, coverage={"closing": 1, "medical": Decimal("0.875")})
    finding = found("R08", CLOSING, MEDICAL, known=short)
    assert "add up to 21 of 24" in finding.sentence
    assert "3 short" in finding.sentence


def test_r08_a_rate_is_covered_within_a_billionth_and_short_in_its_own_words() -> None:
    assert findings(PLAN, "R08", replace(KNOWN, coverage={"closing": 1 - 1e-10, "medical": 1})) == ()
    finding = found("R08", CLOSING, known=replace(KNOWN, coverage={"closing": 0.6}))
    assert "come to 46 % where 50 % is the goal" in finding.sentence


def test_over_assignment_is_advised_against_over_1_2_and_explained_over_1_4() -> None:
    def coverage(part: str) -> Known:
        return replace(KNOWN, coverage={"medical": Decimal(part)})

    assert check(replace(PLAN, initiatives=(MEDICAL,)), coverage("1.2")).findings == ()
    assert "30 % over" in found("A01", MEDICAL, known=coverage("1.3")).sentence
    assert found("A01", MEDICAL, known=coverage("1.4")).code == "A01"
    assert "no reason" in found("A02", MEDICAL, known=coverage("1.45")).sentence
    explained = goal(MEDICAL, over_assignment_reason="Two people are about to leave.")
    assert check(replace(PLAN, initiatives=(explained,)), coverage("1.45")).findings == ()


NUMBERS = st.one_of(st.none(), st.integers(-5, 50), st.floats(0, 2), st.decimals(0, 5, places=2))
DAYS = st.one_of(st.none(), st.dates(day(6, 1, 2026), day(6, 1, 2028)))


@given(
    st.builds(
        GoalDraft,
        st.sampled_from([None, CLOSE_RATE, NEW_CLIENTS, CYCLE, HIRES]),
        NUMBERS,
        NUMBERS,
        DAYS,
        DAYS,
    ),
    st.lists(
        st.builds(MilestoneDraft, st.just("m"), DAYS, NUMBERS, st.sampled_from(["", "Tom"])), max_size=3
    ),
    NUMBERS,
)
def test_any_draft_is_checked_without_complaint(
    draft: GoalDraft, milestones: list[MilestoneDraft], figure: float | None
) -> None:
    initiative = replace(CLOSING, goal=draft, milestones=tuple(milestones))
    known = Known() if figure is None else Known(coverage={"closing": figure}, baselines={"closing": figure})
    report = check(replace(PLAN, initiatives=(initiative,)), known)
    assert all(finding.sentence and finding.mend for finding in report.findings)
    assert all(finding.blocking is (finding.code in BLOCKING) for finding in report.findings)
