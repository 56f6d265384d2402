"""Cells of a download: harmless in a spreadsheet, themselves again when imported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.facts.downloads import as_it_came, harmless


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("x")', "+cmd", "-x", "@SUM(1)", "\t=1", "\r=1", "＝1+1"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-500", "+7", "-1.234", "-1,234.50", "plain", "", "a=b", "'tis"])
def test_numbers_and_plain_text_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text(alphabet="'=+-@a1\t", max_size=6))
def test_every_cell_comes_back_as_it_was(cell: str) -> None:
    assert as_it_came(harmless(cell)) == cell or harmless(cell) == cell.lstrip() == cell
