"""The generated company's plan, with baselines as its own data have them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ropewalk.demo.doings import TAPPED
from ropewalk.demo.people import LEADER, email_of
from ropewalk.metrics.measuring import Question, measure_for_system
from ropewalk.plans.shape import (
    Expectation,
    Goal,
    Idea,
    Initiative,
    Milestone,
    Plan,
    RolloutCalendar,
    Standard,
)
from ropewalk.rules import calendar

ROLE = "Salesperson"
CLOSE_RATE, CLIENTS, PRODUCT = "close-rate", "medical-clients", "atlas-pro"


def plan_for(company_id: int, start: date, today: date) -> Plan:
    """Three initiatives: one that works, one that breaks on its way down, one that began a short while ago."""
    end = calendar.add_months(start, 12) - timedelta(days=1)
    rate = Decimal(str(round(float(before(company_id, "close_rate", (), start) or 0), 3)))
    clients = int(before(company_id, "new_clients", (("vertical", "medical"),), start) or 0)
    revenue = before(company_id, "revenue_won", (("product", "Atlas Pro"),), start) or Fraction(0)
    thousands = Decimal(int(revenue / 1000)) * 1000
    return Plan(
        year=calendar.fiscal_year_of(start, start_month=start.month),
        first_day=start,
        last_day=end,
        initiatives=(
            close_rate(rate, start, end),
            medical_clients(clients, start, end),
            atlas_pro(thousands, start, end, today),
        ),
        revenue_goal=None,
        ideas=tuple(
            Idea(title, by, estimate)
            for title, by, estimate in (
                ("A partner programme for resellers", "Karl Brenner", "perhaps 15 deals"),
                ("Renewals six months ahead", "Rosa Tellini", "keeps about $200k"),
                ("A second product line for schools", "Ana Albrecht", "unknown yet"),
                ("Fewer discounts", LEADER, "two points of margin"),
            )
        ),
        calendar=RolloutCalendar(
            start + timedelta(days=5), start + timedelta(days=12), start + timedelta(days=24)
        ),
    )


def before(company_id: int, metric: str, where: tuple[tuple[str, str], ...], start: date) -> Fraction | None:
    """What the year before the plan brought."""
    question = Question(
        metric, "company", calendar.add_months(start, -12), start - timedelta(days=1), where=where
    )
    return measure_for_system(company_id, question).rows[0].value


def close_rate(baseline: Decimal, start: date, end: date) -> Initiative:
    target = baseline + Decimal("0.07")
    return Initiative(
        key=CLOSE_RATE,
        title=f"Close rate {baseline:.0%} to {target:.0%}".replace("%", " %"),
        kind="sales process",
        why="More than half of the deals we work on end in nothing, mostly because nobody asks early who decides.",
        impact="Seven points more of the same deals bring about $900k without one more lead.",
        sponsor=email_of(LEADER),
        worth=Decimal(900_000),
        goal=Goal("close_rate", target, baseline, start, end),
        milestones=(
            Milestone(
                "Everybody trained in deal reviews",
                quarter_end(start, 1),
                owner=email_of(LEADER),
                delivered_on=quarter_end(start, 1) - timedelta(days=9),
                evidence="Course list",
            ),
            Milestone("Two points up", quarter_end(start, 2), level=baseline + Decimal("0.02")),
            Milestone("Four points up", quarter_end(start, 3), level=baseline + Decimal("0.04")),
            Milestone("There", end, level=target),
        ),
        expectations=(
            Expectation(
                ROLE,
                "Review every deal that is past its first offer with somebody else, and ask who decides.",
            ),
        ),
        standards=(Standard(ROLE, TAPPED, Decimal(3), "week", "tap"),),
    )


def medical_clients(before_count: int, start: date, end: date, calls: int = 6) -> Initiative:
    return Initiative(
        key=CLIENTS,
        title="40 new medical clients",
        kind="vertical",
        why="Clinics buy for years once they buy, and four in five have never heard of us.",
        impact="A vertical that doesn't follow the economy, worth about $600k in its first year.",
        sponsor=email_of(LEADER),
        worth=Decimal(600_000),
        goal=Goal(
            "new_clients", Decimal(40), Decimal(before_count), start, end, where=(("vertical", "medical"),)
        ),
        milestones=tuple(
            Milestone(f"{level} clients", quarter_end(start, at), level=Decimal(level))
            for at, level in ((1, 8), (2, 18), (3, 29), (4, 40))
        ),
        expectations=(
            Expectation(ROLE, "Keep a list of twenty clinics and speak with one of them every day."),
        ),
        standards=(Standard(ROLE, "call", Decimal(calls), "week", "crm", (("vertical", "medical"),)),),
    )


def atlas_pro(baseline: Decimal, start: date, end: date, today: date) -> Initiative:
    begins = max(calendar.week_start(today - timedelta(days=7)), start)
    ends = max(end, begins + timedelta(days=30))
    target = in_thousands(baseline * Decimal("0.6"))
    return Initiative(
        key=PRODUCT,
        title="Launch of Atlas Pro 2",
        kind="product",
        why="The old Atlas loses against two newcomers; the new one wins every comparison we have seen.",
        impact=f"${target:,.0f} by the year's end, where the old one would fade.",
        sponsor=email_of(LEADER),
        worth=target,
        goal=Goal(
            "revenue_won",
            target,
            Decimal(0),
            begins,
            ends,
            where=(("product", "Atlas Pro"),),
            unit=Decimal(1000),
        ),
        milestones=(
            Milestone("Demonstration kit in every team", begins + timedelta(days=20), owner=email_of(LEADER)),
            Milestone("Half of it", begins + (ends - begins) * 3 // 5, level=in_thousands(target / 2)),
            Milestone("There", ends, level=target),
        ),
        expectations=(Expectation(ROLE, "Show Atlas Pro 2 to two customers a week, on their own cases."),),
        standards=(Standard(ROLE, "demonstration", Decimal(2), "week", "crm"),),
    )


def quarter_end(start: date, number: int) -> date:
    """The last day of the year's first, second, … quarter."""
    return calendar.add_months(start, 3 * number) - timedelta(days=1)


def in_thousands(amount: Decimal) -> Decimal:
    """An amount down to the thousand."""
    return Decimal(int(amount / 1000)) * 1000
