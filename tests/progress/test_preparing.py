"""The sheet for a one-on-one: the past it compares with is the past, asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.pages import seeding
from tests.pages.seeding import Seeded

from ropewalk.companies.access import NotVisible, Viewer, viewer_for
from ropewalk.progress.past import earlier
from ropewalk.progress.preparing import preparation
from ropewalk.progress.ropes import ropes_of
from ropewalk.progress.world import world_for_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def neubert(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, teams=("Neubert",)) as made:
        yield made


def looking(made: Seeded, name: str) -> Viewer:
    return viewer_for(made.account(name).pk, made.handle, on=made.on)


def test_an_earlier_day_out_of_what_is_known_is_that_day_asked_anew(neubert: Seeded) -> None:
    world = world_for_system(neubert.company_id, neubert.on)
    for days in (0, 1, 9, 40, 120, 200, 224, 225, 300):
        day = neubert.on - timedelta(days)
        anew, out_of = world_for_system(neubert.company_id, day), earlier(world, day)
        assert out_of.version == anew.version
        assert [(one.person_id, one.rope, one.thermometer) for one in ropes_of(out_of)] == [
            (one.person_id, one.rope, one.thermometer) for one in ropes_of(anew)
        ]


def test_changes_are_since_the_last_talk_and_only_what_changed(neubert: Seeded) -> None:
    tom, ana = looking(neubert, "Tom Neubert"), neubert.people["Ana Alder"]
    sheet = preparation(tom, neubert.on, ana)
    talks = [one.held_on for one in world_for_system(neubert.company_id, neubert.on).talks[ana]]
    assert sheet.has_talked
    assert sheet.since == max(talks)
    then = {
        one.initiative_key: one
        for one in ropes_of(world_for_system(neubert.company_id, max(talks)))
        if one.person_id == ana
    }
    now = {
        one.initiative_key: one
        for one in ropes_of(world_for_system(neubert.company_id, neubert.on))
        if one.person_id == ana
    }
    differ = {
        key
        for key in now
        if (now[key].rope.reach, now[key].thermometer.value)
        != (then[key].rope.reach, then[key].thermometer.value)
    }
    assert {one.now.initiative_key for one in sheet.changes} == differ
    assert [one.text for one in sheet.promises] == ["Bring the clinical lead into the pilot call"]


def test_four_weeks_stand_beside_what_was_agreed(neubert: Seeded) -> None:
    sheet = preparation(looking(neubert, "Tom Neubert"), neubert.on, neubert.people["Ana Alder"])
    review = next(one for one in sheet.activities if one.activity.activity == "deal review")
    assert [due for _, due in review.pairs] == [3, 3, 3, 3]
    assert [done for done, _ in review.pairs][-1] in (1, 3)


def test_who_may_not_read_talks_gets_no_sheet(neubert: Seeded) -> None:
    ana = neubert.people["Ana Alder"]
    for name in ("Ben Brandt", "Ines Ode", "Uma Admin", "Adam Adviser"):
        with pytest.raises(NotVisible):
            preparation(looking(neubert, name), neubert.on, ana)
    assert preparation(looking(neubert, "Tom Neubert"), date(2027, 1, 5), ana).has_talked is False
