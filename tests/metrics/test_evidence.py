from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.metrics.conftest import World

from ropewalk.metrics.evidence import evidence_for_system
from ropewalk.metrics.measuring import Question, measure_for_system

pytestmark = pytest.mark.django_db
START, END = date(2025, 1, 1), date(2027, 12, 31)


def test_a_window_of_rows_keeps_the_sums_of_all(small: World) -> None:
    question = Question("revenue_won", "company", START, END)
    whole = evidence_for_system(small.company.pk, question)
    part = evidence_for_system(small.company.pk, question, limit=5, offset=10)
    assert part.rows == whole.rows[10:15]
    assert (part.total, part.numerator, part.value) == (whole.total, whole.numerator, whole.value)
    assert whole.total == len(whole.rows) > 100


def test_a_split_deal_stands_once_for_each_owner_with_their_share(small: World) -> None:
    rows = evidence_for_system(small.company.pk, Question("close_rate", "company", START, END)).rows
    split = [row for row in rows if row.share != 1]
    assert split
    for source, deal in {(row.source, row.id) for row in split}:
        shares = [row.share for row in rows if (row.source, row.id) == (source, deal)]
        assert sum(shares) == 1


def test_what_nobody_is_matched_to_shows_the_sources_own_key(small: World) -> None:
    question = Question("close_rate", "company", START, END, people=frozenset([0]))
    owners = {row.owner for row in evidence_for_system(small.company.pk, question).rows}
    assert {"stranger", "nobody", "(no person)"} <= owners


def test_every_metric_has_evidence_that_makes_its_figure(small: World) -> None:
    for metric in ("win_backs", "accounts_touched", "activities", "close_rate_by_amount", "pipeline_created"):
        question = Question(metric, "company", START, END, as_of=date(2026, 12, 24))
        evidence = evidence_for_system(small.company.pk, question)
        row = measure_for_system(small.company.pk, question).rows[0]
        assert (evidence.numerator, evidence.denominator, evidence.value) == (
            row.numerator,
            row.denominator,
            row.value,
        )


def test_a_row_tells_what_the_source_said(maven: World) -> None:
    one_day = Question(
        "close_rate", "company", date(2017, 3, 1), date(2017, 3, 1), where=(("account", "Cancity"),)
    )
    evidence = evidence_for_system(maven.company.pk, one_day)
    said = maven.raw.execute(
        "SELECT opportunity_id, sales_agent, product, close_value::INT FROM pipeline "
        "WHERE account = 'Cancity' AND close_date = '2017-03-01' ORDER BY 1"
    ).fetchall()
    assert [(row.id, row.owner, row.product, row.amount) for row in evidence.rows] == said
    assert evidence.rows[0].account == "Cancity"
    assert evidence.rows[0].company_amount == Decimal(evidence.rows[0].amount or 0)
