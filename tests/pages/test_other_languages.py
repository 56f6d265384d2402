"""Pages survive translation: words half as long again, short ones three times as long, and read from right to left.

The words of the open page are replaced in the browser, so this looks at room and direction only, not at whether every word
comes out of a catalogue.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.pages.screens import SCREENS, Worlds
from tests.pages.walking import Walker, sideways

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


@WHOLE
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("way", "width"), [("longer", 390), ("shorter", 1280), ("right to left", 390)])
def test_longer_and_shorter_words_and_the_other_direction_fit_every_screen(
    all_worlds: Worlds, live_server: Any, chromium: Browser, way: str, width: int
) -> None:
    troubles = []
    for screen in SCREENS:
        for state, shown in screen.states():
            if state == "wrong":
                continue
            with Walker(chromium, live_server.url, all_worlds, width=width).at(shown) as page:
                page.evaluate(LONGER, way)
                found = [f"clipped: {one}" for one in page.evaluate(CLIPPED)]
                found += [f"left and right of the picture: {one}" for one in page.evaluate(SWAPPED)]
                wide = page.locator("html").evaluate("node => node.scrollWidth")
                found += [f"{wide} px wide on {width}"] if wide > width else []
                found += sideways(page)
                troubles += [f"{screen.picture}, {state}, {way}: {one}" for one in found]
    assert not troubles, "\n".join(troubles)


def test_styles_know_start_and_end_and_not_left_and_right() -> None:
    troubles = []
    for file in sorted(STATIC.rglob("*.css")):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            bare = re.sub(r"@media[^{]*\{|/\*.*?\*/", " ", line)
            troubles += [f"{file.name}:{number}: {''.join(one)}" for one in PHYSICAL.findall(bare)]
    assert not troubles, "\n".join(troubles)
