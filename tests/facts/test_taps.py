"""Taps: once each, undone by their own doer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ropewalk.companies.models import Company, Person
from ropewalk.facts import taps
from ropewalk.facts.models import Tap
from ropewalk.journal.models import Line
from ropewalk.journal.writing import Actor

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY = date(2026, 3, 4)
ONE = UUID(int=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tom() -> Person:
    company = Company.objects.create(handle="acme", name="Acme", time_zone="UTC", currency="EUR")
    return Person.objects.create(company=company, name="Tom")


def tap(who: Person, uuid: UUID = ONE, activity: str = "call") -> bool:
    actor = Actor(who.name, who.pk)
    return taps.tap(who.company_id, uuid, person_id=who.pk, activity=activity, day=DAY, by=actor, at=AT)


def test_a_tap_sent_twice_is_there_once_with_one_line_in_the_journal(tom: Person) -> None:
    assert [tap(tom), tap(tom)] == [True, False]
    assert list(Tap.objects.values_list("person_id", "activity", "day")) == [(tom.pk, "call", DAY)]
    assert [line.action for line in Line.objects.all()] == ["tapped activity"]


def test_an_undone_tap_stays_undone_when_it_is_sent_again(tom: Person) -> None:
    tap(tom)
    actor = Actor("Tom", tom.pk)
    undone = [taps.undo(tom.company_id, ONE, person_id=tom.pk, by=actor, at=AT) for _ in range(2)]
    assert undone == [True, False]
    assert tap(tom) is False
    assert Tap.objects.filter(undone_at=None).count() == 0


def test_nobody_undoes_or_takes_over_somebody_elses_tap(tom: Person) -> None:
    tap(tom)
    ann = Person.objects.create(company=tom.company, name="Ann")
    with pytest.raises(taps.NoSuchTap):
        taps.undo(tom.company_id, ONE, person_id=ann.pk, by=Actor("Ann", ann.pk), at=AT)
    with pytest.raises(taps.TapTaken):
        tap(ann)
    with pytest.raises(taps.TapTaken):
        tap(tom, activity="visit")


def test_a_person_of_another_company_cant_tap_here(tom: Person) -> None:
    other = Company.objects.create(handle="other", name="Other", time_zone="UTC", currency="EUR")
    with pytest.raises(ValueError, match="person_id"):
        taps.tap(other.pk, ONE, person_id=tom.pk, activity="call", day=DAY, by=Actor("Tom", tom.pk), at=AT)
