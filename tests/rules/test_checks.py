"""The definition checks, one by one: what each lets pass, what it finds, and the figures in its sentence."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.checks import BLOCKING, CODES, check, weekly_minutes
from ropewalk.rules.finding import Finding, listed, said
from ropewalk.rules.initiative_checks import loose_words
from ropewalk.rules.plan_draft import (
    BestEver,
    ExpectationDraft,
    GoalDraft,
    InitiativeDraft,
    Known,
    MetricDraft,
    MilestoneDraft,
    PlanDraft,
    StandardDraft,
    Volume,
)


def day(month: int, number: int, year: int = 2027) -> date:
    return date(year, month, number)


CLOSE_RATE = MetricDraft(
    "close_rate", "Close rate", kind="ratio", unit="rate", companion="opportunities_opened"
)
NEW_CLIENTS = MetricDraft("new_clients", "New clients", kind="first_time", companion="average_deal")
CYCLE = MetricDraft(
    "sales_cycle", "Sales cycle", kind="mean", better="lower", unit="days", companion="close_rate"
)
HIRES = MetricDraft("manual", "Hires", kind="manual", is_additive=True, companion="ramp")

CLOSING = InitiativeDraft(
    key="closing",
    title="Close rate 40 to 50 %",
    goal=GoalDraft(CLOSE_RATE, baseline=0.4, target=0.5, start=day(1, 1), due=day(9, 30)),
    why="Two deals of five are lost late, after the demonstration.",
    impact="Seven points are worth about $400,000.",
    sponsor="vera@acme.example",
    milestones=(
        MilestoneDraft("Playbook written", day(3, 15), owner="Tom"),
        MilestoneDraft("44 %", day(4, 28), level=0.44),
        MilestoneDraft("47 %", day(8, 31), level=0.47),
    ),
    expectations=(ExpectationDraft("Salesperson", "Asks for the decision date in the first meeting."),),
    standards=(StandardDraft("Salesperson", "meeting", 5, "week"),),
)
MEDICAL = replace(
    CLOSING,
    key="medical",
    title="24 medical clients",
    goal=GoalDraft(
        NEW_CLIENTS, baseline=14, target=24, start=day(1, 1), due=day(9, 30), scope=(("vertical", "medical"),)
    ),
)
PLAN = PlanDraft(2027, day(1, 1), day(12, 31), (CLOSING, MEDICAL))
KNOWN = Known(
    active_members={"vera@acme.example"},
    coverage={"closing": 1, "medical": 1},
    baselines={"closing": 0.405, "medical": 14},
    best={"closing": BestEver(0.51), "medical": BestEver(25)},
    volumes={"closing": (Volume("Team North", 500),)},
)


def findings(plan: PlanDraft, code: str, known: Known = KNOWN) -> tuple[Finding, ...]:
    return check(plan, known).of(code)


def found(code: str, *initiatives: InitiativeDraft, known: Known = KNOWN) -> Finding:
    """The one finding of that code."""
    (finding,) = findings(replace(PLAN, initiatives=initiatives), code, known)
    assert finding.blocking is (code in BLOCKING)
    assert finding.sentence.endswith(".")
    assert finding.mend.endswith(".")
    return finding


def goal(initiative: InitiativeDraft = CLOSING, **changes: object) -> InitiativeDraft:
    return replace(initiative, goal=replace(initiative.goal, **changes))  # type: ignore[arg-type]


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


# R09


def test_r09_a_quarter_without_a_milestone_is_named() -> None:
    assert (
        "2027-Q2"
        in found("R09", replace(CLOSING, milestones=(CLOSING.milestones[0], CLOSING.milestones[2]))).sentence
    )


def test_r09_quarters_are_fiscal() -> None:
    plan = PlanDraft(2027, day(2, 1, 2026), day(1, 31), (goal(start=day(2, 1, 2026), due=day(7, 31, 2026)),))
    first = replace(
        plan.initiatives[0],
        milestones=(
            MilestoneDraft("a", day(4, 30, 2026), owner="Tom"),
            MilestoneDraft("b", day(4, 2, 2026), owner="Tom"),
        ),
    )
    (finding,) = findings(replace(plan, initiatives=(first,)), "R09")
    assert "2027-Q2" in finding.sentence


# R10


@pytest.mark.parametrize(
    "text",
    [
        "Improve our close rate",
        "Sell more",
        "Better meetings",
        "Increasing revenue",
        "Growth",
        "Focus on medical",
        "Grow",
    ],
)
def test_r10_a_loose_title_without_a_number_is_found(text: str) -> None:
    assert f"“{text}”" in found("R10", replace(CLOSING, title=text)).sentence
    assert found("R10", goal(text=text)).code == "R10"


@pytest.mark.parametrize(
    "text",
    [
        "Improve close rate from 40% to 50%",
        "Medical clients",
        "Increase new clients to twenty-four",
        "Moreover",
    ],
)
def test_r10_a_number_holds_and_plain_words_are_not_loose(text: str) -> None:
    assert loose_words(text) == ()


# R11


def test_r11_a_typed_baseline_may_differ_by_a_tenth_of_the_way() -> None:
    assert findings(PLAN, "R11", replace(KNOWN, baselines={"closing": Decimal("0.41")})) == ()
    finding = found("R11", CLOSING, known=replace(KNOWN, baselines={"closing": Decimal("0.3899")}))
    assert "40 %" in finding.sentence
    assert "38.99 %" in finding.sentence


# R12


def test_r12_a_target_beyond_anything_reached_is_named_with_the_best() -> None:
    best = BestEver(0.47, whose="team North", when="2025-Q2 to 2026-Q1")
    finding = found("R12", CLOSING, known=replace(KNOWN, best={"closing": best}))
    assert "team North (2025-Q2 to 2026-Q1), with 47 %" in finding.sentence


def test_r12_lower_is_beyond_where_lower_is_better() -> None:
    short = goal(metric=CYCLE, baseline=63, target=55)
    assert found("R12", short, known=replace(KNOWN, best={"closing": BestEver(58)})).code == "R12"
    assert (
        findings(replace(PLAN, initiatives=(short,)), "R12", replace(KNOWN, best={"closing": BestEver(55)}))
        == ()
    )


def test_r12_with_less_history_it_says_so() -> None:
    known = replace(KNOWN, best={"closing": BestEver(None, quarters=1)})
    assert "hold 1 full quarter, and it takes four" in found("R12", CLOSING, known=known).sentence


# R13


@pytest.mark.parametrize(
    ("activity", "amount", "per", "minutes"),
    [
        ("call", 10, "week", 100),
        ("Calls", 2, "day", 100),
        ("e-mail", 12, "week", 60),
        ("visit", 13, "month", 360),
        ("demonstration", 1, "week", 60),
        ("fair", 1, "week", 30),
        ("call", None, "week", 0),
    ],
)
def test_an_activity_takes_its_minutes(activity: str, amount: float | None, per: str, minutes: float) -> None:
    assert weekly_minutes(StandardDraft("Salesperson", activity, amount, per)) == minutes


def test_r13_the_hours_of_all_initiatives_together_are_held_against_the_limit() -> None:
    def meetings(initiative: InitiativeDraft, amount: int) -> InitiativeDraft:
        return replace(initiative, standards=(StandardDraft("Salesperson", "meeting", amount, "week"),))

    assert findings(replace(PLAN, initiatives=(meetings(CLOSING, 15), meetings(MEDICAL, 5))), "R13") == ()
    finding = found("R13", meetings(CLOSING, 15), meetings(MEDICAL, 6))
    assert "21 hours a week of a Salesperson, and 20 are allowed" in finding.sentence
    assert "15 h for “Close rate 40 to 50 %” and 6 h for “24 medical clients”" in finding.sentence


def test_r13_a_company_may_say_otherwise() -> None:
    known = replace(KNOWN, minutes={"meeting": 90}, hours_limit=7)
    assert "7.5 hours" in found("R13", CLOSING, known=known).sentence


def test_r13_roles_are_added_up_apart() -> None:
    two = replace(
        CLOSING,
        roles=("Salesperson", "Engineer"),
        expectations=(*CLOSING.expectations, ExpectationDraft("Engineer", "Joins.")),
        standards=(
            StandardDraft("Salesperson", "meeting", 12, "week"),
            StandardDraft("Engineer", "meeting", 12, "week"),
        ),
    )
    assert findings(replace(PLAN, initiatives=(two,)), "R13") == ()


# R14


def test_r14_two_initiatives_on_one_metric_and_scope_are_found() -> None:
    twin = replace(
        MEDICAL, key="twin", title="12 more", goal=replace(MEDICAL.goal, scope=(("Vertical", " Medical"),))
    )
    assert "vertical = medical" in found("R14", MEDICAL, twin).sentence
    other = replace(twin, goal=replace(MEDICAL.goal, scope=(("vertical", "retail"),)))
    assert findings(replace(PLAN, initiatives=(MEDICAL, other)), "R14") == ()


def test_r14_two_manual_metrics_are_told_apart_by_their_words() -> None:
    hiring = goal(metric=HIRES, baseline=0, target=5, is_cascaded=False)
    training = replace(goal(hiring, metric=replace(HIRES, label="Certifications")), key="training")
    assert findings(replace(PLAN, initiatives=(hiring, training)), "R14") == ()


# R15


def test_r15_something_is_seen_in_the_crm_before_it_is_due() -> None:
    tapped = replace(CLOSING, standards=(StandardDraft("Salesperson", "meeting", 5, "week", counted="tap"),))
    assert findings(replace(PLAN, initiatives=(tapped,)), "R15") == ()  # two measured milestones
    delivered = tuple(replace(each, level=None, owner="Tom") for each in CLOSING.milestones)
    assert "before 30 September 2027" in found("R15", replace(tapped, milestones=delivered)).sentence
    last_day = (*delivered, MilestoneDraft("50 %", day(9, 30), level=0.5))
    assert found("R15", replace(tapped, milestones=last_day)).code == "R15"


def test_r15_a_manual_metric_is_not_seen_in_the_crm() -> None:
    tapped = replace(
        CLOSING, standards=(StandardDraft("Salesperson", "interview", 1, "week", counted="tap"),)
    )
    assert found("R15", goal(tapped, metric=HIRES, baseline=0, target=5)).code == "R15"


# R16


def test_r16_a_small_denominator_is_told_with_its_interval_and_the_deals_it_takes() -> None:
    volumes = (Volume("Anna", 20), Volume("Team North", 400), Volume("Ben", Decimal("60.5")))
    finding = found("R16", CLOSING, known=replace(KNOWN, volumes={"closing": volumes}))
    assert "Anna is expected to decide 20 deals" in finding.sentence
    assert "from 21.9 % to 61.3 %" in finding.sentence
    assert "2 in all" in finding.sentence
    assert "385 decided deals to tell 40 % from 50 %" in finding.sentence


def test_r16_who_decides_nothing_has_no_rate() -> None:
    finding = found("R16", CLOSING, known=replace(KNOWN, volumes={"closing": (Volume("New", 0),)}))
    assert "no rate at all" in finding.sentence


def test_r16_is_not_asked_of_what_is_no_counted_rate() -> None:
    by_amount = goal(metric=replace(CLOSE_RATE, has_interval=False))
    report = check(replace(PLAN, initiatives=(by_amount, MEDICAL)), replace(KNOWN, volumes=None))
    assert "R16" not in report.not_asked


# R17


def test_r17_a_result_without_a_companion_is_found() -> None:
    assert "close rate" in found("R17", goal(metric=replace(CLOSE_RATE, companion=None))).sentence.lower()
    calls = MetricDraft("calls", kind="count", tag="activity")
    assert findings(replace(PLAN, initiatives=(goal(metric=calls, baseline=10, target=20),)), "R17") == ()


# Words


def test_figures_are_said_as_people_say_them() -> None:
    assert said(0.455, CLOSE_RATE) == "45.5 %"
    assert said(Decimal("1400000.00")) == "1,400,000"
    assert said(51.782, CYCLE) == "51.78 days"
    assert listed(["a", "b", "c"]) == "a, b and c"


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
