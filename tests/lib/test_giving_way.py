"""A few answers are computed at once, and what nobody waits for rests beside them."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from ropewalk.lib import giving_way
from ropewalk.lib.giving_way import AT_ONCE, WORK, answering, give_way, in_the_background, step_back


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were rested, without any passing."""
    found: list[float] = []
    monkeypatch.setattr(giving_way.time, "sleep", found.append)
    monkeypatch.setattr(giving_way, "WORK", 0.0)
    return found


def test_one_more_than_may_at_once_waits_until_somebody_is_done() -> None:
    inside, may_go = threading.Semaphore(0), threading.Event()
    done: list[int] = []

    def answer(number: int) -> None:
        with answering():
            inside.release()
            may_go.wait(10)
            done.append(number)

    threads = [threading.Thread(target=answer, args=(one,)) for one in range(AT_ONCE + 2)]
    for one in threads:
        one.start()
    assert all(inside.acquire(timeout=10) for _ in range(AT_ONCE))
    assert not inside.acquire(timeout=0.2), "the next one waits for its turn"
    may_go.set()
    for one in threads:
        one.join(10)
    assert sorted(done) == list(range(AT_ONCE + 2)), "and everybody has had one"


def test_a_turn_is_given_back_after_an_error() -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ValueError), answering():
            raise ValueError
    with answering():
        pass


def test_the_background_rests_only_while_somebody_waits_for_an_answer(rests: list[float]) -> None:
    with in_the_background():
        give_way()
        assert rests == []
        with answering():
            give_way()
        assert rests == [giving_way.REST]
        give_way()
        assert len(rests) == 1


def test_what_somebody_waits_for_never_rests(rests: list[float]) -> None:
    with answering():
        give_way()
        with in_the_background(really=False):
            give_way()
        with in_the_background():
            pass
        give_way()
    assert rests == []


def test_the_background_computes_for_a_while_before_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[float] = []
    monkeypatch.setattr(giving_way.time, "sleep", found.append)
    now = [100.0]
    monkeypatch.setattr(giving_way.time, "monotonic", lambda: now[0])
    with in_the_background(), answering():
        give_way()
        assert found == []
        now[0] += WORK
        give_way()
        give_way()
    assert len(found) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_a_thread_that_steps_back_leaves_the_others_where_they_were() -> None:
    found: dict[str, int] = {}

    def below() -> None:
        step_back()
        found["own"] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        child = threading.Thread(
            target=lambda: found.update(child=os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        )
        child.start()
        child.join()

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    one = threading.Thread(target=below)
    one.start()
    one.join()
    assert found == {"own": giving_way.NICENESS, "child": giving_way.NICENESS}
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
