"""An amendment that holds from a later day is told as it will hold, and can be read before it does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.pages.test_agreeing import ON, Browser, told
from tests.plans.small import ANA, KAY, YEAR, Small, at, clients, day, facts_file, plan_of, small

from ropewalk.journal.writing import OPERATOR
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.models import Receipt
from ropewalk.versions.publishing import amend

__all__ = ["facts_file", "small", "told"]
pytestmark = pytest.mark.django_db
LATER = day(2, 1)


@pytest.fixture
def amended(told: Small) -> Small:
    """Twice as many clients from February on, told on 12 January."""
    one = told.world(ON).initiatives[0]
    plan = plan_of(clients(title="48 new clients", goal={"target": Decimal(48)}, standards=one.standards))
    version = amend(
        told.id, plan, reason="The board asked for more.", from_day=LATER, by=OPERATOR, on=ON, at=at(ON, 11)
    ).version
    announce(told.id, version, by=told.actor(KAY), on=ON, at=at(ON, 11))
    return told


def test_who_is_told_reads_what_will_hold_and_answers_to_that(amended: Small) -> None:
    ana = Browser(amended, ANA)
    page = ana.text("announcement/")
    assert "version 2, which holds from 1 February 2027: The board asked for more." in page
    assert "48 new clients" in page
    assert "Your target: 16" in page
    assert "24 new clients" not in page
    answer = ana.client.post(
        f"{ana.base}announcement/", {"picked": ["48 new clients"], "own_words": "Twice the calls."}
    )
    assert answer.status_code == 302
    assert not Receipt.objects.filter(person_id=amended.ids[ANA], acknowledged_on=None).exists()


def test_a_version_is_read_before_it_holds_and_says_so(amended: Small) -> None:
    ana = Browser(amended, ANA)
    today = ana.html("plan/")
    assert "24 new clients" in today
    assert 'plan/?version=2"' in today
    page = ana.text("plan/?version=2")
    assert "48 new clients" in page
    assert "in force from 1 February 2027" in page
    assert "You are reading version 2. What holds today is version 1" in page
    assert ana.client.get(f"{ana.base}plan/?version=3").status_code == 404
    assert ana.client.get(f"{ana.base}plan/?version=2&on={YEAR}-01-11").status_code == 404, (
        "not published yet"
    )
