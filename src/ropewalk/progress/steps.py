"""One rope opened: its seven steps, each with its evidence and source, and who does what next.

Start with `rope_detail`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ropewalk.companies.access import NotVisible, Sight, Viewer
from ropewalk.plans.shape import Initiative
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.nothing_yet import NothingYet
from ropewalk.progress.ropes import RopeState, debtors_of, first_published, rope_of
from ropewalk.rules.rope import Debtor, Knot, KnotName, KnotState


@dataclass(frozen=True)
class Step:
    """A knot with its evidence. `source` is how it is known: published, sent, said, agreed, crm, tapped, mixed, talked, figures."""

    name: KnotName
    state: KnotState
    tied_on: date | None
    due_on: date | None
    confirm_by: date | None
    since: date | None  # overdue since
    owed_by: Debtor
    debtors: tuple[str, ...]
    what: str  # the duty due next, as `rules.rope.Duty.what`; empty where nothing is
    source: str
    who: str  # by whom the evidence is, where it has somebody
    words: str = ""  # what was said, for those who may read it
    part: float | None = None  # adherence, of Doing


@dataclass(frozen=True)
class RopeDetail:
    """A rope with its steps."""

    rope: RopeState
    team: str
    steps: tuple[Step, ...]
    next_step: Step | None
    can_open_figure: bool
    can_open_plan: bool
    is_own: bool


def rope_detail(viewer: Viewer, on: date, *, initiative_key: str, person_id: int) -> RopeDetail:
    """One rope as of a day. Raises NotVisible where the viewer may not see it, or there is none."""
    circle = circle_for(viewer, on)
    initiative = next((one for one in circle.world.initiatives if one.key == initiative_key), None)
    is_seen = not circle.is_administrator_only and circle.sees(Sight.ROPE, person_id)
    if is_seen and person_id in circle.world.roster.people and not circle.world.is_running:
        raise NothingYet("rope")
    if initiative is None or not is_seen:
        raise NotVisible(f"rope {initiative_key} {person_id}")
    if not circle.world.is_carried_by(initiative, person_id):
        raise NotVisible(f"rope {initiative_key} {person_id}")
    return detail_of(circle, initiative, person_id)


def detail_of(circle: Circle, initiative: Initiative, person_id: int) -> RopeDetail:
    world = circle.world
    state = rope_of(world, initiative, person_id)
    steps = tuple(step_of(circle, initiative, state, knot) for knot in state.rope.knots)
    tag = state.rope.tag
    return RopeDetail(
        rope=state,
        team=world.roster.teams[state.team_id].name if state.team_id else "",
        steps=steps,
        next_step=next((step for step in steps if tag is not None and step.name is tag.name), None),
        can_open_figure=circle.sees(Sight.FIGURE, person_id),
        can_open_plan=circle.sees(Sight.PLAN, person_id),
        is_own=person_id == circle.viewer.person_id,
    )


def step_of(circle: Circle, initiative: Initiative, state: RopeState, knot: Knot) -> Step:
    source, who, words = evidence_for(circle, initiative, state, knot)
    duty = min(knot.duties, default=None, key=lambda one: one.on)
    world = circle.world
    names = debtor_names(circle, initiative, state, knot)
    adherence = state.evidence.adherence
    return Step(
        name=knot.name,
        state=knot.state,
        tied_on=knot.tied_on,
        due_on=knot.due_on,
        confirm_by=knot.confirm_by,
        since=knot.due_on
        if knot.state is KnotState.OVERDUE and knot.due_on and knot.due_on < world.on
        else None,
        owed_by=knot.owed_by,
        debtors=names,
        what=duty.what if duty else "",
        source=source,
        who=who,
        words=words,
        part=float(adherence) if knot.name is KnotName.DOING and adherence is not None else None,
    )


def debtor_names(circle: Circle, initiative: Initiative, state: RopeState, knot: Knot) -> tuple[str, ...]:
    people = circle.world.roster.people
    found = debtors_of(circle.world, initiative, state.person_id, knot.owed_by)
    return tuple(people[one].name for one in found if one in people)


def evidence_for(
    circle: Circle, initiative: Initiative, state: RopeState, knot: Knot
) -> tuple[str, str, str]:
    """How the knot's state is known, by whom, and what was said."""
    world, person_id = circle.world, state.person_id
    if knot.name is KnotName.DEFINED:
        return "published", publisher(circle, initiative), ""
    if knot.name is KnotName.TOLD:
        receipts = [one for one in world.told.get(person_id, ()) if initiative.key in one.initiatives]
        sent = [one for one in receipts if knot.tied_on and one.sent_on <= knot.tied_on]
        return "sent", sent[-1].sent_by if sent else "", ""
    if knot.name is KnotName.UNDERSTOOD:
        said = [
            one
            for one in world.told.get(person_id, ())
            if one.acknowledged_on == knot.tied_on and knot.tied_on
        ]
        may_read = reads_own_words(circle, person_id)
        return "said", state.person, said[-1].own_words if said and may_read else ""
    if knot.name is KnotName.PLANNED:
        plan = world.plans.get(person_id)
        agreed = [one for one in (plan.agreements if plan else ()) if one.agreed_on == knot.tied_on]
        other = agreed[-1].counterpart_id if agreed else None
        return "agreed", world.roster.people[other].name if other in world.roster.people else "", ""
    if knot.name is KnotName.DOING:
        ways = {one.counted for one in state.activities}
        return (
            {frozenset({"crm"}): "crm", frozenset({"tap"}): "tapped"}.get(
                frozenset(ways), "mixed" if ways else ""
            ),
            "",
            "",
        )
    if knot.name is KnotName.REVIEWED:
        talks = [one for one in world.talks.get(person_id, ()) if one.held_on == knot.tied_on]
        return "talked", world.roster.people[talks[-1].manager_id].name if talks else "", ""
    return "figures", "", ""


def publisher(circle: Circle, initiative: Initiative) -> str:
    """Who first published the initiative."""
    day = first_published(circle.world, initiative.key)
    version = next((one for one in circle.world.versions if one.in_force_from == day), None)
    people = circle.world.roster.people
    return people[version.by_id].name if version and version.by_id in people else ""


def reads_own_words(circle: Circle, person_id: int) -> bool:
    """Own words of an acknowledgement are for their author and the chain above, not for every leader."""
    viewer, roster = circle.viewer, circle.world.roster
    if viewer.person_id is None:
        return False
    return viewer.person_id == person_id or viewer.person_id in roster.chain_above(person_id, viewer.on)
