"""Open deals in a scope on which nothing happened longest, person by person; and how fresh the facts are.

Start with `quietest_for_system`.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.expressions import ACCOUNT, COMPANY, FACT, OWNER, Expressions, col

Latest = dict[tuple[str, str], date]  # source and id -> day
Where = tuple[tuple[str, str], ...]
MOST_SHOWN = 3  # deals of a person
MOST_SCOPES = 24  # kept in memory
MOST_LATEST = 4  # companies and days kept in memory
_latest: dict[tuple[int, date], tuple[str, Latest, Latest]] = {}
_quietest: dict[tuple[int, date, Where], tuple[str, dict[int, tuple[OpenDeal, ...]]]] = {}
_reading = threading.RLock()  # many ask at once after a load; one reads


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


def quietest_for_system(
    company_id: int, scopes: Sequence[Where], on: date
) -> list[dict[int, tuple[OpenDeal, ...]]]:
    """For each scope: person -> the deals open at the close of a day on which nothing happened longest, MOST_SHOWN at most.

    The quietest first, then by name and id. Deals without an opening day are left out. Kept in memory while the facts are
    the same, since everybody's page asks for it.
    """
    mark = store.for_company(company_id).mark()
    found = []
    with _reading:
        for where in scopes:
            key = company_id, on, where
            known = _quietest.pop(key, None)
            if known is None or known[0] != mark or not mark:
                known = mark, _quietest_of(company_id, where, on)
            _quietest[key] = known
            found.append(known[1])
        while len(_quietest) > MOST_SCOPES:
            _quietest.pop(next(iter(_quietest)))
    return found


def _quietest_of(company_id: int, where: Where, on: date) -> dict[int, tuple[OpenDeal, ...]]:
    deals: dict[int, list[OpenDeal]] = {}
    for person_id, deal in _open_deals(company_id, where, on):
        deals.setdefault(person_id, []).append(deal)
    return {
        person_id: tuple(
            heapq.nsmallest(MOST_SHOWN, held, key=lambda one: (one.quiet_since, one.title, one.id))
        )
        for person_id, held in deals.items()
    }


def _open_deals(company_id: int, where: Where, on: date) -> Iterator[tuple[int, OpenDeal]]:
    made = Expressions("opportunities", None)
    scope = scoping.read(company_id, definition_of("opportunities_opened"), where)
    conditions = made.within(tuple(one for one in scope if one[0] != "status"))
    day = made.bind(on)
    is_open = exp.or_(col(FACT, "status").eq(exp.Literal.string("open")), col(FACT, "closed_on") > day.copy())
    tree = (
        select(
            col(OWNER, "person_id"),
            *(col(FACT, name) for name in ("source", "id", "name", "account_id")),
            col(ACCOUNT, "name"),
            *(col(FACT, name) for name in ("product", "stage", "company_amount", "opened_on")),
        )
        .from_(exp.to_table("opportunities").as_(FACT))
        .join(joined("owners", OWNER, "owner_key", "owner_key"))
        .join(joined("accounts", ACCOUNT, "id", "account_id"), join_type="left")
        .where(
            col(FACT, "company_id").eq(COMPANY.copy()),
            col(FACT, "opened_on") <= day.copy(),
            is_open,
            *conditions,
        )
    )
    rows = store.for_company(company_id).read(tree, made.values)
    by_deal, by_account = latest_activities(company_id, on) if rows else ({}, {})
    for person_id, source, deal_id, name, account_id, account, product, stage, amount, opened in rows:
        quiet_since = max(
            opened,
            by_deal.get((source, deal_id), opened),
            by_account.get((source, account_id), opened) if account_id else opened,
        )
        yield (
            person_id,
            OpenDeal(source, deal_id, name, account or account_id, product, stage, amount, quiet_since),
        )


def joined(table: str, name: str, key: str, own: str) -> exp.Join:
    """A table beside the deals, of the same company and source."""
    same = [
        col(name, "company_id").eq(COMPANY.copy()),
        col(name, "source").eq(col(FACT, "source")),
        col(name, key).eq(col(FACT, own)),
    ]
    return exp.Join(this=exp.to_table(table).as_(name), on=exp.and_(*same))


def latest_activities(company_id: int, on: date) -> tuple[Latest, Latest]:
    """The latest activity up to a day by deal and by account; kept in memory while the facts are the same."""
    facts = store.for_company(company_id)
    mark = facts.mark()
    key = company_id, on
    with _reading:
        known = _latest.get(key)
        if known is None or known[0] != mark or not mark:
            found: list[Latest] = []
            for name in ("opportunity_id", "account_id"):
                tree = (
                    select("source", name, exp.Max(this=exp.column("occurred_on")))
                    .from_("activities")
                    .where(
                        exp.column("company_id").eq(COMPANY.copy()),
                        exp.column("occurred_on") <= exp.Placeholder(this="on"),
                        exp.column(name).is_(exp.null()).not_(),
                    )
                    .group_by("source", name)
                )
                found.append({(source, key): day for source, key, day in facts.read(tree, {"on": on})})
            known = _latest[key] = (mark, found[0], found[1])
            while len(_latest) > MOST_LATEST:
                _latest.pop(next(iter(_latest)))
    return known[1], known[2]


def fresh_at_for_system(company_id: int) -> datetime | None:
    """The instant of the latest load, in UTC; None where nothing was ever loaded."""
    fresh = store.for_company(company_id).fresh_at()
    return fresh.replace(tzinfo=UTC) if fresh else None


def facts_state_for_system(company_id: int) -> str:
    """A word that changes whenever a fact, a load or a match of the company changes; says nothing of what they are."""
    return store.for_company(company_id).mark()
