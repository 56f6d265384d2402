"""Every task by keyboard only; the focus is seen at each stop, and never under a bar; targets are large enough."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.pages.keyboard_tasks import TASKS, Task
from tests.pages.screens import Shown, Worlds, full_ones
from tests.pages.walking import Walker

WHOLE = pytest.mark.skipif(
    not os.environ.get("ROPEWALK_KEEP_SCREENS"), reason="the whole walk: `make screens`"
)

PATIENCE = 30_000  # milliseconds: it is told that a task can be done, not how fast a busy machine is
AT_ONCE = (  # with all tests
    "log a deal review",
    "open the one-on-one that is overdue",
    "find a person",
    "go to somebody’s rope in the map by arrow keys and open it",
    "close it, and go on from there",
)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 250
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const inside = (x, y) => { const top = document.elementFromPoint(x, y); return !!top && (top === one || one.contains(top) || top.contains(one) || !!top.labels); };
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const marks = [style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0];
  for (const part of one.querySelectorAll(".hit, .tag, text.ink")) { const held = getComputedStyle(part); marks.push(parseFloat(held.strokeWidth) >= 3 && held.stroke !== "none", held.textDecorationLine.includes("underline")); }
  const labels = [...(one.labels || [])].map((label) => label.textContent);
  return {
    words: [one.matches("[tabindex]") ? "" : one.textContent, one.getAttribute("aria-label"), one.id, one.getAttribute("name"), one.value, ...labels].filter(Boolean).join(" ").replace(/\\s+/g, " "),
    isMarked: marks.some(Boolean) || one.id === "content",
    isSeen: one.id === "content" || (box.bottom > 0 && box.top < innerHeight && inside(x, y)),
    html: one.outerHTML.slice(0, 120),
  };
}"""


def focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] | None = page.evaluate(FOCUSED)
    return found or {"words": "", "isMarked": True, "isSeen": True, "html": "body"}


def to(page: Page, words: str, key: str) -> list[str]:
    """Tab until what has the focus says the words; what is wrong with the stops on the way."""
    troubles = []
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        stop = focused(page)
        troubles += [f"no mark of focus: {stop['html']}"] if not stop["isMarked"] else []
        troubles += [f"the focus is hidden: {stop['html']}"] if not stop["isSeen"] else []
        if words.casefold() in stop["words"].casefold():
            return troubles
    return [*troubles, f"“{words}” can’t be reached"]


def done(page: Page, step: str) -> list[str]:
    """One step; what was wrong on the way."""
    verb, _, what = step.partition(" ")
    if verb in ("to", "back"):
        return to(page, what, "Tab" if verb == "to" else "Shift+Tab")
    if verb == "press":
        page.keyboard.press(what)
    elif verb == "type":
        page.keyboard.type(what)
    elif verb == "go":
        page.keyboard.press("g")
        page.keyboard.press(what)
    elif verb == "choose":
        for _ in range(int(what)):
            page.keyboard.press("ArrowDown")
    elif verb == "wait":
        page.locator(what).wait_for()
    else:
        raise ValueError(step)
    return []


def tried(page: Page, task: Task) -> list[str]:
    """What is wrong with a task: nothing where it was done."""
    page.set_default_timeout(PATIENCE)
    troubles = [trouble for step in task.steps for trouble in done(page, step)]
    if task.says:
        try:
            page.get_by_text(task.says).first.wait_for(timeout=PATIENCE)
        except Exception:
            troubles.append(f"“{task.says}” isn’t there")
    if task.url:
        try:
            page.wait_for_url(f"**{task.url}**", timeout=PATIENCE)
        except Exception:
            troubles.append(f"one ends at {page.url}")
    if task.focus and task.focus not in focused(page)["words"]:
        troubles.append(f"the focus is at {focused(page)['html']}")
    return troubles


def test_a_task_of_each_role_can_be_done_by_keyboard(
    one_team: Worlds, live_server: Any, chromium: Browser
) -> None:
    troubles = []
    for task in (one for one in TASKS if one.words in AT_ONCE):
        with Walker(chromium, live_server.url, one_team).at(task.start) as page:
            troubles += [f"{task.words}: {one}" for one in tried(page, task)]
    assert not troubles, "\n".join(troubles)
    assert set(AT_ONCE) <= {task.words for task in TASKS}


@WHOLE
def test_every_task_can_be_done_by_keyboard(all_worlds: Worlds, live_server: Any, chromium: Browser) -> None:
    assert len(TASKS) >= 35
    assert len({task.words for task in TASKS}) == len(TASKS)
    troubles = []
    for task in TASKS:
        with Walker(chromium, live_server.url, all_worlds).at(task.start) as page:
            troubles += [f"{task.words}: {one}" for one in tried(page, task)]
    assert not troubles, "\n".join(troubles)


SMALL = """() => [...document.querySelectorAll("main a[href], main button, main summary, main input:not([type=hidden]), main select, .top a, .top summary")]
  .filter((one) => one.offsetParent && !one.closest("p, li > span, td, th, svg, dd, nav p, h2, h3"))
  .map((one) => { const label = one.closest("label"); const box = (label || one).getBoundingClientRect(); return [Math.min(box.width, box.height), one.outerHTML.slice(0, 110)]; })
  .filter(([size]) => size > 0 && size < 24).map(([size, html]) => size.toFixed(1) + " px: " + html)"""


def small_targets(walker: Walker, name: str, shown: Shown) -> list[str]:
    """What is less than 24 px on the screen, and first buttons of less than 48."""
    with walker.at(shown) as page:
        troubles = [f"{name}: {one}" for one in page.evaluate(SMALL)]
        primary = page.locator("main .button:not(.small):not(.quiet):visible")
        for at in range(primary.count()):
            box = primary.nth(at).bounding_box()
            if box and box["height"] < 48:
                troubles.append(f"{name}: a first button of {box['height']} px")
    return troubles


def test_targets_of_a_few_screens_are_24_px_and_the_first_button_48(
    one_team: Worlds, live_server: Any, chromium: Browser
) -> None:
    walker = Walker(chromium, live_server.url, one_team, width=390)
    found = [
        small_targets(walker, name, shown)
        for name, shown in full_ones()
        if name in ("today", "talks", "setup")
    ]
    assert found == [[], [], []]


@WHOLE
def test_targets_are_24_px_and_the_first_button_48(
    all_worlds: Worlds, live_server: Any, chromium: Browser
) -> None:
    walker = Walker(chromium, live_server.url, all_worlds, width=390)
    troubles = [one for name, shown in full_ones() for one in small_targets(walker, name, shown)]
    assert not troubles, "\n".join(troubles)
