"""A company of five and a plan of one to three initiatives, made by the capabilities that people use.

Kay leads sales and sponsors; Mia leads a team of Ana and Ben; Lou leads a team of Cem. Start with `small_company`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.joining import RosterRow, join
from ropewalk.companies.models import Company, Person
from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans import shape
from ropewalk.progress.world import World, world_for_system

YEAR = 2027
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
KAY, MIA, LOU, ANA, BEN, CEM = (
    "Kay Lindqvist", "Mia Marxen", "Lou Losch", "Ana Alder", "Ben Brandt", "Cem Celik",
)  # fmt: skip
ROLE = "Salesperson"


def at(day: date, hour: int = 9) -> datetime:
    """An instant of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def day(month: int, number: int, year: int = YEAR) -> date:
    return date(year, month, number)


def email(name: str) -> str:
    return name.lower().replace(" ", ".") + "@acme.example"


@dataclass
class Small:
    """The company and its people by name."""

    id: int
    handle: str
    ids: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return Actor(name, self.ids[name])

    def world(self, on: date) -> World:
        return world_for_system(self.id, on)

    def refresh(self) -> None:
        """Look the people and teams up again, after some were added."""
        company = Company.objects.get(pk=self.id)
        self.ids = dict(company.people.values_list("name", "id"))
        self.teams = dict(company.teams.values_list("name", "id"))


def found_small(name: str = "Acme", *, since: date | None = None, **particulars: Any) -> Small:
    """The company with its people and nothing else; they have always been there unless `since` says otherwise."""
    long_ago = at(date(2025, 1, 2))
    particulars.setdefault("calendar", Calendar(time_zone="UTC"))
    handle = found(name, by=OPERATOR, at=long_ago, **particulars)
    company = Company.objects.get(handle=handle)
    kay = hire(company.pk, KAY, email=email(KAY), roles=("leader",), by=OPERATOR, at=long_ago)
    rows = [person_row(rep, boss, from_day=since) for rep, boss in ((ANA, MIA), (BEN, MIA), (CEM, LOU))]
    rows += [
        RosterRow(boss, boss, email(boss), manager=KAY, team="Sales", access=("manager",))
        for boss in (MIA, LOU)
    ]
    outcomes = join(company.pk, rows, by=OPERATOR, at=long_ago)
    assert [one.state for one in outcomes] == ["new"] * 5, outcomes
    made = Small(company.pk, handle)
    made.refresh()
    assert made.ids[KAY] == kay
    return made


def person_row(name: str, boss: str, **more: Any) -> RosterRow:
    """One row of a roster: somebody who sells in the team of a manager."""
    more.setdefault("role", ROLE)
    more.setdefault("access", ("rep",))
    return RosterRow(name, name, email(name), manager=boss, team=f"Team {boss}", team_parent="Sales", **more)


def person_id_of(name: str) -> int:
    return Person.objects.get(name=name).pk


def clients(**more: Any) -> shape.Initiative:
    """Win new clients: 24, and ten calls a week; whatever is named is put in its place."""
    goal = {
        "metric": "new_clients", "target": Decimal(24), "baseline": Decimal(10), "start": FIRST, "due": LAST,
        "weighting": "equal",
    }  # fmt: skip
    goal.update(more.pop("goal", {}))
    held: dict[str, Any] = {
        "key": "clients",
        "title": "24 new clients",
        "why": "Our ten largest buyers are two thirds of the year.",
        "impact": "No single buyer can shake us any more.",
        "sponsor": email(KAY),
        "roles": (ROLE,),
        "goal": shape.Goal(**goal),
        "milestones": (
            shape.Milestone("A third", day(4, 30), Decimal(8)),
            shape.Milestone("Two thirds", day(8, 31), Decimal(16)),
        ),
        "expectations": (shape.Expectation(ROLE, "Speak with two strangers a day."),),
        "standards": (shape.Standard(ROLE, "call", Decimal(10), "week", "crm"),),
    }
    return shape.Initiative(**(held | more))


def rate(**more: Any) -> shape.Initiative:
    """Raise the close rate from 40 % to 50 %."""
    goal = {"target": Decimal("0.5"), "baseline": Decimal("0.4"), "start": FIRST, "due": LAST}
    goal.update(more.pop("goal", {}))
    return clients(
        **{
            "key": "rate",
            "title": "Close rate from 40 to 50 %",
            "goal": {"metric": "close_rate", "weighting": "", **goal},
            "milestones": (
                shape.Milestone("A step", day(5, 31), Decimal("0.44")),
                shape.Milestone("Guide written", day(3, 31), owner=email(KAY)),
            ),
            "standards": (shape.Standard(ROLE, "deal review", Decimal(2), "week", "tap"),),
            **more,
        }
    )


def plan_of(*initiatives: shape.Initiative, **more: Any) -> shape.Plan:
    """A plan of the year with these initiatives, announced on 6 January."""
    more.setdefault("calendar", shape.RolloutCalendar(announcement=day(1, 6)))
    return shape.Plan(YEAR, FIRST, LAST, tuple(initiatives), **more)


@pytest.fixture
def facts_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A store of the test's own."""
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    yield settings.FACTS_FILE
    store.close()


@pytest.fixture
def small(db: None, facts_file: Path) -> Small:
    """The small company."""
    return found_small()
