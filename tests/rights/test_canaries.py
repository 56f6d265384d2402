"""Each company’s every text holds a word of its own; nothing that leaves holds a word of another’s, nor somebody’s private ones."""

from __future__ import annotations

import pytest
from tests.policy import POLICY, Cell
from tests.rights import canaries
from tests.rights.asking import ask
from tests.rights.world import ACTORS, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
READ = [cell for cell in POLICY if cell.method == "GET"]


def test_every_text_of_both_companies_holds_their_word(world: World) -> None:
    assert canaries.unmarked() == {}
    assert canaries.unmarked_facts() == {}


def test_the_list_of_fields_without_a_word_only_shrinks() -> None:
    fields = {f"{model._meta.label}.{field.name}" for model, field in canaries.texts()}
    assert set(canaries.KEPT) <= fields, "an entry that is no field any more"


@pytest.mark.parametrize("cell", READ, ids=lambda cell: cell.path)
def test_nothing_of_the_first_company_shows_in_the_other(world: World, cell: Cell) -> None:
    there = world.turned()
    found = {actor: ask(there, actor, cell, there.path(cell.path))[0] for actor in ACTORS}
    assert any(status == 200 for status in found.values()) or cell.name == "first_page", (
        "nobody read it, so nothing was searched"
    )


def test_the_words_are_there_to_be_found(world: World) -> None:
    """The test of the test: who may read them does."""
    talks = next(cell for cell in READ if cell.name == "talks")
    for actor in ("s", "m"):
        text = ask(world, actor, talks, world.path(talks.path))[1].decode()
        for one in ("kestrel", "merlinfalcon", canaries.PAIR):
            assert one in text, (actor, one)
