"""The light values of every colour that a drawing uses, by what it means. Pages give other values by the classes."""

from __future__ import annotations

from ropewalk.rules.status import Status

INK = "#1a2230"
SOFT = "#505966"
LINE = "#dfded8"
CARD = "#ffffff"
EARLY = "#6d7279"
BLUE, OCHRE, RUST = "#0072b2", "#b58900", "#a63a00"
OVERDUE = RUST
ROPES = {1: "#232d45", 2: "#835bae", 3: "#388567"}
STATUS = {
    Status.ON_PACE: BLUE,
    Status.REACHED: BLUE,
    Status.BEHIND: OCHRE,
    Status.OFF_PACE: RUST,
    Status.MISSED: RUST,
    Status.TOO_EARLY: EARLY,
    Status.NO_SHARE: EARLY,
}


def status_class(status: Status) -> str:
    """The class by which a page re-colours what has a status: "status-on-pace"."""
    return "status-" + status.value.replace(" ", "-")
