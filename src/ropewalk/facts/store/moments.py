"""The facts as they were before a change, held for whoever goes on showing them while what came after is being found out.

A job's thread says which companies are worth it (`keeping`); the first of its changes to one of these holds the facts of
before, until `drop`. What threads ask within `showing` is asked of cursors whose transactions began at that moment. Must not
know why anything is read. Start with `showing`.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ropewalk.facts.store.trouble import StoreAway

LOG = logging.getLogger(__name__)
CURSORS = 4  # questions at once; most of what is shown is remembered
_of_thread = threading.local()
_held: dict[int, Moment] = {}


class Moment:
    """The facts of one moment. It ends when nobody refers to it any more."""

    def __init__(self, begin: Callable[[], Any]) -> None:
        """`begin` gives a cursor with a reading transaction begun. The moment is that of this call."""
        self.remembered: dict[tuple[int, str], Any] = {}  # what was found out, by company and name
        self._free: queue.LifoQueue[Any] = queue.LifoQueue()
        for _ in range(CURSORS):
            cursor = begin()
            # With its first question the cursor's moment is fixed.
            cursor.execute("SELECT count(*) FROM revisions").fetchall()
            self._free.put(cursor)

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """A cursor for one question. Whoever has it must not wait for anybody else."""
        cursor = self._free.get()
        try:
            yield cursor
        finally:
            self._free.put(cursor)

    def __del__(self) -> None:
        while not self._free.empty():
            self._free.get_nowait().close()


@contextmanager
def keeping(is_worth: Callable[[int], bool]) -> Iterator[None]:
    """Of the companies that are worth it, hold the facts of before what this thread changes within."""
    _of_thread.is_worth = is_worth
    try:
        yield
    finally:
        _of_thread.is_worth = None


def hold(companies: Iterable[int], begin: Callable[[], Any]) -> None:
    """Hold the facts as they are before these companies' changes are kept; of several changes those before the first.

    Where a server gives no more connections nothing is held: whoever asks waits for what came after, and the change is kept.
    """
    is_worth: Callable[[int], bool] | None = getattr(_of_thread, "is_worth", None)
    for company_id in companies:
        if is_worth is not None and company_id not in _held and is_worth(company_id):
            try:
                _held[company_id] = Moment(begin)
            except StoreAway:
                LOG.warning(
                    "no connection is left to show the facts of before with; pages wait for the new ones"
                )


def held_of(company_id: int) -> Moment | None:
    """The moment that is shown of a company for now; None where that is the present."""
    return _held.get(company_id)


def shown() -> Moment | None:
    """The moment that this thread shows; None for the present."""
    return getattr(_of_thread, "shown", None)


@contextmanager
def showing(company_id: int) -> Iterator[None]:
    """All that this thread reads within is of the moment that is held of the company, if one is."""
    moment = held_of(company_id)
    if moment is None or shown() is not None:
        yield
        return
    _of_thread.shown = moment
    try:
        yield
    finally:
        _of_thread.shown = None


def drop() -> None:
    """From now on the present is shown; who is showing an older moment goes on with it to the end."""
    _held.clear()
