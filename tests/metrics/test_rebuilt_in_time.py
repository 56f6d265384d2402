"""What is kept of a million facts is made anew within a minute, and says what it said before."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from benchmarks.company import Size, fill_facts

from ropewalk.companies.models import Company
from ropewalk.facts import store
from ropewalk.metrics import keeping
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.measuring import Question, measure_for_system

LONGEST = 60.0  # seconds


@pytest.fixture
def facts_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.FACTS_FILE, settings.FACTS_URL = tmp_path / "facts.duckdb", ""
    yield settings.FACTS_FILE
    store.close()


@pytest.mark.trust
@pytest.mark.django_db
def test_tallies_of_a_million_facts_are_made_anew_within_a_minute(facts_file: Path) -> None:
    company = Company.objects.create(handle="large", name="Large", time_zone="UTC", currency="EUR")
    fill_facts(company.pk, Size(reps=200, activities=600_000, opportunities=400_000))
    questions = [
        Question(name, by, date(2025, 1, 1), date(2026, 12, 31), grain="quarter")  # type: ignore[arg-type]
        for name in definitions()
        for by in ("company", "person")
    ]
    out_of_facts = [measure_for_system(company.pk, one).rows for one in questions]
    for _ in range(2):
        keeping.forget(company.pk)
        began = time.monotonic()
        made = keeping.keep_all(company.pk)
        took = time.monotonic() - began
        assert made > 8
        sys.stdout.write(f"{made} tallies of 1,000,000 facts in {took:.1f} s\n")
        assert took < LONGEST
        assert [measure_for_system(company.pk, one).rows for one in questions] == out_of_facts
