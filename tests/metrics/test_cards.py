from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.metrics.conftest import World

from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.cards import card, card_for_system


@pytest.mark.parametrize("name", sorted(definitions()))
def test_every_card_says_what_counts_what_does_not_which_day_and_whose_credit(name: str) -> None:
    shown = card(name)
    for words in (shown.counts, shown.leaves_out, shown.day, shown.credit):
        assert len(words) > 20
        assert words.endswith(".")
        assert "  " not in words
    assert shown.companion != shown.label


@pytest.mark.django_db
def test_a_companys_card_says_where_from_and_how_fresh(small: World) -> None:
    shown = card_for_system(small.company.pk, "revenue_won")
    assert shown.sources == ("crm", "sheet")
    assert shown.fresh_at == datetime(2027, 6, 1, 9, tzinfo=UTC)
    assert card_for_system(small.company.pk + 1, "revenue_won").sources == ()
