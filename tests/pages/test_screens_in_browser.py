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

from ropewalk.facts import store

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
    has_script: bool = True,
) -> Page:
    client = Client()
    client.force_login(made.account(name), backend="allauth.account.auth_backends.AuthenticationBackend")
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=has_script
    )
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


FOCUSED = "() => document.activeElement.getAttribute('aria-label')"
STOPS = """() => [...document.querySelectorAll('.rope-map a, .rope-map [role="gridcell"]')].filter((one) => one.tabIndex === 0)
  .filter((one) => one.matches("a") || one.hasAttribute("tabindex")).length"""


def pressed(page: Page, *keys: str) -> str:
    """What has the focus after these keys."""
    for key in keys:
        page.keyboard.press(key)
    return str(page.evaluate(FOCUSED))


def test_arrow_keys_go_from_rope_to_rope_and_tab_comes_to_the_map_once(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    page = opened(chromium, live_server, northlight, "Tom Neubert", "ropes/")
    assert page.evaluate(STOPS) == 1
    page.locator(".rope-map [tabindex='0']").focus()
    assert "overdue since" in pressed(page)
    assert pressed(page, "Control+Home").startswith("Ana Alder: ")
    assert pressed(page, "ArrowDown").startswith("Ana Alder, Close rate")
    assert pressed(page, "ArrowRight").startswith("Ben Brandt, Close rate")
    assert pressed(page, "ArrowDown").startswith("Ben Brandt, 24 medical clients: ")
    assert pressed(page, "End").startswith("Emil Ehrat, 24 medical clients: ")
    assert pressed(page, "ArrowLeft", "ArrowDown", "ArrowDown") == "Neubert: 5 of 15 ropes on the ground"
    assert pressed(page, "ArrowUp").startswith("Dora ")
    page.keyboard.press("Home")
    expect(page.locator(".rope-map a:focus")).to_have_text(re.compile("GTX Pro"))
    assert pressed(page, "Control+End") == "Neubert: 5 of 15 ropes on the ground"
    assert page.evaluate(STOPS) == 1
    page.keyboard.press("Tab")
    assert page.evaluate("() => !document.activeElement.closest('.rope-map')")
    assert pressed(page, "Shift+Tab") == "Neubert: 5 of 15 ropes on the ground"


def test_a_rope_is_read_out_with_who_what_how_far_and_whether_it_is_where_it_should_be(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    page = opened(chromium, live_server, northlight, "Tom Neubert", "ropes/")
    cells = page.get_by_role("gridcell")
    expect(cells).to_have_count(15)
    named = [one.locator("a").get_attribute("aria-label") or "" for one in cells.all()]
    late = re.compile(
        r"[^:]+, [^:]+: as far as \w+, [1-5] of 7 steps\. \w[^.]+, overdue since \d+ \w+( \d+)?\."
    )
    fine = re.compile(
        r"[^:]+, [^:]+: on the ground, [67] of 7 steps, where it should be\. "
        "(On pace|Behind|Off pace|Reached|Missed|Too early|No share)\\."
    )
    assert sum(bool(late.fullmatch(one)) for one in named) == 10, named
    assert sum(bool(fine.fullmatch(one)) for one in named) == 5, named


def test_the_focus_stays_on_its_rope_when_the_page_renews_itself(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    page = opened(chromium, live_server, northlight, "Tom Neubert", "ropes/")
    page.locator(".rope-map [tabindex='0']").focus()
    held = pressed(page, "Control+Home", "ArrowDown", "ArrowRight", "ArrowRight")
    page.evaluate("() => { document.querySelector('.rope-map').dataset.old = 'yes' }")
    store.for_company(northlight.company_id).add(
        "accounts", [{"source": "hubspot", "id": "new", "name": "New", "vertical": "medical"}]
    )
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".rope-map:not([data-old])").wait_for()
    assert page.evaluate(FOCUSED) == held
    assert page.evaluate(STOPS) == 1
    assert pressed(page, "ArrowLeft").startswith("Ben Brandt, ")


def test_without_script_every_rope_in_the_map_is_a_link_to_its_page(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    page = opened(chromium, live_server, northlight, "Tom Neubert", "ropes/", has_script=False)
    assert page.locator(".rope-map [tabindex]").count() == 0
    assert page.locator(".rope-map a[href*='/medical/']").count() == 5
    page.locator(".rope-map a[href*='/medical/']").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ropes/medical/\d+/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_how_the_map_is_read_is_one_line_and_the_seven_steps_unfold_below_it(
    northlight: Seeded, live_server: Any, chromium: Browser, scheme: str
) -> None:
    page = opened(chromium, live_server, northlight, "Kay Lindqvist", "ropes/", scheme=scheme)
    legend = page.locator(".legend")
    box = legend.bounding_box()
    assert box is not None
    assert box["height"] <= 32
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        legend.locator("summary").click()
        said = " ".join(legend.inner_text().split())
        for step in ("Defined", "Told", "Understood", "Planned", "Doing", "Reviewed", "Moving"):
            assert re.search(rf"{step} \w+", said), said
        legend.locator("summary").click()
    assert not page.get_by_text("the announcement was sent to the person").is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("the announcement was sent to the person").is_visible()
