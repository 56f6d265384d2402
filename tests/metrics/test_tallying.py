from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlglot import column, exp, select
from tests.metrics import ropery
from tests.metrics.conftest import World

from ropewalk.facts import store
from ropewalk.metrics import keeping
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.measuring import Question, measure_for_system
from ropewalk.metrics.tallying import daily_for_system

pytestmark = pytest.mark.django_db
BOUND = exp.Placeholder(this="company")
START, END = date(2025, 1, 1), date(2027, 12, 31)


def kept_rows(company_id: int) -> int:
    with store.for_company(company_id).writing() as cursor:
        (count,) = cursor.execute(
            "SELECT count(*) FROM tallies WHERE company_id = ?", [company_id]
        ).fetchone() or (0,)
    return int(count)


@pytest.mark.parametrize("where", [(), (("product", "rope"),), (("status", "open"),)])
def test_figures_are_the_same_with_kept_tallies_and_without(
    small: World, where: tuple[tuple[str, str], ...]
) -> None:
    company_id = small.company.pk
    for name, definition in definitions().items():
        if definition.fact != "opportunities":
            where = ()
        questions = [
            Question(name, by, START, END, grain, as_of, where)
            for by, grain in (("person", "quarter"), ("team", None), ("company", "month"))
            for as_of in (None, date(2026, 6, 30))
        ]
        before = [measure_for_system(company_id, question).rows for question in questions]
        assert keeping.keep(company_id, name, where) is (name != "accounts_touched")
        assert [measure_for_system(company_id, question).rows for question in questions] == before, name
    assert kept_rows(company_id) > 0
    keeping.forget(company_id)
    assert kept_rows(company_id) == 0


def test_kept_tallies_are_read_and_not_the_facts(small: World) -> None:
    company_id = small.company.pk
    keeping.keep(company_id, "revenue_won")
    facts = store.for_company(company_id)
    with facts.writing_derived(), facts.writing() as cursor:
        cursor.execute("UPDATE tallies SET numerator = 7")
    kept = daily_for_system(company_id, "revenue_won", (), START, END)
    assert {numerator for days in kept.values() for numerator, _ in days.values()} == {Decimal(7)}
    scoped = daily_for_system(company_id, "revenue_won", {"product": "rope"}, START, END)
    assert {numerator for days in scoped.values() for numerator, _ in days.values()} != {Decimal(7)}


def test_a_new_load_or_match_makes_kept_tallies_stale(small: World) -> None:
    company_id, question = small.company.pk, Question("close_rate", "company", START, END)
    facts = store.for_company(company_id)
    keeping.keep(company_id, "close_rate")
    before = measure_for_system(company_id, question).rows[0].denominator
    assert before is not None
    won = {"source": "crm", "id": "new", "owner_key": "late", "status": "won", "closed_on": date(2026, 1, 5)}
    facts.add("opportunities", [won | {"load_id": 2}])
    assert measure_for_system(company_id, question).rows[0].denominator == before + 1
    keeping.keep(company_id, "close_rate")
    facts.replace_owners([("crm", "late", 500)])
    rows = measure_for_system(
        company_id, Question("close_rate", "person", START, END, people=frozenset([500]))
    ).rows
    assert [row.denominator for row in rows] == [1], "an owner who was matched takes the deals along"


def test_the_days_of_everybody_add_up_to_the_company(small: World) -> None:
    company_id = small.company.pk
    for name in ("close_rate", "average_deal", "new_clients", "revenue_won", "activities"):
        daily = daily_for_system(company_id, name, (), START, END)
        row = measure_for_system(company_id, Question(name, "company", START, END)).rows[0]
        assert sum((top for days in daily.values() for top, _ in days.values()), Decimal(0)) == row.numerator
        if row.denominator is None:
            assert {below for days in daily.values() for _, below in days.values()} == {1}
        else:
            assert (
                sum((below for days in daily.values() for _, below in days.values()), Decimal(0))
                == row.denominator
            )


def test_keeping_one_company_leaves_anothers_tallies(small: World) -> None:
    keeping.keep(small.company.pk, "close_rate")
    there = kept_rows(small.company.pk)
    keeping.keep(ropery.COMPANY + 1, "close_rate")
    keeping.forget(ropery.COMPANY + 1)
    assert kept_rows(small.company.pk) == there > 0


def test_a_change_made_past_the_store_s_own_ways_makes_every_tally_stale(small: World) -> None:
    company_id, question = small.company.pk, Question("activities", "company", START, END)
    keeping.keep(company_id, "activities")
    before = measure_for_system(company_id, question).rows[0].numerator
    with store.for_company(company_id).writing() as cursor:
        cursor.execute("DELETE FROM activities WHERE id = '1'")
    assert measure_for_system(company_id, question).rows[0].numerator == before - 1
    assert keeping.refresh(company_id) == 1
    assert measure_for_system(company_id, question).rows[0].numerator == before - 1


def test_an_owner_who_is_matched_takes_along_what_is_kept_without_counting_anew(small: World) -> None:
    company_id = small.company.pk
    names = [name for name in definitions() if keeping.keep(company_id, name)]
    facts = store.for_company(company_id)
    owners = select("source", "owner_key", "person_id").from_("owners").where(column("company_id").eq(BOUND))
    facts.replace_owners([*facts.read(owners), ("crm", "stranger", 501), ("sheet", "stranger", 502)])
    questions = [Question(name, "person", START, END, "month") for name in names]
    kept = [measure_for_system(company_id, question).rows for question in questions]
    assert keeping.refresh(company_id) == 0, "they still fit"
    keeping.forget(company_id)
    assert [measure_for_system(company_id, question).rows for question in questions] == kept


def test_cells_whose_mark_was_lost_are_not_counted_with_new_ones(small: World) -> None:
    company_id = small.company.pk
    question = Question("revenue_won", "person", START, END, "quarter")
    before = measure_for_system(company_id, question).rows
    keeping.keep(company_id, "revenue_won")
    rows = kept_rows(company_id)
    facts = store.for_company(company_id)
    with facts.writing_derived(), facts.writing() as cursor:
        cursor.execute("DELETE FROM watermarks")
    assert measure_for_system(company_id, question).rows == before
    keeping.keep(company_id, "revenue_won")
    assert (measure_for_system(company_id, question).rows, kept_rows(company_id)) == (before, rows)
