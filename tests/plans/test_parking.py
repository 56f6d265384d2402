"""The parking lot keeps ideas once, with who had them."""

from __future__ import annotations

import pytest
from tests.plans.small import ANA, Small, at, day

from ropewalk.companies.access import Viewer
from ropewalk.plans.parking import IdeaRefused, park
from ropewalk.plans.queries import ideas_for_system, parking_lot
from ropewalk.plans.shape import Idea


def viewer(small: Small, *roles: str) -> Viewer:
    return Viewer(small.id, small.handle, small.ids[ANA], ANA, frozenset(roles), day(3, 1))


def test_an_idea_is_kept_with_who_had_it(small: Small) -> None:
    park("  Fewer discounts ", estimate="two points", by=viewer(small, "rep"), at=at(day(3, 1)))
    assert ideas_for_system(small.id) == [Idea("Fewer discounts", ANA, "two points")]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("  ", "An idea needs a few words. What would you do?"),
        ("x" * 201, "That is more than 200 letters. Say it in one line."),
        ("Fewer discounts", "“Fewer discounts” is parked already."),
    ],
)
def test_an_idea_is_refused_with_the_way_out(small: Small, title: str, words: str) -> None:
    park("Fewer discounts", by=viewer(small, "rep"), at=at(day(3, 1)))
    with pytest.raises(IdeaRefused) as refused:
        park(title, by=viewer(small, "rep"), at=at(day(3, 2)))
    assert str(refused.value) == words
    assert len(ideas_for_system(small.id)) == 1


def test_everybody_but_administrators_reads_the_parking_lot(small: Small) -> None:
    park("Fewer discounts", by=viewer(small, "rep"), at=at(day(3, 1)))
    assert len(parking_lot(viewer(small, "rep"))) == 1
    assert len(parking_lot(viewer(small, "administrator", "leader"))) == 1
    assert parking_lot(viewer(small, "administrator")) == []
