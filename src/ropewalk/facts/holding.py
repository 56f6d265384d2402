"""Who holds the facts: taking the hold for this process, letting go of it, and what is raised where another has it."""

from __future__ import annotations

from ropewalk.facts import store
from ropewalk.facts.store import StoreAway, StoreBusy, connection, moments
from ropewalk.facts.store.moments import Moment, keeping, showing

__all__ = [
    "Moment",
    "StoreAway",
    "StoreBusy",
    "hold",
    "holds_alone",
    "is_free",
    "keeping",
    "let_go",
    "moment_held_for_system",
    "moment_shown",
    "revision_for_system",
    "show_the_present",
    "showing",
]


def hold() -> None:
    """Take the hold for this process. Raises StoreBusy where another one has it."""
    store.for_company(0).fresh_at()


def holds_alone() -> bool:
    """Whether a hold keeps every other process out: so it is with a file, and not where a server keeps the facts."""
    return not connection.is_server()


def is_free() -> bool:
    """Whether this process has the hold by now, or could take it, and did."""
    try:
        hold()
    except StoreBusy:
        return False
    return True


def let_go() -> None:
    """Let go, so that another process can take it; reading takes it again."""
    store.close()


def revision_for_system(company_id: int) -> str:
    """A word that changes whenever a fact or a match of the company changes; empty where there never was one."""
    return store.for_company(company_id).mark()


def moment_held_for_system(company_id: int) -> Moment | None:
    """The moment of the company's facts that is shown while what came after is being found out; None: the present."""
    return moments.held_of(company_id)


def moment_shown() -> Moment | None:
    """The moment whose facts this thread reads; None: the present."""
    return moments.shown()


def show_the_present() -> None:
    """Hold no moment any more: what came after is found out."""
    moments.drop()
