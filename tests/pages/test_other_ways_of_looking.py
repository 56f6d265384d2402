"""Pages as those see them who choose their own colours, want nothing to move, enlarge four times, or print.

Each walks the screens full of data, so it runs with the whole walk (`make screens`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from tests.pages.screens import INES, KAY, TOM, UMA, Shown, Worlds, full_ones
from tests.pages.walking import Walker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("ROPEWALK_KEEP_SCREENS"), reason="the whole walk: `make screens`"),
]
SIGNS = {  # what says something by being painted, by page
    "overview/": (KAY, (".rope-sign", ".thermometer .fill", ".status svg")),
    "team/": (TOM, (".owes.overdue",)),
    "ropes/medical/{ana}/": (KAY, (".steps .knot", ".rope-sign")),
    "plan/": (KAY, (".swatch",)),
    "setup/": (UMA, (".checklist .sign",)),
    "import/{running}/": (UMA, (".bar progress",)),
}
FOUR_TIMES = (320, 256)  # what is left of 1280 x 1024
ON_PAPER = (
    "overview",
    "today",
    "team",
    "rope-map",
    "rope",
    "figure",
    "plan",
    "acknowledgement",
    "individual-plan",
    "talks",
    "reviews",
)
NOT_ON_PAPER = ("Keeps itself up to date", "Sign out", "Skip to the content", "Save changes", "Park it")  # fmt: skip


def colours(page: Page, selector: str) -> int:
    """How many colours the first such element is painted in."""
    with Image.open(BytesIO(page.locator(selector).first.screenshot())) as shot:
        return len(shot.convert("RGB").getcolors(1 << 20) or [])


def test_the_executives_answer_takes_thirty_seconds(
    all_worlds: Worlds, live_server: Any, chromium: Browser
) -> None:
    """At 250 words a minute: the sentence, then each goal with its status."""
    with Walker(chromium, live_server.url, all_worlds).at(Shown(INES, "overview/")) as page:
        sentence = page.locator("h1, .lead").all_inner_texts()
        goals = page.locator(".goal-card h2, .goal-card .value, .goal-card .status").all_inner_texts()
        assert len(" ".join(sentence).split()) <= 55
        assert len(" ".join(sentence + goals).split()) <= 125
        assert len(page.locator("main").inner_text().split()) <= 180, "with all that is written at the tubes"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_sign_vanishes_where_the_reader_forces_colours(
    all_worlds: Worlds, live_server: Any, chromium: Browser, scheme: str
) -> None:
    troubles = []
    for path, (who, selectors) in SIGNS.items():
        walker = Walker(chromium, live_server.url, all_worlds, scheme, more={"forced_colors": "active"})
        with walker.at(Shown(who, path)) as page:
            background = page.locator("body").evaluate("node => getComputedStyle(node).backgroundColor")
            for selector in selectors:
                page.locator(selector).first.evaluate("node => { node.style.outline = 'none' }")
                if colours(page, selector) < 2 and painted(page, selector) == background:
                    troubles.append(f"{path}: {selector} isn’t there in forced colours ({scheme})")
    assert not troubles, "\n".join(troubles)


def painted(page: Page, selector: str) -> str:
    """The colour that an element of one colour is painted in."""
    with Image.open(BytesIO(page.locator(selector).first.screenshot())) as shot:
        colour = shot.convert("RGB").getpixel((shot.width // 2, shot.height // 2))
    assert isinstance(colour, tuple)
    return f"rgb{tuple(int(one) for one in colour)}"


def test_nothing_moves_where_less_motion_is_wanted(
    all_worlds: Worlds, live_server: Any, chromium: Browser
) -> None:
    troubles = []
    walker = Walker(chromium, live_server.url, all_worlds, width=390, more={"reduced_motion": "reduce"})
    for name, full in full_ones():
        with walker.at(full) as page:
            before = page.screenshot()
            page.wait_for_timeout(500)
            with Image.open(BytesIO(before)) as one, Image.open(BytesIO(page.screenshot())) as two:
                if ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox():
                    troubles.append(name)
    assert not troubles, f"these pages move: {troubles}"


def test_enlarged_four_times_nothing_covers_the_page_and_every_way_is_there(
    all_worlds: Worlds, live_server: Any, chromium: Browser
) -> None:
    troubles = []
    for name, full in full_ones():
        with Walker(chromium, live_server.url, all_worlds, width=FOUR_TIMES[0]).at(full) as page:
            page.set_viewport_size({"width": FOUR_TIMES[0], "height": FOUR_TIMES[1]})
            if page.locator("html").evaluate("node => node.scrollWidth") > FOUR_TIMES[0]:
                troubles.append(f"{name}: is to be scrolled sideways")
            stays = page.evaluate(
                """() => [...document.querySelectorAll("body *")]
                .filter((one) => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility())
                .reduce((sum, one) => sum + one.offsetHeight, 0)"""
            )
            if stays > FOUR_TIMES[1] / 3:
                troubles.append(f"{name}: {stays} of {FOUR_TIMES[1]} px never scroll away")
            if page.locator(".who").count() and not page.locator(".who summary").is_visible():
                troubles.append(f"{name}: no way to sign out")
    assert not troubles, "\n".join(troubles)


def test_on_paper_dark_is_light_and_no_button_stands(
    all_worlds: Worlds, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm (apt-get install poppler-utils)")
    troubles = []
    for name, full in full_ones():
        if name not in ON_PAPER:
            continue
        pictures = []
        for scheme in ("light", "dark"):
            with Walker(chromium, live_server.url, all_worlds, scheme).at(full) as page:
                page.pdf(path=tmp_path / "one.pdf", prefer_css_page_size=True)
            subprocess.run(
                ["pdftoppm", "-r", "50", "-png", "-singlefile", "one.pdf", scheme], cwd=tmp_path, check=True
            )
            with Image.open(tmp_path / f"{scheme}.png") as shot:
                pictures.append(shot.convert("RGB"))
        words = subprocess.run(
            ["pdftotext", tmp_path / "one.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        troubles += [f"{name}: “{one}” is printed" for one in NOT_ON_PAPER if one in words]
        if ImageChops.difference(*pictures).getbbox():
            troubles.append(f"{name}: what is dark on the screen isn’t printed as what is light")
        if any(part < 240 for part in pictures[0].getpixel((2, 2)) or ()):  # type: ignore[union-attr]
            troubles.append(f"{name}: the margin is printed on")
    assert not troubles, "\n".join(troubles)
