"""What the checks ask of the data, where a goal asks for what the data don't hold."""

from __future__ import annotations

import pytest
from tests.plans.small import Small

from ropewalk.metrics.built_in import definition_of
from ropewalk.plans import shape
from ropewalk.versions import knowing


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
    found = knowing.unknown_fields(small.id, definition_of("revenue_won"), goal)
    assert found == ["foo"]
