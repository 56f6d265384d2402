"""No page without a line in the table of screens; what has none truly shows no page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from tests.pages.screens import ANOTHER_LOOK, NO_SCREEN, SCREENS, Shown
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


def test_every_screen_is_full_empty_and_wrong_or_says_why_it_never_is() -> None:
    for screen in SCREENS:
        for state in ("full", "empty", "wrong"):
            held = getattr(screen, state)
            assert isinstance(held, Shown) or len(held.split()) >= 5, (
                f"{screen.picture}: {state}, or why not?"
            )
        others = [one.wrong for one in SCREENS if one.address == screen.address]
        assert any(held != ANOTHER_LOOK for held in others), f"{screen.address}: the other look isn’t there"
    assert len({one.picture for one in SCREENS}) == len(SCREENS)


def test_what_is_wrong_is_the_pages_own_failure_and_what_may_not_be_seen_another_state() -> None:
    for screen in SCREENS:
        if isinstance(screen.wrong, Shown):
            assert screen.wrong.status not in (403, 404), f"{screen.picture}: that is `no_right`"
        if screen.no_right is not None:
            assert screen.no_right.status in (403, 404), screen.picture


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
