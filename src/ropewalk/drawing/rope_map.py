"""The rope map: initiatives on one beam, people on the floor by team, every rope hanging as far as it reaches.

What is tied needs no dot; a loose end frays and carries who owes the next step. Below the floor stands whether it works.
Up to about 36 people stand in one row, more wrap into further rows; above 100 a team is a cable (`cables`). Start with
`rope_map`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ropewalk.drawing.element import Svg, element, shortened, together
from ropewalk.drawing.map_frame import (
    BETWEEN,
    LEAST_WIDTH,
    LEFT,
    PITCH,
    Level,
    Picture,
    RopeEnd,
    Stander,
    TeamBay,
    breaks_of,
    frame_of,
    names_of_initiatives,
    team_of,
    whole,
)
from ropewalk.drawing.map_grid import FIRST, cell, grid, group, head_of_column, head_of_row, without_grid
from ropewalk.drawing.palette import CARD, EARLY, INK, LINE, OVERDUE, ROPES, SOFT
from ropewalk.drawing.status_shapes import shape

APART = 8  # pixels between a person's ropes
PEOPLE_A_ROW = 36
SINGLE_ROPES = 100  # people; above, teams are drawn as cables
ZIGZAG = 6.9  # pixels above and below its row that a tag hangs


@dataclass(frozen=True)
class PlacedBay:
    """A team in its place: its left edge, and the column in which its first person stands."""

    bay: TeamBay
    left: float
    column: int

    @property
    def people(self) -> list[tuple[Stander, float, int]]:
        """Each person with the middle of their column on the picture, and with its number."""
        first = self.left + (self.bay.width - len(self.bay.people) * PITCH) / 2 + PITCH / 2
        return [(one, first + PITCH * at, self.column + at) for at, one in enumerate(self.bay.people)]


@dataclass(frozen=True)
class Hung:
    """A rope in its place, `y` the height of its tag."""

    rope: RopeEnd
    x: float
    y: float
    column: int


def rope_map(picture: Picture, *, is_still: bool = False) -> Svg:
    """The map, for up to 100 named people; `is_still` leaves the links out, for paper and for examples."""
    tiers = tiers_of(picture.bays)
    inner = max([LEAST_WIDTH, *(width_of(tier) + BETWEEN for tier in tiers)])
    level, drawn, groups = Level(34), list[Svg](), list[Svg]()
    dim = {one.slot for one in picture.initiatives if one.is_dim}
    heads = [head_of_row(one) for one in names_of_initiatives(picture.initiatives, inner)]
    rows = {one.slot: [head] for one, head in zip(picture.initiatives, heads, strict=True)}
    for tier in tiers:
        bays = bays_in(tier, inner)
        hung = [hanging(bay, level) for bay in bays]
        drawn += frame_of(level, inner, level.team)
        drawn += breaks_of(level, inner, [rope for bay in tier for one in bay.people for rope in one.ropes])
        drawn += [ropes_of(held, level, dim) for held in hung]
        for one in [one for held in hung for one in held]:
            rows.setdefault(one.rope.slot, []).append(end_of(one, level, one.rope.slot in dim))
        people = [column_of(one, x, level, column) for bay in bays for one, x, column in bay.people]
        groups.append(group([people, *(rows[slot] for slot in sorted(rows)), feet_of(bays, level)]))
        rows, level = {}, Level(level.bottom + 16)
    most = max((sum(len(bay.people) for bay in tier) for tier in tiers), default=0)
    drawn.append(grid("Ropes by initiative and person", groups, columns=most))
    found = whole(picture.sentence, drawn, inner, level.top - 16)
    return without_grid(without_links(found)) if is_still else found


def without_links(drawing: Svg) -> Svg:
    """The drawing with groups in place of its links."""
    return Svg(re.sub(r"</a>", "</g>", re.sub(r'<a( [^>]*?)? href="[^"]*"', r"<g\1", drawing)))


def tiers_of(bays: Sequence[TeamBay]) -> list[list[TeamBay]]:
    """The bays in rows of about 36 people; a team that is larger goes on in the next row."""
    parts = [
        replace(bay, people=bay.people[at : at + PEOPLE_A_ROW])
        for bay in bays
        for at in range(0, len(bay.people), PEOPLE_A_ROW)
    ]
    tiers: list[list[TeamBay]] = []
    for bay in parts:
        fits = tiers and (
            sum(len(one.people) for one in tiers[-1]) + len(bay.people) <= PEOPLE_A_ROW
            and width_of([*tiers[-1], bay]) <= PEOPLE_A_ROW * PITCH + BETWEEN * 4
        )
        if fits:
            tiers[-1].append(bay)
        else:
            tiers.append([bay])
    return tiers


def width_of(tier: Sequence[TeamBay]) -> float:
    return sum(bay.width for bay in tier) + BETWEEN * max(len(tier) - 1, 0)


def places_of(tier: Sequence[TeamBay], inner: float) -> list[float]:
    """The left edges of the bays: what is left over is shared out between them, up to a point; a few stand in the middle."""
    spare = inner - sum(bay.width for bay in tier)
    between = min(spare / len(tier), 2.5 * BETWEEN)
    aside = (spare - between * len(tier)) / 2 if inner <= LEAST_WIDTH else 0
    at, places = LEFT + aside + between / 2, []
    for bay in tier:
        places.append(at)
        at += bay.width + between
    return places


def bays_in(tier: Sequence[TeamBay], inner: float) -> list[PlacedBay]:
    """The bays of a row of bays in their places."""
    found, column = [], FIRST
    for bay, left in zip(tier, places_of(tier, inner), strict=True):
        found.append(PlacedBay(bay, left, column))
        column += len(bay.people)
    return found


def hanging(placed: PlacedBay, level: Level) -> list[Hung]:
    """A team's ropes, from left to right."""
    every = [(person, x, column, rope) for person, x, column in placed.people for rope in person.ropes]
    return [
        Hung(rope, x_of(rope, person, x), tag_y(rope, place, level), column)
        for place, (person, x, column, rope) in enumerate(every)
    ]


