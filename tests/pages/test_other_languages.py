"""Pages survive translation: words half as long again, short ones three times as long, and read from right to left.

The words of the open page are replaced in the browser, so this looks at room and direction only, not at whether every word
comes out of a catalogue. What drawings say is measured where they are made, so it is made anew from other words.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.pages.screens import SCREENS, Shown, Worlds, full_ones
from tests.pages.walking import Walker, sideways

from ropewalk.drawing.cables import cable_map
from ropewalk.drawing.map_frame import Ceiling, Picture, RopeEnd, Stander, TeamBay
from ropewalk.drawing.rope_map import rope_map
from ropewalk.drawing.thermometer import Mark, Tube, small_thermometer, thermometer
from ropewalk.rules.status import Status

WHOLE = pytest.mark.skipif(
    not os.environ.get("ROPEWALK_KEEP_SCREENS"), reason="the whole walk: `make screens`"
)

STATIC = Path(__file__).parents[2] / "src/ropewalk/pages"
PHYSICAL = re.compile(
    r"(?:^|[;{]\s*|\s{2})("
    r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom|inset"
    r"|(?:min-|max-)?(?:width|height))\s*:|((?:text-align|float):\s*(?:left|right))"
)
LONGER = """(way) => {
  const longer = (word) => word.length <= 4 ? word.repeat(3) : word + word.slice(0, Math.ceil(word.length * 0.4));
  const shorter = (word) => word.slice(0, Math.max(1, Math.ceil(word.length / 2)));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("svg, script, style, code, datalist")) nodes.push(walk.currentNode);
  if (way === "right to left") document.documentElement.dir = "rtl";
  else for (const node of nodes) node.textContent = node.textContent.replace(/[\\p{L}]+/gu, way === "longer" ? longer : shorter);
}"""
CLIPPED = """() => [...document.querySelectorAll("main *, .top *")]
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
  .filter((one) => !one.closest(".scroller, svg, .hidden-words, .name, .who, nav, [data-may-clip]") && !one.matches("input, select, textarea"))
  .map((one) => one.outerHTML.slice(0, 110))"""

SWAPPED = """() => [...document.querySelectorAll("main svg:has(text)")]
  .filter((one) => getComputedStyle(one).direction !== "ltr").map((one) => one.outerHTML.slice(0, 110))"""


def misfits(walker: Walker, name: str, shown: Shown, way: str) -> list[str]:
    """What doesn’t fit once the words of a screen are others."""
    with walker.at(shown) as page:
        page.evaluate(LONGER, way)
        found = [f"clipped: {one}" for one in page.evaluate(CLIPPED)]
        found += [f"left and right of the picture: {one}" for one in page.evaluate(SWAPPED)]
        wide = page.locator("html").evaluate("node => node.scrollWidth")
        found += [f"{wide} px wide on {walker.width}"] if wide > walker.width else []
        return [f"{name}, {way}: {one}" for one in found + sideways(page)]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["longer", "right to left"])
def test_longer_words_and_the_other_direction_fit_what_is_opened_every_day(
    one_team: Worlds, live_server: Any, chromium: Browser, way: str
) -> None:
    walker = Walker(chromium, live_server.url, one_team, width=390)
    seen = [(name, shown) for name, shown in full_ones() if name in ("today", "team", "overview")]
    troubles = [one for name, shown in seen for one in misfits(walker, name, shown, way)]
    assert len(seen) == 3
    assert not troubles, "\n".join(troubles)


@WHOLE
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("way", "width"), [("longer", 390), ("shorter", 1280), ("right to left", 390)])
def test_longer_and_shorter_words_and_the_other_direction_fit_every_screen(
    all_worlds: Worlds, live_server: Any, chromium: Browser, way: str, width: int
) -> None:
    walker = Walker(chromium, live_server.url, all_worlds, width=width)
    every = [(f"{screen.picture}, {state}", shown) for screen in SCREENS for state, shown in screen.states()]
    troubles = [one for name, shown in every for one in misfits(walker, name, shown, way)]
    assert not troubles, "\n".join(troubles)


OUTSIDE = """() => [...document.querySelectorAll("svg text")].map((one) => {
  const box = one.getBoundingClientRect(), drawing = one.ownerSVGElement.getBoundingClientRect();
  return [Math.min(box.left - drawing.left, drawing.right - box.right, box.top - drawing.top, drawing.bottom - box.bottom), one.textContent];
}).filter(([room]) => room < -1).map(([room, words]) => `${words}: ${-room.toFixed(0)} px outside`)"""


def others(words: str, way: str) -> str:
    """Words as another language might have them."""

    def other(found: re.Match[str]) -> str:
        word = found.group()
        if way == "shorter":
            return word[: (len(word) + 1) // 2]
        return word * 3 if len(word) <= 4 else word + word[: (2 * len(word) + 4) // 5]

    return re.sub(r"[^\W\d_]+", other, words)


@pytest.mark.browser
@pytest.mark.parametrize("way", ["longer", "shorter"])
def test_drawings_hold_longer_and_shorter_words(chromium: Browser, way: str) -> None:
    """Names and figures as they come from a plan; the words of the drawings themselves are as they are."""
    titles = ("Close rate 43 → 50 %", "24 medical clients", "GTX Pro to $1.4M")
    ceiling = tuple(Ceiling(slot, others(title, way), "#") for slot, title in enumerate(titles, start=1))
    bays = []
    for team in ("Neubert", "Brinkmann", "Hürlimann"):
        people = []
        for name in ("Ana Alder", "Maximiliane Brandt", "Xenia Xu"):
            ropes = tuple(RopeEnd(slot, slot + 2, Status.BEHIND, name, "#", "R") for slot in (1, 2, 3))
            people.append(Stander(name, others(name.split()[0], way), name, "#", ropes))
        hung = tuple(rope for one in people for rope in one.ropes)
        bays.append(TeamBay(others(team, way), "1 of 9", "#", tuple(people), hung))
    marks = (
        Mark(0.3, others("Half way 45 % Jun", way), True),
        Mark(0.7, others("Certified Sep", way), False),
    )
    tube = Tube("one", "", Status.BEHIND, 0.4, "50 %", "43 %", "45.5 %", 0.5, marks=marks)
    found = Picture("", ceiling, tuple(bays))
    page = chromium.new_page(viewport={"width": 1280, "height": 1400})
    page.set_content("".join([rope_map(found), cable_map(found), thermometer(tube), small_thermometer(tube)]))
    assert page.locator("svg text").count() > 50
    assert page.evaluate(OUTSIDE) == []


def test_styles_know_start_and_end_and_not_left_and_right() -> None:
    troubles = []
    for file in sorted(STATIC.rglob("*.css")):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            bare = re.sub(r"@media[^{]*\{|/\*.*?\*/", " ", line)
            troubles += [f"{file.name}:{number}: {''.join(one)}" for one in PHYSICAL.findall(bare)]
    assert not troubles, "\n".join(troubles)
