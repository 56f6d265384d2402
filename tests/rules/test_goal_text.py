"""One typed line is read, and what can't be read truly is named and not guessed."""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.rules.goal_text import GoalText, read

CATALOGUE = (
    "close_rate",
    "close_rate_by_amount",
    "new_clients",
    "revenue_won",
    "average_deal",
    "sales_cycle",
    "pipeline_created",
    "opportunities_opened",
    "activities",
    "calls",
    "meetings_held",
    "accounts_touched",
    "win_backs",
)


def line(
    text: str, *, year: int | tuple[date, date] = 2027, metrics: tuple[str, ...] = CATALOGUE
) -> GoalText:
    return read(text, year=year, metrics=metrics)


def due(text: str, *, year: int | tuple[date, date] = 2027) -> date | None:
    return line(f"win 10 new clients {text}", year=year).due


@pytest.mark.parametrize(
    ("text", "metric", "baseline", "target", "by", "scope"),
    [
        ("Improve close rate from 40% to 50% by September", "close_rate", 0.4, 0.5, (9, 30), {}),
        ("raise our win rate to 45 percent by the end of June", "close_rate", None, 0.45, (6, 30), {}),
        ("win 24 medical clients by December", "new_clients", None, 24, (12, 31), {"vertical": "medical"}),
        (
            "sell $1.4M of GTX Pro by 31 Dec 2027",
            "revenue_won",
            None,
            1_400_000,
            (12, 31),
            {"product": "GTX Pro"},
        ),
        ("cut the sales cycle from 63 to 55 days by Q3", "sales_cycle", 63, 55, (9, 30), {}),
        ("close rate 40 → 50 % by year end", "close_rate", 0.4, 0.5, (12, 31), {}),
        ("New customers: 18 -> 26 by FY27 Q3", "new_clients", 18, 26, (9, 30), {}),
        ("50% win rate by June (currently 40%)", "close_rate", 0.4, 0.5, (6, 30), {}),
        ("Win rate 40% today, 50% by December", "close_rate", 0.4, 0.5, (12, 31), {}),
        ("raise the close rate to 50% from 40% by September", "close_rate", 0.4, 0.5, (9, 30), {}),
        ("Increase win rate from 40 to 50 by September", "close_rate", 0.4, 0.5, (9, 30), {}),
        (
            "Close rate of GTX Pro from 0.4 to 0.5 by Q2",
            "close_rate",
            0.4,
            0.5,
            (6, 30),
            {"product": "GTX Pro"},
        ),
        ("win rate by value to 42,5 % by 30.09.2027", "close_rate_by_amount", None, 0.425, (9, 30), {}),
        ("Grow revenue to €1,400,000 in 2027", "revenue_won", None, 1_400_000, (12, 31), {}),
        ("Boost sales from $1M to $1.2M in 2027", "revenue_won", 1_000_000, 1_200_000, (12, 31), {}),
        ("sell 1.4 million euros of GTX Pro", "revenue_won", None, 1_400_000, None, {"product": "GTX Pro"}),
        ("Revenue to $1.25 by June", "revenue_won", None, Decimal("1.25"), (6, 30), {}),
        ("average deal size to $52k by 2027-09-30", "average_deal", None, 52_000, (9, 30), {}),
        ("Average deal: $2,361 to $2,600 by Q4", "average_deal", 2361, 2600, (12, 31), {}),
        ("reduce sales cycle from 9 weeks to 8 weeks by Q2", "sales_cycle", 63, 56, (6, 30), {}),
        ("Sales cycle <45 days", "sales_cycle", None, 45, None, {}),
        ("Create $3M in pipeline by end of H1", "pipeline_created", None, 3_000_000, (6, 30), {}),
        (
            "Open 150 opportunities in Germany by May",
            "opportunities_opened",
            None,
            150,
            (5, 31),
            {"country": "Germany"},
        ),
        ("Hold 120 meetings by end of Q2", "meetings_held", None, 120, (6, 30), {}),
        ("Make 1,200 calls by the end of the second quarter", "calls", None, 1200, (6, 30), {}),
        ("Touch 400 accounts by 15th of May", "accounts_touched", None, 400, (5, 15), {}),
        ("win back 12 lost customers by the end of the fiscal year", "win_backs", None, 12, (12, 31), {}),
        ("win twenty-four new logos by Nov 15", "new_clients", None, 24, (11, 15), {}),
        (
            "new clients = 24, vertical = medical, by 1 March",
            "new_clients",
            None,
            24,
            (3, 1),
            {"vertical": "medical"},
        ),
        ("Increase new-client wins from 10 to 14 by Q2", "new_clients", 10, 14, (6, 30), {}),
        ("10 clients won in the retail sector", "new_clients", None, 10, None, {"vertical": "retail"}),
        (
            "Sign 30 new customers in segment enterprise",
            "new_clients",
            None,
            30,
            None,
            {"segment": "enterprise"},
        ),
        ("close rate in the medical vertical to 50%", "close_rate", None, 0.5, None, {"vertical": "medical"}),
        ("win rate in Medical from 40% to 50%", "close_rate", 0.4, 0.5, None, {"vertical": "Medical"}),
        ("close_rate to 50% where region = West", "close_rate", None, 0.5, None, {"region": "West"}),
    ],
)
def test_a_line_fills_the_form(
    text: str,
    metric: str,
    baseline: float | None,
    target: float | None,
    by: tuple[int, int] | None,
    scope: dict[str, str],
) -> None:
    found = line(text)
    assert (found.metric, found.baseline, found.target) == (metric, baseline, target)
    assert found.due == (date(2027, *by) if by else None)
    assert found.scope == scope
    assert found.unread == ""


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Increase revenue by 10% by September", "by 10%"),
        ("Increase new clients by 5 by June", "by 5"),
        ("raise closing rate by 5 points by June", "by 5 points"),
        ("10% more new clients by June", "10% more"),
        ("Increase revenue 10% by June", "10%"),
        ("Increase revenue $200k by June", "$200k"),
        ("Double revenue by December", "Double"),
        ("20 calls per week by June", "20; per week"),
        ("Win 2 clients per rep by June", "2; per rep"),
        ("win 10 to 20 new clients by June", "10 to 20"),
        ("close rate to 105% by June", "105%"),
        ("Reduce sales cycle to 2 months by June", "2 months"),
        ("revenue to €1.400 by June", "€1.400"),
    ],
)
def test_a_rise_a_pace_a_range_and_an_odd_unit_are_no_target(text: str, unread: str) -> None:
    found = line(text)
    assert (found.baseline, found.target) == (None, None)
    assert found.metric is not None
    assert found.due is not None
    assert found.unread == unread


