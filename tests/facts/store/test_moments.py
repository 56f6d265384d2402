"""While a moment is held, who shows it reads the facts of before, whole, and everybody else those that there are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from sqlglot import exp, select

from ropewalk.facts import holding, store
from ropewalk.facts.store import connection, moments

OURS, THEIRS = 1, 2
Told = TypeVar("Told")


@pytest.fixture(autouse=True)
def two_companies(facts_file: object) -> None:
    for company_id in (OURS, THEIRS):
        bring(company_id, "first")


def bring(company_id: int, key: str) -> None:
    deal = {"source": "crm", "id": key, "status": "open", "opened_on": date(2027, 1, 4), "load_id": 1}
    store.for_company(company_id).add("opportunities", [deal])


def deals(company_id: int = OURS) -> list[str]:
    mine = exp.column("company_id").eq(exp.Placeholder(this="company"))
    asked = select("id").from_("opportunities").where(mine).order_by("id")
    return [key for (key,) in store.for_company(company_id).read(asked)]


def elsewhere(ask: Callable[[], Told]) -> Told:
    """What another thread is told."""
    told: list[Told] = []
    thread = threading.Thread(target=lambda: (told.append(ask()), connection.cursor().close()))
    thread.start()
    thread.join()
    return told[0]


def test_a_change_that_is_worth_it_leaves_the_facts_of_before_to_who_shows_them() -> None:
    before = holding.revision_for_system(OURS)
    with holding.keeping(lambda company_id: company_id == OURS):
        bring(OURS, "second")
        bring(OURS, "third")
        bring(THEIRS, "second")
    with holding.showing(OURS):
        assert deals() == ["first"], "of several changes the facts before the first"
        assert holding.revision_for_system(OURS) == before
        with store.for_company(OURS).one_moment():
            assert deals() == ["first"]
        assert elsewhere(deals) == ["first", "second", "third"]
    assert deals() == ["first", "second", "third"]
    assert holding.revision_for_system(OURS) != before
    with holding.showing(THEIRS):
        assert deals(THEIRS) == ["first", "second"], "nobody asked to hold theirs"


def test_a_change_that_nobody_holds_a_moment_for_shows_at_once() -> None:
    bring(OURS, "second")
    with holding.keeping(lambda company_id: False):
        bring(OURS, "third")
    with holding.showing(OURS):
        assert deals() == ["first", "second", "third"]


def test_a_change_that_is_taken_back_holds_nothing_that_differs() -> None:
    def fails() -> None:
        with connection.writing():
            bring(OURS, "second")
            raise ZeroDivisionError

    with holding.keeping(lambda company_id: True), pytest.raises(ZeroDivisionError):
        fails()
    assert holding.moment_held_for_system(OURS) is None
    assert deals() == ["first"]


def test_who_began_with_a_moment_stays_with_it_and_the_next_sees_the_present() -> None:
    with holding.keeping(lambda company_id: True):
        bring(OURS, "second")
    with holding.showing(OURS):
        holding.show_the_present()
        assert deals() == ["first"]
    with holding.showing(OURS):
        assert deals() == ["first", "second"]


def test_what_is_written_while_a_moment_is_shown_is_written_to_the_facts_that_there_are() -> None:
    with holding.keeping(lambda company_id: True):
        bring(OURS, "second")
    with holding.showing(OURS):
        with connection.writing():
            bring(OURS, "third")
            assert deals() == ["first", "second", "third"]
        assert deals() == ["first"]
    assert deals() == ["first", "second", "third"]


def test_more_askers_than_cursors_are_all_answered() -> None:
    with holding.keeping(lambda company_id: True):
        bring(OURS, "second")
    told: list[list[str]] = []

    def ask() -> None:
        with holding.showing(OURS):
            told.extend(deals() for _ in range(20))
        connection.cursor().close()

    threads = [threading.Thread(target=ask) for _ in range(3 * moments.CURSORS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert told == [["first"]] * (len(threads) * 20)


def test_a_change_is_kept_though_no_connection_is_left_to_hold_a_moment_with(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = []
    begun = connection._begun

    def gives_two() -> object:
        if len(given) == 2:
            raise store.StoreAway("no more connections")
        given.append(begun())
        return given[-1]

    monkeypatch.setattr(connection, "_begun", gives_two)
    with holding.keeping(lambda company_id: True):
        bring(OURS, "second")
    assert len(given) == 2
    assert holding.moment_held_for_system(OURS) is None
    assert deals() == ["first", "second"]
    assert "pages wait" in caplog.text
