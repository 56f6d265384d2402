"""Open deals in a scope on which nothing happened longest, person by person; and how fresh the facts are.

Start with `quietest_for_system`.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.expressions import ACCOUNT, COMPANY, FACT, OWNER, Expressions, col

Where = tuple[tuple[str, str], ...]
ByPerson = dict[int, tuple["OpenDeal", ...]]
MOST_SHOWN = 3  # deals of a person
SHOWN = ("person_id", "source", "id", "name", "account", "product", "stage", "amount", "quiet_since")


@dataclass(frozen=True)
class OpenDeal:
    """One open deal as of a day."""

    source: str
    id: str
    name: str | None
    account: str | None
    product: str | None
    stage: str | None
    amount: Decimal | None  # in the company's currency
    quiet_since: date  # the latest activity on it or its account, else the day it was opened

    @property
    def title(self) -> str:
        """What it is called: by its account, else by its own name."""
        return self.account or self.name or self.id


def quietest_for_system(company_id: int, scopes: Sequence[Where], on: date) -> list[ByPerson]:
    """For each scope: person -> the deals open at the close of a day on which nothing happened longest, MOST_SHOWN at most.

    The quietest first, then by name and id. Deals without an opening day are left out. One question to the store, which
    looks at every activity: ask for all scopes at once, and keep the answer.
    """
    if not scopes:
        return []
    made = Expressions("opportunities", None)
    tree = _ranked(_dated(made, company_id, scopes, on), len(scopes))
    held: list[dict[int, list[OpenDeal]]] = [{} for _ in scopes]
    for scope, person_id, *deal in store.for_company(company_id).read(tree, made.values):
        held[scope].setdefault(person_id, []).append(OpenDeal(*deal))
    return [{person_id: _first(deals) for person_id, deals in one.items()} for one in held]


def _first(deals: list[OpenDeal]) -> tuple[OpenDeal, ...]:
    """Those shown; the store has given all that were quiet as long as the last of them."""
    return tuple(heapq.nsmallest(MOST_SHOWN, deals, key=lambda one: (one.quiet_since, one.title, one.id)))


def _dated(made: Expressions, company_id: int, scopes: Sequence[Where], on: date) -> exp.Select:
    """Deals that are open and somebody's, since when each is quiet, and whether each scope holds it: `in_0`, `in_1` …"""
    read = [scoping.read(company_id, definition_of("opportunities_opened"), where) for where in scopes]
    within = [made.within(tuple(one for one in scope if one[0] != "status")) for scope in read]
    day = made.bind(on)
    status, closed = col(FACT, "status"), col(FACT, "closed_on")
    opened = col(FACT, "opened_on")
    touched = [
        exp.func("coalesce", col(name, "latest_on"), opened.copy()) for name in ("by_deal", "by_account")
    ]
    called = exp.func("nullif", col(ACCOUNT, "name"), exp.Literal.string(""))
    account = exp.func("coalesce", called, col(FACT, "account_id"))
    return (
        select(
            col(OWNER, "person_id"),
            *(col(FACT, name) for name in ("source", "id", "name")),
            account.as_("account"),
            *(col(FACT, name) for name in ("product", "stage")),
            col(FACT, "company_amount").as_("amount"),
            exp.Greatest(this=opened.copy(), expressions=touched, ignore_nulls=True).as_("quiet_since"),
            *(
                exp.and_(exp.true(), *conditions).as_(f"in_{number}")
                for number, conditions in enumerate(within)
            ),
        )
        .from_(exp.to_table("opportunities").as_(FACT))
        .join(joined("owners", OWNER, "owner_key", "owner_key"))
        .join(joined("accounts", ACCOUNT, "id", "account_id"), join_type="left")
        .join(_latest("opportunity_id", "by_deal", "id", day), join_type="left")
        .join(_latest("account_id", "by_account", "account_id", day), join_type="left")
        .where(
            col(FACT, "company_id").eq(COMPANY.copy()),
            opened <= day.copy(),
            exp.or_(status.eq(exp.Literal.string("open")), closed > day.copy()),
        )
    )


def _latest(key: str, name: str, own: str, day: exp.Expr) -> exp.Join:
    """The latest activity up to a day by deal or by account, beside the deals."""
    tree = (
        select("source", key, exp.Max(this=exp.column("occurred_on")).as_("latest_on"))
        .from_("activities")
        .where(
            exp.column("company_id").eq(COMPANY.copy()),
            exp.column("occurred_on") <= day.copy(),
            exp.column(key).is_(exp.null()).not_(),
        )
        .group_by("source", key)
    )
    same = exp.and_(
        col(name, "source").eq(col(FACT, "source")),
        col(name, key).eq(col(FACT, own)),
    )
    return exp.Join(this=tree.subquery(name), on=same)


def _ranked(dated: exp.Select, scopes: int) -> exp.Expr:
    """Of each scope's deals those that are among their owner's quietest, whoever is quiet as long as the last included."""
    trees = []
    for number in range(scopes):
        place = exp.Window(
            this=exp.Anonymous(this="rank"),
            partition_by=[exp.column("person_id")],
            order=exp.Order(expressions=[exp.Ordered(this=exp.column("quiet_since"))]),
        )
        placed = select(*SHOWN, place.as_("place")).from_("dated").where(exp.column(f"in_{number}"))
        shown = select(exp.Literal.number(number).as_("scope"), *SHOWN).from_(placed.subquery("placed"))
        trees.append(shown.where(exp.column("place") <= exp.Literal.number(MOST_SHOWN)))
    whole: exp.Query = trees[0]
    for tree in trees[1:]:
        whole = exp.union(whole, tree, distinct=False)
    return whole.with_("dated", as_=dated, materialized=True)


def joined(table: str, name: str, key: str, own: str) -> exp.Join:
    """A table beside the deals, of the same company and source."""
    same = [
        col(name, "company_id").eq(COMPANY.copy()),
        col(name, "source").eq(col(FACT, "source")),
        col(name, key).eq(col(FACT, own)),
    ]
    return exp.Join(this=exp.to_table(table).as_(name), on=exp.and_(*same))


def fresh_at_for_system(company_id: int) -> datetime | None:
    """The instant of the latest load, in UTC; None where nothing was ever loaded."""
    fresh = store.for_company(company_id).fresh_at()
    return fresh.replace(tzinfo=UTC) if fresh else None


def facts_state_for_system(company_id: int) -> str:
    """A word that changes whenever a fact, a load or a match of the company changes; says nothing of what they are."""
    return store.for_company(company_id).mark()
