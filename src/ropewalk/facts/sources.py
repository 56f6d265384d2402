"""The state of each source: when it last brought something, and what of it was refused. Facts and rosters alike.

Start with `sources_for_system`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ropewalk.facts.models import RosterLoad, Upload
from ropewalk.facts.store import ledger


@dataclass(frozen=True)
class LatestFile:
    """The latest delivery of one file for one object; `load` is its number, after which its refused rows are named."""

    name: str
    object: str
    at: datetime
    rows: int
    refused: int
    load: str
    sha256: str


@dataclass(frozen=True)
class SourceState:
    """One source: its latest delivery, and rows refused in the latest delivery of each of its files."""

    source: str
    latest_at: datetime
    files: int
    refused: int  # each once: rows brought back, and a file brought again by another name, count where they came last
    at_the_shell: tuple[LatestFile, ...]  # what no upload in the browser brought, newest first


def sources_for_system(company_id: int) -> list[SourceState]:
    """Every source that brought something, most refused rows first."""
    found: dict[str, list[LatestFile]] = defaultdict(list)
    for one in ledger.latest_loads(company_id):
        at = one.at.replace(tzinfo=UTC)
        found[one.source].append(
            LatestFile(one.name, one.object, at, one.rows, one.refused, str(one.load_id), one.sha256)
        )
    latest: dict[tuple[str, str], RosterLoad] = {}
    for roster in RosterLoad.objects.filter(company_id=company_id).order_by("pk"):
        latest[roster.source, roster.name] = roster
    for (source, name), roster in latest.items():
        load = f"people-{roster.pk}"
        found[source].append(
            LatestFile(name, "people", roster.at, roster.rows, roster.refused, load, roster.sha256)
        )
    by_page = _brought_by_page(company_id)
    states = [
        SourceState(
            source,
            max(one.at for one in files),
            len(files),
            sum(one.refused for one in files if not _came_again(one, files)),
            tuple(
                sorted(
                    (one for one in files if one.load not in by_page), key=lambda one: one.at, reverse=True
                )
            ),
        )
        for source, files in found.items()
    ]
    return sorted(states, key=lambda one: (-one.refused, one.source))


def _came_again(one: LatestFile, files: Sequence[LatestFile]) -> bool:
    """Whether a later delivery has the rows: the same file by another name, or its refused rows brought back."""
    stem = one.name.rpartition(".")[0] or one.name
    back = {f"{one.name}.csv", f"refused {stem}.csv"}
    return any(
        later.at >= one.at
        and later.object == one.object
        and later.name != one.name
        and (
            later.name in back or (later.sha256 == one.sha256 and (later.at, later.load) > (one.at, one.load))
        )
        for later in files
    )


def _brought_by_page(company_id: int) -> set[str]:
    reports = Upload.objects.filter(company_id=company_id, state=Upload.State.DONE).values_list(
        "report", flat=True
    )
    return {load["load"] for report in reports for load in (report or {}).get("loads", [])}