def test_two_metrics_in_one_line_are_none_and_their_amounts_belong_to_neither() -> None:
    found = line("Win 10 new clients and raise close rate to 50% by September")
    assert (found.metric, found.target, found.due) == (None, None, date(2027, 9, 30))
    assert "close rate" in found.unread


def test_only_metrics_of_the_catalogue_are_read() -> None:
    found = line("Hold 120 meetings by June", metrics=("close_rate",))
    assert (found.metric, found.target, found.due) == (None, None, date(2027, 6, 30))
    assert "meetings" in found.unread


def test_a_companys_own_metric_is_read_by_its_name() -> None:
    found = line("raise certifications passed to 12 by June", metrics=(*CATALOGUE, "certifications_passed"))
    assert (found.metric, found.target, found.unread) == ("certifications_passed", 12, "")


def test_a_way_without_a_metric_is_still_a_way() -> None:
    found = line("Improve profit margin from 12% to 16%")
    assert (found.metric, found.baseline, found.target, found.unread) == (None, 0.12, 0.16, "profit margin")


def test_words_that_were_not_understood_are_kept_as_typed() -> None:
    assert line("raise close rate to 50% by June through better Discovery").unread == "better Discovery"
    assert line("win 24 medical device clients by June").unread == "medical device"


def test_a_value_without_its_field_is_not_guessed() -> None:
    found = line("raise close rate to 50% in Acme by June")
    assert (found.scope, found.unread) == ({}, "Acme")


def test_two_values_for_one_field_stay_unread() -> None:
    found = line("win 24 new clients in medical and in retail by June")
    assert found.scope == {}
    assert "medical" in found.unread


def test_what_lies_beyond_a_line_is_unread() -> None:
    found = line("close rate to 50% by June" + " " * 500 + "and 60% by July")
    assert (found.metric, found.target, found.unread) == ("close_rate", 0.5, "and 60% by July")


