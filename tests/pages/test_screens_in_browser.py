"""The screens in a real browser: what fits without scrolling, and the map by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from tests.pages import seeding
from tests.pages.seeding import Seeded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def northlight(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, tick=True) as made:
        yield made


SEEN = """(skipped) => {
  const words = [], walk = document.createTreeWalker(document.getElementById("content"), NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode()); ) {
    const at = document.createRange();
    at.selectNodeContents(text);
    const box = at.getBoundingClientRect();
    if (text.parentElement.checkVisibility() && !text.parentElement.closest(skipped) && box.width && box.top < innerHeight && box.bottom > 0) words.push(text.data.trim());
  }
  return words.join(" ");
}"""


def opened(
    browser: Browser,
    server: Any,
    made: Seeded,
    name: str,
    path: str,
    *,
    width: int = 1280,
    height: int = 900,
    scheme: Any = "light",
) -> Page:
    client = Client()
    client.force_login(made.account(name), backend="allauth.account.auth_backends.AuthenticationBackend")
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    cookie = client.cookies["ropewalk"]
    context.add_cookies([{"name": "ropewalk", "value": cookie.value, "url": server.url}])
    page = context.new_page()
    response = page.goto(f"{server.url}/c/northlight/{path}")
    assert response is not None
    assert response.status == 200
    return page


def test_on_a_phone_the_five_things_of_today_need_no_scrolling(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    page = opened(chromium, live_server, northlight, "Ana Alder", "today/", width=360, height=740)
    bar = page.locator(".top nav").bounding_box()
    action = page.get_by_role("button", name="Log a deal review").bounding_box()
    stand = page.locator(".stand").bounding_box()
    assert bar is not None
    assert action is not None
    assert stand is not None
    assert stand["y"] + stand["height"] <= action["y"]
    assert action["y"] + action["height"] <= bar["y"] <= 740
    assert action["height"] >= 48
    assert action["y"] > 740 * 2 / 3
    seen = page.evaluate(SEEN, ".hidden-words")
    said = page.evaluate(
        SEEN, ".hidden-words, .who, .name"
    )  # customers and initiatives are called as people call them
    assert len(re.findall(r"[^\W\d_]{2,}", seen)) <= 60, seen
    assert len(re.findall(r"\d[\d.,:]*", said)) <= 24, said
    assert re.search(r"HubSpot, \d\d:\d\d", seen)


def test_the_map_can_be_walked_by_keyboard(northlight: Seeded, live_server: Any, chromium: Browser) -> None:
    page = opened(chromium, live_server, northlight, "Kay Lindqvist", "ropes/")
    tag = page.locator(".rope-map a:has(.tag)").first
    tag.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_text("Told", exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(tag).to_be_focused()
