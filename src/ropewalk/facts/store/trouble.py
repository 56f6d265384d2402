"""Why the store can't be asked at the moment: nothing is wrong with the question, and later it will be answered."""

from __future__ import annotations


class StoreBusy(Exception):
    """Another process holds the facts; only one may."""


class StoreAway(Exception):
    """The server that keeps the facts doesn't answer."""
