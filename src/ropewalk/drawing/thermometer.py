"""The thermometer: how far a goal has come, where it should be today, and its milestones, all of it written at the tube.

The bulb is the baseline, the top the target; lower-is-better fills upward as well. Fill is cut at both ends, the number
never. Start with `Tube`; `thermometer` draws it for a desk, `small_thermometer` for a phone.
"""

from __future__ import annotations

from dataclasses import dataclass

from ropewalk.drawing.element import Svg, element, lines_of, together
from ropewalk.drawing.palette import CARD, EARLY, INK, LINE, SOFT, STATUS, status_class
from ropewalk.rules.status import Status

HATCHED = (Status.TOO_EARLY, Status.NO_SHARE)
LETTERS = 19  # of a milestone's line
LINE_HEIGHT = 12


@dataclass(frozen=True)
class Mark:
    """A milestone at the tube."""

    part: float  # of the way
    words: str  # "48 % Sep"
    is_reached: bool


@dataclass(frozen=True)
class Tube:
    """All that is drawn and written at one thermometer. Parts are of the way from baseline to target, uncut."""

    key: str  # tells the drawings of one page apart
    sentence: str
    status: Status
    part: float | None  # None: no value
    top: str  # the target, in words
    bottom: str  # the baseline
    today: str = ""  # the expected value, in words
    expected: float | None = None
    over: str = ""  # above the top, where the value is past it: "112 %"
    marks: tuple[Mark, ...] = ()
    scale: tuple[tuple[float, str], ...] = ()  # numbers along the tube, for the large one


@dataclass(frozen=True)
class _Frame:
    """Where the tube stands, in the drawing's own pixels."""

    x: float  # centre
    top: float
    bottom: float  # where bulb and tube meet: part 0
    half: float  # of the tube's width
    bulb: float  # radius

    @property
    def bulb_y(self) -> float:
        return self.bottom + self.bulb * 0.8

    def y(self, part: float) -> float:
        return self.bottom - (self.bottom - self.top) * min(max(part, 0), 1)


def thermometer(tube: Tube, *, height: int = 186) -> Svg:
    """The desk's thermometer, with everything written; 210 wide, or 250 with a scale."""
    indent = 40 if tube.scale else 0
    frame = _Frame(x=62 + indent, top=24, bottom=height - 36, half=8, bulb=14)
    right = frame.x + frame.half
    children = [
        body(tube, frame),
        words_of(tube.over or tube.top, right + 9, frame.top - 8, "ink", INK, weight=700),
        words_of(tube.bottom, frame.x + frame.bulb + 6, frame.bulb_y + 4, "soft", SOFT),
        *scale_of(tube, frame),
        *marks_of(tube, frame),
        *today_of(tube, frame),
    ]
    return picture(tube, children, 210 + indent, height)


def small_thermometer(tube: Tube) -> Svg:
    """The phone's thermometer: tube and today's mark; its words stand beneath it."""
    frame = _Frame(x=32, top=6, bottom=54, half=6.5, bulb=13)
    marks = [pointer(frame, tube.expected, frame.x - frame.half - 3)] if tube.expected is not None else []
    return picture(tube, [body(tube, frame), *marks], 64, 80)


def picture(tube: Tube, children: list[Svg], width: int, height: int) -> Svg:
    return element(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"thermometer {status_class(tube.status)}",
        role="img",
        aria_label=tube.sentence,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        font_family="Inter, system-ui, sans-serif",
    )


def body(tube: Tube, frame: _Frame) -> Svg:
    """Tube, bulb and what is in them. Too early, or without a value: hatched, and never empty as if it were 0."""
    colour = STATUS[tube.status]
    name = f"fill {status_class(tube.status)}"
    inner = frame.half - 3.2
    is_hatched = tube.status in HATCHED or tube.part is None
    pattern = f"hatch-{tube.key}"
    parts = [outline(frame)]
    if is_hatched:
        parts.append(hatching(pattern))
    paint = f"url(#{pattern})" if is_hatched else colour
    name = "hatched" if is_hatched else name
    level = frame.y(1 if tube.part is None else tube.part)
    if tube.part is None or tube.part > 0:
        parts.append(
            element(
                "path",
                class_=name,
                fill=paint,
                d=(
                    f"M{frame.x - inner:.2f} {frame.bottom + 4:.2f}V{level + inner:.2f}"
                    f"a{inner:.2f} {inner:.2f} 0 0 1 {2 * inner:.2f} 0V{frame.bottom + 4:.2f}Z"
                ),
            )
        )
    if tube.part is None or tube.part >= 0:
        parts.append(
            element("circle", class_=name, cx=frame.x, cy=frame.bulb_y, r=frame.bulb - 3.6, fill=paint)
        )
    if tube.part is not None and tube.part > 1:
        parts.append(broken(frame))
    return together(*parts)


def outline(frame: _Frame) -> Svg:
    """One line around tube and bulb."""
    meet = frame.bulb_y - (frame.bulb**2 - frame.half**2) ** 0.5
    return element(
        "path",
        class_="tube",
        fill=CARD,
        stroke=INK,
        stroke_width=1.8,
        d=(
            f"M{frame.x - frame.half:.2f} {meet:.2f}V{frame.top:.2f}"
            f"a{frame.half:.2f} {frame.half:.2f} 0 0 1 {2 * frame.half:.2f} 0V{meet:.2f}"
            f"A{frame.bulb:.2f} {frame.bulb:.2f} 0 1 1 {frame.x - frame.half:.2f} {meet:.2f}Z"
        ),
    )


