"""Every kind of job by name: a function from an order to a result, both JSON.

The command line runs them in its own process where it can have the fact store, and puts them into the queue where a
server holds it: one way for both. Start with `perform`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

Say = Callable[[int, int, str], None]  # done, whole, words

KINDS = {
    "import": "ropewalk.jobs.importing:perform",
    "upload": "ropewalk.jobs.uploading:perform",
    "undo": "ropewalk.jobs.undoing:perform",
    "accept": "ropewalk.jobs.accepting:perform",
    "match": "ropewalk.jobs.accepting:match_owner",
    "measure": "ropewalk.jobs.measuring:perform",
    "ropes": "ropewalk.jobs.reporting:ropes",
    "plan check": "ropewalk.jobs.planning:check",
    "plan import": "ropewalk.jobs.planning:take",
    "plan publish": "ropewalk.jobs.planning:publish",
    "backup": "ropewalk.jobs.backing_up:take",
    "compare": "ropewalk.jobs.backing_up:compare",
    "examine": "ropewalk.jobs.examining:examine",
}
# What these change lies in the relational database alone: it is kept together with the note that the job is done, so that a
# death in between can't make the next try find it done already and call it refused.
AT_ONCE = ("plan import", "plan publish")
RETRY = "retry_of"  # in an order that somebody had in hand before and died, or lost: when it was ordered


class NotDone(Exception):
    """A job could not be done, for a reason its orderer can mend; the words say which."""


def retry_of(order: dict[str, Any]) -> datetime | None:
    """When it was ordered, where somebody had the job in hand before; None the first time."""
    return datetime.fromisoformat(order[RETRY]) if order.get(RETRY) else None


def perform(kind: str, order: dict[str, Any], *, say: Say) -> Any:
    """Do one job here and now. Raises NotDone, or facts.store.StoreBusy where another process holds the facts."""
    module, _, name = KINDS[kind].partition(":")
    return getattr(import_module(module), name)(order, say)
