"""What is printed: one sheet each, with the figures on it; and what a manager reads before a talk, in ninety seconds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser
from tests.pages.screens import NOW, Shown, Worlds
from tests.pages.seeding import seed
from tests.pages.walking import Walker

from ropewalk.facts import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def one_team(settings: Any, tmp_path: Path) -> Iterator[Worlds]:
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW):
        yield Worlds({"northlight": seed(teams=("Neubert",))}, {})
    store.close()


def printed(walker: Walker, shown: Shown, file: Path) -> tuple[int, str]:
    """The pages and the words of what the browser prints on A4."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext (apt-get install poppler-utils)")
    with walker.at(shown) as page:
        page.pdf(path=file, format="A4", prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    pages = int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))
    words = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    return pages, " ".join(words.split())


def test_an_individual_plan_is_one_sheet_with_targets_amounts_and_who_agreed(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    walker = Walker(chromium, live_server.url, one_team)
    pages, words = printed(walker, Shown("Ana Alder", "people/{ana}/plan/"), tmp_path / "plan.pdf")
    assert pages == 1
    for said in (
        "Northlight",
        "17 August 2027",
        "Tom Neubert",
        "My target",
        "deal review",
        "24 medical clients",
        "31 December 2027",
    ):
        assert said in words
    for unsaid in ("Save changes", "Sign out", "Skip to the content", "Keeps itself"):
        assert unsaid not in words


def test_the_preparation_of_a_talk_is_one_sheet_in_the_order_it_is_read_and_ninety_seconds_long(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    walker = Walker(chromium, live_server.url, one_team)
    for name in ("Ana Alder", "Ben Brandt", "Emil Ehrat"):
        person = one_team.companies["northlight"].people[name]
        pages, words = printed(walker, Shown("Tom Neubert", f"people/{person}/talks/"), tmp_path / "talk.pdf")
        assert pages == 1
        heads = [
            words.find(one)
            for one in (
                "Promised",
                "What changed",
                "Where a rope is open",
                "Done of what",
                "Deals that stand",
            )
        ]
        there = [one for one in heads if one >= 0]
        assert there == sorted(there)
        assert len(there) >= 3
        assert len(words.split()) <= 250
        assert "Record a talk" not in words
