"""What an order of figures may ask for."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ropewalk.jobs.kinds import NotDone
from ropewalk.jobs.measuring import question_of

COMPANY = cast("Any", SimpleNamespace(fiscal_start_month=1))


def test_more_periods_than_anybody_reads_are_refused() -> None:
    order = {"metric": "revenue_won", "grain": "day", "from": "0001-01-01", "to": "9999-12-31"}
    with pytest.raises(NotDone, match="shorter range"):
        question_of(order, COMPANY, date(2026, 5, 5))


def test_ten_years_of_days_can_be_asked_for() -> None:
    order = {"metric": "revenue_won", "grain": "day", "from": "2020-01-01", "to": "2029-12-31"}
    assert question_of(order, COMPANY, date(2026, 5, 5)).grain == "day"
