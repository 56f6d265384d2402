"""Figures made into drawings: what stands in `progress` becomes what `drawing` takes, in words.

Start with `tube_of`.
"""

from __future__ import annotations

from ropewalk.drawing import scales
from ropewalk.drawing.thermometer import Mark, Tube
from ropewalk.pages import saying
from ropewalk.progress.figure import Thermometer

SCALE_STEPS = 5


def tube_of(figure: Thermometer, *, has_scale: bool = False) -> Tube:
    """A figure's tube with everything written at it."""
    way = None if figure.target is None else figure.target - figure.baseline
    marks = tuple(
        Mark(
            float((tick.level - figure.baseline) / way),
            saying.mark_words(figure, tick),
            tick.is_reached and (tick.by <= figure.on or not tick.is_measured),
        )
        for tick in figure.ticks
        if tick.level is not None and way and not (tick.is_measured and figure.held_from is not None)
    )
    top = saying.of(figure, figure.target) if figure.target is not None else "no target"
    part = None if figure.progress is None else float(figure.progress)
    is_judged = figure.expected_progress is not None and figure.expected is not None
    return Tube(
        key=f"{figure.initiative_key}-{figure.scope}-{figure.scope_id}",
        sentence=saying.sentence(figure),
        status=figure.status,
        part=part,
        top=top,
        bottom=bottom_of(figure),
        today=saying.of(figure, figure.expected) if is_judged else "",
        expected=float(figure.expected_progress)
        if is_judged and figure.expected_progress is not None
        else None,
        over=f"{top} · {beyond(figure, part)}" if part is not None and part > 1 else "",
        marks=marks,
        scale=scale_of(figure) if has_scale else (),
    )


def bottom_of(figure: Thermometer) -> str:
    """What stands at the bulb: where a rate or mean began; where it is to be held, and of counts, the scale's own foot."""
    if figure.kind != "level":
        return "0"
    foot = saying.of(figure, figure.baseline)
    return foot if figure.held_from is not None else f"from {foot}"


def beyond(figure: Thermometer, part: float) -> str:
    """How far past the target: "at 113 %" of a count or sum; a rate's way is none of its own percents, so "15 points over"."""
    if figure.kind != "level" or figure.value is None or figure.target is None:
        return f"at {saying.percent(part, 0)}"
    return saying.against(figure, figure.target, "over", "over")


def scale_of(figure: Thermometer) -> tuple[tuple[float, str], ...]:
    """Numbers along the tube between its ends, in steps of 1-2-5."""
    if figure.target is None or figure.target == figure.baseline:
        return ()
    return tuple(
        (float(scales.part(level, figure.baseline, figure.target)), saying.of(figure, level))
        for level in scales.ticks(figure.baseline, figure.target, SCALE_STEPS)
        if level not in (figure.baseline, figure.target)
    )
