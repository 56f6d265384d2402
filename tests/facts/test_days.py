"""Days as exports write them: decided by column, in the company's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ropewalk.facts.days import DayColumn, Moment, Unread


def read(text: str, *others: str, order: str | None = None, zone: str = "Europe/Berlin") -> Moment:
    column = DayColumn(ZoneInfo(zone), order)
    for cell in (text, *others):
        column.look(cell)
    return column.read(text)


@pytest.mark.parametrize(
    "text",
    ["2026-03-04", "2026-3-4", "2026/03/04", "4.3.2026", "04.03.26", "4-Mar-26", "4 Mar 2026", "March 4, 2026", "Mar 4 2026",
     "4 mars 2026", "4 de marzo de 2026", "4. März 2026", "4th March 2026", "20260304", "2026-03-04 00:00:00",
     "2026-03-04T09:15:00.123", "March 4, 2026 9:15 PM"],
)  # fmt: skip
def test_the_fourth_of_march_is_read_however_it_is_written(text: str) -> None:
    assert read(text).day == date(2026, 3, 4)


def test_day_or_month_first_is_asked_where_no_cell_tells() -> None:
    with pytest.raises(Unread) as trouble:
        read("04/03/2026", "05/06/2026", "01/02/2025")
    assert trouble.value.code == "ambiguous"


@pytest.mark.parametrize(
    ("other", "order", "day"),
    [
        ("25/03/2026", None, date(2026, 3, 4)),
        ("03/25/2026", None, date(2026, 4, 3)),
        ("", "day first", date(2026, 3, 4)),
        ("", "month first", date(2026, 4, 3)),
    ],
)
def test_one_telling_cell_or_the_mapping_decides_the_column(other: str, order: str | None, day: date) -> None:
    assert read("04/03/2026", other, order=order).day == day


def test_a_column_of_both_orders_decides_nothing_but_what_is_certain_stays_certain() -> None:
    with pytest.raises(Unread):
        read("04/03/2026", "25/03/2026", "03/25/2026")
    assert read("03/25/2026", "25/03/2026").day == date(2026, 3, 25)
    assert read("05/05/2026").day == date(2026, 5, 5)


def test_an_impossible_day_tells_nothing_about_the_order() -> None:
    with pytest.raises(Unread) as trouble:
        read("04/03/2026", "30/02/2026")
    assert trouble.value.code == "ambiguous"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "impossible"),
        ("2026-13-01", "impossible"),
        ("30/02/2026", "impossible"),
        ("2026-03-04 25:00", "impossible"),
        ("0026-03-04", "out_of_range"),
        ("1969-12-31", "out_of_range"),
        ("2200-01-01", "out_of_range"),
        ("2206-05-01", "out_of_range"),
        ("soon", "unreadable"),
        ("46085", "unreadable"),
        ("４-Mar-26", "unreadable"),
        ("2026-03", "unreadable"),
        ("4 Foo 2026", "unreadable"),
    ],
)
def test_what_is_no_day_is_refused_with_its_kind(text: str, code: str) -> None:
    with pytest.raises(Unread) as trouble:
        read(text)
    assert trouble.value.code == code


@pytest.mark.parametrize("text", ["1970-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_count(text: str) -> None:
    assert read(text).day.isoformat() == text


@pytest.mark.parametrize(
    ("text", "zone", "day", "at"),
    [
        ("2026-03-04T23:30:00Z", "Europe/Berlin", "2026-03-05", "2026-03-04 23:30"),
        ("2026-03-04T23:30:00Z", "America/New_York", "2026-03-04", "2026-03-04 23:30"),
        ("2026-03-04 23:30+0100", "Europe/Berlin", "2026-03-04", "2026-03-04 22:30"),
        ("2026-03-04T01:00:00+09:00", "Europe/Berlin", "2026-03-03", "2026-03-03 16:00"),
        ("2026-07-04 09:15", "Europe/Berlin", "2026-07-04", "2026-07-04 07:15"),
        ("20260304T233000Z", "Europe/Berlin", "2026-03-05", "2026-03-04 23:30"),
    ],
)
def test_an_instant_is_the_day_that_it_was_in_the_companys_zone(
    text: str, zone: str, day: str, at: str
) -> None:
    moment = read(text, zone=zone)
    assert moment.day.isoformat() == day
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("46085", "serial 1900"),
        ("44623", "serial 1904"),
        ("46085.75", "serial 1900"),
        ("1772625600", "epoch seconds"),
        ("1772625600000", "epoch milliseconds"),
    ],
)
def test_counted_days_are_read_where_the_mapping_says_what_they_count(text: str, order: str) -> None:
    assert read(text, order=order).day == date(2026, 3, 4)
