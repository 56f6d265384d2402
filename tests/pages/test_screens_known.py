"""No page without a line in the table of screens; what has none truly shows no page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from tests.pages.screens import NO_SCREEN, SCREENS
from tests.policy import OPEN, POLICY

ROOT = Path(__file__).parents[2]


def addresses(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= addresses(one.url_patterns)
        else:
            found.add(one.name or str(one.pattern))
    return found


def test_every_address_has_a_screen_in_the_table_or_a_reason_why_not() -> None:
    known, listed = addresses(get_resolver().url_patterns), {one.address for one in SCREENS}
    assert not known - listed - set(NO_SCREEN), "add a line to SCREENS or NO_SCREEN in tests/pages/screens.py"
    assert not (listed | set(NO_SCREEN)) - known, "these addresses are gone: take their lines away"
    assert not listed & set(NO_SCREEN)


UNREAD = {name for name, why in NO_SCREEN.items() if not why.startswith(("a file", "a part"))}


@pytest.mark.parametrize("name", sorted(UNREAD - set(OPEN)))
def test_an_address_without_a_screen_is_never_read(name: str) -> None:
    assert {cell.method for cell in POLICY if cell.name == name} == {"POST"}


def test_every_screen_has_each_state_or_says_that_there_is_none() -> None:
    for name in {one.address for one in SCREENS}:
        ones = [one for one in SCREENS if one.address == name]
        assert any(one.wrong for one in ones), f"{name}: what does it look like when something is wrong?"
    assert len({one.picture for one in SCREENS}) == len(SCREENS)


def test_the_gallery_shows_only_pictures_that_are_there_of_screens_that_are_there() -> None:
    gallery = (ROOT / "docs" / "screens" / "README.md").read_text()
    named = set(re.findall(r"\((all/[a-z0-9.-]+)\)", gallery))
    wanted = {
        f"all/{one.picture}.{state}.{scheme}.{width}.png"
        for one in SCREENS
        for state, scheme, width in one.pictures
    }
    assert named
    assert named <= wanted, "run `make screens`, which draws them anew"
    assert all((ROOT / "docs" / "screens" / one).exists() for one in named)
