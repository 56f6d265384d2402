"""Every question of the folder `oracle`, asked of the product and of hand-written SQL over the rows as they came."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ropewalk.metrics import keeping
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.evidence import evidence_for_system
from ropewalk.metrics.measuring import Question, Row, measure_for_system

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "oracle"
CASES = {path.stem: YAML(typ="safe").load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))}


def question_of(said: dict[str, Any]) -> Question:
    where = tuple((field, value) for field, value in said.get("where", ()))
    return Question(**(said | {"where": where}))


def as_counted(row: Row, definition: Definition) -> tuple[str, date, Fraction, Fraction | None]:
    assert (row.denominator is not None) is definition.is_level
    denominator = None if row.denominator is None else Fraction(row.denominator)
    return row.name, row.period_start, Fraction(row.numerator), denominator


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_figures_are_those_of_hand_written_sql(name: str, request: pytest.FixtureRequest) -> None:
    case = CASES[name]
    world = request.getfixturevalue(case["company"])
    question = question_of(case["question"])
    expected = Counter(
        (who, start, Fraction(top or 0), None if below is None else Fraction(below))
        for who, start, top, below in world.raw.execute(case["sql"]).fetchall()
        if top or below
    )
    assert len(expected) > 0, "the question must have an answer to be worth asking"
    reading = measure_for_system(world.company.pk, question)
    found = Counter(
        as_counted(row, reading.definition) for row in reading.rows if row.numerator or row.denominator
    )
    assert found == expected
    for row in reading.rows:
        if row.denominator is None:
            assert row.value == Fraction(row.numerator)
        elif row.denominator == 0:
            assert row.value is None
        elif row.value is not None:
            assert row.value == Fraction(row.numerator) / Fraction(row.denominator)

    if keeping.keep(world.company.pk, question.metric, question.where):
        assert measure_for_system(world.company.pk, question).rows == reading.rows, (
            "kept tallies change nothing"
        )


@pytest.mark.parametrize("name", sorted(name for name in CASES if name.startswith("small")))
def test_the_rows_behind_a_figure_add_up_to_it(name: str, request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue("small")
    question = question_of(CASES[name]["question"])
    company_id = world.company.pk
    rows = measure_for_system(company_id, question).rows
    for row in rows[:: len(rows) // 20 + 1]:
        one = Question(
            metric=question.metric,
            by="company",
            start=row.period_start,
            end=row.period_end,
            as_of=question.as_of,
            where=question.where,
            people=frozenset([row.id]) if row.scope == "person" else None,
        )
        evidence = evidence_for_system(company_id, one, team_id=row.id if row.scope == "team" else None)
        assert (evidence.numerator, evidence.denominator, evidence.value) == (
            row.numerator,
            row.denominator,
            row.value,
        )
        assert evidence.numerator == sum((fact.numerator for fact in evidence.rows), Decimal(0))