def hatching(pattern: str) -> Svg:
    line = element(
        "path", class_="hatch", d="M-1 6L6 -1M3 10L10 3", stroke=EARLY, stroke_width=1.5, fill="none"
    )
    return element(
        "defs",
        element("pattern", line, id=pattern, width=7, height=7, patternUnits="userSpaceOnUse"),
    )


def broken(frame: _Frame) -> Svg:
    """Two strokes across the tube: the value goes on past the top."""
    x, y, half = frame.x, frame.top + 14, frame.half + 3
    strokes = [
        element(
            "path",
            class_="break",
            d=f"M{x - half:.2f} {at + 3:.2f}L{x + half:.2f} {at - 3:.2f}",
            stroke=CARD,
            stroke_width=3,
        )
        for at in (y, y + 6)
    ]
    return together(*strokes)


def pointer(frame: _Frame, part: float, tip: float) -> Svg:
    """Today's mark: a triangle beside the tube, and a dotted line through it."""
    y = frame.y(part)
    return together(
        element(
            "path",
            class_="today-line",
            d=f"M{tip:.2f} {y:.2f}H{frame.x + frame.half + 4:.2f}",
            stroke=INK,
            stroke_width=1.2,
            stroke_dasharray="1.5 2",
        ),
        element(
            "path",
            class_="today-mark",
            d=f"M{tip:.2f} {y:.2f}l-7.5 -4.2v8.4Z",
            fill=INK,
        ),
    )


def today_of(tube: Tube, frame: _Frame) -> list[Svg]:
    if tube.expected is None:
        return []
    y, tip = frame.y(tube.expected), frame.x - frame.half - 3
    drawn = [pointer(frame, tube.expected, tip)]
    above = min(max(y - 3, 11.0), frame.bulb_y)
    drawn.append(words_of("today", tip - 10, above, "ink", INK, anchor="end"))
    drawn.append(words_of(tube.today, tip - 10, above + LINE_HEIGHT, "ink", INK, anchor="end"))
    return drawn


def scale_of(tube: Tube, frame: _Frame) -> list[Svg]:
    """Numbers of a 1-2-5 scale left of the tube, where today's words leave room."""
    taken = frame.y(tube.expected) if tube.expected is not None else None
    drawn = []
    for part, words in tube.scale:
        y, edge = frame.y(part), frame.x - frame.half
        drawn.append(
            element("path", class_="line", d=f"M{edge:.2f} {y:.2f}h-4", stroke=LINE, stroke_width=1.2)
        )
        if taken is None or abs(y - taken) > 22:
            drawn.append(words_of(words, edge - 8, y + 4, "soft", SOFT, anchor="end"))
    return drawn


def marks_of(tube: Tube, frame: _Frame) -> list[Svg]:
    """Milestones right of the tube: a tick where each stands, its words beside it, moved apart where they would touch."""
    edge, drawn = frame.x + frame.half, []
    marks = sorted((mark for mark in tube.marks if 0 <= mark.part <= 1), key=lambda mark: -mark.part)
    written = [f"{mark.words}\u00a0✓" if mark.is_reached else mark.words for mark in marks]
    roomy = frame.bulb_y - frame.top > LINE_HEIGHT * (2 * len(marks) + 3)
    blocks = [lines_of(words, LETTERS, 3 if roomy else 2) for words in written]
    places = spread_out(
        [frame.y(mark.part) for mark in marks],
        [len(lines) * LINE_HEIGHT for lines in blocks],
        frame.top + 2,
        frame.bulb_y - 8,
    )
    for mark, lines, middle in zip(marks, blocks, places, strict=True):
        y = frame.y(mark.part)
        drawn.append(
            element(
                "path",
                class_="tick reached" if mark.is_reached else "tick",
                d=f"M{edge:.2f} {y:.2f}h5L{edge + 9:.2f} {middle:.2f}",
                fill="none",
                stroke=INK,
                stroke_width=1.2,
            )
        )
        first = middle + 4 - (len(lines) - 1) * LINE_HEIGHT / 2
        drawn += [
            words_of(line, edge + 12, first + at * LINE_HEIGHT, "soft", SOFT) for at, line in enumerate(lines)
        ]
    return drawn


def spread_out(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Middles for blocks of these heights, from the top down, near where they are wanted and not over one another."""
    places: list[float] = []
    edge = top
    for want, height in zip(wanted, heights, strict=True):
        places.append(max(want, edge + height / 2))
        edge = places[-1] + height / 2
    edge = bottom
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], edge - heights[at] / 2)
        edge = places[at] - heights[at] / 2
    return places


def words_of(
    words: str, x: float, y: float, name: str, colour: str, *, weight: int = 400, anchor: str | None = None
) -> Svg:
    """One line of words. The drawing's sentence says them all, so readers hear that."""
    return element(
        "text",
        words,
        class_=name,
        x=x,
        y=y,
        fill=colour,
        font_size=11.5,
        font_weight=weight if weight != 400 else None,
        text_anchor=anchor,
    )
