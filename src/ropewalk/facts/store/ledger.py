"""What the ledger of loads says: by source and file what came last and how much of it was refused.

Start with `latest_loads`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def latest_loads(company_id: int) -> list[LatestLoad]:
    """The latest delivery of each file, those with most refused rows first; corrections are none."""
    sql = (
        'SELECT source, name, object, "at", "rows", refused FROM loads WHERE company_id = $company AND sha256 <> \'\' '
        "AND load_id NOT IN (SELECT load_id FROM undone WHERE company_id = $company) "
        "QUALIFY row_number() OVER (PARTITION BY source, name, object ORDER BY load_id DESC) = 1 "
        'ORDER BY refused DESC, "at" DESC, name'
    )
    found = connection.cursor().execute(sql, {"company": company_id}).fetchall()
    return [LatestLoad(*row) for row in found]
