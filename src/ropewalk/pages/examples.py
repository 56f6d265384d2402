"""Invented drawings for pages on which there is nothing yet, so that one sees what will be there.

They are always shown grey and marked "example". Start with `rope_map`.
"""

from __future__ import annotations

from ropewalk.drawing import rope_map as map_drawing
from ropewalk.drawing import thermometer as tube_drawing
from ropewalk.drawing.element import Svg
from ropewalk.drawing.map_frame import Ceiling, Picture, RopeEnd, Stander, TeamBay
from ropewalk.drawing.thermometer import Mark, Tube
from ropewalk.rules.status import Status

REACHES = ((7, 6, 4), (6, 7, 7), (2, 6, 6), (7, 3, 6), (6, 6, 5), (7, 6, 6))
TAGS = {2: "R", 3: "B", 4: "R", 5: "M"}


def rope_map() -> Svg:
    """Two teams of three, three initiatives."""
    people = [
        Stander(
            "Somebody",
            "Somebody",
            "",
            "#",
            tuple(
                RopeEnd(slot, reach, Status.ON_PACE, "", "#", TAGS.get(reach, ""), is_overdue=reach < 4)
                for slot, reach in enumerate(reaches, start=1)
            ),
        )
        for reaches in REACHES
    ]
    initiatives = tuple(Ceiling(slot, f"Initiative {slot}", "#") for slot in (1, 2, 3))
    bays = (
        TeamBay("A team", "7 of 9", "#", tuple(people[:3]), ()),
        TeamBay("Another", "7 of 9", "#", tuple(people[3:]), ()),
    )
    return map_drawing.rope_map(Picture("Example of a rope map.", initiatives, bays), is_still=True)


def thermometer() -> Svg:
    """A count on its way."""
    return tube_drawing.thermometer(
        Tube(
            "example",
            "Example of a thermometer.",
            Status.ON_PACE,
            0.55,
            "24",
            "0",
            "12",
            0.5,
            marks=(Mark(0.25, "6 by Mar", True), Mark(0.75, "18 by Sep", False)),
        )
    )
