"""Hostile files by the list: what becomes of each is said by the maker of the file, and the books balance after every one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.connectors.listed import dates, encodings, numbers, shapes, workbooks
from tests.connectors.listed.books import balance
from tests.connectors.listed.case import Case
from tests.importer import Importer

from ropewalk.connectors.files import reading

FAMILIES: dict[str, Callable[[], list[Case]]] = {
    "encodings": encodings.cases, "numbers": numbers.cases, "dates": dates.cases, "shapes": shapes.cases,
    "sheets": workbooks.sheets, "archives": workbooks.archives,
}  # fmt: skip
IN_A_CHILD = ("archives",)  # where the limits of the child that reads are what is tried
TOGETHER = 40  # files of one import
SELDOM = 13  # of so many files one in the quick part; in step with none of the families


def batches(every: int) -> list[tuple[str, int]]:
    return [
        (name, place)
        for name, cases in FAMILIES.items()
        for place in range(0, len(cases()[::every]), TOGETHER)
    ]


def tried(importer: Importer, family: str, cases: list[Case]) -> None:
    balance(importer, cases, read=None if family in IN_A_CHILD else reading.read)


@pytest.mark.parametrize(("family", "place"), batches(SELDOM))
def test_the_books_balance_after_some_of_the_listed_files(
    importer: Importer, family: str, place: int
) -> None:
    tried(importer, family, FAMILIES[family]()[::SELDOM][place : place + TOGETHER])


@pytest.mark.trust
@pytest.mark.parametrize(("family", "place"), batches(1))
def test_the_books_balance_after_each_of_the_listed_files(
    importer: Importer, family: str, place: int
) -> None:
    tried(importer, family, FAMILIES[family]()[place : place + TOGETHER])


def test_so_many_files_are_listed_and_each_is_another() -> None:
    listed = [case for cases in FAMILIES.values() for case in cases()]
    assert len(listed) >= 1_700
    assert len({case.name for case in listed}) == len(listed)
    assert len({(case.content, str(case.entry)) for case in listed}) == len(listed)
