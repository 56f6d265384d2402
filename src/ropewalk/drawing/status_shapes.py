"""A status as a word and a shape, so that the colour is never needed.

Start with `shape`; `status_svg` is the shape alone, as a picture beside the word.
"""

from __future__ import annotations

from ropewalk.drawing.element import Svg, element
from ropewalk.drawing.palette import STATUS, status_class
from ropewalk.rules.status import Status

SIGNS = {
    Status.ON_PACE: "●",
    Status.BEHIND: "▲",
    Status.OFF_PACE: "■",
    Status.REACHED: "✓",
    Status.MISSED: "✕",
    Status.TOO_EARLY: "◌",
    Status.NO_SHARE: "–",
}  # for plain text: chat, mail subject, spreadsheet


def shape(status: Status, x: float, y: float, size: float) -> Svg:
    """The status's shape around a point, `size` wide."""
    half, colour, name = size / 2, STATUS[status], f"shape {status_class(status)}"
    if status is Status.ON_PACE:
        return element("circle", class_=name, cx=x, cy=y, r=half, fill=colour)
    if status is Status.BEHIND:
        points = f"M{x - half:.2f} {y + half * 0.85:.2f}L{x:.2f} {y - half:.2f}L{x + half:.2f} {y + half * 0.85:.2f}Z"
        return element("path", class_=name, d=points, fill=colour)
    if status is Status.OFF_PACE:
        side = size * 0.9
        return element(
            "rect", class_=name, x=x - side / 2, y=y - side / 2, width=side, height=side, fill=colour
        )
    drawn = {"class_": f"{name} drawn", "fill": "none", "stroke": colour}
    if status is Status.REACHED:
        points = f"M{x - half:.2f} {y:.2f}L{x - half * 0.25:.2f} {y + half * 0.75:.2f}L{x + half:.2f} {y - half * 0.75:.2f}"
        return element("path", d=points, stroke_width=size * 0.22, stroke_linejoin="round", **drawn)
    if status is Status.MISSED:
        arm = half * 0.85
        points = f"M{x - arm:.2f} {y - arm:.2f}l{2 * arm:.2f} {2 * arm:.2f}m0 {-2 * arm:.2f}l{-2 * arm:.2f} {2 * arm:.2f}"
        return element("path", d=points, stroke_width=size * 0.2, **drawn)
    if status is Status.TOO_EARLY:
        dots = f"{size * 0.12:.2f} {size * 0.22:.2f}"
        return element(
            "circle", cx=x, cy=y, r=half * 0.9, stroke_width=size * 0.13, stroke_dasharray=dots, **drawn
        )
    return element(
        "path", d=f"M{x - half * 0.8:.2f} {y:.2f}h{size * 0.8:.2f}", stroke_width=size * 0.18, **drawn
    )


def status_svg(status: Status) -> Svg:
    """The shape as a picture of its own, 12 by 12; the word beside it says the same, so it is hidden from readers."""
    return element(
        "svg",
        shape(status, 6, 6, 11),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 12 12",
        width=12,
        height=12,
        aria_hidden="true",
    )
