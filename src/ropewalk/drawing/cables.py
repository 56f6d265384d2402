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
    Ceiling,
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
from ropewalk.drawing.map_grid import FIRST, cell, grid, group, head_of_column, head_of_row
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
    level, drawn, groups = Level(34), list[Svg](), list[Svg]()
    heads = [head_of_row(one) for one in names_of_initiatives(picture.initiatives, inner)]
    rows = [[head] for head in heads]
    for at in range(0, len(bays), A_ROW):
        tier = bays[at : at + A_ROW]
        drawn += frame_of(level, inner, level.team - NO_NAMES, below="Of all ropes")
        drawn += breaks_of(level, inner, [rope for bay in tier for rope in bay.ropes])
        room, feet, missing = min(inner / len(tier), 1.6 * width), list[Svg](), list[float]()
        for place, bay in enumerate(tier):
            x, column = LEFT + room * (place + 0.5), place + FIRST
            for row, one in zip(rows, picture.initiatives, strict=True):
                ropes = [rope for rope in bay.ropes if rope.slot == one.slot]
                middle = x + BUNDLE * (slots.index(one.slot) - (len(slots) - 1) / 2)
                if ropes:
                    row.append(bundle_of(bay, one, ropes, middle, level, column))
                    missing.append(middle)
            feet.append(head_of_column(team_of(bay, x, Level(level.top - NO_NAMES)), column=column))
        drawn.append(missing_of(missing, level))
        groups.append(group([*rows, feet]))
        rows, level = [[] for _ in slots], Level(level.bottom - NO_NAMES + 16)
    drawn.append(grid("Ropes by initiative and team", groups, columns=min(len(bays), A_ROW)))
    return whole(picture.sentence, drawn, inner, level.top - 16)


def holding(ropes: list[RopeEnd]) -> list[float]:
    """The share of ropes that hold at each row and, at the end, on the ground; 1 to 0, never rising."""
    counts = Counter(rope.reach for rope in ropes)
    return [
        sum(count for reach, count in counts.items() if reach > row + 1) / len(ropes)
        for row in range(len(ROWS))
    ]


def missing_of(middles: list[float], level: Level) -> Svg:
    """How wide each bundle would be if all its ropes held."""
    lines = (
        f"M{at - THICK / 2:.1f} {level.beam:.0f}V{level.floor:.0f}m{THICK} 0V{level.beam:.0f}"
        for at in middles
    )
    return element(
        "path",
        class_="missing",
        d="".join(lines),
        fill="none",
        stroke=LINE,
        stroke_width=1,
        stroke_dasharray="1.5 3",
    )


def bundle_of(
    bay: TeamBay, one: Ceiling, ropes: list[RopeEnd], middle: float, level: Level, column: int
) -> Svg:
    """A team's ropes of one initiative, as a cell."""
    grounded = sum(rope.reach >= GROUND for rope in ropes)
    return cell(
        element(
            "path",
            class_=f"cable cable-{one.slot} hit",
            d=outline(holding(ropes), middle, level),
            fill=ROPES[one.slot],
            opacity=0.15 if one.is_dim else None,
        ),
        element(
            "text",
            f"{round(100 * grounded / len(ropes))} %",
            class_="soft",
            x=middle,
            y=level.working + 4,
            fill=SOFT,
            font_size=11,
            text_anchor="middle",
        ),
        column=column,
        words=f"{bay.name}, {one.title}: {grounded} of {len(ropes)} ropes on the ground",
    )


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
