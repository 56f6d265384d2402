"""Questions of the database that nearly every request asks: the ORM writes them once, and later only values differ.

Writing a small question takes it ten times as long as the database takes to answer. Start with `asked_often`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from inspect import signature
from typing import Any, Generic, ParamSpec

from django.db import connection
from django.db.models import Expression, QuerySet

Given = ParamSpec("Given")
Row = tuple[Any, ...]


class Slot(Expression):
    """Stands in a question for a value that is given each time it is asked."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The place of a value, which is this slot until there is one."""
        return "%s", [self]


@dataclass(frozen=True)
class _Written:
    """A question as one sort of database says it."""

    text: str
    values: tuple[Any, ...]  # constants, and slots
    columns: tuple[tuple[int, Any], ...]  # those of the answer that are turned into Python's


class asked_often(Generic[Given]):
    """A function that gives a `values_list` of named columns for some values, as one that gives its rows.

    The function is run once, with a `Slot` for each value, so that it must do nothing but filter and order by them, and
    must ask the database for nothing. A value may be a text, a whole number, a day or an instant, and not None.
    """

    def __init__(self, question: Callable[Given, QuerySet[Any, Any]]) -> None:
        self._question, self.__doc__ = question, question.__doc__
        self._count = len(signature(question).parameters)
        self._written: dict[str, _Written] = {}

    def __call__(self, *values: Given.args, **named: Given.kwargs) -> list[Row]:
        assert len(values) == self._count, "each value in its place"
        assert not named, "each value in its place"
        assert None not in values, "nothing isn't a value"
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write()
        return self._asked(written, values)

    @staticmethod
    def _asked(written: _Written, values: Sequence[Any]) -> list[Row]:
        bound = [_given(values[one.at]) if isinstance(one, Slot) else one for one in written.values]
        with connection.cursor() as cursor:
            cursor.execute(written.text, bound)
            rows = cursor.fetchall()
        return [_turned(row, written) for row in rows] if written.columns else [tuple(row) for row in rows]

    def _write(self) -> _Written:
        asked = self._question(*map(Slot, range(self._count)))  # type: ignore[call-arg, arg-type]
        compiler = asked.query.get_compiler(connection=connection)
        text, values = compiler.as_sql()
        chosen = [one for one, _, _ in compiler.select[: compiler.col_count]]
        named = len(asked.query.values_select) + len(asked.query.annotation_select)
        assert len(chosen) == named, "only what is named is read"
        columns = compiler.get_converters(chosen)
        return _Written(text, tuple(values), tuple((at, chosen[at]) for at in columns))


def _given(value: Any) -> Any:
    """The value as the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _turned(row: Sequence[Any], written: _Written) -> Row:
    found = list(row)
    for at, column in written.columns:
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection)):
            found[at] = convert(found[at], column, connection)
    return tuple(found)
