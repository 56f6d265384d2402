"""What a rope map shows, as plain values, and the frame that every map hangs in: beam, rows with their names, floor, teams.

It knows neither people's ropes nor cables; `rope_map` and `cables` hang those. Start with `Picture`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ropewalk.drawing.element import Svg, element, shortened
from ropewalk.drawing.palette import INK, LINE, ROPES, SOFT
from ropewalk.rules.status import Status

ROWS = ("Told", "Understood", "Planned", "Doing", "Reviewed")
GROUND = 6  # knots tied in a row from the top
PITCH = 28  # pixels per person
ROW = 42
LEFT, RIGHT = 96, 104
BETWEEN = 22  # least pixels between two bays
LEAST_WIDTH = 720
LETTER = 6.7  # pixels, about, of a letter of 12 px


@dataclass(frozen=True)
class Ceiling:
    """An initiative at the beam; its name is a link that dims the others."""

    slot: int
    title: str
    url: str
    is_dim: bool = False


@dataclass(frozen=True)
class RopeEnd:
    """One rope: how far it reaches, and what hangs at its end."""

    slot: int
    reach: int  # knots tied in a row from the top, 1 to 7
    status: Status  # is it working
    words: str = ""
    url: str = ""
    tag: str = ""  # R, M, B or L
    is_overdue: bool = False

    @property
    def is_loose(self) -> bool:
        return self.reach < GROUND

    @property
    def row(self) -> int:
        """The row at which it breaks, counted from Told."""
        return min(max(self.reach - 1, 0), len(ROWS) - 1)


@dataclass(frozen=True)
class Stander:
    """One person on the floor."""

    name: str
    short: str  # what is written: the first name
    words: str
    url: str
    ropes: tuple[RopeEnd, ...]


@dataclass(frozen=True)
class TeamBay:
    """One team; where nobody is named, `ropes` alone are drawn, as cables."""

    name: str
    words: str  # "8 of 15"
    url: str
    people: tuple[Stander, ...]
    ropes: tuple[RopeEnd, ...]

    @property
    def width(self) -> float:
        return max(len(self.people) * PITCH, len(shortened(self.name, 16)) * LETTER + 6)


@dataclass(frozen=True)
class Picture:
    """All of the map."""

    sentence: str
    initiatives: tuple[Ceiling, ...]
    bays: tuple[TeamBay, ...]

    @property
    def people(self) -> int:
        return sum(len(bay.people) for bay in self.bays)


@dataclass(frozen=True)
class Level:
    """The heights of one row of bays, from its top."""

    top: float

    @property
    def beam(self) -> float:
        return self.top + 9

    @property
    def floor(self) -> float:
        return self.row(len(ROWS) - 1) + 34

    @property
    def working(self) -> float:
        return self.floor + 18

    @property
    def names(self) -> float:
        return self.floor + 36

    @property
    def team(self) -> float:
        return self.floor + 98

    @property
    def bottom(self) -> float:
        return self.team + 34

    def row(self, number: int) -> float:
        return self.beam + 38 + ROW * number


def whole(sentence: str, drawn: list[Svg], inner: float, height: float) -> Svg:
    """The drawing with its sentence. A group and no single image: what is in it can be followed."""
    width = LEFT + inner + RIGHT
    return element(
        "svg",
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        class_="rope-map",
        role="group",
        aria_label=sentence,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=round(width),
        height=round(height),
        font_family="Inter, system-ui, sans-serif",
        font_size=12,
    )


def names_of_initiatives(initiatives: Sequence[Ceiling], inner: float) -> list[Svg]:
    """The initiatives above the beam, each with its rope's colour, each a filter."""
    natural = sum(len(one.title) * LETTER + 66 for one in initiatives)
    most = max(int(inner / max(len(initiatives), 1) / LETTER) - 10, 8) if natural > inner else 200
    at, drawn = float(LEFT), []
    for one in initiatives:
        title = shortened(one.title, most)
        drawn.append(
            element(
                "a",
                element("title", one.title),
                element(
                    "rect",
                    x=at - 4,
                    y=2,
                    width=len(title) * LETTER + 46,
                    height=26,
                    fill="none",
                    class_="hit",
                ),
                element(
                    "path",
                    class_=f"rope rope-{one.slot}",
                    d=f"M{at:.1f} 15h26",
                    stroke=ROPES[one.slot],
                    stroke_width=4,
                ),
                element("text", title, class_="ink", x=at + 34, y=19, fill=INK),
                href=one.url,
                class_="ceiling dim" if one.is_dim else "ceiling",
                opacity=0.35 if one.is_dim else None,
            )
        )
        at += len(title) * LETTER + 66
    return drawn


def frame_of(level: Level, inner: float, team: float, *, below: str = "Working?") -> list[Svg]:
    """Beam, rows with their names, floor, and what stands below it."""
    drawn = [
        element("rect", class_="ink-fill", x=LEFT, y=level.top, width=inner, height=9, rx=2.5, fill=INK),
        element(
            "path",
            class_="line",
            d="".join(f"M{LEFT} {level.row(at):.0f}h{inner:.0f}" for at in range(len(ROWS))),
            stroke=LINE,
            stroke_width=1,
        ),
        element(
            "path", class_="floor", d=f"M{LEFT} {level.floor:.0f}h{inner:.0f}", stroke=INK, stroke_width=2.5
        ),
    ]
    labels = [(name, level.row(at) + 4) for at, name in enumerate(ROWS)]
    labels += [(below, level.working + 4), ("On the ground", team + 16)]
    drawn += [
        element("text", words, class_="soft", x=LEFT - 10, y=y, fill=SOFT, text_anchor="end")
        for words, y in labels
    ]
    return drawn


def breaks_of(level: Level, inner: float, ropes: Sequence[RopeEnd]) -> list[Svg]:
    """How many ropes break at each row, and how many of them should be further; at the row's right end."""
    loose = [rope for rope in ropes if rope.is_loose]
    counted, late = (
        Counter(rope.row for rope in held) for held in (loose, [one for one in loose if one.is_overdue])
    )
    drawn = []
    for at, count in sorted(counted.items()):
        words = " break here" if count > 1 else " breaks here"
        x, y = LEFT + inner + 10, level.row(at)
        drawn.append(
            element(
                "text",
                element("tspan", str(count), font_weight=700),
                words,
                class_="ink",
                x=x,
                y=y + (4 if late[at] == count else -2),
                fill=INK,
            )
        )
        if late[at] != count:
            drawn.append(
                element(
                    "text",
                    f"{late[at]} overdue" if late[at] else "not due yet",
                    class_="soft",
                    x=x,
                    y=y + 13,
                    fill=SOFT,
                )
            )
    return drawn


def team_of(bay: TeamBay, x: float, level: Level) -> Svg:
    """A team's name and how many of its ropes are on the ground."""
    return element(
        "a",
        element("title", bay.name),
        element(
            "text",
            shortened(bay.name, 16),
            class_="ink",
            x=x,
            y=level.team,
            fill=INK,
            font_weight=700,
            text_anchor="middle",
        ),
        element("text", bay.words, class_="soft", x=x, y=level.team + 16, fill=SOFT, text_anchor="middle"),
        href=bay.url,
        aria_label=f"{bay.name}: {bay.words} ropes on the ground",
    )
