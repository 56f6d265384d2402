"""One person's plan, talks and reviews, as a viewer may see them. Start with `plan_page`, `talk_page`, `review_page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ropewalk.companies.access import NotAllowed, NotVisible, Sight, Viewer
from ropewalk.individual_plans.drafting import brought_up_to_date
from ropewalk.individual_plans.item import AgreedPlan, Items, PlanItem, PlanState, Promise
from ropewalk.individual_plans.queries import no_plan
from ropewalk.plans.shape import Initiative
from ropewalk.progress.activity import ActivityState
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.nothing_yet import NothingYet
from ropewalk.progress.remembering import earlier_of
from ropewalk.progress.ropes import RopeState, counterpart_of, rope_of
from ropewalk.progress.shares import share_of
from ropewalk.progress.thermometers import person_thermometer
from ropewalk.progress.world import World
from ropewalk.reviews.queries import Review, Talk, talks_with_words
from ropewalk.reviews.talking import Figure
from ropewalk.reviews.topics import OpenTopic, open_topics
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Grain
from ropewalk.rules.tally import printed


@dataclass(frozen=True)
class PlanLine:
    """One initiative of an individual plan."""

    initiative: Initiative
    item: PlanItem
    share: Decimal | None  # today's; None where nothing is shared out
    thermometer: Thermometer
    activities: tuple[ActivityState, ...]  # agreed ones, with what was done
    expectation: str


@dataclass(frozen=True)
class PlanPage:
    """An individual plan with who may do what on it."""

    person_id: int
    name: str
    team: str
    year: int
    lines: tuple[PlanLine, ...]
    items: Items  # the draft, brought up to date with the standards
    state: PlanState
    agreed: AgreedPlan | None  # the latest agreement
    has_changed_since: bool  # it says other things than what was agreed, if only in words
    counterpart_id: int | None
    counterpart: str
    is_own: bool
    may_edit: bool  # the two whose plan it is
    waits_for_viewer: bool  # the other has agreed, the viewer not yet
    viewer_has_agreed: bool


def require_sight(circle: Circle, sight: Sight, person_id: int, what: str) -> None:
    """Raise NotVisible where the viewer may not see this of the person, NothingYet where no plan runs."""
    if person_id not in circle.world.roster.people or not circle.sees(sight, person_id):
        raise NotVisible(f"{what} of {person_id}")
    if not circle.world.is_running:
        raise NothingYet(what)


def plan_page(viewer: Viewer, on: date, person_id: int) -> PlanPage:
    """Somebody's individual plan as of a day. Raises NotVisible."""
    circle = circle_for(viewer, on)
    world = circle.world
    require_sight(circle, Sight.PLAN, person_id, "plan")
    assert world.version is not None
    mine = [one for one in world.initiatives if world.is_carried_by(one, person_id)]
    state = world.plans.get(person_id) or no_plan(person_id, world.version.year)
    role = world.roster.front_line_role(person_id, on)
    items = brought_up_to_date(state.draft, mine, role)
    lines = tuple(line_of(circle, one, items, person_id, role) for one in mine)
    agreements = [one for one in state.agreements if one.agreed_on <= on]
    agreed = agreements[-1] if agreements else None
    counterpart = counterpart_of(world, person_id)
    is_own = viewer.person_id == person_id
    is_counterpart = viewer.person_id is not None and viewer.person_id == counterpart
    other_has = state.counterpart_agreed_on if is_own else state.person_agreed_on
    own_has = state.person_agreed_on if is_own else state.counterpart_agreed_on
    team_id = world.team_of(person_id)
    is_settled = agreed is not None and state.draft and own_has and (other_has or counterpart is None)
    return PlanPage(
        person_id=person_id,
        name=world.roster.people[person_id].name,
        team=world.roster.teams[team_id].name if team_id else "",
        year=world.version.year,
        lines=lines,
        items=items,
        state=state,
        agreed=agreed,
        has_changed_since=agreed is not None and differs(agreed, lines, items.stop),
        counterpart_id=counterpart,
        counterpart=world.roster.people[counterpart].name if counterpart in world.roster.people else "",
        is_own=is_own,
        may_edit=bool(mine) and (is_own or is_counterpart),
        waits_for_viewer=bool((is_own or is_counterpart) and other_has and not own_has),
        viewer_has_agreed=bool((is_own or is_counterpart) and own_has and not is_settled),
    )


def line_of(
    circle: Circle, initiative: Initiative, items: Items, person_id: int, role: str | None
) -> PlanLine:
    world = circle.world
    share = share_of(world, initiative, person_id)
    rope = rope_of(world, initiative, person_id)
    return PlanLine(
        initiative=initiative,
        item=items.of(initiative.key) or PlanItem(initiative.key),
        share=share.amount if share else None,
        thermometer=rope.thermometer,
        activities=rope.activities,
        expectation=next((one.text for one in initiative.expectations if one.role == role), ""),
    )


def differs(agreed: AgreedPlan, lines: tuple[PlanLine, ...], stop: str) -> bool:
    """Whether a share, an activity or a word is no longer what was agreed.

    Words untie nothing (`rules.knots` looks at share and standard alone), but whoever changed them can agree to them.
    """
    for line in lines:
        held = agreed.items.of(line.initiative.key)
        if held is None or held != replace(line.item, share=line.share):
            return True
    return agreed.items.stop != stop


