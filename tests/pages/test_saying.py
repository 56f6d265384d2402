from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.pages import saying
from ropewalk.pages.pictures import tube_of
from ropewalk.progress.figure import Scope, Thermometer, Tick
from ropewalk.rules.status import Status

CLOSE_RATE = Thermometer(
    initiative_key="close-rate",
    slot=1,
    title="Close rate to 50 %",
    metric="close_rate",
    label="Close rate",
    unit="rate",
    kind="level",
    currency="USD",
    scope=Scope.COMPANY,
    scope_id=0,
    name="Northlight",
    on=date(2027, 5, 31),
    start=date(2027, 1, 1),
    due=date(2027, 9, 30),
    baseline=Fraction(40, 100),
    target=Fraction(50, 100),
    value=Fraction(44, 100),
    numerator=Decimal(88),
    denominator=Decimal(200),
    expected=Fraction(444, 1000),
    progress=Fraction(40, 100),
    expected_progress=Fraction(44, 100),
    r=Fraction(40, 44),
    status=Status.BEHIND,
    ticks=(Tick("Half way", date(2027, 6, 30), Fraction(46, 100), is_measured=True, is_reached=False),),
    workdays_left=88,
)
CLIENTS = replace(
    CLOSE_RATE, label="New clients", unit="count", kind="additive", baseline=Fraction(0), target=Fraction(24),
    value=Fraction(11), expected=Fraction(15), progress=Fraction(11, 24), expected_progress=Fraction(15, 24),
    status=Status.OFF_PACE, ticks=(), due=date(2027, 12, 31), numerator=Decimal(11),
)  # fmt: skip


def plain(words: str) -> str:
    return words.replace(saying.SPACE, " ")


def test_the_thermometer_in_one_sentence() -> None:
    assert saying.sentence(CLOSE_RATE) == (
        "Close rate: 44 % on 31 May; goal 50 % by 30 September, from 40 %. Expected today 44.4 %. Behind. "
        "Next milestone 46 % on 30 June."
    )


def test_no_value_is_said_as_such_and_never_as_nought() -> None:
    said = saying.sentence(replace(CLOSE_RATE, value=None, progress=None, status=Status.TOO_EARLY, ticks=()))
    assert said.startswith("Close rate: no value yet on 31 May")
    assert said.endswith("Too early to say.")
    assert "0 %" not in said.replace("50 %", "").replace("40 %", "")


def test_a_year_is_said_only_where_it_is_another() -> None:
    assert "30 September 2028" in saying.sentence(replace(CLOSE_RATE, due=date(2028, 9, 30)))


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (Fraction(473, 1000), "rate", "47.3 %"),
        (Fraction(1, 2), "rate", "50 %"),
        (Fraction(425, 1000), "rate", "42.5 %"),
        (890_000, "money", "$890k"),
        (212_000, "money", "$212k"),
        (24_000, "money", "$24k"),
        (1_400_000, "money", "$1.4M"),
        (950, "money", "$950"),
        (999_999, "money", "$1M"),
        (0, "money", "$0"),
        (-2500, "money", "−$2.5k"),
        (11, "count", "11"),
        (Fraction(23, 5), "count", "4.6"),
        (1204, "count", "1,204"),
        (63, "days", "63 days"),
        (1, "days", "1 day"),
        (Decimal("-0.04"), "count", "0"),
    ],
)
def test_figures_as_they_are_read(amount: int | Fraction, unit: str, words: str) -> None:
    assert plain(saying.value(amount, unit)) == words


def test_money_beside_its_target_takes_the_targets_scale() -> None:
    assert saying.money(890_000, "USD", like=1_400_000) == "$0.89M"
    assert plain(saying.money(890_000, "CHF", like=1_400_000)) == "CHF 0.89M"


@given(st.fractions(min_value=-(10**6), max_value=10**6), st.integers(0, 4))
def test_a_number_is_never_further_off_than_half_its_last_place(amount: Fraction, places: int) -> None:
    read = Fraction(saying.number(amount, places).replace(",", "").replace(saying.MINUS, "-"))
    assert abs(read - amount) <= Fraction(1, 2 * 10**places)


@given(st.integers(1, 10**11))
def test_money_in_short_has_at_most_four_digits(amount: int) -> None:
    digits = [sign for sign in saying.money(amount, "USD") if sign.isdigit()]
    assert len(digits) <= 4 if amount < 10**12 else True


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2027, 8, 17), "today"), (date(2027, 8, 16), "yesterday"), (date(2027, 7, 14), "34 days ago")],
)
def test_how_long_ago(day: date, words: str) -> None:
    assert saying.ago(day, date(2027, 8, 17)) == words


