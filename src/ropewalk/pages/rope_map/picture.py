"""The rope map of a page made into what is drawn: each rope, person and team with its words and its address.

Start with `picture_of`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ropewalk.drawing.cables import cable_map
from ropewalk.drawing.element import Svg
from ropewalk.drawing.map_frame import Ceiling, Picture, RopeEnd, Stander, TeamBay
from ropewalk.drawing.rope_map import SINGLE_ROPES, rope_map
from ropewalk.pages import saying
from ropewalk.pages.owing import LETTERS, as_far_as, next_words
from ropewalk.progress.maps import Bay, RopeMap, Stand
from ropewalk.progress.ropes import RopeState
from ropewalk.rules.rope import Reach, reach_of

Address = Callable[..., str]  # parts of the path, and what is asked, to an address


def drawn(found: RopeMap, address: Address, *, shown: str = "") -> Svg:
    """The map as SVG: single ropes, or cables."""
    picture = picture_of(found, address, shown=shown)
    return rope_map(picture) if has_single_ropes(found) else cable_map(picture)


def has_single_ropes(found: RopeMap) -> bool:
    """Whether people are drawn one by one: up to 100 of them, and only where they may be named."""
    return found.has_names and sum(len(bay.stands) for bay in found.bays) <= SINGLE_ROPES


def picture_of(found: RopeMap, address: Address, *, shown: str = "") -> Picture:
    """What the drawing takes. `shown` is the key of the initiative that isn't dimmed; none dims nothing."""
    bay_as_drawn = bay_of if has_single_ropes(found) else bundle_of
    return Picture(
        sentence=sentence(found),
        initiatives=tuple(
            Ceiling(
                slot,
                one.title,
                address("ropes/", initiative="" if shown == one.key else one.key),
                is_dim=bool(shown) and shown != one.key,
            )
            for slot, one in enumerate(found.initiatives, start=1)
        ),
        bays=tuple(bay_as_drawn(bay, address) for bay in found.bays),
    )


def sentence(found: RopeMap) -> str:
    """The map in a sentence, for who can't see it."""
    said = found.headline
    if not said.ropes:
        return "No ropes yet."
    words = (
        f"Rope map on {saying.said_day(found.on)}: {said.where_they_should_be} of {said.ropes} ropes are where they "
        f"should be, {said.on_the_ground} on the ground."
    )
    most = "Most of what is overdue hangs at" if said.overdue else "Nothing is overdue; most wait for"
    worst = f" {most} {said.worst_knot.capitalize()}." if said.worst_knot else ""
    return (words + worst).replace(saying.SPACE, " ")


def bundle_of(bay: Bay, address: Address) -> TeamBay:
    """A team of whom nobody is drawn: its ropes have no words, since they can't be pointed at."""
    return TeamBay(
        name=bay.name,
        words=of_ropes(bay.reach),
        url=address("ropes/", team=bay.team_id or ""),
        people=(),
        ropes=tuple(
            RopeEnd(
                slot=one.slot, reach=one.rope.reach, status=one.thermometer.status, is_overdue=one.is_overdue
            )
            for one in bay.ropes
        ),
    )


def bay_of(bay: Bay, address: Address) -> TeamBay:
    """A team with its people."""
    firsts = Counter(first_name(stand.name) for stand in bay.stands)
    return TeamBay(
        name=bay.name,
        words=of_ropes(bay.reach),
        url=address("ropes/", team=bay.team_id or ""),
        people=tuple(stander_of(stand, address, firsts) for stand in bay.stands),
        ropes=tuple(end_of(rope, address) for rope in bay.ropes),
    )


def of_ropes(reach: Reach) -> str:
    """ "8 of 15"."""
    return f"{reach.on_the_ground} of {reach.ropes}"


def first_name(name: str) -> str:
    """What people are called by, as far as one can tell: the first word."""
    return name.split()[0] if name.split() else name


def stander_of(stand: Stand, address: Address, firsts: Counter[str]) -> Stander:
    first = first_name(stand.name)
    rest = stand.name[len(first) :].strip()
    short = f"{first} {rest[0]}." if firsts[first] > 1 and rest else first
    return Stander(
        name=stand.name,
        short=short,
        words=f"{stand.name}: {of_ropes(reach_of(one.rope for one in stand.ropes))} ropes on the ground",
        url=address("ropes/", person=stand.person_id),
        ropes=tuple(end_of(rope, address) for rope in stand.ropes),
    )


def end_of(rope: RopeState, address: Address) -> RopeEnd:
    knot, owed_by = rope.rope.tag, rope.owed_by
    return RopeEnd(
        slot=rope.slot,
        reach=rope.rope.reach,
        status=rope.thermometer.status,
        words=rope_words(rope),
        url=address("ropes/", rope.initiative_key, "/", rope.person_id, "/"),
        tag=LETTERS[owed_by] if knot and owed_by else "",
        is_overdue=rope.is_overdue,
    )


def rope_words(rope: RopeState) -> str:
    """One rope in a sentence: "Ben Brandt, 24 medical clients: as far as Told, 2 of 7 steps. Rep: read the announcement and answer, overdue since 13 January."."""
    held = f"{as_far_as(rope)}, {rope.rope.reach} of {len(rope.rope.knots)} steps"
    words = f"{rope.person}, {rope.title}: {held}{'' if rope.is_overdue else ', where it should be'}."
    then = str(rope.thermometer.status).capitalize() if rope.rope.on_the_ground else next_words(rope)
    return f"{words} {then}." if then else words
