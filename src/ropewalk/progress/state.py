"""Whether anything has changed that a page could show: a word made of all that pages are made of. Start with `state_of`."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

from ropewalk import __version__
from ropewalk.companies.access import Viewer
from ropewalk.companies.history import latest_line
from ropewalk.facts.queries import mapped_sources_for_system
from ropewalk.metrics.quietness import facts_state_for_system, fresh_at_for_system


def state_of(viewer: Viewer, on: date, address: str) -> str:
    """A word that differs once the day, the facts, the journal, the viewer's rights or this program have changed.

    Every change writes a journal line in its own transaction, so the latest line stands for people, plans and talks. Never
    the same for two viewers or two addresses.
    """
    parts = (
        __version__,
        viewer.company_id,
        viewer.person_id,
        sorted(viewer.roles),
        on,
        viewer.on,
        address,
        latest_line(viewer),
        facts_state_for_system(viewer.company_id),
    )
    return sha256(repr(parts).encode()).hexdigest()[:24]


def fresh_at(viewer: Viewer) -> datetime | None:
    """When the company's data were loaded last, in UTC; None where nothing was ever loaded."""
    return fresh_at_for_system(viewer.company_id)


def source_of(viewer: Viewer) -> str:
    """Where the company's data come from; empty where that is nowhere yet, or more than one place."""
    found = mapped_sources_for_system(viewer.company_id)
    return found[0] if len(found) == 1 else ""
