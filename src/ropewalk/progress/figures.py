"""A figure opened: the definition, how it came about, and the deals or activities behind it.

Start with `figure_page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.metrics import evidence, measuring
from ropewalk.metrics.cards import Card, card_for_system
from ropewalk.metrics.evidence import Evidence, EvidenceRow
from ropewalk.metrics.questions import By
from ropewalk.plans.queries import manual_values_for_system
from ropewalk.plans.shape import MANUAL, Initiative
from ropewalk.progress.circle import Circle, circle_for
from ropewalk.progress.figure import Scope, Thermometer
from ropewalk.progress.nothing_yet import NothingYet
from ropewalk.progress.quiet import deal_links_of
from ropewalk.progress.thermometers import (
    company_thermometer,
    person_thermometer,
    team_thermometer,
    topmost_teams,
)
from ropewalk.progress.world import World

BY: dict[Scope, By] = {Scope.PERSON: "person", Scope.TEAM: "team", Scope.COMPANY: "company"}


@dataclass(frozen=True)
class FigurePage:
    """One thermometer with all that stands behind it; `rows` is None where the viewer may not see deals."""

    thermometer: Thermometer
    where: tuple[tuple[str, str], ...]
    card: Card | None  # None for a manual metric
    first_day: date  # of what was counted
    latest_day: date
    rows: Evidence | None  # with a window of its rows
    why: str
    entered: tuple[tuple[date, Decimal], ...] = ()  # of a manual metric, the latest first
    deal_links: Mapping[str, str] = field(default_factory=dict)  # by source, with {id}; empty without rows


@dataclass(frozen=True)
class Part:
    """Which of the rows are shown."""

    start: int
    length: int

    def of(self, rows: tuple[EvidenceRow, ...]) -> tuple[EvidenceRow, ...]:
        return rows[self.start : self.start + self.length]


def figure_page(
    viewer: Viewer, on: date, *, initiative_key: str, scope: Scope, scope_id: int, part: Part
) -> FigurePage:
    """A figure as of a day, with a part of the rows behind it. Raises NotVisible."""
    circle = circle_for(viewer, on)
    world = circle.world
    initiative = next((one for one in world.initiatives if one.key == initiative_key), None)
    circle.require_figure(scope, scope_id)
    if initiative is None:
        raise NotVisible(initiative_key) if world.is_running else NothingYet("figure")
    figure = figure_of(world, initiative, scope, scope_id)
    first, latest = days_counted(figure)
    is_manual = initiative.goal.metric == MANUAL
    rows = None
    if not is_manual and circle.sees_evidence(figure.scope, figure.scope_id):
        rows = rows_behind(circle, initiative, figure, first, latest, part)
    return FigurePage(
        thermometer=figure,
        where=initiative.goal.where,
        card=None if is_manual else card_for_system(world.company.id, initiative.goal.metric),
        first_day=first,
        latest_day=latest,
        rows=rows,
        why=initiative.why,
        entered=entered_of(world, initiative) if is_manual else (),
        deal_links=deal_links_of(world) if rows else {},
    )


def entered_of(world: World, initiative: Initiative) -> tuple[tuple[date, Decimal], ...]:
    """What was entered of a manual metric by the day, the latest first."""
    values = manual_values_for_system(world.company.id, initiative.goal.label)
    return tuple(
        (day, value) for day, value in reversed(values) if day <= world.on and isinstance(value, Decimal)
    )


def figure_of(world: World, initiative: Initiative, scope: Scope, scope_id: int) -> Thermometer:
    """The thermometer of a person, a team or the company. Raises NotVisible where there is none."""
    if scope is Scope.PERSON:
        if not world.is_carried_by(initiative, scope_id):
            raise NotVisible(f"person {scope_id}")
        return person_thermometer(world, initiative, scope_id)
    if scope is Scope.COMPANY:
        return company_thermometer(world, initiative)
    figure = team_thermometer(world, initiative, scope_id) if scope_id in world.roster.teams else None
    if figure is None:
        raise NotVisible(f"team {scope_id}")
    return figure


def days_counted(figure: Thermometer) -> tuple[date, date]:
    """First and last day of what the figure's value was counted over; of a manual metric the year so far."""
    return figure.counted_from or figure.start, figure.counted_to or min(figure.on, figure.due)


def rows_behind(
    circle: Circle, initiative: Initiative, figure: Thermometer, first: date, latest: date, part: Part
) -> Evidence:
    """A part of the facts behind a figure, and the sums of all, which are its numerator and denominator."""
    world, limit, offset = circle.world, part.length, part.start
    question = measuring.Question(
        metric=initiative.goal.metric,
        start=first,
        end=max(first, latest),
        by=BY[figure.scope],
        as_of=world.on,
        where=initiative.goal.where,
        people=frozenset({figure.scope_id}) if figure.scope is Scope.PERSON else None,
    )
    if figure.scope is Scope.TEAM:
        return evidence.evidence_for_system(
            world.company.id,
            question,
            team_id=figure.scope_id,
            roster=world.roster,
            limit=limit,
            offset=offset,
        )
    if figure.scope is Scope.PERSON or not initiative.teams:
        return evidence.evidence_for_system(
            world.company.id, question, roster=world.roster, limit=limit, offset=offset
        )
    whole = together(
        [
            evidence.evidence_for_system(world.company.id, question, team_id=team, roster=world.roster)
            for team in topmost_teams(world, initiative)
        ]
    )
    return replace(whole, rows=part.of(whole.rows))


def together(parts: list[Evidence]) -> Evidence:
    """The evidence of several teams as one; they don't overlap."""
    first = parts[0]
    numerator = sum((part.numerator for part in parts), Decimal(0))
    denominator = (
        None
        if first.denominator is None
        else sum((part.denominator or Decimal(0) for part in parts), Decimal(0))
    )
    return replace(
        first,
        rows=tuple(sorted((row for part in parts for row in part.rows), key=lambda row: (row.day, row.id))),
        total=sum(part.total for part in parts),
        numerator=numerator,
        denominator=denominator,
        value=measuring.value_of(first.definition, numerator, denominator or Decimal(0)),
    )
