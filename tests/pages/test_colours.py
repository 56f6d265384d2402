"""Told apart by everybody: the states' colours as the colour-blind see them, and their shapes where there is no colour.

The simulations are Machado, Oliveira and Fernandes (2009) at full strength, in linear light; distances are CIE76 in Lab.
"""

from __future__ import annotations

import math
import re
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from ropewalk.drawing.element import element
from ropewalk.drawing.status_shapes import shape
from ropewalk.rules.status import Status

TOKENS = (Path(__file__).parents[2] / "src/ropewalk/pages/static/tokens.css").read_text()
STATES = ("--on-pace", "--behind", "--off-pace")
LEAST = 20
SEEN_AS = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def themes() -> dict[str, dict[str, str]]:
    """The tokens of the light theme and of the dark one, names to hexadecimal colours."""
    light, dark = TOKENS.split(
        '@media screen and (prefers-color-scheme: dark) {\n    :root:not([data-theme="light"]) {', 1
    )
    found = {}
    for name, css in (("light", light), ("dark", dark)):
        values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", css.split("}")[0] if name == "dark" else css))
        found[name] = {
            state: values.get(match[1], "")
            if (match := re.match(r"var\((--[\w-]+)\)", values[state]))
            else values[state]
            for state in STATES
        }
    return found


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(one, 0.0), 1.0) for one in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def as_seen(colour: str, by: str) -> tuple[float, float, float]:
    light = linear(colour)
    return lab([sum(part * one for part, one in zip(row, light, strict=True)) for row in SEEN_AS[by]])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("by", sorted(SEEN_AS))
def test_the_three_states_are_told_apart_by_colour(theme: str, by: str) -> None:
    colours = themes()[theme]
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in colours.values()), colours
    for one, other in combinations(colours, 2):
        assert math.dist(as_seen(colours[one], by), as_seen(colours[other], by)) >= LEAST, (one, other)


def test_a_traffic_light_would_not_pass() -> None:
    """The test of the test: green, amber and red as everywhere."""
    assert math.dist(as_seen("#2e9e3f", "deutan"), as_seen("#e6a700", "deutan")) < math.dist(
        as_seen("#0072b2", "deutan"), as_seen("#b58900", "deutan")
    )
    worst = min(
        math.dist(as_seen(one, "protan"), as_seen(other, "protan"))
        for one, other in combinations(("#2e9e3f", "#8a6d00", "#d0342c"), 2)
    )
    assert worst < LEAST


@pytest.mark.browser
def test_without_any_colour_the_shapes_still_differ(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 200, "height": 200})
    silhouettes = {}
    for status in (Status.ON_PACE, Status.BEHIND, Status.OFF_PACE, Status.REACHED, Status.TOO_EARLY):
        drawn = element(
            "svg",
            shape(status, 50, 50, 80),
            xmlns="http://www.w3.org/2000/svg",
            viewBox="0 0 100 100",
            width=200,
        )
        page.set_content(f"<body style='margin:0;filter:grayscale(1)'>{drawn}</body>")
        with Image.open(BytesIO(page.screenshot())) as shot:
            silhouettes[status] = shot.convert("L").point(lambda one: 255 if one < 200 else 0)
    for one, other in combinations(silhouettes, 2):
        apart = ImageChops.difference(silhouettes[one], silhouettes[other]).histogram()[255]
        inked = max(silhouettes[one].histogram()[255], silhouettes[other].histogram()[255])
        assert apart / inked >= 0.15, (one, other)
