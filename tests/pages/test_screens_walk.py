"""Every screen, full, empty and gone wrong, in light and dark, on a phone and on a desk: axe, reflow, pictures.

The quick walk runs with all tests: every full state and every second other one once, light on a desk and dark on a phone by
turns, at 320 px, and full ones at 1920 px. The whole walk (`make screens`) sets ROPEWALK_KEEP_SCREENS, draws the pictures of
docs/screens anew and writes their index.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.pages.screens import SCREENS, Worlds
from tests.pages.walking import LONGEST, TALLEST, Walker, on_a_wide_screen, picture, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = Path(__file__).parents[2] / "docs" / "screens"
KEEPS = bool(os.environ.get("ROPEWALK_KEEP_SCREENS"))
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]
ONLY = tuple(os.environ.get("ROPEWALK_SCREENS_ONLY", "").split(","))  # how names begin of what is drawn
PICTURES = {
    f"{screen.picture}.{state}.{scheme}.{width}.png"
    for screen in SCREENS
    for state, scheme, width in screen.pictures
}
MOST_BYTES = 12_000_000  # of all pictures together


def test_every_screen_keeps_the_rules_of_accessibility_and_reflows(
    all_worlds: Worlds, live_server: Any, chromium: Browser
) -> None:
    troubles, walked, others = [], 0, 0
    for screen in SCREENS:
        for state, shown in screen.states():
            others += state != "full"
            if state != "full" and others % 2:
                continue
            scheme, width = (("light", 1280), ("dark", 390))[walked % 2]
            walked += 1
            with Walker(chromium, live_server.url, all_worlds, scheme, width).at(shown) as page:
                found = violations(page) + sideways(page)
                found += on_a_wide_screen(page) if state == "full" else []
                troubles += [f"{screen.picture}, {state}, {scheme}, {width}: {one}" for one in found]
    assert not troubles, "\n".join(troubles)
    assert walked >= len(SCREENS)


@pytest.mark.skipif(not KEEPS, reason="the whole walk: `make screens`")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_whole_walk(all_worlds: Worlds, live_server: Any, chromium: Browser, scheme: str) -> None:
    troubles: list[str] = []
    folder = FOLDER / "all"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"*.{scheme}.*.png"):
        if old.name not in PICTURES:
            old.unlink()
    for screen in SCREENS:
        for state, shown in screen.states() if screen.picture.startswith(ONLY) else []:
            for width in (390, 1280):
                name = f"{screen.picture}.{state}.{scheme}.{width}"
                with Walker(chromium, live_server.url, all_worlds, scheme, width).at(shown) as page:
                    if f"{name}.png" in PICTURES:
                        (folder / f"{name}.png").write_bytes(
                            picture(page, is_whole=state == "full" and scheme == "light")
                        )
                    found = violations(page) + sideways(page)
                    found += on_a_wide_screen(page) if state == "full" else []
                    troubles += [f"{name}: {one}" for one in found]
    (FOLDER / "README.md").write_text(gallery())
    assert not troubles, "\n".join(troubles)
    assert sum(one.stat().st_size for one in folder.glob("*.png")) < MOST_BYTES


def gallery() -> str:
    """The index of the pictures."""
    lines = [
        f"| {screen.picture} | {state} | "
        + " · ".join(
            f"[{scheme} {width}](all/{name})"
            for scheme, width in LOOKS
            if (FOLDER / "all" / (name := f"{screen.picture}.{state}.{scheme}.{width}.png")).exists()
        )
        + " |"
        for screen in SCREENS
        for state, _ in screen.states()
    ]
    return "\n".join(
        [
            "# Every screen",
            "",
            "Drawn by `make screens` from the companies of the tests (tests/pages/screens.py): full of data, empty, wrong, too early,",
            "with old data, done, on a past day, seen by somebody without the right, with a filter that finds nothing, without net, while the",
            "facts are held elsewhere, and broken. Each was opened in light and dark, 390 and 1280 px wide, without one violation of WCAG",
            "2.x A and AA found by axe and without scrolling sideways at 320 px; full ones also at 1920 px, where no way may be lost and",
            f"no line may be longer than {LONGEST} letters: else the walk fails. Full ones in light are kept as far as {TALLEST:,} px, others as one first sees them.",
            f"Screens: {len(SCREENS)}, looks: {len(LOOKS) * len(lines)}.",
            "",
            "| screen | state | pictures |",
            "| --- | --- | --- |",
            *lines,
            "",
        ]
    )
