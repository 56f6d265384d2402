"""A plan that nothing is to be said against, and what the definition checks say of it once it is changed."""

from dataclasses import replace
from datetime import date

from ropewalk.rules.checks import BLOCKING, check
from ropewalk.rules.finding import Finding
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
