"""The rope map: initiatives on one beam, people on the floor by team, every rope hanging as far as it reaches.

What is tied needs no dot; a loose end frays and carries who owes the next step. Below the floor stands whether it works.
Up to about 36 people stand in one row, more wrap into further rows; above 100 a team is a cable (`cables`). Start with
`rope_map`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ropewalk.drawing.element import Svg, element, shortened
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
from ropewalk.drawing.palette import CARD, EARLY, INK, LINE, OVERDUE, ROPES, SOFT
from ropewalk.drawing.status_shapes import shape

APART = 8  # pixels between a person's ropes
PEOPLE_A_ROW = 36
SINGLE_ROPES = 100  # people; above, teams are drawn as cables
ZIGZAG = 6.9  # pixels above and below its row that a tag hangs


def rope_map(picture: Picture, *, is_still: bool = False) -> Svg:
    """The map, for up to 100 named people; `is_still` leaves the links out, for paper and for examples."""
    tiers = tiers_of(picture.bays)
    inner = max([LEAST_WIDTH, *(width_of(tier) + BETWEEN for tier in tiers)])
    level, drawn = Level(34), [names_of_initiatives(picture.initiatives, inner)]
    dim = {one.slot for one in picture.initiatives if one.is_dim}
    for tier in tiers:
        drawn += frame_of(level, inner, level.team)
        drawn += breaks_of(level, inner, [rope for bay in tier for one in bay.people for rope in one.ropes])
        for bay, left in zip(tier, places_of(tier, inner), strict=True):
            drawn.append(bay_of(bay, left, level, dim))
        level = Level(level.bottom + 16)
    found = whole(picture.sentence, drawn, inner, level.top - 16)
    return without_links(found) if is_still else found


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


def bay_of(bay: TeamBay, left: float, level: Level, dim: set[int]) -> Svg:
    """A team: its ropes, one path for each initiative, then what hangs on them, then the people."""
    first = left + (bay.width - len(bay.people) * PITCH) / 2 + PITCH / 2
    centres = [first + PITCH * at for at in range(len(bay.people))]
    standing = list(zip(bay.people, centres, strict=True))
    hung = [
        (rope, x_of(rope, person, x), tag_y(rope, place, level))
        for place, (person, x, rope) in enumerate(
            (person, x, rope) for person, x in standing for rope in person.ropes
        )
    ]
    drawn = [column_of(person, x, level) for person, x in standing]
    for slot in sorted({rope.slot for rope, _, _ in hung}):
        drawn.append(ropes_of([one for one in hung if one[0].slot == slot], level, slot, slot in dim))
    drawn += [tag_of(rope, x, y, rope.slot in dim) for rope, x, y in hung if rope.is_loose]
    drawn += [
        shape(rope.status, x, level.working, 6.4)
        for rope, x, _ in hung
        if not rope.is_loose and rope.slot not in dim
    ]
    drawn.append(team_of(bay, left + bay.width / 2, level))
    return element("g", *drawn)


def x_of(rope: RopeEnd, person: Stander, x: float) -> float:
    """Where a rope hangs: 8 px from the person's others, told apart by place."""
    slots = [one.slot for one in person.ropes]
    return x + APART * (slots.index(rope.slot) - (len(slots) - 1) / 2)


def tag_y(rope: RopeEnd, place: int, level: Level) -> float:
    """The height of a loose end's tag: at its row, by turns a little above and below, so that neighbours don't cover one another."""
    return level.row(rope.row) + (ZIGZAG if place % 2 else -ZIGZAG)


def ropes_of(hung: Sequence[tuple[RopeEnd, float, float]], level: Level, slot: int, is_dim: bool) -> Svg:
    """The ropes of one initiative in one bay: what holds, where it frays, and what is missing to the floor."""
    colour, holds, frays, missing = ROPES[slot], "", "", ""
    for rope, x, y in hung:
        if not rope.is_loose:
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


def column_of(person: Stander, x: float, level: Level) -> Svg:
    """A person's column, from the beam to the name, as one link."""
    return element(
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
