"""Undoing an import: all stands as before, to the last row; refused where a later one builds upon it."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from tests.importer import NOW, Importer

from ropewalk.facts import suspicions, undoing
from ropewalk.facts.models import Suspicion
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.store import connection, correcting, for_company
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import Question

pytestmark = pytest.mark.django_db
MAPPING = """
source: crm
files:
  - name: deals*.csv
    object: opportunities
    columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}
  - name: accounts*.csv
    object: accounts
    columns: {id: id, name: name, vertical: vertical}
  - name: credits*.csv
    object: credits
    columns: {opportunity_id: deal, owner: owner, share: share}
"""
HEADER = "id,account,owner,product,amount,opened,closed,status"
FACTS = ("accounts", "opportunities", "credits", "activities")


def bring(importer: Importer, name: str, *rows: str, header: str = HEADER) -> IntakeReport:
    return importer.run(MAPPING, importer.file(name, "\n".join([header, *rows]) + "\n"))


def load(report: IntakeReport) -> int:
    return int(next(one.load for one in report.files if one.load))


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every fact, in one order on any engine."""
    cursor = connection.cursor()
    return {name: sorted(cursor.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in FACTS}


def company_id(importer: Importer) -> int:
    from ropewalk.companies.models import Company

    return Company.objects.get(handle="acme").pk


def undo(importer: Importer, report: IntakeReport) -> undoing.Undoing:
    return undoing.undo(company_id(importer), load(report), by=OPERATOR, at=NOW)


def figures(importer: Importer) -> list[Any]:
    """Close rate and revenue by person and month, as the tallies say."""
    return [
        [(row.name, row.period_start, row.numerator, row.denominator) for row in measure_for_system(
            company_id(importer), Question(metric, "company", date(2026, 1, 1), date(2026, 12, 31), grain="month")
        ).rows]
        for metric in ("close_rate", "revenue_won", "new_clients")
    ]  # fmt: skip


def test_new_rows_go_and_changed_ones_stand_as_before_with_every_figure(importer: Importer) -> None:
    bring(
        importer, "deals.csv", "D1,A1,ana,X,10,2026-01-01,2026-02-01,won", "D2,A1,ana,X,20,2026-01-01,,open"
    )
    before, counted, fresh = state(), figures(importer), for_company(company_id(importer)).fresh_at()
    second = bring(
        importer,
        "deals2.csv",
        "D1,A2,ben,Y,99,2026-01-01,2026-03-01,lost",
        "D3,A1,ana,X,5,2026-01-01,2026-01-09,won",
    )
    assert figures(importer) != counted
    told = undoing.preview_for_system(company_id(importer), load(second))
    assert (told.goes["opportunities"], told.returns["opportunities"]) == (1, 1)
    assert state() != before, "looking changes nothing"
    undo(importer, second)
    assert state() == before
    assert figures(importer) == counted
    assert for_company(company_id(importer)).fresh_at() == fresh
    assert Line.objects.get(action="undid import").words == "deals2.csv: 1 rows gone, 1 as before."


def test_credits_come_back_as_the_set_they_were(importer: Importer) -> None:
    bring(importer, "deals.csv", "D1,A1,ana,X,10,2026-01-01,2026-02-01,won")
    bring(importer, "credits.csv", "D1,ana,0.4", "D1,ben,0.6", header="deal,owner,share")
    before = state()
    second = bring(importer, "credits2.csv", "D1,ana,1", header="deal,owner,share")
    assert state() != before
    undo(importer, second)
    assert state() == before


def test_an_import_that_a_later_one_builds_upon_is_refused_until_that_one_is_undone(
    importer: Importer,
) -> None:
    first = bring(importer, "deals.csv", "D1,A1,ana,X,10,2026-01-01,,open")
    second = bring(importer, "deals_may.csv", "D1,A1,ana,X,11,2026-01-01,,open")
    held = state()
    with pytest.raises(undoing.NotUndone, match=r"deals_may\.csv came later"):
        undo(importer, first)
    assert state() == held
    third = bring(importer, "deals_june.csv", "D1,A1,ana,X,11,2026-01-01,,open")
    with pytest.raises(undoing.NotUndone, match=r"deals_june\.csv"):
        undo(importer, second)
    for one in (third, second, first):
        undo(importer, one)
    assert all(not rows for rows in state().values())


def test_what_is_undone_can_t_be_undone_again_and_can_be_imported_again(importer: Importer) -> None:
    first = bring(importer, "deals.csv", "D1,A1,ana,X,10,2026-01-01,,open")
    held = state()["opportunities"]
    undo(importer, first)
    with pytest.raises(undoing.NoSuchLoad):
        undo(importer, first)
    again = bring(importer, "deals.csv", "D1,A1,ana,X,10,2026-01-01,,open")
    assert again.files[0].new == 1
    assert [row[:-1] for row in state()["opportunities"]] == [row[:-1] for row in held], (
        "all but the load's number"
    )
    with pytest.raises(undoing.NoSuchLoad):
        undoing.preview_for_system(company_id(importer), 999)
    with pytest.raises(undoing.NoSuchLoad):
        undoing.preview_for_system(company_id(importer) + 1, load(again))


def test_an_import_whose_rows_were_corrected_and_then_changed_by_a_later_one_is_refused_until_that_is_undone(
    importer: Importer,
) -> None:
    first = bring(importer, "deals.csv", "D1,A1,ana,GTXPro,10,2026-01-01,,open")
    product = correcting.Correction("opportunities", "product", "GTXPro", "GTX Pro")
    correcting.correct(company_id(importer), "crm", [product], at=NOW)
    corrected = state()
    second = bring(importer, "deals_may.csv", "D1,A1,ana,GTX Pro,11,2026-01-01,,open")
    with pytest.raises(undoing.NotUndone, match=r"deals_may\.csv came later"):
        undo(importer, first)
    undo(importer, second)
    assert state() == corrected
    undo(importer, first)
    assert all(not rows for rows in state().values())


def test_rows_corrected_since_go_with_their_import(importer: Importer) -> None:
    rows = [f"D{n},A1,ana,GTX Pro,10,2026-01-01,,open" for n in range(30)]
    report = bring(importer, "deals.csv", *rows, "D99,A1,ana,GTXPro,10,2026-01-01,,open")
    near = Suspicion.objects.get(code="near_miss")
    suspicions.accept(company_id(importer), [near.pk], by=OPERATOR, at=NOW)
    assert undo(importer, report).goes["opportunities"] == 31
    assert not state()["opportunities"]


@pytest.mark.parametrize("seed", range(6))
def test_any_imports_undone_in_turn_pass_every_state_they_came_by(importer: Importer, seed: int) -> None:
    chance = random.Random(seed)
    states, reports = [state()], []
    for number in range(5):
        rows = [
            f"D{deal},A{chance.randrange(3)},{chance.choice(['ana', 'ben'])},X,{chance.randrange(9)},2026-01-0{chance.randrange(1, 9)},,open"
            for deal in sorted({chance.randrange(8) for _ in range(chance.randrange(1, 6))})
        ]
        reports.append(bring(importer, f"deals{number}.csv", *rows))
        states.append(state())
    while reports:
        assert state() == states.pop()
        undo(importer, reports.pop())
    assert state() == states.pop()