def test_an_instant_is_said_in_the_companys_zone() -> None:
    at = datetime(2027, 8, 17, 5, 40, tzinfo=UTC)
    assert saying.moment(at, "Europe/Zurich", date(2027, 8, 17)) == "07:40"
    assert plain(saying.moment(at, "Europe/Zurich", date(2027, 8, 19))) == "17 August, 07:40"


def test_data_over_a_long_weekend_are_not_called_stale() -> None:
    at = datetime(2027, 8, 13, 18, tzinfo=UTC)
    assert not saying.is_stale(at, date(2027, 8, 16))
    assert saying.is_stale(at, date(2027, 8, 17))


def test_the_gap_says_what_is_missing_and_how_long_there_is() -> None:
    assert plain(saying.gap(CLIENTS)) == "4 short, 88 working days left"
    assert plain(saying.gap(CLOSE_RATE)) == "0.4 points short, 88 working days left"
    ahead = replace(CLOSE_RATE, value=Fraction(455, 1000), status=Status.ON_PACE)
    assert plain(saying.gap(ahead)) == "1.1 points ahead"


def test_lower_is_better_turns_the_gap_round() -> None:
    cycle = replace(
        CLOSE_RATE, unit="days", baseline=Fraction(63), target=Fraction(55), value=Fraction(58),
        expected=Fraction(60), progress=Fraction(5, 8), expected_progress=Fraction(3, 8), status=Status.ON_PACE,
    )  # fmt: skip
    assert plain(saying.gap(cycle)) == "2 days ahead"


def test_below_the_start_is_said() -> None:
    assert plain(saying.gap(replace(CLOSE_RATE, value=Fraction(37, 100), progress=Fraction(-3, 10)))) == (
        "3 points below the start"
    )


def test_too_few_deals_are_named_as_the_reason() -> None:
    few = replace(CLOSE_RATE, status=Status.TOO_EARLY, denominator=Decimal(7))
    assert saying.gap(few) == "7 of 20 deals decided that it takes to say"


def test_how_long_it_is_too_early_is_said_where_it_is_known() -> None:
    early = replace(CLOSE_RATE, status=Status.TOO_EARLY, denominator=Decimal(70), workdays_to_wait=12)
    assert saying.gap(early) == "12 working days until this says anything"
    assert (
        saying.gap(replace(early, workdays_to_wait=1, value=None))
        == "at least 1 working day until this says anything"
    )
    clients = replace(CLIENTS, status=Status.TOO_EARLY, workdays_to_wait=12)
    assert saying.gap(clients) == "at least 12 working days until this says anything"
    assert saying.gap(replace(clients, workdays_to_wait=0)) == "too little is expected so far to say"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (replace(CLIENTS, value=Fraction(2), target=Fraction(5)), "2 of 5"),
        (CLOSE_RATE, "44 of 50 %"),
        (replace(CLIENTS, unit="money", value=Fraction(212_000), target=Fraction(300_000)), "$212 of 300k"),
        (replace(CLOSE_RATE, value=None), "no value yet"),
    ],
)
def test_where_somebody_stands_says_the_unit_once(figure: Thermometer, words: str) -> None:
    assert plain(saying.against_target(figure)) == words


def test_the_drawing_gets_the_very_figures_that_are_said() -> None:
    tube = tube_of(CLOSE_RATE, has_scale=True)
    assert (plain(tube.top), plain(tube.bottom), plain(tube.today)) == ("50 %", "from 40 %", "44.4 %")
    assert (tube.part, tube.expected) == (0.4, 0.44)
    assert [(plain(mark.words), round(mark.part, 9)) for mark in tube.marks] == [("46 % Jun", 0.6)]
    assert [plain(words) for _, words in tube.scale] == ["42 %", "44 %", "46 %", "48 %"]


def test_past_the_goal_the_drawing_says_by_how_much() -> None:
    over = replace(CLIENTS, value=Fraction(27), progress=Fraction(27, 24), status=Status.REACHED)
    assert plain(tube_of(over).over) == "24 · at 113 %"
    assert saying.gap(over) == "3 over"


def test_a_refusals_file_and_line_are_not_said_twice() -> None:
    from ropewalk.pages.importing.words import said_once

    said = 'sales, 2026.csv, line 4, Close Value: "many" is no finite number.'
    assert said_once(said, "4") == 'Close Value: "many" is no finite number.'
    assert said_once(said, "14") == said[:1].upper() + said[1:]
    assert said_once("a.csv, line 4: the deal is won, line 4, too.", "4") == "The deal is won, line 4, too."
    assert said_once("a.csv, line 4 has 3 cells where the header has 8.", "4").startswith("Has 3 cells")
