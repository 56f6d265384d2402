"""Queries for a metric, built from its kind: sums and counts by person and day, ids told apart, the rows behind.

The engine adds up and counts; whatever divides, rounds or sorts happens above. Start with `amounts`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlglot import exp, select

from ropewalk.metrics.definition import Definition, Filter, Kind, Operator, Part
from ropewalk.metrics.expressions import (
    ACCOUNT,
    AMOUNT,
    COMPANY,
    CREDIT,
    FACT,
    OWNER,
    WINS,
    Expressions,
    col,
    days_since_win,
    has_text,
)
from ropewalk.metrics.questions import NO_PERSON
from ropewalk.metrics.scoping import Scope

SHARE = "DECIMAL(38, 9)"
TALLY = "DECIMAL(38, 15)"
ONE, COUNT = exp.Literal.number(1), exp.Count(this=exp.Star())
MOST_BOUND = 200  # people named one by one in a query; more are picked out afterwards


@dataclass(frozen=True)
class Query:
    """A query tree with the values that it binds."""

    tree: exp.Select
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """The facts asked for: days, both included, as things stood on a day, and of whom."""

    start: date
    end: date
    as_of: date | None = None
    people: Collection[int] | None = None  # NO_PERSON stands for none

    @property
    def named(self) -> list[int] | None:
        """The people whom a query names one by one; None where it names nobody: all are asked for, or too many."""
        return None if self.people is None or len(self.people) > MOST_BOUND else sorted(self.people)

    @property
    def last_day(self) -> date:
        """The last day that can count: nothing after the day as of which is asked."""
        return self.end if self.as_of is None else min(self.end, self.as_of)


class Compiler:
    """Makes the queries of one metric in one scope and span."""

    def __init__(self, definition: Definition, scope: Scope, span: Span, *, prefix: str = "") -> None:
        """`prefix` names the tables that stand for the fact's own and its credits: those of a change, instead of all."""
        self.definition, self.scope, self.span, self.prefix = definition, scope, span, prefix
        self.table = prefix + definition.fact
        self.made = Expressions(definition.fact, span.as_of)
        self.is_first_time = definition.kind is Kind.FIRST_TIME
        self.is_credited = definition.fact == "opportunities" and not self.is_first_time

    def amounts(self, *, by: Collection[str]) -> Query:
        """Numerator, denominator, credited facts and those outside the numerator, by `person` and `day` or fewer."""
        groups = {"person": self._person(), "day": self._day()}
        chosen = [groups[name] for name in ("person", "day") if name in by]
        columns = [_added(one) for one in (*self._parts(), *self._weighed())]
        tree = self._facts().select(*(one.copy() for one in chosen), *columns)
        return self._finished(tree.group_by(*chosen) if chosen else tree)

    def cells(self) -> Query:
        """What is kept of a metric: by person and day how many facts, numerator, denominator, weighed and outside."""
        chosen = [self._person(), self._day()]
        weighed = self._weighed() or [exp.Literal.number(0)] * 2
        columns = [_added(one) for one in (*self._parts(), *weighed)]
        tree = self._facts().select(*(one.copy() for one in chosen), COUNT.copy(), *columns)
        return self._finished(tree.group_by(*chosen))

    @property
    def looks_at_account(self) -> bool:
        """Whether a fact counts otherwise when its account, or another fact of its account, changes; known after `cells`."""
        assert OWNER in self.made.needed, "the cells come first"
        return self.is_first_time or bool(self.made.needed & {ACCOUNT, WINS})

    def values_of(self, name: str) -> Query:
        """The different values that a field has among all the company's facts of this sort."""
        said = self.made.named(name)
        return Query(
            self._joined(self._all().select(said).distinct(), among=(ACCOUNT, WINS)), self.made.values
        )

    def told_apart(self) -> Query:
        """Person, day, source and id of the different things that a distinct count counts."""
        thing = col(FACT, self.definition.of or "")
        tree = self._facts().where(has_text(thing))
        return self._finished(tree.select(self._person(), self._day(), col(FACT, "source"), thing).distinct())

    def rows(self) -> Query:
        """The facts themselves, each with its share and its part of numerator and denominator."""
        numerator, denominator = self._parts()
        self.made.needed.add(ACCOUNT)
        named = exp.func("COALESCE", col(ACCOUNT, "name"), col(FACT, "account_id"))
        is_distinct = self.definition.kind is Kind.DISTINCT
        thing = col(FACT, (self.definition.of if is_distinct else None) or "account_id")
        shown = [
            col(FACT, "source"),
            col(FACT, "id"),
            self._owner(),
            self._person(),
            self._day(),
            named,
            thing,
        ]
        if self.definition.fact == "opportunities":
            names = (
                "name",
                "product",
                "stage",
                "amount",
                "currency",
                "company_amount",
                "opened_on",
                "closed_on",
            )
            shown += [col(FACT, name) for name in names] + [self.made.named("status")]
        else:
            shown += [col(FACT, name) for name in ("type", "outcome", "opportunity_id")]
        parts = [self._share(), numerator, denominator, *(self._weighed() or [exp.Literal.number(0)] * 2)]
        tree = self._facts().select(*shown, *(exp.cast(one, TALLY) for one in parts), copy=False)
        return self._finished(tree.where(has_text(thing.copy()), copy=False) if is_distinct else tree)

    def _facts(self) -> exp.Select:
        """The facts that pass, of the days asked for; joins are added when everything that is needed is known."""
        if self.is_first_time:
            return (
                select()
                .from_(self._firsts().subquery(FACT))
                .where(col(FACT, "turn").eq(1), self._in_span(), copy=False)
            )
        return self._all().where(self._in_span(), *self._conditions(), copy=False)

    def _in_span(self) -> exp.Expr:
        first, last = self.made.bind(self.span.start), self.made.bind(self.span.last_day)
        return exp.and_(self._day() >= first, self._day() <= last)

    def _all(self) -> exp.Select:
        table = exp.to_table(self.table).as_(FACT)
        return select().from_(table, copy=False).where(col(FACT, "company_id").eq(COMPANY.copy()), copy=False)

    def _firsts(self) -> exp.Select:
        """Every fact that passes, with its turn among those of the same thing; the scope has been applied before."""
        thing, day = col(FACT, self.definition.of or ""), self._day()
        latest = [] if self.span.as_of is None else [day.copy() <= self.made.bind(self.span.as_of)]
        order = exp.Order(
            expressions=[exp.Ordered(this=one, nulls_first=False) for one in (day, col(FACT, "id"))]
        )
        turn = exp.Window(this=exp.RowNumber(), partition_by=[col(FACT, "source"), thing.copy()], order=order)
        tree = self._all().where(
            has_text(thing), day.copy().is_(exp.null()).not_(), *latest, *self._conditions(), copy=False
        )
        if (theirs := self._things_of_theirs(thing)) is not None:
            tree = tree.where(theirs, copy=False)
        return self._joined(tree.select("f.*", turn.as_("turn")), among=(ACCOUNT, WINS))

    def _things_of_theirs(self, thing: exp.Expr) -> exp.Expr | None:
        """That only the turns of things need be counted of which one of the people has a fact in the span at all.

        None where that can't be said: of everybody, and of facts whose owner is nobody known.
        """
        people = self.span.named
        if not people or NO_PERSON in people:
            return None
        same = [col(FACT, "source"), thing.copy()]
        theirs = self._join(self._all(), "owners", OWNER, owner_key=col(FACT, "owner_key")).where(
            col(OWNER, "person_id").isin(*(self.made.bind(one) for one in people)),
            self._in_span(),
            copy=False,
        )
        return exp.In(
            this=exp.Tuple(expressions=same), query=theirs.select(*(one.copy() for one in same)).subquery()
        )

    def _conditions(self) -> list[exp.Expr]:
        found = self.made.passing(self.definition.filter) + self.made.within(self.scope)
        if self.definition.kind is Kind.MEAN:
            found += self.made.passing([Filter(self.definition.of or "", Operator.KNOWN)])
        return found

    def _finished(self, tree: exp.Select) -> Query:
        if self.span.named is not None:
            people = [self.made.bind(person) for person in self.span.named]
            tree = tree.where(self._person().isin(*people) if people else exp.false(), copy=False)
        return Query(self._joined(tree, among=(CREDIT, ACCOUNT, WINS, OWNER)), self.made.values)

    def _joined(self, tree: exp.Select, *, among: Collection[str]) -> exp.Select:
        needed = self.made.needed & set(among)
        if self.is_credited and CREDIT in among:
            tree = self._join(tree, f"{self.prefix}credits", CREDIT, opportunity_id=col(FACT, "id"))
        if ACCOUNT in needed:
            tree = self._join(tree, "accounts", ACCOUNT, id=col(FACT, "account_id"))
        if WINS in needed:
            same = [col(WINS, name).eq(col(FACT, name)) for name in ("source", "id")]
            tree = tree.join(
                days_since_win(self.table).subquery(WINS), on=exp.and_(*same), join_type="left", copy=False
            )
        if OWNER in needed:
            tree = self._join(tree, "owners", OWNER, owner_key=self._owner())
        return tree

    def _join(self, tree: exp.Select, table: str, name: str, **same: exp.Expr) -> exp.Select:
        on = [col(name, "company_id").eq(COMPANY.copy()), col(name, "source").eq(col(FACT, "source"))]
        on += [col(name, column).eq(value) for column, value in same.items()]
        return tree.join(exp.to_table(table).as_(name), on=exp.and_(*on), join_type="left", copy=False)

    def _person(self) -> exp.Expr:
        self.made.needed.add(OWNER)
        return exp.func("COALESCE", col(OWNER, "person_id"), exp.Literal.number(0))

    def _owner(self) -> exp.Expr:
        if not self.is_credited:
            return col(FACT, "owner_key")
        is_alone = col(CREDIT, "opportunity_id").is_(exp.null())
        return exp.case().when(is_alone, col(FACT, "owner_key")).else_(col(CREDIT, "owner_key"))

    def _day(self) -> exp.Expr:
        return col(FACT, self.definition.date)

    def _share(self) -> exp.Expr:
        if not self.is_credited:
            return ONE.copy()
        return exp.cast(exp.func("COALESCE", col(CREDIT, "share"), ONE.copy()), SHARE)

    def _parts(self) -> tuple[exp.Expr, exp.Expr]:
        definition = self.definition
        if definition.kind is Kind.RATIO:
            assert definition.numerator is not None
            assert definition.denominator is not None
            return self._part(definition.numerator), self._part(definition.denominator)
        if definition.kind in (Kind.SUM, Kind.MEAN):
            return self._times_share(definition.of or ""), self._share()
        return self._share(), self._share()

    def _part(self, part: Part) -> exp.Expr:
        amount = self._share() if part.of is None else self._times_share(part.of)
        return self._where(amount, self.made.passing(part.filter))

    def _times_share(self, name: str) -> exp.Expr:
        number = exp.cast(exp.func("COALESCE", self.made.named(name), exp.Literal.number(0)), AMOUNT)
        return exp.Mul(this=number, expression=self._share())

    def _where(self, amount: exp.Expr, conditions: list[exp.Expr]) -> exp.Expr:
        if not conditions:
            return amount
        return exp.case().when(exp.and_(*conditions), amount).else_(exp.Literal.number(0))

    def _weighed(self) -> list[exp.Expr]:
        """For a ratio of amounts: how many facts it weighs, and how many of them lie outside the numerator."""
        definition = self.definition
        if not definition.weighs_amounts or definition.numerator is None or definition.denominator is None:
            return []
        counted = self._where(self._share(), self.made.passing(definition.denominator.filter))
        won = self._where(self._share(), self.made.passing(definition.numerator.filter))
        return [counted, exp.Sub(this=exp.paren(counted.copy()), expression=exp.paren(won))]


def _added(one: exp.Expr) -> exp.Expr:
    """A part added up over the facts; of ones it is their number, which the engine has without adding decimals."""
    if isinstance(one, exp.Literal):
        return exp.cast(COUNT.copy() if one == ONE else one, TALLY)
    return exp.cast(exp.Sum(this=one), TALLY)
