"""A plain file read at once gives what reading it row by row gives: every value, refusal, and line."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.connectors.both_ways import ACTIVITIES, CREDITS, DEALS, HEADERS, ZURICH, both

from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.plain import plain
from ropewalk.facts.at_once.rows import gather_at_once
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import Setting

texts = st.one_of(
    st.sampled_from(["Rope", "Rop", " Rope ", "", "n/a", "-", "Zürich", "Zu\u0308rich", "\u00a0edge\u200b", "a\\b", "tab\tin", "=1+1", "null", "NULL"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
keys = st.one_of(st.integers(1, 99_999).map("K{}".format), texts)
numbers = st.one_of(
    st.decimals(-99_999, 9_999_999, places=2).map(str),
    st.integers(-9, 10**17).map(str),
    st.decimals(0, 10**6, places=2).map("{:,}".format),
    st.decimals(0, 10**6, places=2).map(lambda one: f"{one:,}".translate(str.maketrans(",.", ".,"))),
    st.sampled_from(["", "1.234", "1,234", "CHF 5.50", "€ 7", "12 %", "NaN", "1e3", "0.0000005", "0.1234567", "(5)", "-0", "007", "123456789012.123456"]),
)  # fmt: skip
days = st.one_of(
    st.dates().map(str),
    st.dates().map("{:%d.%m.%Y}".format),
    st.dates().map("{:%m/%d/%Y}".format),
    st.sampled_from(["", "0000-00-00", "2026-02-30", "4 March 2026", "20260304", " 2026-03-04", "03/04/2026", "2026-03-04 10:00:00"]),
)  # fmt: skip
moments = st.one_of(
    st.datetimes().map(str),
    st.datetimes().map("{:%Y-%m-%dT%H:%M:%S}".format),
    st.datetimes().map("{:%Y-%m-%dT%H:%M:%S.000Z}".format),
    st.datetimes().map("{:%Y-%m-%d %H:%M:%S+0530}".format),
    st.datetimes().map("{:%m/%d/%Y %I:%M %p}".format),
    st.sampled_from(
        ["2026-03-29 02:30:00", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", "0000-00-00 00:00:00", "2026-03-04T24:00:00",
         "1969-12-31T23:30:00Z", "2199-12-31T23:59:59Z", "2026-03-04T10:61:00", "2026-03-04T10:00:60", "03/04/2026 14:05", ""]
    ),
)  # fmt: skip
shares = st.sampled_from(["1", "0.5", "50 %", "60%", "0,4", "2", "", "-1", "0.3333333333", "half"])
states = st.sampled_from(["Gewonnen", "gewonnen", "VERLOREN", "offen", "won", "open", "maybe", ""])
money = st.sampled_from(["CHF", "chf", "EUR", "USD", ""])

deals = st.tuples(keys, keys, keys, texts, texts, numbers, money, days, days, states, texts, texts)
activities = st.tuples(keys, keys, texts, moments, st.sampled_from(["erledigt", "Erledigt", "offen", ""]))
credits = st.tuples(keys, keys, shares)
SLOWLY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOWLY
@given(st.lists(deals, min_size=1, max_size=30), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_deals_are_the_same(rows: list[tuple[str, ...]], quoting: int) -> None:
    both(DEALS, rows, quoting=quoting)


@SLOWLY
@given(st.lists(activities, min_size=1, max_size=30))
def test_activities_are_the_same(rows: list[tuple[str, ...]]) -> None:
    both(ACTIVITIES, rows, mark="\ufeff")


@SLOWLY
@given(st.lists(credits, min_size=1, max_size=30))
def test_credits_are_the_same(rows: list[tuple[str, ...]]) -> None:
    both(CREDITS, rows)


NUMBERS = [
    "1", "-1", "-0", "-0.0000005", "007", "12.5", "12,5", "1.234", "1,234", "1,234.5", "1.234,5", "0.123456", "0.1234567", "12345678901234", "123456789012345",
    "1234567890123456", "12345678901234.5", "1234567890123.45", "12345678901234.25", "123456789012345.5", ".5", "5.", "+5", "1e3", "NaN", "inf", "1_000", "١٢٣", "CHF 5.50", "€ 7",
    "12 %", "(5)", "5-", "1 234.5", "1'234.5", "\u00a012.5", " 12.5 ", "-12.5", "--5", "n/a", "-",
]  # fmt: skip
DAYS = [
    "2026-03-04", " 2026-03-04 ", "4.3.2026", "03/04/2026", "13/04/2026", "04/13/2026", "2026-02-30", "0026-01-01", "2206-01-01", "20260304",
    "4 March 2026", "2026-03-04T23:30:00Z", "2026-03-04T22:59:59.999Z", "2026-03-04 23:30:00-0500", "0000-00-00", "someday", "1969-12-31", "2026-03-04T25:00:00",
]  # fmt: skip
MOMENTS = [
    *DAYS, "2026-03-29 02:30:00", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "0000-00-00 00:00:00", "2026-03-04T10:61:00",
    "2026-03-04T10:00:60", "2026-03-04T10:15", "2026-03-04T10:15:30.123", "2026-03-04T10:15:30.123456Z", "2026-03-04T10:15:30+05:45",
    "2026-03-04T10:15:30+99:00", "03/04/2026 14:05:06", "1969-12-31T23:30:00Z", "2199-12-31T23:59:59Z", "2026-03-04T10:15:30.5Z",
]  # fmt: skip
WORDS = [
    "",
    " ",
    "Rop",
    " Rop",
    "Zu\u0308rich",
    "\u00a0edge\u200b",
    'a"b',
    "a\\b",
    "tab\tin",
    "n/a",
    "-",
    "null",
    "\u200bK1",
    "ß",
    "\x1f",
    "\x7f",
]
DEAL = (
    "K1",
    "acc",
    "rep",
    "Deal",
    "Rope",
    "12.5",
    "CHF",
    "2026-03-04",
    "2026-03-05",
    "Gewonnen",
    "north",
    "small",
)
ACTIVITY = ("K1", "rep", "call", "2026-03-04T10:15:30", "erledigt")
CELLS = {
    5: NUMBERS,
    6: ["chf", "EUR", "USD", "Fr."],
    7: DAYS,
    8: ["", *DAYS],
    9: ["gewonnen ", "offen", "open", "won", "maybe", ""],
}


def each_alone(good: tuple[str, ...], cells: dict[int, list[str]]) -> list[tuple[str, ...]]:
    """Rows that are right but for one cell, every cell of every column once."""
    return [
        (
            *(f"K{number}" if at == 0 and place else cell for at, cell in enumerate(good[:place])),
            odd,
            *good[place + 1 :],
        )
        for number, (place, odd) in enumerate(
            (place, odd) for place in range(len(good)) for odd in cells.get(place, WORDS)
        )
    ]


@pytest.mark.parametrize("evidence", [[], ["1.5"], ["1,5"], ["1.5", "1,5"]], ids=str)
@pytest.mark.parametrize("order", [[], ["13/04/2026"], ["04/13/2026"]], ids=str)
def test_one_strange_cell_in_a_right_deal_is_the_same(evidence: list[str], order: list[str]) -> None:
    """Without evidence of the decimal mark or of the order of days, with one of either, and with contradicting ones."""
    unlike = {"1.5": ",", "1,5": "."}.get(evidence[0]) if len(evidence) == 1 else ".,"
    alike = [
        one for one in NUMBERS if not any(mark in one for mark in unlike or "") or one in ("1.234", "1,234")
    ]
    first_days = [one for one in DAYS if "/" not in one] + ["03/04/2026", *order]
    cells = CELLS | {5: alike + evidence, 7: first_days}
    both(DEALS, each_alone((*DEAL[:5], "7", "CHF", "2026-03-04", *DEAL[8:]), cells))
    both(DEALS, each_alone(DEAL, CELLS))


def test_one_strange_cell_in_a_right_activity_is_the_same() -> None:
    both(ACTIVITIES, each_alone(ACTIVITY, {3: MOMENTS}))
    both(
        ACTIVITIES,
        each_alone(ACTIVITY, {3: [one for one in MOMENTS if "/" not in one or one.startswith("03/04")]}),
    )


def test_tabs_at_the_edges_of_quoted_cells_are_blanks_where_tabs_divide_cells_too() -> None:
    rows = [
        ("K1\t", "\trep", "\tcall", "2026-03-04T10:15:30", "\t"),
        ("\tK2", "rep", "call\tback", "2026-03-04", "x"),
    ]
    both(ACTIVITIES, rows, delimiter="\t")
    both(ACTIVITIES, rows)


def test_a_day_that_ends_within_an_hour_of_utc_is_the_same() -> None:
    moments = [f"2026-03-04T18:{minute:02}:00Z" for minute in range(60)]
    kolkata = Setting("Asia/Kolkata", "INR")
    both(
        ACTIVITIES,
        [(f"K{number}", "rep", "call", one, "") for number, one in enumerate(moments)],
        setting=kolkata,
    )


def test_right_rows_are_read_by_the_engine_and_not_by_the_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.csv"
    lines = [
        f"K{number},rep{number % 7},call,2026-03-{1 + number % 28:02}T{number % 24:02}:15:30Z,done"
        for number in range(500)
    ]
    path.write_text("\n".join([",".join(HEADERS["activities"]), *lines, "K999,rep1,call,someday,done"]))
    table = TextTable(path, "file.csv")
    judge = Judge(ACTIVITIES, ZURICH, table.header, name="file.csv")
    judged: list[int] = []
    judging = judge.judge
    monkeypatch.setattr(judge, "judge", lambda record: (judged.append(record.line), judging(record))[1])
    form = plain(table)
    assert form is not None
    assert gather_at_once(form, judge, folder=tmp_path) == {
        "rows": 501,
        "blank": 0,
        "refused": 1,
        "footers": [],
    }
    assert judged == [502]


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("behind", [("",), ("Z",), ("", "Z", "+05:30"), ("", ".250", ".5")], ids=str)
def test_every_hour_of_a_year_is_the_same_by_spans(zone: str, behind: tuple[str, ...]) -> None:
    first = datetime(2026, 1, 1, 0, 17, 3, tzinfo=UTC)
    times = [first + timedelta(hours=number) for number in range(0, 366 * 24, 3 if len(behind) > 1 else 1)]
    rows = [
        (f"K{number}", "rep", "call", f"{time:%Y-%m-%dT%H:%M:%S}{behind[number % len(behind)]}", "")
        for number, time in enumerate(times)
    ]
    both(ACTIVITIES, rows, setting=Setting(zone, "CHF"))


def test_a_number_that_speaks_against_its_column_is_odd_in_both_ways() -> None:
    amounts = [
        "1.200,50",
        "1,200",
        "-1,200",
        "0,200",
        "1,20",
        "1234,567",
        "1.200",
        "1200",
        "999,999",
        "€1,200",
    ]
    rows = [
        (
            f"d{number}",
            "a1",
            "Tom",
            "One",
            "Rope",
            amount,
            "EUR",
            "2026-01-05",
            "2026-02-05",
            "Gewonnen",
            "",
            "",
        )
        for number, amount in enumerate(amounts)
    ]
    both(
        replace(DEALS, is_negative_refused=False),
        rows,
        delimiter=";",
        setting=Setting("Europe/Zurich", "EUR"),
    )


@pytest.mark.parametrize("ends", [1, 3])
def test_footers_are_the_same_lines_in_both_ways(ends: int) -> None:
    blank = ("",) * 12
    right = ("d1", "a1", "Tom", "One", "Rope", "1", "EUR", "2026-01-05", "2026-02-05", "Gewonnen", "", "")
    total, lonely = ("Summe", *blank[1:5], "7", *blank[6:]), ("Printed by Uma", *blank[1:])
    both(DEALS, [right, total, right, blank, lonely, total][: 3 + ends])
    both(DEALS, [right, total, blank, total, right])
    both(DEALS, [lonely, right, blank])
