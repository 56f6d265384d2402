"""What was promised is kept or not kept, and asked once more where it was a slip."""

from __future__ import annotations

from datetime import date

import pytest
from tests.plans.small import ANA, MIA, Small, at, day, found_small

from ropewalk.individual_plans.commitments import CommitmentRefused, close, commit
from ropewalk.individual_plans.queries import commitments_for_system

ON = day(3, 1)


def promise(small: Small, text: str = "Call three clinics", due: date = day(3, 12)) -> int:
    return commit(
        small.id,
        small.ids[ANA],
        initiative_key="clients",
        text=text,
        due_on=due,
        by=small.actor(MIA),
        on=ON,
        at=at(ON),
    )


def test_a_commitment_is_open_until_it_is_said_to_be_kept_or_not(small: Small) -> None:
    made = promise(small, " Call three clinics ")
    (held,) = commitments_for_system(small.id)
    assert (held.id, held.text, held.made_on, held.due_on, held.kept) == (
        made,
        "Call three clinics",
        ON,
        day(3, 12),
        None,
    )
    for kept, on in ((False, day(3, 15)), (True, day(3, 16))):
        close(small.id, made, kept=kept, by=small.actor(MIA), on=on, at=at(on))
        (held,) = commitments_for_system(small.id)
        assert (held.kept, held.closed_on) == (kept, on)


@pytest.mark.parametrize(
    ("text", "due", "words"),
    [
        ("  ", day(3, 12), "A commitment needs words: what will be done by then?"),
        ("x" * 301, day(3, 12), "That is more than 300 letters. Say it in one line."),
        ("Call", day(2, 28), "28 February 2027 is over. Say a day to come."),
    ],
)
def test_a_commitment_is_refused_with_the_way_out(small: Small, text: str, due: date, words: str) -> None:
    with pytest.raises(CommitmentRefused) as refused:
        promise(small, text, due)
    assert str(refused.value) == words
    assert commitments_for_system(small.id) == []


def test_a_commitment_of_another_company_does_not_exist(small: Small) -> None:
    made, other = promise(small), found_small("Other")
    with pytest.raises(CommitmentRefused, match="There is no such commitment"):
        close(other.id, made, kept=True, by=other.actor(MIA), on=ON, at=at(ON))
    assert commitments_for_system(other.id) == []
