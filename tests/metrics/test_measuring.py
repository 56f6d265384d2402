from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.metrics.conftest import World

from ropewalk.companies.models import Company, Membership, Person, Team, TeamParent
from ropewalk.facts import store
from ropewalk.metrics.built_in import UnknownMetric
from ropewalk.metrics.definition import Better, Definition, Filter, Kind, Operator, Part, Tag, Unit, Words
from ropewalk.metrics.measuring import Question, Reading, daily_for_system, measure_for_system
from ropewalk.metrics.scoping import UnknownField
from ropewalk.rules import tally

pytestmark = pytest.mark.django_db
JANUARY, JUNE, DECEMBER = date(2027, 1, 1), date(2027, 6, 30), date(2027, 12, 31)
ANN, BEN, OTHER_ANN = 31, 32, 33
NORTH, SOUTH, SALES = 41, 42, 43
COMPANY = 51


@pytest.fixture
def facts() -> store.CompanyStore:
    """A company of three people: two named Ann, one of whom changed teams on 1 June 2027."""
    company = Company.objects.create(pk=COMPANY, handle="acme", name="Acme", time_zone="UTC", currency="EUR")
    for key, name in ((ANN, "Ann"), (BEN, "Ben"), (OTHER_ANN, "Ann")):
        Person.objects.create(pk=key, company=company, name=name)
    for key, name in ((NORTH, "North"), (SOUTH, "South"), (SALES, "Sales")):
        Team.objects.create(pk=key, company=company, name=name, key=name)
    for team in (NORTH, SOUTH):
        TeamParent.objects.create(team_id=team, parent_id=SALES)
    Membership.objects.create(person_id=ANN, team_id=NORTH, to_day=date(2027, 5, 31))
    Membership.objects.create(person_id=ANN, team_id=SOUTH, from_day=date(2027, 6, 1))
    Membership.objects.create(person_id=OTHER_ANN, team_id=SOUTH)
    found = store.for_company(COMPANY)
    found.replace_owners([("crm", "ann", ANN), ("crm", "ben", BEN), ("crm", "ann2", OTHER_ANN)])
    return found


def deal(number: int, **said: Any) -> dict[str, Any]:
    amount = said.get("amount")
    return {
        "source": "crm",
        "id": str(number),
        "owner_key": "ann",
        "status": "won",
        "opened_on": JANUARY,
        "closed_on": date(2027, 5, 10),
        "company_amount": amount,
    } | said


def ask(metric: Any, by: Any = "company", **said: Any) -> Reading:
    question = Question(**({"metric": metric, "by": by, "start": JANUARY, "end": DECEMBER} | said))
    return measure_for_system(COMPANY, question)


def only(reading: Reading) -> Any:
    assert len(reading.rows) == 1
    return reading.rows[0]


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "printed"),
    [
        ("close_rate", 4238, 6711, "0.6315005215"),
        ("revenue_won", 10_005_534, None, "10005534"),
        ("sales_cycle", 219_452, 4238, "51.7819726286"),
        ("average_deal", 10_005_534, 4238, "2360.9093912223"),
        ("opportunities_opened", 8300, None, "8300"),
        ("new_clients", 85, None, "85"),
    ],
)
def test_the_known_totals_of_the_real_data(
    maven: World, metric: str, numerator: int, denominator: int | None, printed: str
) -> None:
    question = Question(metric, "company", date(2016, 1, 1), date(2017, 12, 31))
    row = only(measure_for_system(maven.company.pk, question))
    assert (row.numerator, row.denominator) == (numerator, denominator)
    assert tally.printed(row.value) == printed


def test_one_person_of_the_real_data(maven: World) -> None:
    question = Question("close_rate", "person", date(2017, 1, 1), date(2017, 12, 31))
    reading = measure_for_system(maven.company.pk, question)
    row = next(row for row in reading.rows if row.name == "Darcel Schlecht")
    assert (row.numerator, row.denominator) == (349, 349 + 204)
    assert row.interval is None, "553 decided deals need no interval"
    assert len(reading.rows) == 36, "35 agents, five of whom own nothing, and (no person)"
    assert sum(1 for row in reading.rows if row.denominator == 0 and row.value is None) == 6
    assert reading.fresh_at == datetime(2018, 1, 2, 8, tzinfo=UTC)


def test_by_amount_the_real_data_have_no_value_and_say_why(maven: World) -> None:
    question = Question("close_rate_by_amount", "company", date(2017, 1, 1), date(2017, 12, 31))
    row = only(measure_for_system(maven.company.pk, question))
    assert row.value is None
    assert row.deals == 6711
    assert "carry no amount" in row.note