def feet_of(bays: Sequence[PlacedBay], level: Level) -> list[Svg]:
    """The teams below their people."""
    return [
        head_of_column(
            team_of(one.bay, one.left + one.bay.width / 2, level),
            column=one.column,
            span=len(one.bay.people),
        )
        for one in bays
    ]


def x_of(rope: RopeEnd, person: Stander, x: float) -> float:
    """Where a rope hangs: 8 px from the person's others, told apart by place."""
    slots = [one.slot for one in person.ropes]
    return x + APART * (slots.index(rope.slot) - (len(slots) - 1) / 2)


def tag_y(rope: RopeEnd, place: int, level: Level) -> float:
    """The height of a loose end's tag: at its row, by turns a little above and below, so that neighbours don't cover one another."""
    return level.row(rope.row) + (ZIGZAG if place % 2 else -ZIGZAG)


def ropes_of(hung: Sequence[Hung], level: Level, dim: set[int]) -> Svg:
    """The ropes of a bay, those of one initiative together."""
    slots = sorted({one.rope.slot for one in hung})
    return together(
        *(
            strands_of([one for one in hung if one.rope.slot == slot], level, slot, slot in dim)
            for slot in slots
        )
    )


def strands_of(hung: Sequence[Hung], level: Level, slot: int, is_dim: bool) -> Svg:
    """The ropes of one initiative in one bay: what holds, where it frays, and what is missing to the floor."""
    colour, holds, frays, missing = ROPES[slot], "", "", ""
    for one in hung:
        x, y = one.x, one.y
        if not one.rope.is_loose:
            holds += f"M{x:.1f} {level.beam:.0f}V{level.floor:.0f}"
            continue
        end = y - 14
        holds += f"M{x:.1f} {level.beam:.0f}V{end:.1f}"
        frays += f"M{x:.1f} {end:.1f}l-3.2 6M{x:.1f} {end:.1f}v6.5M{x:.1f} {end:.1f}l3.2 6"
        missing += f"M{x:.1f} {y + 9:.1f}V{level.floor:.0f}"
    name = f"rope rope-{slot}"
    return element(
        "g",
        element("path", class_="missing", d=missing, stroke=LINE, stroke_width=1, stroke_dasharray="1.5 3")
        if missing
        else None,
        element("path", class_=name, d=holds, stroke=colour, stroke_width=3, fill="none"),
        element("path", class_=name, d=frays, stroke=colour, stroke_width=1.2, fill="none")
        if frays
        else None,
        opacity=0.15 if is_dim else None,
    )


def end_of(hung: Hung, level: Level, is_dim: bool) -> Svg:
    """The end of a rope, as a cell that leads to it."""
    rope = hung.rope
    drawn = tag_of(rope, hung.x, hung.y, is_dim) if rope.is_loose else ground_of(rope, hung.x, level, is_dim)
    return cell(drawn, column=hung.column)


def ground_of(rope: RopeEnd, x: float, level: Level, is_dim: bool) -> Svg:
    """Below a rope that is on the ground: whether it is working."""
    return element(
        "a",
        element("title", rope.words),
        element("rect", class_="hit", x=x - 6, y=level.working - 8, width=12, height=16, fill="none"),
        None if is_dim else shape(rope.status, x, level.working, 6.4),
        href=rope.url,
        aria_label=rope.words,
    )


def tag_of(rope: RopeEnd, x: float, y: float, is_dim: bool) -> Svg:
    """The tag at a loose end: who owes the next step, filled when overdue, outlined when not due yet."""
    kind = "overdue" if rope.is_overdue else "not-due"
    return element(
        "a",
        element("title", rope.words),
        element(
            "circle",
            class_=f"tag {kind}",
            cx=x,
            cy=y,
            r=7.2,
            fill=OVERDUE if rope.is_overdue else CARD,
            stroke=OVERDUE if rope.is_overdue else EARLY,
            stroke_width=1.3,
        ),
        element(
            "text",
            rope.tag,
            class_=f"letter {kind}",
            x=x,
            y=y + 3.2,
            fill=CARD if rope.is_overdue else SOFT,
            font_size=9,
            font_weight=700,
            text_anchor="middle",
        ),
        href=rope.url,
        aria_label=rope.words,
        opacity=0.15 if is_dim else None,
    )


def column_of(person: Stander, x: float, level: Level, column: int) -> Svg:
    """A person's column, from the beam to the name, as one link."""
    drawn = element(
        "a",
        element("title", person.words),
        element(
            "rect",
            class_="hit",
            x=x - PITCH / 2,
            y=level.beam,
            width=PITCH,
            height=level.names - level.beam + 4,
            fill="none",
        ),
        element(
            "text",
            shortened(person.short, 10),
            class_="ink name",
            fill=INK,
            transform=f"translate({x - 6:.1f} {level.names:.1f}) rotate(45)",
        ),
        href=person.url,
        aria_label=person.words,
    )
    return head_of_column(drawn, column=column)
