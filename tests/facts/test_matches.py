"""Whom an owner stands for, where a CRM writes the name and the address together."""

from __future__ import annotations

import pytest
from tests.importer import Importer, importer

from ropewalk.companies.models import Person
from ropewalk.facts.models import Match

__all__ = ["importer"]
ROW = "{id},a1,{owner},One,Rope,100,EUR,2026-01-05,2026-02-05,won"


@pytest.mark.parametrize(
    ("owner", "who"),
    [
        ("Ana Alder (ana@acme.example)", "Ana Alder"),
        ("Ana Alder <ANA@acme.example>", "Ana Alder"),
        ("A. Alder (ana@acme.example)", "Ana Alder"),
        ("Ben Brandt (ben.private@mail.example)", "Ben Brandt"),
        ("Ben Brandt (ana@acme.example)", None),  # two people
        ("Cleo Cruz (cleo@mail.example)", None),  # there are two of the name
        ("Ana Alder (West)", None),
        ("Ana Alder", "Ana Alder"),
    ],
)
def test_an_owner_is_who_the_address_or_the_name_within_says_where_that_is_one_person(
    importer: Importer, owner: str, who: str | None
) -> None:
    for name, email in (
        ("Ana Alder", "ana@acme.example"),
        ("Ben Brandt", ""),
        ("Cleo Cruz", ""),
        ("Cleo Cruz", ""),
    ):
        Person.objects.create(company=importer.company, name=name, email=email)
    importer.deals(ROW.format(id="d1", owner=owner))
    assert list(Match.objects.values_list("person__name", flat=True)) == ([who] if who else [])