@dataclass(frozen=True)
class TalkPage:
    """A person's one-on-ones, and what the next one is about."""

    person_id: int
    name: str
    ropes: tuple[RopeState, ...]
    talks: tuple[Talk, ...]  # latest first; words only for those who were there
    promises: tuple[Promise, ...]  # open ones and those closed lately
    topics: tuple[OpenTopic, ...]  # for the next talk; empty for who isn't one of the two
    may_raise: bool  # one of the two
    may_record: bool
    is_own: bool
    counterpart: str  # with whom the person talks

    @property
    def may_note(self) -> bool:
        """Whether the viewer keeps a private note here: whoever sits in the talks."""
        return self.is_own or self.may_record


def talk_page(viewer: Viewer, on: date, person_id: int) -> TalkPage:
    """Somebody's one-on-ones as of a day. Raises NotVisible."""
    circle = circle_for(viewer, on)
    world = circle.world
    require_sight(circle, Sight.TALK, person_id, "talks")
    is_own = viewer.person_id == person_id
    counterpart = counterpart_of(world, person_id)
    is_one_of_two = is_own or (viewer.person_id is not None and viewer.person_id == counterpart)
    reads_promises = circle.sees(Sight.NOTES, person_id)  # by roles only totals are read
    return TalkPage(
        person_id=person_id,
        name=world.roster.people[person_id].name,
        ropes=tuple(
            rope_of(world, one, person_id) for one in world.initiatives if world.is_carried_by(one, person_id)
        ),
        talks=tuple(one for one in talks_with_words(viewer, person_id) if one.held_on <= on),
        promises=tuple(one for one in world.promises if reads_promises and one.person_id == person_id),
        topics=tuple(topics_for(viewer, world, person_id)) if is_one_of_two else (),
        may_raise=is_one_of_two,
        may_record=records(circle, person_id),
        is_own=is_own,
        counterpart=world.roster.people[counterpart].name if counterpart in world.roster.people else "",
    )


def topics_for(viewer: Viewer, world: World, person_id: int) -> Iterator[OpenTopic]:
    """What waits for a person's next talk, of one of the two: what was raised for another who led them then, only its author reads."""
    people, other = world.roster.people, counterpart_of(world, person_id)
    for one in open_topics(viewer, person_id):
        then = world.roster.manager_of(person_id, one.raised_on)
        is_for_both = one.raised_by_id == other or (one.raised_by_id == person_id and then in (None, other))
        if is_for_both or one.raised_by_id == viewer.person_id or viewer.person_id == person_id:
            name = people[one.raised_by_id].name if one.raised_by_id in people else ""
            yield replace(one, raised_by=name, is_for_both=is_for_both)


def records(circle: Circle, person_id: int) -> bool:
    """Whether the viewer records somebody's talks and reviews: who talks with them, and the chain above; nobody their own."""
    viewer, world = circle.viewer, circle.world
    return viewer.person_id is not None and (
        viewer.person_id == counterpart_of(world, person_id)
        or viewer.person_id in world.roster.chain_above(person_id, viewer.on)
    )


def require_recorder(page: TalkPage | ReviewPage) -> None:
    """Raise NotAllowed unless the viewer may record a talk of this person."""
    if not page.may_record:
        raise NotAllowed(f"Only {page.name}’s manager can record this.")


@dataclass(frozen=True)
class Quarter:
    """One quarter of the plan's year, and its review."""

    start: date
    end: date
    name: str
    has_begun: bool
    is_over: bool
    review: Review | None


@dataclass(frozen=True)
class ReviewPage:
    """A person's quarterly reviews."""

    person_id: int
    name: str
    quarters: tuple[Quarter, ...]
    due: Quarter | None  # the latest one that is over and not reviewed
    figures: tuple[Figure, ...]  # of the due quarter's end, to be frozen
    ropes: tuple[RopeState, ...]
    may_record: bool
    is_own: bool


def review_page(viewer: Viewer, on: date, person_id: int) -> ReviewPage:
    """Somebody's quarterly reviews as of a day. Raises NotVisible."""
    circle = circle_for(viewer, on)
    world = circle.world
    require_sight(circle, Sight.FIGURE, person_id, "reviews")
    held = {one.quarter_end: one for one in world.reviews.get(person_id, ())}
    periods = calendar.periods(
        world.plan.first_day,
        world.plan.last_day,
        grain=Grain.QUARTER,
        start_month=world.plan.start_month,
    )
    quarters = tuple(
        Quarter(one.start, one.end, one.name, one.start <= on, one.end < on, held.get(one.end))
        for one in periods
    )
    due = next((one for one in reversed(quarters) if one.is_over and one.review is None), None)
    mine = [one for one in world.initiatives if world.is_carried_by(one, person_id)]
    return ReviewPage(
        person_id=person_id,
        name=world.roster.people[person_id].name,
        quarters=quarters,
        due=due,
        figures=figures_on(world, due.end, person_id) if due else (),
        ropes=tuple(rope_of(world, one, person_id) for one in mine),
        may_record=records(circle, person_id),
        is_own=viewer.person_id == person_id,
    )


def figures_on(later: World, day: date, person_id: int) -> tuple[Figure, ...]:
    """A person's figures as of a day, as they are to be frozen: unrounded to ten places."""
    world = earlier_of(later, day)
    found = []
    for one in world.initiatives:
        if world.is_carried_by(one, person_id):
            figure = person_thermometer(world, one, person_id)
            found.append(
                Figure(
                    one.key, figure.label, number(figure.value), number(figure.expected), str(figure.status)
                )
            )
    return tuple(found)


def number(value: Fraction | None) -> str:
    return printed(value) if value is not None else ""
