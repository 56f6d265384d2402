"""Looking at a screen in a real browser: rules of accessibility, sideways scrolling, the picture. Start with `Walker`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from tests.pages.screens import Shown, Worlds

from ropewalk.facts import store

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST = 320  # px, WCAG 1.4.10
HEIGHTS = {390: 844, 1280: 900}
COLOURS, APART = 48, 16  # of a kept picture: how many, and how far from each other in one channel
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
        context = self.browser.new_context(
            viewport={"width": self.width, "height": HEIGHTS.get(self.width, 900)},
            color_scheme=self.scheme,
            **self.more,
        )
        try:
            self.sign_in(context, shown)
            page = context.new_page()
            statuses: list[int] = []
            page.on(
                "response",
                lambda one: statuses.append(one.status) if one.request.is_navigation_request() else None,
            )
            with taken_away(shown.broken):
                page.goto(self.url + self.worlds.path(shown))
            if shown.act:
                shown.act(page)
            assert statuses[-1] == shown.status, f"{shown.path}: {statuses} and not {shown.status}"
            yield page
        finally:
            context.close()

    def sign_in(self, context: BrowserContext, shown: Shown) -> None:
        account = self.worlds.account(shown)
        if account is not None:
            client = Client()
            client.force_login(account, backend=BACKEND)
            cookie = client.cookies["ropewalk"].value
            context.add_cookies([{"name": "ropewalk", "value": cookie, "url": self.url}])


@contextmanager
def taken_away(how: str) -> Iterator[None]:
    """The facts held by another process ("busy"), or a file that isn't one ("error"); with "" nothing happens."""
    if not how:
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


def picture(page: Page) -> bytes:
    """The first screenful as a PNG of few colours: the commonest ones, each as it is, so that no hue changes."""
    kept = BytesIO()
    with Image.open(BytesIO(page.screenshot())) as shot:
        full = shot.convert("RGB")
        full.quantize(palette=palette(full), dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def palette(shot: Image.Image) -> Image.Image:
    """The commonest colours of a picture that are apart from each other."""
    chosen: list[tuple[int, ...]] = []
    for _, colour in sorted(shot.getcolors(1 << 24) or [], reverse=True):
        if all(max(abs(a - b) for a, b in zip(colour, one, strict=True)) >= APART for one in chosen):
            chosen.append(colour)
        if len(chosen) == COLOURS:
            break
    found = Image.new("P", (1, 1))
    found.putpalette([part for one in chosen for part in one] + list(chosen[0]) * (256 - len(chosen)))
    return found
