"""What pages ask for is found out before anybody waits for it, and anew once facts change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.demo.made import TODAY, Demonstration, demonstration, kept_demonstration

from ropewalk.facts import store
from ropewalk.jobs import warming
from ropewalk.lib import clock
from ropewalk.progress import remembering

__all__ = ["demonstration", "kept_demonstration"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def serving(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.REMEMBERS_WORLDS = True
    monkeypatch.setattr(clock, "today", lambda zone: TODAY)
    remembering.forget()
    warming.forget()
    yield
    remembering.forget()
    warming.forget()


def test_every_rope_of_today_is_known_before_it_is_asked_for_and_again_after_facts_change(
    demonstration: Demonstration,
) -> None:
    assert warming.warm() == 1
    assert remembering.world_of(demonstration.id, TODAY).known["ropes",]
    assert warming.warm() == 0
    won = {"source": "demo-crm", "id": "new", "status": "won", "closed_on": TODAY, "load_id": 9}
    store.for_company(demonstration.id).add("opportunities", [won])
    assert warming.warm() == 1
    assert remembering.world_of(demonstration.id, TODAY).known["ropes",]
