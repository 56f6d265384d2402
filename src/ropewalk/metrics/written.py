"""The question for the rows behind a figure, written out once for all days and people that it is asked of.

Writing it takes longer than many an answer. Start with `rows_asked`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from ropewalk.facts import store
from ropewalk.metrics.compiling import Compiler, Span
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.questions import NO_PERSON
from ropewalk.metrics.scoping import Scope


@dataclass(frozen=True, order=True)
class _Place:
    """Stands for a day or a person where a question is written, and is filled in when it is asked."""

    of: str
    at: int = 0


FIRST, LAST, AS_OF = _Place("first"), _Place("last"), _Place("as of")


@dataclass(frozen=True)
class _Places(Span):
    """A span of places."""

    @property
    def last_day(self) -> Any:
        return LAST


def rows_asked(definition: Definition, scope: Scope, span: Span) -> tuple[store.Statement, dict[str, Any]]:
    """What `Compiler.rows` gives, written out, and the values that it binds."""
    people = span.named
    if people is not None and NO_PERSON in people:
        query = Compiler(definition, scope, span).rows()
        return store.Statement(query.tree), query.values
    count = None if people is None else len(people)
    statement, held = _written(definition, scope, span.as_of is not None, count)
    filled: dict[Any, Any] = {FIRST: span.start, LAST: span.last_day, AS_OF: span.as_of}
    filled |= {_Place("person", at): person for at, person in enumerate(people or ())}
    return statement, {
        name: filled[value] if isinstance(value, _Place) else value for name, value in held.items()
    }


@lru_cache(maxsize=256)
def _written(
    definition: Definition, scope: Scope, is_as_of: bool, people: int | None
) -> tuple[store.Statement, dict[str, Any]]:
    places: Any = None if people is None else [_Place("person", at) for at in range(people)]
    span = _Places(cast("Any", FIRST), cast("Any", LAST), cast("Any", AS_OF) if is_as_of else None, places)
    query = Compiler(definition, scope, span).rows()
    return store.Statement(query.tree), query.values