def test_nothing_said_is_nothing_read() -> None:
    assert line("") == GoalText()
    assert line("improve something").unread == "something"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by September", (9, 30)),
        ("by Sept. 2027", (9, 30)),
        ("in May", (5, 31)),
        ("by 30 June", (6, 30)),
        ("by the 30th of June", (6, 30)),
        ("by June 30th, 2027", (6, 30)),
        ("by end of Q2", (6, 30)),
        ("by Q2 2027", (6, 30)),
        ("by the end of the third quarter", (9, 30)),
        ("by H1", (6, 30)),
        ("by year end", (12, 31)),
        ("by year-end", (12, 31)),
        ("by the end of the year", (12, 31)),
        ("by the end of the fiscal year", (12, 31)),
        ("by EOY", (12, 31)),
        ("in 2027", (12, 31)),
        ("by FY27", (12, 31)),
        ("by 2027-09-30", (9, 30)),
        ("by 9/30/2027", (9, 30)),
        ("by 30/9/2027", (9, 30)),
        ("by 7.6.2027", (6, 7)),
        ("until 31.12.", (12, 31)),
        ("before the end of Q3", (9, 30)),
        ("no later than 31 August", (8, 31)),
        ("from January to September", (9, 30)),
        ("in 2027, by September", (9, 30)),
        ("by 30 June (end of Q2)", (6, 30)),
    ],
)
def test_a_deadline_is_a_day_or_the_last_day_of_a_period(text: str, day: tuple[int, int]) -> None:
    assert due(text) == date(2027, *day)


@pytest.mark.parametrize(
    "text",
    [
        "by 6/7",
        "by 6/7/2027",
        "by mid September",
        "early in June or late in July",
        "within six months",
        "in 90 days",
        "by Friday",
        "by 31 September",
        "by 29 February",
        "before July",
        "next quarter",
        "by the end of the quarter",
        "last September",
        "starting in January",
        "by June or by July",
    ],
)
def test_a_vague_impossible_or_double_deadline_is_none_and_stays_unread(text: str) -> None:
    found = line(f"win 10 new clients {text}")
    assert found.due is None
    assert found.unread != ""
    assert found.target == 10


def test_a_deadline_may_lie_outside_the_plan_if_it_says_so() -> None:
    assert due("by 31 Dec 2028") == date(2028, 12, 31)
    assert due("in 2028") == date(2028, 12, 31)


FISCAL = (date(2026, 7, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by September", date(2026, 9, 30)),
        ("by March", date(2027, 3, 31)),
        ("by Q1", date(2026, 9, 30)),
        ("by the end of Q4", date(2027, 6, 30)),
        ("by H1", date(2026, 12, 31)),
        ("by year end", date(2027, 6, 30)),
        ("in 2027", date(2027, 6, 30)),
        ("by December 2026", date(2026, 12, 31)),
        ("by the end of the calendar year", date(2026, 12, 31)),
        ("in 2026", None),
    ],
)
def test_in_a_fiscal_year_the_day_inside_it_is_meant_and_quarters_are_its_own(
    text: str, day: date | None
) -> None:
    assert due(text, year=FISCAL) == day


def test_the_period_of_the_baseline_is_not_the_deadline() -> None:
    found = line("close rate from 40% in 2026 to 50% in 2027")
    assert (found.baseline, found.target, found.due) == (0.4, 0.5, date(2027, 12, 31))
    assert found.unread == "in 2026"


def test_a_number_after_a_month_that_may_be_an_amount_is_left_alone() -> None:
    assert line("By June 24 medical clients").due is None


def test_a_year_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        line("by June", year=(date(2027, 6, 30), date(2026, 7, 1)))


@given(st.text(max_size=60))
def test_any_text_is_read_without_complaint(text: str) -> None:
    assert isinstance(line(text), GoalText)


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from(["January", "Q3", "30 June", "year end"]))
def test_a_way_between_two_rates_is_read_whatever_it_is(low: int, high: int, by: str) -> None:
    found = line(f"Move close rate from {low}% to {high}% by {by}")
    assert (found.baseline, found.target, found.unread) == (low / 100, high / 100, "")


@pytest.mark.shared
def test_loose_goals_that_people_wrote_yield_no_target_and_baselines_are_found() -> None:
    """73 goals from public handbooks, each labelled with what stands in it."""
    shared = Path(os.environ.get("ROPEWALK_SHARED", Path(__file__).parents[3] / "shared"))
    path = shared / "data" / "goal_texts.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there: set ROPEWALK_SHARED to try the goals that people wrote")
    with path.open(encoding="utf-8", newline="") as file:
        goals = list(csv.DictReader(file))
    loose = [line(goal["text"]) for goal in goals if goal["label"] == "loose"]
    assert all((goal.baseline, goal.target) == (None, None) for goal in loose)
    ways = [line(goal["text"]) for goal in goals if goal["has_baseline"] == "1" and " from " in goal["text"]]
    assert len(ways) > 5
    assert all(goal.baseline is not None and goal.target is not None for goal in ways)
