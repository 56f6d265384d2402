"""The rope map of many: a team is a bundle per initiative, as wide at each knot as the share of its ropes that still hold.

Also where nobody may be named. Start with `cable_map`.
"""

from __future__ import annotations

from collections import Counter

from ropewalk.drawing.element import Svg, element
from ropewalk.drawing.map_frame import (
    BETWEEN,
    GROUND,
    LEAST_WIDTH,
    LEFT,
    ROWS,
    Level,
    Picture,
    RopeEnd,
    TeamBay,
    breaks_of,
    frame_of,
    names_of_initiatives,
    team_of,
    whole,
)
from ropewalk.drawing.palette import LINE, ROPES, SOFT

THICK = 30  # pixels of a bundle in which every rope holds
BUNDLE = 42  # pixels from bundle to bundle
A_ROW = 8  # teams
NO_NAMES = 50  # pixels that people's names would take
TAPER = 9  # pixels in which a bundle thins


def cable_map(picture: Picture) -> Svg:
    """The map by teams, without names."""
    slots = [one.slot for one in picture.initiatives]
    bays = [bay for bay in picture.bays if bay.ropes]
    width = max(len(slots) * BUNDLE, 100) + BETWEEN
    inner = max(LEAST_WIDTH, min(len(bays), A_ROW) * width)
    level, drawn = Level(34), [names_of_initiatives(picture.initiatives, inner)]
    dim = {one.slot for one in picture.initiatives if one.is_dim}
    for at in range(0, len(bays), A_ROW):
        tier = bays[at : at + A_ROW]
        drawn += frame_of(level, inner, level.team - NO_NAMES, below="Of all ropes")
        drawn += breaks_of(level, inner, [rope for bay in tier for rope in bay.ropes])
        room = min(inner / len(tier), 1.6 * width)
        for place, bay in enumerate(tier):
            drawn.append(bundles_of(bay, LEFT + room * (place + 0.5), level, slots, dim))
        level = Level(level.bottom - NO_NAMES + 16)
    return whole(picture.sentence, drawn, inner, level.top - 16)


def holding(ropes: list[RopeEnd]) -> list[float]:
    """The share of ropes that hold at each row and, at the end, on the ground; 1 to 0, never rising."""
    counts = Counter(rope.reach for rope in ropes)
    return [
        sum(count for reach, count in counts.items() if reach > row + 1) / len(ropes)
        for row in range(len(ROWS))
    ]


def bundles_of(bay: TeamBay, x: float, level: Level, slots: list[int], dim: set[int]) -> Svg:
    drawn = []
    hung: dict[int, list[RopeEnd]] = {}
    for rope in bay.ropes:
        hung.setdefault(rope.slot, []).append(rope)
    for place, slot in enumerate(slots):
        ropes = hung.get(slot, [])
        middle = x + BUNDLE * (place - (len(slots) - 1) / 2)
        if not ropes:
            continue
        grounded = sum(rope.reach >= GROUND for rope in ropes) / len(ropes)
        drawn += [
            element(
                "path",
                class_="missing",
                d=f"M{middle - THICK / 2:.1f} {level.beam:.0f}V{level.floor:.0f}M{middle + THICK / 2:.1f} {level.beam:.0f}V{level.floor:.0f}",
                stroke=LINE,
                stroke_width=1,
                stroke_dasharray="1.5 3",
            ),
            element(
                "path",
                class_=f"cable cable-{slot}",
                d=outline(holding(ropes), middle, level),
                fill=ROPES[slot],
                opacity=0.15 if slot in dim else None,
            ),
            element(
                "text",
                f"{round(100 * grounded)} %",
                class_="soft",
                x=middle,
                y=level.working + 4,
                fill=SOFT,
                font_size=11,
                text_anchor="middle",
            ),
        ]
    return element("g", *drawn, team_of(bay, x, Level(level.top - NO_NAMES)))


def outline(shares: list[float], middle: float, level: Level) -> str:
    """Down one side and up the other, thinner below each row at which ropes break."""
    points = [(level.beam, 1.0)]
    before = 1.0
    for row, share in enumerate(shares):
        points += [(level.row(row) - TAPER, before), (level.row(row) + TAPER, share)]
        before = share
    points.append((level.floor, before))
    right = [f"{middle + THICK * share / 2:.1f} {y:.1f}" for y, share in points]
    left = [f"{middle - THICK * share / 2:.1f} {y:.1f}" for y, share in reversed(points)]
    return f"M{'L'.join(right + left)}Z"
