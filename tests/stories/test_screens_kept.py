"""The pictures of the README and the documents, made of the generated company and kept under docs/screens.

Two of the small company come first to say that there is something on them; the files are written only where
`ROPEWALK_KEEP_SCREENS` is set, so that a run of the tests changes nothing in the checkout.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser
from tests.pages import seeding
from tests.pages.seeding import Seeded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = Path(__file__).parents[2] / "docs" / "screens"
PICTURES = {
    "rope-map": ("Kay Lindqvist", "ropes/", 1280, "Where each rope ends"),
    "overview": ("Kay Lindqvist", "overview/", 1280, "ropes are where they should be"),
    "plan": ("Kay Lindqvist", "plan/", 1280, "24 medical clients"),
    "thermometer": ("Kay Lindqvist", "figures/close-rate/company/0/", 1280, "Close rate"),
    "team": ("Tom Neubert", "team/", 1280, "ropes of your team"),
    "today": ("Ana Alder", "today/", 390, "Where you stand"),
}


@pytest.fixture
def northlight(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, tick=True) as made:
        yield made


def test_the_pictures_of_the_documents_can_be_made(
    northlight: Seeded, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    folder = SCREENS if os.environ.get("ROPEWALK_KEEP_SCREENS") else tmp_path
    for name, (who, path, width, words) in PICTURES.items():
        client = Client()
        client.force_login(
            northlight.account(who), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        context = chromium.new_context(viewport={"width": width, "height": 844 if width < 500 else 900})
        context.add_cookies(
            [{"name": "ropewalk", "value": client.cookies["ropewalk"].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/c/northlight/{path}")
        assert words in page.locator("main").inner_text(), name
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000
        assert (SCREENS / f"{name}.png").exists(), (
            f"docs/screens/{name}.png is missing: run with ROPEWALK_KEEP_SCREENS=1"
        )
        context.close()
