"""Fields, filters and scopes as parts of a query, each value bound by a name.

It knows which column stands behind which field, and which other table a field needs. Nothing from outside becomes
text of a query. Start with `Expressions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp, select

from ropewalk.metrics.definition import Filter, Operator
from ropewalk.metrics.fields import ACCOUNT_CUSTOM, ACCOUNT_FIELDS, CUSTOM, Sort, sort_of
from ropewalk.metrics.scoping import Scope

AMOUNT = "DECIMAL(38, 6)"
FACT, ACCOUNT, WINS, CREDIT, OWNER = "f", "a", "w", "c", "o"  # names of the tables within a query
COMPANY = exp.Placeholder(this="company")
COMPARED = {
    Operator.AT_LEAST: exp.GTE,
    Operator.AT_MOST: exp.LTE,
    Operator.ABOVE: exp.GT,
    Operator.BELOW: exp.LT,
}


def col(table: str, name: str) -> exp.Column:
    """A column of one of a query's tables."""
    return exp.column(name, table=table)


def days_between(first: exp.Expr, second: exp.Expr) -> exp.Expr:
    """Whole days from the first day to the second."""
    return exp.DateDiff(this=second, expression=first, unit=exp.Literal.string("DAY"))


@dataclass
class Expressions:
    """Collects what one query binds and joins while its parts are made."""

    fact: str
    as_of: date | None
    values: dict[str, Any] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)

    def bind(self, value: Any) -> exp.Placeholder:
        """A place in the query for the value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def named(self, name: str) -> exp.Expr:
        """What stands behind a field."""
        if name.startswith(ACCOUNT_CUSTOM):
            self.needed.add(ACCOUNT)
            return self._own(ACCOUNT, name.removeprefix(ACCOUNT_CUSTOM))
        if name.startswith(CUSTOM):
            return self._own(FACT, name.removeprefix(CUSTOM))
        if name in ACCOUNT_FIELDS:
            self.needed.add(ACCOUNT)
            return col(ACCOUNT, "name" if name == "account" else name)
        if name == "status":
            return self._status()
        if name == "amount":
            return col(FACT, "company_amount")
        if name == "cycle_days":
            return exp.cast(days_between(col(FACT, "opened_on"), col(FACT, "closed_on")), AMOUNT)
        if name == "days_since_account_win":
            self.needed.add(WINS)
            return exp.cast(col(WINS, "days"), AMOUNT)
        return col(FACT, name)

    def passing(self, filters: Iterable[Filter]) -> list[exp.Expr]:
        """The conditions that the filters make."""
        return [self._condition(one) for one in filters]

    def within(self, scope: Scope) -> list[exp.Expr]:
        """The conditions that a scope makes."""
        return [self.named(name).isin(*(self.bind(value) for value in values)) for name, values in scope]

    def _condition(self, one: Filter) -> exp.Expr:
        this = self.named(one.field)
        if one.operator is Operator.KNOWN:
            return this.is_(exp.null()).not_()
        if one.operator is Operator.UNKNOWN:
            return this.is_(exp.null())
        if isinstance(one.value, tuple):
            listed = this.isin(*(self.bind(value) for value in one.value))
            return listed if one.operator is Operator.ONE_OF else exp.or_(this.is_(exp.null()), listed.not_())
        place = self._typed(one)
        if one.operator is Operator.IS:
            return this.eq(place)
        if one.operator is Operator.IS_NOT:
            return exp.NullSafeNEQ(this=this, expression=place)
        return COMPARED[one.operator](this=this, expression=place)

    def _typed(self, one: Filter) -> exp.Expr:
        sort = sort_of(self.fact, one.field)
        if sort is Sort.DAY:
            return self.bind(date.fromisoformat(str(one.value)))
        if sort is Sort.NUMBER:
            return exp.cast(self.bind(str(Decimal(str(one.value)))), AMOUNT)
        return self.bind(one.value)

    def _own(self, table: str, name: str) -> exp.Expr:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return exp.JSONExtractScalar(this=col(table, "custom"), expression=self.bind(f'$."{quoted}"'))

    def _status(self) -> exp.Expr:
        """The status as of the day: what was closed later is open then."""
        status = col(FACT, "status")
        if self.as_of is None:
            return status
        later = col(FACT, "closed_on") > self.bind(self.as_of)
        was_open = exp.and_(exp.NEQ(this=status.copy(), expression=exp.Literal.string("open")), later)
        return exp.case().when(was_open, exp.Literal.string("open")).else_(status.copy())


def days_since_win(table: str) -> exp.Select:
    """Of every won deal the days since its account's win before, of two on one day the smaller id being the earlier.

    `table` holds the deals, all or all of some accounts.
    """
    by = [exp.column("source"), exp.column("account_id")]
    order = exp.Order(
        expressions=[exp.Ordered(this=exp.column(name), nulls_first=False) for name in ("closed_on", "id")]
    )
    before = exp.Window(this=exp.func("LAG", exp.column("closed_on")), partition_by=by, order=order)
    return (
        select("source", "id", days_between(before, exp.column("closed_on")).as_("days"))
        .from_(table)
        .where(
            exp.column("company_id").eq(COMPANY.copy()),
            exp.column("status").eq(exp.Literal.string("won")),
            has_text(exp.column("account_id")),
        )
    )


def has_text(this: exp.Expr) -> exp.Expr:
    """Whether the field says anything; an empty text says nothing."""
    return this.neq(exp.Literal.string(""))
