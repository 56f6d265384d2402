"""Looking at a screen in a real browser: rules of accessibility, sideways scrolling, the picture. Start with `Walker`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, Page
from tests.pages.screens import Shown, Worlds

from ropewalk.companies import beginning
from ropewalk.facts import store

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST = 320  # px, WCAG 1.4.10
WIDEST = 1920  # px that pages are made for
HEIGHTS = {390: 844, 1280: 900}
TALLEST = 2_400  # px of a kept picture of a whole page
COLOURS, APART = 48, 16  # of a kept picture: how many, and how far from each other in one channel
LARGE, NEAR = 1_000, 3  # a colour of more than a thousandth of all pixels may be as near as that
MEANINGS = (
    "surface", "card", "ink", "ink-soft", "line", "line-strong", "action", "action-ink", "on-pace", "behind", "off-pace",
    "too-early", "overdue", "rope-1", "rope-2", "rope-3", "notice", "warning", "trouble",
)  # fmt: skip
PAINTED = """(names) => {
  const held = document.createElement("i"), ink = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  document.body.append(held);
  const found = names.map((name) => {
    held.style.color = `var(--${name})`;
    ink.fillStyle = getComputedStyle(held).color;
    ink.fillRect(0, 0, 1, 1);
    return [...ink.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });
  held.remove();
  return found;
}"""
WAYS = """() => [...document.querySelectorAll("a[href], button, summary")].filter((one) => one.checkVisibility())
  .map((one) => one.getAttribute("aria-label") || one.textContent.trim().replace(/\\s+/g, " ")).filter(Boolean)"""
LONGEST = 110  # letters of a line one can still find the next one from
LONG_LINES = """(longest) => [...document.querySelectorAll("main :is(p, li, dd, blockquote)")]
  .filter((one) => one.checkVisibility() && !one.querySelector("p, li, dd, table, svg, select, textarea"))
  .map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const tops = [...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.bottom / 8));
    return [one.textContent.trim().replace(/\\s+/g, " ").length / new Set(tops).size, new Set(tops).size, one.outerHTML.slice(0, 110)];
  })
  .filter(([letters, lines]) => lines > 1 && letters > longest)
  .map(([letters, , html]) => `${Math.round(letters)} letters in a line: ${html}`)"""
HOLDS = "import duckdb, sys; one = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"


@dataclass
class Walker:
    """One browser going through the worlds; whoever looks is signed in by a cookie."""

    browser: Browser
    url: str
    worlds: Worlds
    scheme: Any = "light"
    width: int = 1280
    more: dict[str, Any] = field(default_factory=dict)  # of the browser's context

    @contextmanager
    def at(self, shown: Shown) -> Iterator[Page]:
        """The screen in that state, open."""
        with ExitStack() as stack:
            context = self.browser.new_context(
                viewport={"width": self.width, "height": HEIGHTS.get(self.width, 900)},
                color_scheme=self.scheme,
                **self.more,
            )
            stack.callback(context.close)
            if shown.broken == "nobody":
                stack.enter_context(nobody_yet(self.worlds.names["way_in"]))
            self.sign_in(context, shown)
            page = context.new_page()
            path, statuses = self.worlds.path(shown), list[int]()
            page.on(
                "response",
                lambda one: statuses.append(one.status) if one.request.is_navigation_request() else None,
            )
            with taken_away(shown.broken):
                page.goto(self.url + path)
            if shown.act:
                shown.act(page)
            assert statuses[-1] == shown.status, f"{shown.path}: {statuses} and not {shown.status}"
            yield page

    def sign_in(self, context: BrowserContext, shown: Shown) -> None:
        account = self.worlds.account(shown)
        if account is not None:
            client, until = Client(), time.monotonic() + 10
            while True:
                try:
                    client.force_login(account, backend=BACKEND)
                    break
                except OperationalError as trouble:  # a page opened before still asks, in the same memory
                    if "locked" not in str(trouble) or time.monotonic() > until:
                        raise
                    time.sleep(0.1)
            cookie = client.cookies["ropewalk"].value
            context.add_cookies([{"name": "ropewalk", "value": cookie, "url": self.url}])


@contextmanager
def nobody_yet(secret: str) -> Iterator[None]:
    """An installation in which nobody is, though the companies of the other screens stay: its link is good meanwhile."""
    link = Path(settings.HOME) / beginning.FILE
    link.write_text(secret)
    with mock.patch.object(beginning, "is_empty_for_system", return_value=True):
        yield
    link.unlink(missing_ok=True)


@contextmanager
def taken_away(how: str) -> Iterator[None]:
    """The facts held by another process ("busy"), or a file that isn't one ("error"); with "" nothing happens."""
    if how not in ("busy", "error"):
        yield
        return
    place = settings.FACTS_FILE
    store.close()
    with TemporaryDirectory() as folder:
        settings.FACTS_FILE = Path(folder) / "facts.duckdb"
        if how == "error":
            settings.FACTS_FILE.write_text("no database " * 1000)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDS, str(settings.FACTS_FILE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            if how == "busy" and holder.stdout:
                holder.stdout.readline()
            yield
        finally:
            holder.kill()
            holder.communicate()
            store.close()
            settings.FACTS_FILE = place


def violations(page: Page) -> list[str]:
    """What axe has against the page, each with the first place where it found it."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def sideways(page: Page) -> list[str]:
    """What a 320 px wide screen would have to be scrolled for; the viewport is put back after."""
    before = page.viewport_size
    page.set_viewport_size({"width": SMALLEST, "height": 800})
    wide = page.locator("html").evaluate("node => node.scrollWidth")
    if before:
        page.set_viewport_size(before)
    return [f"{wide} px wide on a screen of {SMALLEST}"] if wide > SMALLEST else []


def on_a_wide_screen(page: Page) -> list[str]:
    """What a 1920 px wide screen does to the page: scrolls sideways, loses a way, or has lines nobody can follow."""
    before = page.viewport_size
    ways = page.evaluate(WAYS)
    page.set_viewport_size({"width": WIDEST, "height": 1080})
    wide = page.locator("html").evaluate("node => node.scrollWidth")
    found = [f"{wide} px wide on a screen of {WIDEST}"] if wide > WIDEST else []
    lost = set(ways) - set(page.evaluate(WAYS)) if before and before["width"] >= 1280 else set()
    found += [f"at {WIDEST} px there is no “{one[:60]}”" for one in sorted(lost)]
    found += page.evaluate(LONG_LINES, LONGEST)
    if before:
        page.set_viewport_size(before)
    return found


def picture(page: Page, *, is_whole: bool = False) -> bytes:
    """The first screenful, or the page as far as TALLEST, as a PNG of few colours.

    The colours that mean something stay exactly as they are; of the others the commonest do.
    """
    before = page.viewport_size
    if is_whole and before:
        tall = page.locator("html").evaluate("node => node.scrollHeight")
        page.set_viewport_size(
            {"width": before["width"], "height": max(before["height"], min(tall, TALLEST))}
        )
    kept = BytesIO()
    with Image.open(BytesIO(page.screenshot())) as shot:
        full = shot.convert("RGB")
    chosen = colours_of(full, {tuple(one) for one in page.evaluate(PAINTED, MEANINGS)})
    few = full.quantize(palette=palette(chosen), dither=Image.Dither.NONE)  # near ones may fall together here
    for place, colour in enumerate(chosen):
        few.paste(place, mask=where(full, colour))
    few.save(kept, "PNG", optimize=True)
    if before:
        page.set_viewport_size(before)
    return kept.getvalue()


def where(shot: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    """Where a picture has exactly that colour."""
    bands = [
        band.point([255 * (value == part) for value in range(256)])
        for band, part in zip(shot.split(), colour, strict=True)
    ]
    return ImageChops.multiply(ImageChops.multiply(bands[0], bands[1]), bands[2])


def colours_of(shot: Image.Image, meant: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """What means something, then the commonest colours of a picture, those of small parts only where they are apart."""
    counted = sorted(shot.getcolors(1 << 24) or [], reverse=True)
    chosen = [colour for _, colour in counted if isinstance(colour, tuple) and colour in meant]
    for count, colour in counted:
        apart = NEAR if count * LARGE > shot.width * shot.height else APART
        if len(chosen) >= COLOURS:
            break
        if isinstance(colour, tuple) and all(
            max(abs(a - b) for a, b in zip(colour, one, strict=True)) >= apart for one in chosen
        ):
            chosen.append(colour)
    return chosen


def palette(chosen: list[tuple[int, ...]]) -> Image.Image:
    """A picture of nothing but its palette."""
    found = Image.new("P", (1, 1))
    found.putpalette([part for one in chosen for part in one] + list(chosen[0]) * (256 - len(chosen)))
    return found
