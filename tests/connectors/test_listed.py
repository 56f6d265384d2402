"""Hostile files by the list: what becomes of each is said by the maker of the file, and the books balance after every one."""

from __future__ import annotations

import pytest
from tests.connectors.listed import dates, encodings, numbers
from tests.connectors.listed.books import balance
from tests.connectors.listed.case import Case
from tests.importer import Importer

FAMILIES = {"encodings": encodings.cases, "numbers": numbers.cases, "dates": dates.cases}
TOGETHER = 40  # files of one import
SELDOM = 13  # of so many files one in the quick part; in step with none of the families


def batches(every: int) -> list[tuple[str, int]]:
    return [
        (name, place)
        for name, cases in FAMILIES.items()
        for place in range(0, len(cases()[::every]), TOGETHER)
    ]


@pytest.mark.parametrize(("family", "place"), batches(SELDOM))
def test_the_books_balance_after_some_of_the_listed_files(
    importer: Importer, family: str, place: int
) -> None:
    balance(importer, FAMILIES[family]()[::SELDOM][place : place + TOGETHER])


@pytest.mark.trust
@pytest.mark.parametrize(("family", "place"), batches(1))
def test_the_books_balance_after_each_of_the_listed_files(
    importer: Importer, family: str, place: int
) -> None:
    balance(importer, FAMILIES[family]()[place : place + TOGETHER])


def every_case() -> list[Case]:
    return [case for cases in FAMILIES.values() for case in cases()]
