"""The definition checks that advise, one by one: what each lets pass, what it finds, and the figures in its sentence."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.rules.checked import (
    CLOSE_RATE,
    CLOSING,
    CYCLE,
    HIRES,
    KNOWN,
    MEDICAL,
    PLAN,
    day,
    findings,
    found,
    goal,
)

from ropewalk.rules.checks import check, weekly_minutes
from ropewalk.rules.finding import listed, said
from ropewalk.rules.initiative_checks import loose_words
from ropewalk.rules.plan_draft import (
    BestEver,
    ExpectationDraft,
    InitiativeDraft,
    MetricDraft,
    MilestoneDraft,
    PlanDraft,
    StandardDraft,
    Volume,
)

# R09


def test_r09_a_quarter_without_a_milestone_is_named() -> None:
    assert (
        "in 2027-Q2:"
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
    assert "no milestone in 2027-Q2 (May to July 2026):" in finding.sentence, (
        "with its months: the wall calendar has another Q2"
    )


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
