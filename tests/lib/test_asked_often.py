"""What is asked often is answered as the ORM answers it, whatever the values."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from ropewalk.companies.models import AccessRole, Company, Person
from ropewalk.facts.models import Tap
from ropewalk.lib.asked_often import asked_often

AT = datetime(2026, 3, 4, 9, 30, 15, 250_000, tzinfo=UTC)
DAY = date(2026, 3, 4)

pytestmark = pytest.mark.django_db


def taps_since(handle: str, day: date, at: datetime) -> QuerySet[Tap, tuple[Any, ...]]:
    """An example."""
    taps = Tap.objects.filter(company__handle=handle, day__lte=day, at__gt=at, undone_at=None)
    return taps.order_by("-at", "pk").values_list("uuid", "day", "at", "activity", "company__is_generated")[
        :3
    ]


def counted(company_id: int, day: date) -> QuerySet[Tap, tuple[Any, ...]]:
    taps = Tap.objects.filter(company_id=company_id, day__gte=day).order_by("activity")
    return taps.values_list("activity").annotate(Count("id"))


def roles(company_id: int, person_id: int) -> QuerySet[Person, tuple[Any, ...]]:
    found = Person.objects.filter(company_id=company_id, pk=person_id).order_by("access_roles__name")
    return found.values_list("name", "left", "access_roles__name")


@pytest.fixture
def company() -> Company:
    made = Company.objects.create(
        handle="acme", name="Acme", time_zone="UTC", currency="EUR", is_generated=True
    )
    other = Company.objects.create(handle="o'neill %s", name="O", time_zone="UTC", currency="EUR")
    for at in range(12):
        mine = made if at % 3 else other
        tom = Person.objects.create(company=mine, name=f"Tom {at}", left=DAY if at == 4 else None)
        for name in ("manager", "rep")[: at % 3]:
            AccessRole.objects.create(person=tom, name=name)
        Tap.objects.create(
            company=mine, person=tom, uuid=UUID(int=at + 1), activity=f"call {at % 2}",
            day=DAY - timedelta(days=at), at=AT - timedelta(hours=at), undone_at=AT if at == 2 else None,
        )  # fmt: skip
    return made


def test_rows_are_those_of_the_orm_for_every_value(company: Company) -> None:
    often = asked_often(taps_since)
    for handle in ("acme", "o'neill %s", "nobody", ""):
        for days in range(0, 12, 3):
            for hours in range(0, 12, 2):
                given = handle, DAY - timedelta(days=days), AT - timedelta(hours=hours, seconds=1)
                assert often(*given) == list(taps_since(*given)), given
    ask = asked_often(counted)
    assert all(ask(company.pk, DAY - timedelta(days=n)) == list(counted(company.pk, DAY - timedelta(days=n))) for n in range(12))  # fmt: skip
    assert ask(company.pk, DAY - timedelta(days=12)) == [("call 0", 4), ("call 1", 4)]
    held = asked_often(roles)
    for person in Person.objects.all():
        assert held(company.pk, person.pk) == list(roles(company.pk, person.pk))
    assert held(company.pk, Person.objects.get(name="Tom 4").pk) == [("Tom 4", DAY, "manager")]


def test_a_question_is_written_once_and_then_only_asked(company: Company) -> None:
    times: list[None] = []

    @asked_often
    def people(company_id: int) -> QuerySet[Person, tuple[Any, ...]]:
        """Whoever there is."""
        times.append(None)
        return Person.objects.filter(company_id=company_id).values_list("pk")

    with CaptureQueriesContext(connection) as asked:
        assert [len(people(company.pk)), len(people(0)), len(people(company.pk))] == [8, 0, 8]
    assert (len(times), len(asked)) == (1, 3)
    assert people.__doc__ == "Whoever there is."


def test_threads_that_ask_first_at_the_same_time_all_get_their_own_answer(company: Company) -> None:
    often = asked_often(lambda company_id: Company.objects.filter(pk=company_id).values_list("handle"))
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: often._write(), range(20)))
    assert len(set(written)) == 1
    assert often(company.pk) == [("acme",)]


def test_values_and_columns_that_it_could_not_tell_are_refused(company: Company) -> None:
    with pytest.raises(AssertionError, match="each value"):
        asked_often(counted)(company.pk)  # type: ignore[call-arg]
    with pytest.raises(AssertionError, match="isn't a value"):
        asked_often(counted)(company.pk, None)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="only what is named"):
        asked_often(lambda company_id: Person.objects.filter(company_id=company_id))(company.pk)
