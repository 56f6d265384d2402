"""What the ledger of loads says: by source and file what came last and how much of it was refused.

Start with `latest_loads`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ropewalk.facts.store import connection


@dataclass(frozen=True)
class LatestLoad:
    """The latest delivery of one file for one object."""

    source: str
    name: str
    object: str
    at: datetime  # UTC, naive
    rows: int
    refused: int
    load_id: int
    sha256: str


def latest_loads(company_id: int) -> list[LatestLoad]:
    """The latest delivery of each file, those with most refused rows first; corrections are none."""
    sql = (
        'SELECT source, name, object, "at", "rows", refused, load_id, sha256 FROM loads WHERE company_id = $company AND sha256 <> \'\' '
        "AND load_id NOT IN (SELECT load_id FROM undone WHERE company_id = $company) "
        "QUALIFY row_number() OVER (PARTITION BY source, name, object ORDER BY load_id DESC) = 1 "
        'ORDER BY refused DESC, "at" DESC, name'
    )
    found = connection.cursor().execute(sql, {"company": company_id}).fetchall()
    return [LatestLoad(*row) for row in found]


@dataclass(frozen=True)
class Came:
    """One file of a delivery, as the ledger has it."""

    load_id: int
    first: int  # the first load of its delivery
    name: str
    object: str
    sha256: str
    refused: int
    new: int
    changed: int
    unchanged: int

    @property
    def content(self) -> tuple[str, str, str, int]:
        return self.name, self.object, self.sha256, self.refused


def came_after(
    company_id: int, source: str, *, load: int | None, since: datetime | None = None
) -> list[Came]:
    """Files that came behind a load, or at an instant or later, and weren't undone; corrections are none."""
    said = {"company": company_id, "source": source, "load": 1 << 60 if load is None else load}
    later = "l.load_id > $load"
    if since is not None:
        later = f'({later} OR l."at" >= $since)'
        said["since"] = since.astimezone(UTC).replace(tzinfo=None)
    sql = (
        "SELECT l.load_id, t.first_load, l.name, l.object, l.sha256, l.refused, l.new, l.changed, l.unchanged FROM loads AS l "
        "JOIN together AS t ON t.company_id = l.company_id AND t.load_id = l.load_id "
        f"WHERE l.company_id = $company AND l.source = $source AND l.sha256 <> '' AND {later} "
        "AND l.load_id NOT IN (SELECT load_id FROM undone WHERE company_id = $company) ORDER BY l.load_id"
    )
    return [Came(*row) for row in connection.cursor().execute(sql, said).fetchall()]
