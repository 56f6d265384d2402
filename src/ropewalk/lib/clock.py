"""The only reader of the time; doors and jobs ask it, everything below them is told the day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The day it is now in a time zone named as in the IANA database."""
    return now().astimezone(ZoneInfo(zone)).date()
