import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropewalk.drawing.thermometer import Mark, Tube, small_thermometer, spread_out, thermometer
from ropewalk.rules.status import Status

SVG = "{http://www.w3.org/2000/svg}"
TUBE = Tube(
    key="close-rate-company-0",
    sentence="Close rate: 47.3 % on 17 August.",
    status=Status.ON_PACE,
    part=0.61,
    top="50 %",
    bottom="from 43 %",
    today="46.2 %",
    expected=0.46,
    marks=(Mark(0.35, "45.5 % Jun", True), Mark(0.71, "48 % Sep", False)),
)


def words(drawn: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def top_of_fill(drawn: str) -> float:
    path = next(
        one
        for one in ElementTree.fromstring(drawn).iter(f"{SVG}path")
        if "fill" in (one.get("class") or "").split()
    )
    found = re.search(r"V([\d.]+)", path.get("d") or "")
    assert found
    return float(found[1])


def test_now_goal_baseline_and_today_are_written_at_the_tube() -> None:
    said = words(thermometer(TUBE))
    assert {"50 %", "from 43 %", "today", "46.2 %"} <= set(said)


def test_milestones_are_written_and_reached_ones_ticked() -> None:
    said = words(thermometer(TUBE))
    assert "45.5 % Jun\u00a0✓" in said
    assert "48 % Sep" in said


def test_it_is_one_image_named_by_its_sentence() -> None:
    root = ElementTree.fromstring(thermometer(TUBE))
    assert (root.get("role"), root.get("aria-label")) == ("img", TUBE.sentence)


def test_more_progress_stands_higher_and_the_fill_is_cut_at_both_ends() -> None:
    heights = [top_of_fill(thermometer(replace(TUBE, part=part))) for part in (0.1, 0.5, 1.0, 1.12)]
    assert heights[0] > heights[1] > heights[2] == heights[3]


def test_past_the_top_the_number_goes_on_and_the_tube_is_broken() -> None:
    drawn = thermometer(replace(TUBE, part=1.12, over="24 · at 112 %"))
    assert "24 · at 112 %" in words(drawn)
    assert 'class="break"' in drawn
    assert 'class="break"' not in thermometer(TUBE)


@pytest.mark.parametrize(
    ("status", "part"), [(Status.TOO_EARLY, 0.2), (Status.NO_SHARE, None), (Status.ON_PACE, None)]
)
def test_too_early_or_without_a_value_it_is_hatched_and_bears_no_status_colour(
    status: Status, part: float | None
) -> None:
    drawn = thermometer(replace(TUBE, status=status, part=part))
    assert "url(#hatch-close-rate-company-0)" in drawn
    assert 'class="fill' not in drawn


def test_below_the_start_the_bulb_is_empty() -> None:
    drawn = thermometer(replace(TUBE, part=-0.2))
    assert 'class="fill' not in drawn
    assert "hatch" not in drawn


def test_the_small_one_keeps_todays_mark_and_the_sentence_and_leaves_the_words_to_the_page() -> None:
    drawn = small_thermometer(TUBE)
    assert words(drawn) == []
    assert "today-mark" in drawn
    assert TUBE.sentence in drawn


def test_nothing_in_it_needs_a_style_sheet() -> None:
    drawn = thermometer(TUBE)
    assert "style=" not in drawn
    assert "var(" not in drawn
    assert "currentColor" not in drawn


@given(st.lists(st.floats(30, 150), max_size=5))
def test_milestones_close_together_are_moved_apart(wanted: list[float]) -> None:
    heights = [14.0] * len(wanted)
    places = spread_out(sorted(wanted), heights, 24, 170)
    assert all(two - one >= 14 - 1e-6 for one, two in itertools.pairwise(places))
