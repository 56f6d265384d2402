"""Titles of the ready-made initiatives; they also fill up a short parking lot in the recognition check."""

from __future__ import annotations

TITLES = (
    "Raise the close rate",
    "Win clients in a new vertical",
    "Launch a product",
    "Win new clients",
    "Grow existing accounts",
    "Shorten the sales cycle",
    "Ramp new hires faster",
    "Raise the average deal",
)
