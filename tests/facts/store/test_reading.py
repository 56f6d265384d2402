from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlglot import column, exp, select

from ropewalk.facts import store

BOUND = column("company_id").eq(exp.Placeholder(this="company"))
JANUARY = datetime.fromisoformat("2027-01-01T00:00:00")  # the store keeps UTC without saying so
IDS = select("id").from_("accounts").where(BOUND).order_by("id")


def test_one_company_reads_nothing_of_another() -> None:
    store.for_company(1).add("accounts", [{"source": "s", "id": "a"}])
    store.for_company(2).add("accounts", [{"source": "s", "id": "b"}])
    assert store.for_company(1).read(IDS) == [("a",)]
    assert store.for_company(2).read(IDS) == [("b",)]
    assert store.for_company(3).read(IDS) == []
    assert store.for_company(2).read(IDS, {"company": 1}) == [("b",)], (
        "the company can't be bound from outside"
    )


def test_a_question_that_names_no_company_is_refused() -> None:
    with pytest.raises(ValueError, match="bound to a company"):
        store.for_company(1).read(select("id").from_("accounts"))


def test_values_are_bound_and_never_read_as_a_statement() -> None:
    facts = store.for_company(1)
    nasty = "x'; DROP TABLE accounts; --"
    facts.add("accounts", [{"source": "s", "id": "a", "name": nasty}])
    named = IDS.copy().where(column("name").eq(exp.Placeholder(this="name")))
    assert facts.read(named, {"name": nasty}) == [("a",)]


def test_matches_are_replaced_as_a_whole_for_one_company_only() -> None:
    first, second = store.for_company(1), store.for_company(2)
    first.replace_owners([("crm", "ann", 1), ("crm", "ben", 2)])
    second.replace_owners([("crm", "ann", 7)])
    first.replace_owners([("crm", "ann", 3)])
    owners = select("owner_key", "person_id").from_("owners").where(BOUND)
    assert first.read(owners) == [("ann", 3)]
    assert second.read(owners) == [("ann", 7)]


def test_deleting_a_source_leaves_the_others_and_deleting_all_leaves_nothing() -> None:
    facts = store.for_company(1)
    facts.add("accounts", [{"source": "crm", "id": "a"}, {"source": "sheet", "id": "b"}])
    store.for_company(2).add("accounts", [{"source": "crm", "id": "c"}])
    facts.delete(source="crm")
    assert facts.read(IDS) == [("b",)]
    facts.delete()
    assert facts.read(IDS) == []
    assert store.for_company(2).read(IDS) == [("c",)]


def test_the_mark_changes_with_every_load_row_and_match_of_this_company() -> None:
    facts = store.for_company(1)
    seen = [facts.mark()]
    load = {"source": "crm", "load_id": 1, "at": JANUARY, "rows": 1}
    for change in (
        lambda: facts.add("loads", [load]),
        lambda: facts.add("accounts", [{"source": "crm", "id": "a", "load_id": 1}]),
        lambda: facts.replace_owners([("crm", "ann", 1)]),
        lambda: facts.replace_owners([("crm", "ann", 2)]),
        lambda: facts.delete(source="crm"),
    ):
        change()
        assert facts.mark() not in seen[-1:]
        seen.append(facts.mark())
    store.for_company(2).add("loads", [load])
    assert facts.mark() == seen[-1]


def test_freshness_is_the_instant_of_the_latest_load() -> None:
    facts = store.for_company(1)
    assert facts.fresh_at() is None
    facts.add("loads", [{"source": "crm", "load_id": n, "at": JANUARY + timedelta(n)} for n in (2, 1)])
    assert facts.fresh_at() == JANUARY + timedelta(2)
