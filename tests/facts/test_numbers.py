"""Numbers as exports write them: decided by column, own grammar."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.facts.numbers import NumberColumn, Unread, may_be


def read(text: str, *others: str, mark: str | None = None) -> Decimal:
    column = NumberColumn(mark)
    for cell in (text, *others):
        column.look(cell)
    return column.read(text).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1054", "1054"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),
        ("12,34,567.89", "1234567.89"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0.123", "0.123"),
        ("1234.567", "1234.567"),
        ("(500)", "-500"),
        ("500-", "-500"),
        ("−500", "-500"),
        ("-500.25", "-500.25"),
        ("+7", "7"),
        ("€1,234.50", "1234.50"),
        ("-€5.5", "-5.5"),
        ("1.234,50 €", "1234.50"),
        ("CHF 1'000.–", "1000"),
        ("US$ 12.5", "12.5"),
        ("1e6", "1000000"),
        ("1.5E+03", "1500"),
        (".5", "0.5"),
        ("50 %", "50"),
        ("007", "7"),
    ],
)
def test_a_number_is_read_whatever_region_wrote_it(text: str, value: str) -> None:
    assert read(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["n/a", "-", "#REF!", "NaN", "inf", "-Infinity", "1e400", "1_000", "١٢٣", "１２", "1,23,4", "1.2.3", "--5", "(5", "5)",
     "(-5)", "$5€", "1 23", "12345678901234567", "1.2345678901234567", "0x10", "1,5.0", "five"],
)  # fmt: skip
def test_what_is_no_finite_number_of_15_digits_is_not_read(text: str) -> None:
    with pytest.raises(Unread) as trouble:
        read(text)
    assert trouble.value.code == "unreadable"


@pytest.mark.parametrize("text", ["1.234", "1,234", "12,345", "999.999"])
def test_a_mark_before_three_digits_is_asked_for_and_never_guessed(text: str) -> None:
    with pytest.raises(Unread) as trouble:
        read(text, "5", "17", text)
    assert trouble.value.code == "ambiguous"


def test_one_telling_cell_decides_the_whole_column() -> None:
    assert read("1.234", "12.5") == Decimal("1.234")
    assert read("1.234", "12,5") == Decimal(1234)
    assert read("1,234", "1,234,567") == Decimal(1234)


def test_the_mapping_decides_before_any_cell() -> None:
    assert read("1.234", "12.5", mark=",") == Decimal(1234)
    with pytest.raises(Unread):
        read("12.5", mark=",")


def test_cells_that_contradict_each_other_decide_nothing() -> None:
    with pytest.raises(Unread) as trouble:
        read("1.234", "12.5", "12,5")
    assert trouble.value.code == "ambiguous"
    assert read("12,5", "12.5", "1.234") == Decimal("12.5")


def test_a_sign_may_stand_for_several_currencies_but_not_for_any() -> None:
    assert may_be("$", "USD")
    assert may_be("$", "CAD")
    assert not may_be("$", "EUR")
    assert may_be("CHF", "CHF")
    assert not may_be("CHF", "EUR")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["us", "de", "ch", "fr"]))
def test_whatever_a_region_writes_is_read_back(value: Decimal, region: str) -> None:
    group, mark = {"us": (",", "."), "de": (".", ","), "ch": ("'", "."), "fr": ("\u202f", ",")}[region]
    text = f"{value:,.2f}".replace(",", "G").replace(".", "M").replace("G", group).replace("M", mark)
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "beside", "value"),
    [
        ("1,200", ("1.200,50",), None),  # 1200 by whoever writes 1.200,50 otherwise, 1.2 by the mark
        ("$1,200", ("1.200,50", "7,25"), None),
        ("1.200", ("1,200.50",), None),
        ("1,200", ("1 200,50",), None),
        ("1.234", ("1,234,567",), None),
        ("1.200", ("1.200,50",), "1200"),  # written as the others are
        ("1,200", ("1,200.50",), "1200"),
        ("1,20", ("1.200,50",), "1.2"),
        ("1200,5", ("1.200,50",), "1200.5"),
        ("0,200", ("1.200,50",), "0.2"),  # no thousand begins with 0
        ("1234,567", ("1.200,50",), "1234.567"),
        ("1,200", ("7,25",), "1.2"),  # nothing parts its thousands here
        ("1,200", ("1.200,505",), "1.2"),  # three places are usual here
        ("1200", ("1.200,50",), "1200"),
    ],
)
def test_a_cell_that_speaks_against_its_column_is_read_no_other_way(
    text: str, beside: tuple[str, ...], value: str | None
) -> None:
    if value is not None:
        assert read(text, *beside) == Decimal(value)
        return
    for mark in (
        None,
        "." if text.lstrip("$")[1] == "." else ",",
    ):  # also where somebody said which mark it is
        with pytest.raises(Unread) as trouble:
            read(text, *beside, mark=mark)
        assert trouble.value.code == "contradicts"
