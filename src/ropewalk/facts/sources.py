"""The state of each source: when it last brought something, and what of it was refused. Facts and rosters alike.

Start with `sources_for_system`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from ropewalk.facts.models import RosterLoad
from ropewalk.facts.store import ledger


@dataclass(frozen=True)
class SourceState:
    """One source: its latest delivery, and rows refused in the latest delivery of each of its files."""

    source: str
    latest_at: datetime
    files: int
    refused: int


def sources_for_system(company_id: int) -> list[SourceState]:
    """Every source that brought something, most refused rows first."""
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for load in ledger.latest_loads(company_id):
        found[load.source].append((load.at.replace(tzinfo=UTC), load.refused))
    latest: dict[tuple[str, str], RosterLoad] = {}
    for roster in RosterLoad.objects.filter(company_id=company_id).order_by("pk"):
        latest[roster.source, roster.name] = roster
    for (source, _), roster in latest.items():
        found[source].append((roster.at, roster.refused))
    states = [
        SourceState(source, max(at for at, _ in loads), len(loads), sum(refused for _, refused in loads))
        for source, loads in found.items()
    ]
    return sorted(states, key=lambda one: (-one.refused, one.source))
