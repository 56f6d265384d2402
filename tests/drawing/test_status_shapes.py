import pytest

from ropewalk.drawing.palette import status_class
from ropewalk.drawing.status_shapes import SIGNS, shape, status_svg
from ropewalk.rules.status import Status


def test_no_two_statuses_share_shape_and_sign() -> None:
    bare = {status: shape(status, 0, 0, 10) for status in Status}
    colourless = {drawn.split('class="')[0] + drawn.split(" d=")[-1] for drawn in bare.values()}
    assert len(colourless) == len(list(Status))
    assert len(set(SIGNS.values())) == len(list(Status))


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (Status.ON_PACE, "<circle"),
        (Status.BEHIND, "<path"),
        (Status.OFF_PACE, "<rect"),
        (Status.TOO_EARLY, "<circle"),
    ],
)
def test_on_pace_is_round_behind_a_triangle_off_pace_a_square(status: Status, name: str) -> None:
    assert shape(status, 5, 5, 10).startswith(name)


def test_too_early_is_dotted_and_missed_is_drawn_not_filled() -> None:
    assert "stroke-dasharray" in shape(Status.TOO_EARLY, 5, 5, 10)
    assert 'fill="none"' in shape(Status.MISSED, 5, 5, 10)


@pytest.mark.parametrize("status", list(Status))
def test_each_shape_carries_the_class_that_pages_colour_and_readers_pass_it_over(status: Status) -> None:
    drawn = status_svg(status)
    assert status_class(status) in drawn
    assert 'aria-hidden="true"' in drawn
