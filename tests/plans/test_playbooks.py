"""The ready-made initiatives: eight files, each a plan that nothing blocks once its numbers stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.plans import shape
from ropewalk.plans.playbooks import TITLES, Playbook, filled, level_at, playbook, playbooks
from ropewalk.rules import goal_text
from ropewalk.versions.checking import check_alone

YEAR = date(2027, 1, 1), date(2027, 12, 31)
GOALS = {"rate": ("0.5", "0.4"), "money": ("1400000", "0"), "days": ("50", "63")}


def goal_for(book: Playbook) -> shape.Goal:
    unit = "count" if book.metric == shape.MANUAL else str(definition_of(book.metric).unit)
    target, baseline = GOALS.get(unit, ("12", "0"))
    return shape.Goal(
        book.metric, Decimal(target), Decimal(baseline), *YEAR, label=book.label, unit_word=book.unit_word,
        where=((book.scope, "medical"),) if book.scope else (), is_cascaded=book.metric != shape.MANUAL,
    )  # fmt: skip


def test_there_are_the_eight_of_the_field() -> None:
    assert TITLES == (
        "Raise the close rate", "Win clients in a new vertical", "Launch a product", "Win new clients",
        "Grow existing accounts", "Shorten the sales cycle", "Ramp new hires faster", "Raise the average deal",
    )  # fmt: skip
    assert len({one.key for one in playbooks()}) == 8
    assert playbook("never-written") is None


@pytest.mark.parametrize("book", playbooks(), ids=lambda book: book.key)
def test_each_playbook_passes_every_blocking_check_once_its_numbers_stand(book: Playbook) -> None:
    assert book.metric in definitions() or book.metric == shape.MANUAL
    plan = shape.Plan(2027, *YEAR, initiatives=(filled(book, goal=goal_for(book), sponsor="Kay Lindqvist"),))
    report = check_alone(plan)
    assert not report.blocking, [one.sentence for one in report.blocking]
    assert "R09" not in {one.code for one in report.advice} or book.metric == shape.MANUAL


@pytest.mark.parametrize("book", [one for one in playbooks() if one.line], ids=lambda book: book.key)
def test_each_example_line_is_one_that_can_be_read(book: Playbook) -> None:
    read = goal_text.read(book.line, year=YEAR, metrics=definitions())
    assert read.metric == book.metric
    assert read.target is not None
    assert read.due == date(2027, 12, 31)
    assert not read.unread


def test_levels_are_rounded_as_one_would_say_them() -> None:
    assert level_at(Decimal("0.4"), Decimal("0.5"), Decimal("0.3")) == Decimal("0.430")
    assert level_at(Decimal(63), Decimal(50), Decimal("0.35")) == Decimal(58)
    assert level_at(Decimal(0), Decimal(12), Decimal(1)) == Decimal(12)
