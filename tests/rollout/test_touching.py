"""A team talk is noted with its day and what it was about."""

from __future__ import annotations

import pytest
from tests.plans.small import MIA, Small, at, day

from ropewalk.journal.models import Line
from ropewalk.rollout.models import Touch
from ropewalk.rollout.queries import team_talks_for_system
from ropewalk.rollout.touching import TouchRefused, hold_team_talk


def hold(small: Small, initiatives: list[str], held: int = 12) -> int:
    team = small.teams[f"Team {MIA}"]
    return hold_team_talk(
        small.id,
        team,
        initiatives,
        held_on=day(1, held),
        note=" Good. ",
        by=small.actor(MIA),
        on=day(1, 12),
        at=at(day(1, 12)),
    )


def test_a_talk_is_kept_with_who_held_it(small: Small) -> None:
    hold(small, ["clients"])
    (talk,) = team_talks_for_system(small.id)
    assert (talk.team_id, talk.initiatives, talk.held_on) == (
        small.teams[f"Team {MIA}"],
        ("clients",),
        day(1, 12),
    )
    assert (talk.by, talk.note) == (MIA, "Good.")
    assert Line.objects.filter(action="held team talk").count() == 1


@pytest.mark.parametrize(
    ("initiatives", "held", "words"),
    [
        (["clients"], 13, "13 January 2027 is still to come. Note the talk once it was held."),
        ([], 12, "Say which initiatives the team talked about."),
    ],
)
def test_a_talk_is_refused_with_the_way_out(
    small: Small, initiatives: list[str], held: int, words: str
) -> None:
    with pytest.raises(TouchRefused) as refused:
        hold(small, initiatives, held)
    assert str(refused.value) == words
    assert not Touch.objects.exists()
