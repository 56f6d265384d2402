"""The sentence above everything: how many ropes are where they should be, how many on the ground, and who owes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ropewalk.progress.remembering import earlier_of
from ropewalk.progress.ropes import RopeState, on_the_ground_of, ropes_of
from ropewalk.progress.world import World
from ropewalk.rules import calendar
from ropewalk.rules.rope import Debtor, KnotName, Rope, breaks, owed, reach_of


@dataclass(frozen=True)
class Headline:
    """Both numbers, what is overdue by debtor, and where most ropes break. No ropes: `ropes` is 0 and nothing else is said."""

    ropes: int
    where_they_should_be: int
    on_the_ground: int
    on_the_ground_before: int | None  # a month ago; None where there were no ropes yet
    overdue: int
    owed: tuple[tuple[Debtor, int], ...]  # overdue ropes by debtor, management first, none left out but zeros
    breaks: tuple[tuple[KnotName, int], ...]  # first open knots, from the top
    worst_knot: KnotName | None  # where most overdue ropes hang; most loose ends, where nothing is overdue
    worst_team_id: int | None  # whose they are most of all


def headline(ropes: Sequence[RopeState], *, before: int | None = None) -> Headline:
    """The headline of some ropes; `before` is how many of the same people's were on the ground a month ago."""
    plain = [one.rope for one in ropes]
    reach = reach_of(plain)
    by_debtor = owed(plain, only_overdue=True)
    first_open = breaks_above_ground(plain)
    late = [one for one in ropes if not one.rope.where_it_should_be] or ropes
    worst = worst_of(late)
    teams = Counter(
        one.team_id
        for one in late
        if worst is not None and one.team_id and one.rope.first_open and one.rope.first_open.name is worst
    )
    return Headline(
        ropes=reach.ropes,
        where_they_should_be=reach.where_they_should_be,
        on_the_ground=reach.on_the_ground,
        on_the_ground_before=before,
        overdue=reach.ropes - reach.where_they_should_be,
        owed=tuple((debtor, count) for debtor, count in by_debtor.items() if count),
        breaks=tuple(first_open.items()),
        worst_knot=worst,
        worst_team_id=most_common(teams),
    )


def company_headline(world: World) -> Headline:
    """The headline of all ropes of the company."""

    def find() -> Headline:
        ropes = ropes_of(world)
        return headline(ropes, before=on_the_ground_a_month_ago(world) if ropes else None)

    return world.once(("headline",), find)


def breaks_above_ground(ropes: Iterable[Rope]) -> dict[KnotName, int]:
    """Per knot that holds a rope up, how many break there; below the ground it is about results."""
    return {knot: count for knot, count in breaks(ropes).items() if knot is not KnotName.MOVING}


def worst_of(ropes: Sequence[RopeState]) -> KnotName | None:
    """The knot at which most of these ropes break, the higher one where two have as many; None where none does."""
    counts = breaks_above_ground(one.rope for one in ropes)
    worst = max(counts, key=lambda knot: counts[knot])
    return worst if counts[worst] else None


def most_common(teams: Counter[int]) -> int | None:
    """The team with most, the smaller id where two have as many."""
    found = sorted(teams.items(), key=lambda pair: (-pair[1], pair[0]))
    return found[0][0] if found else None


def month_before(day: date) -> date:
    """The same day of the month before, or that month's last day."""
    first = calendar.add_months(day, -1)
    return min(date.fromordinal(first.toordinal() + day.day - 1), calendar.month_end(first))


def on_the_ground_a_month_ago(world: World, people: frozenset[int] | None = None) -> int | None:
    """How many ropes of these people were on the ground a month before; None where there were none at all."""
    earlier = earlier_of(world, month_before(world.on))
    return earlier.once(("on the ground", people), lambda: _counted(on_the_ground_of(earlier, people)))


def _counted(found: list[bool]) -> int | None:
    return sum(found) if found else None
