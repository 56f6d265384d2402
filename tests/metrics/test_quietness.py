"""The quietest open deals of everybody, against loops over the rows as they came."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.metrics import ropery
from tests.metrics.conftest import World, ropery_rows

from ropewalk.facts import store
from ropewalk.metrics.quietness import MOST_SHOWN, quietest_for_system

pytestmark = pytest.mark.django_db
DAYS = (date(2025, 3, 3), date(2026, 1, 15), date(2026, 12, 24), date(2027, 6, 30))
SCOPES = ((), (("vertical", "medical"),), (("product", "rope"), ("product", "net")))


def by_hand(
    rows: ropery.Rows, where: tuple[tuple[str, str], ...], on: date
) -> dict[int, list[tuple[Any, ...]]]:
    people = {(one["source"], one["owner_key"]): one["person_id"] for one in rows["owners"]}
    accounts = {(one["source"], one["id"]): one for one in rows["accounts"]}
    found: dict[int, list[tuple[Any, ...]]] = {}
    for deal in rows["opportunities"]:
        source, account = deal["source"], accounts.get((deal["source"], deal["account_id"]))
        person = people.get((source, deal["owner_key"]))
        is_open = deal["status"] == "open" or (deal["closed_on"] is not None and deal["closed_on"] > on)
        if person is None or deal["opened_on"] is None or deal["opened_on"] > on or not is_open:
            continue
        fields = {"vertical": account and account["vertical"], "product": deal["product"]}
        if any(fields[name] not in {value for field, value in where if field == name} for name, _ in where):
            continue
        touched = [
            one["occurred_on"]
            for one in rows["activities"]
            if one["source"] == source
            and one["occurred_on"] <= on
            and (
                one.get("opportunity_id") == deal["id"]
                or (deal["account_id"] and one["account_id"] == deal["account_id"])
            )
        ]
        title = (account and account["name"]) or deal["account_id"] or deal["name"] or deal["id"]
        found.setdefault(person, []).append((max([deal["opened_on"], *touched]), title, deal["id"]))
    return {person: sorted(held)[:MOST_SHOWN] for person, held in found.items()}


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_quietest_are_those_found_by_hand(small: World, on: date) -> None:
    rows, _ = ropery_rows()
    found = quietest_for_system(small.company.pk, SCOPES, on)
    for where, ours in zip(SCOPES, found, strict=True):
        said = {who: [(one.quiet_since, one.title, one.id) for one in held] for who, held in ours.items()}
        assert said == by_hand(rows, where, on), where
    assert found[0]


def test_what_is_kept_in_memory_goes_when_a_fact_changes(small: World) -> None:
    on = date(2026, 12, 24)
    (before,) = quietest_for_system(small.company.pk, [()], on)
    person, deal = next((who, held[0]) for who, held in before.items() if held)
    touch = {"source": deal.source, "id": "new", "opportunity_id": deal.id, "type": "call", "occurred_on": on}
    store.for_company(small.company.pk).add("activities", [touch])
    (after,) = quietest_for_system(small.company.pk, [()], on)
    assert deal.quiet_since < on
    assert deal.id not in {one.id for one in after[person] if one.quiet_since < on}
