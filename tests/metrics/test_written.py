"""What is written once and filled in is what would be written anew."""

from __future__ import annotations

from datetime import date

import pytest

from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.compiling import MOST_BOUND, Compiler, Span
from ropewalk.metrics.written import rows_asked

SPANS = [
    Span(date(2026, 4, 1), date(2026, 6, 30)),
    Span(date(2026, 4, 1), date(2026, 6, 30), date(2026, 5, 15), (7,)),
    Span(date(2025, 1, 1), date(2026, 6, 30), date(2026, 8, 1), frozenset({12, 7, 300})),
    Span(date(2026, 4, 1), date(2026, 6, 30), None, ()),
    Span(date(2026, 4, 1), date(2026, 6, 30), date(2026, 5, 15), (0, 7)),
    Span(date(2026, 4, 1), date(2026, 6, 30), None, range(1, MOST_BOUND + 1)),
    Span(date(2026, 4, 1), date(2026, 6, 30), None, range(1, MOST_BOUND + 2)),
]
SCOPES = [(), (("product", ("rope",)),), (("segment", ("large", "small")), ("vertical", ("medical",)))]


@pytest.mark.parametrize("name", sorted(definitions()))
def test_a_question_written_once_is_the_one_that_would_be_written_anew(name: str) -> None:
    definition = definitions()[name]
    for span in (*SPANS, *reversed(SPANS)):
        for scope in SCOPES:
            if scope and definition.fact != "opportunities":
                continue
            anew = Compiler(definition, scope, span).rows()
            statement, values = rows_asked(definition, scope, span)
            assert statement.text == anew.tree.sql(dialect="duckdb", identify=True)
            assert values == anew.values