def test_a_window_may_end_on_any_day(maven: World) -> None:
    window = Question("close_rate", "company", date(2017, 6, 3), date(2017, 8, 31))
    row = only(measure_for_system(maven.company.pk, window))
    counted = "count(*) FILTER (deal_stage = 'Won'), count(*) FILTER (deal_stage <> 'Engaging')"
    sql = f"SELECT {counted} FROM pipeline WHERE close_date BETWEEN '2017-06-03' AND '2017-08-31'"
    assert (row.numerator, row.denominator) == maven.raw.execute(sql).fetchone()


def test_everyone_with_a_membership_has_a_row_and_so_has_nobody(facts: store.CompanyStore) -> None:
    rows = ask("close_rate", "person").rows
    assert [(row.name, row.id) for row in rows] == [("(no person)", 0), ("Ann", ANN), ("Ann", OTHER_ANN)]
    assert {(row.numerator, row.denominator, row.value) for row in rows} == {(0, 0, None)}
    facts.add("opportunities", [deal(1, owner_key="ben")])
    assert [row.id for row in ask("close_rate", "person").rows] == [0, ANN, OTHER_ANN, BEN], (
        "a figure is never dropped"
    )


def test_rows_stand_by_name_then_period_and_namesakes_by_id(facts: store.CompanyStore) -> None:
    rows = ask("new_clients", "person", grain="quarter", end=date(2027, 6, 15)).rows
    assert [(row.id, row.period_start, row.period_end) for row in rows] == [
        (0, JANUARY, date(2027, 3, 31)),
        (0, date(2027, 4, 1), date(2027, 6, 15)),
        (ANN, JANUARY, date(2027, 3, 31)),
        (OTHER_ANN, JANUARY, date(2027, 3, 31)),
        (ANN, date(2027, 4, 1), date(2027, 6, 15)),
        (OTHER_ANN, date(2027, 4, 1), date(2027, 6, 15)),
    ]


def test_a_deal_counts_for_the_team_of_its_own_day(facts: store.CompanyStore) -> None:
    facts.add("opportunities", [deal(1), deal(2, closed_on=date(2027, 6, 1)), deal(3, owner_key="ben")])
    won = {row.name: row.numerator for row in ask("close_rate", "team").rows}
    assert won == {"North": 1, "South": 1, "Sales": 2}, "Ben is in no team"
    assert only(ask("close_rate")).numerator == 3


def test_split_credit_multiplies_both_parts_of_a_rate(facts: store.CompanyStore) -> None:
    facts.add("opportunities", [deal(1, amount=Decimal("100.01")), deal(2, status="lost")])
    shares = (("ann", "0.6"), ("stranger", "0.4"))
    facts.add(
        "credits",
        [
            {"source": "crm", "opportunity_id": "1", "owner_key": key, "share": Decimal(part)}
            for key, part in shares
        ],
    )
    rate = {row.id: (row.numerator, row.denominator) for row in ask("close_rate", "person").rows}
    assert rate[ANN] == (Decimal("0.6"), Decimal("1.6"))
    assert rate[0] == (Decimal("0.4"), Decimal("0.4"))
    assert only(ask("close_rate")).value == Fraction(1, 2)
    revenue = {row.id: row.numerator for row in ask("revenue_won", "person").rows}
    assert (revenue[ANN], revenue[0]) == (Decimal("60.006"), Decimal("40.004"))


def test_as_of_a_day_nothing_later_has_happened(facts: store.CompanyStore) -> None:
    facts.add(
        "opportunities",
        [deal(1), deal(2, closed_on=date(2027, 7, 1)), deal(3, status="open", closed_on=None)],
    )
    assert only(ask("close_rate", as_of=JUNE)).denominator == 1
    assert only(ask("close_rate", as_of=date(2027, 7, 1))).denominator == 2
    open_then = ask("opportunities_opened", as_of=JUNE, where=(("status", "open"),))
    assert only(open_then).numerator == 2
    assert only(ask("opportunities_opened", where=(("status", "open"),))).numerator == 1


def test_missing_amounts_count_nothing_in_revenue_and_stay_out_of_the_average(
    facts: store.CompanyStore,
) -> None:
    facts.add("opportunities", [deal(1, amount=Decimal(90)), deal(2), deal(3, amount=Decimal(0))])
    assert only(ask("revenue_won")).numerator == 90
    average = only(ask("average_deal"))
    assert (average.numerator, average.denominator, average.value) == (90, 2, 45)


