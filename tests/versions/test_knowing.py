"""What the checks ask of the data, where a goal asks for what the data don't hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.plans.small import Small

from ropewalk.metrics.built_in import definition_of
from ropewalk.plans import shape
from ropewalk.versions import knowing
from ropewalk.versions.checking import roles_left_out


@pytest.mark.django_db
def test_a_scope_on_a_field_that_no_fact_has_is_named(small: Small) -> None:
    goal = shape.Goal(
        metric="revenue_won",
        target=None,
        baseline=None,
        start=None,
        due=None,
        where=(("foo", "x"), ("product", "Rope")),
    )
    found = knowing.unknown_fields(small.id, definition_of("revenue_won"), goal.where)
    assert found == ["foo"]


def test_a_role_that_is_spoken_to_and_left_out_is_named() -> None:
    one = shape.Initiative(
        key="a",
        title="A",
        goal=shape.Goal("new_clients", Decimal(10), Decimal(1), None, None),
        roles=("Salesperson",),
        expectations=(shape.Expectation("Hunter", "Hunt"),),
    )
    found = roles_left_out(shape.Plan(2027, date(2027, 1, 1), date(2027, 12, 31), (one,)))
    assert [(each.code, each.blocking, each.where) for each in found] == [("R06", True, "a/roles")]
    assert "Hunter" in found[0].sentence
