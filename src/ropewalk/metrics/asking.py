"""Figures for somebody: the same question, narrowed to what the viewer may see today.

It decides nobody's rights; `companies.access` does. Start with `ask`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ropewalk.companies.access import NotAllowed, Sight, Viewer, people_in_sight, teams_below
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.facts import store
from ropewalk.metrics import scoping
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.compiling import Compiler, Span
from ropewalk.metrics.fields import near
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import Question, Reading

TOTALS = ("leader", "executive", "advisor")  # see every team's totals
ANY_DAY = Span(date.min, date.max)


@dataclass(frozen=True)
class Hint:
    """A value of the scope that no fact has."""

    field: str
    value: str
    nearest: tuple[str, ...]


def ask(viewer: Viewer, question: Question, *, beside: frozenset[int] = frozenset()) -> Reading:
    """The figures that the viewer may see: people in sight and those `beside` them, teams led, totals for whoever sees totals.

    Raises NotAllowed where not one row may be seen, and whatever `measure_for_system` raises.
    """
    roster = roster_for_system(viewer.company_id)
    if question.by == "person":
        return measure_for_system(
            viewer.company_id, _in_sight(viewer, question, roster, beside), roster=roster
        )
    if question.by == "company" and not viewer.is_operator and viewer.roles <= {"administrator"}:
        raise NotAllowed("Administrators run the company's set-up and read no figures. A sales leader can.")
    teams = teams_in_sight(viewer, roster)
    if question.by == "team" and not teams:
        raise NotAllowed(
            "A team's figures are for who leads it or a team above, sales leaders and executives."
        )
    reading = measure_for_system(viewer.company_id, question, roster=roster)
    if question.by == "team":
        return replace(reading, rows=tuple(row for row in reading.rows if row.id in teams))
    return reading


def teams_in_sight(viewer: Viewer, roster: Roster) -> frozenset[int]:
    """The teams whose totals the viewer sees: all, or those led by the viewer and the own chain, with what is below them."""
    return frozenset(roster.teams) if viewer.has(*TOTALS) else teams_below(viewer, roster)


def hints(viewer: Viewer, question: Question) -> list[Hint]:
    """Values of the question's scope that no fact of the company has, with what they may have meant."""
    definition = definition_of(question.metric)
    found: list[Hint] = []
    for field, wanted in scoping.read(viewer.company_id, definition, question.where):
        query = Compiler(definition, (), ANY_DAY).values_of(field)
        rows = store.for_company(viewer.company_id).read(query.tree, query.values)
        known = {str(value) for (value,) in rows if value is not None}
        found += [Hint(field, value, tuple(near(value, known))) for value in wanted if value not in known]
    return found


def _in_sight(viewer: Viewer, question: Question, roster: Roster, beside: frozenset[int]) -> Question:
    """The question about the people of it whose figures the viewer may see; "(no person)" for who sees everybody."""
    if viewer.has("leader"):
        return question
    seen = people_in_sight(viewer, roster, Sight.FIGURE) | beside
    return replace(question, people=seen if question.people is None else seen & question.people)