def test_the_cycle_leaves_out_what_closed_before_it_opened(facts: store.CompanyStore) -> None:
    facts.add(
        "opportunities",
        [
            deal(1, opened_on=date(2027, 5, 10)),
            deal(2, opened_on=date(2027, 4, 10)),
            deal(3, opened_on=date(2027, 5, 11)),
            deal(4, opened_on=None),
            deal(5, status="lost"),
        ],
    )
    row = only(ask("sales_cycle"))
    assert (row.numerator, row.denominator, row.value) == (30, 2, 15)


def test_an_account_is_new_once_and_ties_go_to_the_smaller_id_as_text(facts: store.CompanyStore) -> None:
    day = date(2027, 5, 10)
    facts.add(
        "opportunities",
        [
            deal(9, account_id="A", owner_key="ann", closed_on=day),
            deal(10, account_id="A", owner_key="ben", closed_on=day),
            deal(11, account_id="B", owner_key="ann", closed_on=date(2026, 5, 10)),
            deal(12, account_id="B", owner_key="ann", product="rope"),
            deal(13, account_id=None),
            deal(14, account_id="", product="rope"),
        ],
    )
    counted = {row.id: row.numerator for row in ask("new_clients", "person").rows if row.numerator}
    assert counted == {BEN: 1}, "10 comes before 9, and B was won the year before"
    scoped = {
        row.id: row.numerator for row in ask("new_clients", "person", where=(("product", "rope"),)).rows
    }
    assert scoped[ANN] == 1, "B's first of that product"


def test_a_corrected_first_deal_moves_the_client(facts: store.CompanyStore) -> None:
    late = deal(2, account_id="A", owner_key="ben", closed_on=date(2027, 9, 1))
    facts.add("opportunities", [deal(1, account_id="A"), late])
    assert {row.id: row.numerator for row in ask("new_clients", "person").rows if row.numerator} == {ANN: 1}
    facts.delete()
    facts.replace_owners([("crm", "ann", ANN), ("crm", "ben", BEN)])
    facts.add("opportunities", [deal(1, account_id="A", status="lost"), late])
    assert {row.id: row.numerator for row in ask("new_clients", "person").rows if row.numerator} == {BEN: 1}


@pytest.mark.parametrize(("day", "count"), [(date(2027, 5, 9), 0), (date(2027, 5, 10), 1)])
def test_a_win_back_takes_365_days(facts: store.CompanyStore, day: date, count: int) -> None:
    facts.add(
        "opportunities",
        [
            deal(1, account_id="A", closed_on=date(2026, 5, 10), product="line"),
            deal(2, account_id="A", closed_on=day, product="rope"),
            deal(3, account_id="A", closed_on=day, product="rope"),
        ],
    )
    assert only(ask("win_backs")).numerator == count
    assert only(ask("win_backs", where=(("product", "rope"),))).numerator == count, "any win is a win before"


def test_different_accounts_count_once_for_each_figure(facts: store.CompanyStore) -> None:
    facts.add(
        "activities",
        [
            {
                "source": "crm",
                "id": str(n),
                "owner_key": key,
                "type": "call",
                "occurred_on": day,
                "account_id": account,
            }
            for n, (key, day, account) in enumerate(
                [
                    ("ann", date(2027, 3, 1), "A"),
                    ("ann", date(2027, 3, 2), "A"),
                    ("ann2", date(2027, 3, 1), "A"),
                    ("ann2", date(2027, 8, 1), "B"),
                    ("ann2", date(2027, 8, 1), None),
                ]
            )
        ],
    )
    assert only(ask("accounts_touched")).numerator == 2
    assert {row.id: row.numerator for row in ask("accounts_touched", "person").rows} == {
        0: 0,
        ANN: 1,
        OTHER_ANN: 2,
    }
    halves = [row.numerator for row in ask("accounts_touched", grain="quarter").rows]
    assert halves == [1, 0, 1, 0]
    daily = daily_for_system(COMPANY, "accounts_touched", (), JANUARY, DECEMBER)
    assert daily[ANN] == {date(2027, 3, 1): (1, 1)}, "the second call touched no further account"


def test_only_the_people_asked_about_count(facts: store.CompanyStore) -> None:
    facts.add("opportunities", [deal(1), deal(2, owner_key="ann2"), deal(3, owner_key="stranger")])
    for people, won in (({ANN}, 1), ({ANN, 0}, 2), (set(), 0), (set(range(1, 400)), 2)):
        reading = ask("close_rate", people=frozenset(people))
        assert only(reading).numerator == won
        assert {row.id for row in ask("close_rate", "person", people=frozenset(people)).rows} == people & {
            0,
            ANN,
            OTHER_ANN,
        }


