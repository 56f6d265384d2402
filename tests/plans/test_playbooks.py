"""The ready-made initiatives: eight files, each a plan that nothing blocks once its numbers stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.plans import shape
from ropewalk.plans.playbooks import (
    TITLES,
    Playbook,
    filled,
    level_at,
    milestones,
    playbook,
    playbooks,
    titles_beside,
)
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


@pytest.mark.parametrize("book", playbooks(), ids=lambda book: book.key)
def test_what_adds_up_begins_at_nothing_whatever_there_was_the_year_before(book: Playbook) -> None:
    goal = replace(goal_for(book), baseline=Decimal(1_000_000), target=Decimal(1_200_000))
    levels = [one.level for one in milestones(book, goal, "Kay") if one.level is not None]
    ways = [step.way for step in book.steps if step.way is not None]
    is_level = book.metric == shape.MANUAL or definition_of(book.metric).is_level
    low = Decimal(1_000_000) if is_level else Decimal(0)
    assert levels == [low + (Decimal(1_200_000) - low) * way for way in ways]


@pytest.mark.parametrize("start", [date(2027, 1, number) for number in range(1, 15)])
def test_no_milestone_is_proposed_for_a_weekend_but_the_day_the_goal_is_due(start: date) -> None:
    for book in playbooks():
        goal = replace(goal_for(book), start=start, due=date(2027, 9, 26))
        for step, one in zip(book.steps, milestones(book, goal, "Kay"), strict=True):
            assert start <= one.by <= date(2027, 9, 26)
            assert one.by.weekday() < 5 or step.at == 1 or one.by == start


def test_the_list_beside_a_plan_holds_nothing_that_could_be_meant_by_it() -> None:
    books = [playbook(key) for key in ("raise-the-close-rate", "win-new-clients")]
    made = [filled(one, goal=goal_for(one), sponsor="Kay") for one in books if one is not None]
    plan = shape.Plan(
        2027, *YEAR, initiatives=tuple(replace(one, title=f"Our own {one.key}") for one in made)
    )
    beside = titles_beside(plan)
    assert not {"Raise the close rate", "Win new clients", "Win clients in a new vertical"} & set(beside)
    assert len(beside) >= 3
