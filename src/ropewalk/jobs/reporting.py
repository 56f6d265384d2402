"""Reports by command: the ropes of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ropewalk.jobs.kinds import Say
from ropewalk.jobs.planning import acting
from ropewalk.progress.maps import rope_rows


def ropes(order: dict[str, Any], say: Say) -> list[list[Any]]:
    """Every rope of a day that the one who asks may see, a row each, by initiative, team and person."""
    viewer = acting(order["company"], order.get("as"))
    return rope_rows(viewer, date.fromisoformat(order["as_of"]))