def test_nothing_of_another_company_shows(facts: store.CompanyStore) -> None:
    store.for_company(COMPANY + 1).add("opportunities", [deal(1), deal(2)])
    store.for_company(COMPANY + 1).replace_owners([("crm", "ann", ANN)])
    facts.add("opportunities", [deal(1)])
    assert only(ask("close_rate")).denominator == 1
    assert daily_for_system(COMPANY, "close_rate", {}, JANUARY, DECEMBER) == {
        ANN: {date(2027, 5, 10): (1, 1)}
    }


def test_a_rate_of_few_deals_carries_its_interval(facts: store.CompanyStore) -> None:
    facts.add("opportunities", [deal(n, status="won" if n < 8 else "lost") for n in range(20)])
    interval = only(ask("close_rate")).interval
    assert interval == pytest.approx((0.219, 0.613), abs=0.0005)
    assert only(ask("revenue_won")).interval is None


def test_by_amount_a_lost_deal_with_an_amount_makes_a_value(facts: store.CompanyStore) -> None:
    facts.add("opportunities", [deal(1, amount=Decimal(30))])
    assert only(ask("close_rate_by_amount")).value == 1
    facts.add("opportunities", [deal(2, status="lost")])
    assert only(ask("close_rate_by_amount")).value is None
    facts.add("opportunities", [deal(3, status="lost", amount=Decimal(10))])
    row = only(ask("close_rate_by_amount"))
    assert (row.value, row.deals) == (Fraction(3, 4), 3)


def test_what_nobody_knows_is_refused_with_the_nearest_names(facts: store.CompanyStore) -> None:
    with pytest.raises(UnknownMetric, match="Did you mean close_rate"):
        ask("close_rat")
    with pytest.raises(UnknownField, match="Did you mean vertical"):
        ask("close_rate", where=(("verticl", "medical"),))
    with pytest.raises(UnknownField, match="no such field"):
        ask("close_rate", where=(("type", "call"),))
    with pytest.raises(ValueError, match="lies before"):
        ask("close_rate", start=DECEMBER, end=JANUARY)


def test_values_are_compared_exactly_whatever_they_hold(facts: store.CompanyStore) -> None:
    odd = "a \"quoted\\ o'clock %_"
    facts.add(
        "opportunities", [deal(1, product=odd, custom=json.dumps({odd: odd})), deal(2, product=odd.upper())]
    )
    assert only(ask("close_rate", where=(("product", odd),))).denominator == 1
    assert only(ask("close_rate", where=((odd, odd),))).denominator == 1
    assert only(ask("close_rate", where=((f"custom.{odd}", "x"),))).denominator == 0


def test_a_companys_own_metric_is_measured_like_any_other(facts: store.CompanyStore) -> None:
    definition = Definition(
        name="big_rate",
        label="Big rate",
        kind=Kind.RATIO,
        fact="opportunities",
        date="closed_on",
        unit=Unit.RATE,
        better=Better.HIGHER,
        tag=Tag.RESULT,
        words=Words("a", "b", "c", "d"),
        filter=(
            Filter("status", Operator.IS_NOT, "open"),
            Filter("closed_on", Operator.AT_LEAST, "2027-05-10"),
        ),
        numerator=Part(filter=(Filter("amount", Operator.ABOVE, Decimal("99.5")),)),
        denominator=Part(filter=(Filter("amount", Operator.KNOWN),)),
    )
    amounts = [Decimal("99.5"), Decimal("99.6"), None, Decimal(100)]
    facts.add("opportunities", [deal(n, amount=amount) for n, amount in enumerate(amounts)])
    facts.add("opportunities", [deal(9, amount=Decimal(500), closed_on=date(2027, 5, 9))])
    row = only(ask(definition))
    assert (row.numerator, row.denominator, row.value) == (2, 3, Fraction(2, 3))


def test_sums_beyond_28_digits_stay_exact(facts: store.CompanyStore) -> None:
    large = Decimal("12345678901234567.123456")
    facts.add("opportunities", [deal(n, amount=large, closed_on=date(2027, 5, n + 1)) for n in range(7)])
    shares = (("ann", "0.333333333"), ("ben", "0.666666667"))
    facts.add(
        "credits",
        [
            {"source": "crm", "opportunity_id": "0", "owner_key": key, "share": Decimal(part)}
            for key, part in shares
        ],
    )
    assert Fraction(only(ask("revenue_won")).numerator) == Fraction(large) * 7
    north = next(row for row in ask("revenue_won", "team").rows if row.name == "North")
    assert Fraction(north.numerator) == Fraction(large) * (6 + Fraction("0.333333333"))
