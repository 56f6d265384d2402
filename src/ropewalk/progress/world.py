"""Everything that is known of a company as of a day, gathered once; what is decided from it needs no more queries.

"As of" means what had happened by the close of that day, as the data stand now. Start with `world_for_system`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from ropewalk.cascade.weighing import carries, year_before
from ropewalk.companies.queries import CompanyFacts, absences_for_system, company_for_system
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.individual_plans.item import PlanState, Promise
from ropewalk.individual_plans.queries import commitments_for_system, plans_for_system
from ropewalk.lib.shared import shared
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.definition import Definition
from ropewalk.plans.queries import manual_values_for_system
from ropewalk.plans.shape import MANUAL, Initiative, Plan
from ropewalk.progress.series import Cut, Running, Series, running_for_system, series_for_system
from ropewalk.reviews.queries import Review, Talk, reviews_for_system, talks_for_system
from ropewalk.rollout.queries import (
    Sent,
    TeamTalk,
    Told,
    announcements_for_system,
    team_talks_for_system,
    told_for_system,
)
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Span, Workdays
from ropewalk.versions.document import Document, VersionInForce
from ropewalk.versions.queries import in_force, versions_for_system

Found = TypeVar("Found")
Held = TypeVar("Held", Talk, Review)
SeriesKey = tuple[str, tuple[tuple[str, str], ...], date]  # metric, scope, first day
AnySeries = Series | Cut
EVERYBODY = ("everybody",)
LONG = timedelta(days=400)  # before the year before: nothing looks back as far
LATELY = timedelta(
    days=200
)  # activities are gathered so far back: worlds of the latest months find theirs within


def one_by_one(world: World) -> threading.RLock:
    """What concerns the whole company is found out by one, and whoever wants it of the same world meanwhile waits for that."""
    lock: threading.RLock = world.__dict__.setdefault("lock", threading.RLock())
    return lock


@dataclass(frozen=True)
class Later:
    """What a world of a past day takes its tallies from: those of a later one, cut at its own day."""

    on: date
    lately: date  # the day since which that one gathers activities
    series: dict[SeriesKey, AnySeries]


@dataclass(frozen=True)
class World:
    """One company as of one day. `version` is None while nothing is published."""

    on: date
    company: CompanyFacts
    roster: Roster
    version: VersionInForce | None
    versions: tuple[VersionInForce, ...]  # of the year in force, published by the day
    told: dict[int, list[Told]]
    sent: dict[int, Sent]
    plans: dict[int, PlanState]
    promises: tuple[Promise, ...]
    talks: dict[int, list[Talk]]
    reviews: dict[int, list[Review]]
    team_talks: tuple[TeamTalk, ...]
    absences: dict[int, list[Span]]

    @property
    def document(self) -> Document:
        """What is in force. Ask `is_running` first."""
        assert self.version is not None
        return self.version.document

    @property
    def plan(self) -> Plan:
        return self.document.plan

    @property
    def is_running(self) -> bool:
        """Whether a published plan's year isn't over: only then are there ropes."""
        return self.version is not None and self.on <= self.plan.last_day

    @shared
    def initiatives(self) -> tuple[Initiative, ...]:
        """The initiatives that hold on the day."""
        if not self.is_running:
            return ()
        return self.plan.active(self.on)

    @shared
    def workdays(self) -> Workdays:
        """The company's working days."""
        return calendar.working_calendar(
            weekdays=self.company.working_weekdays, holidays=self.company.holidays
        )

    @shared
    def weekdays(self) -> Workdays:
        """The weekdays that the company works, public holidays included."""
        return calendar.working_calendar(weekdays=self.company.working_weekdays)

    @shared
    def _personal(self) -> dict[int, Workdays]:
        return {}

    def workdays_of(self, person_id: int) -> Workdays:
        """One person's working days."""
        if person_id not in self._personal:
            person = self.roster.people[person_id]
            has_long_been = person.joined is None or (
                self.version is not None and person.joined < year_before(self.plan)[0] - LONG
            )
            self._personal[person_id] = calendar.personal_calendar(
                self.workdays,
                joined=None if has_long_been else person.joined,
                left=person.left,
                absences=self.absences.get(person_id, ()),
            )
        return self._personal[person_id]

    @shared
    def _carriers(self) -> dict[str, tuple[int, ...]]:
        return {}

    def is_carried_by(self, initiative: Initiative, person_id: int | None) -> bool:
        """Whether somebody has a rope of the initiative on the day; nobody has none."""
        return person_id in self.roster.people and carries(initiative, self.roster, person_id, self.on)

    def carriers(self, initiative: Initiative) -> tuple[int, ...]:
        """Who has a rope of the initiative on the day, by id."""
        if initiative.key not in self._carriers:
            self._carriers[initiative.key] = tuple(
                one for one in self.roster.people if carries(initiative, self.roster, one, self.on)
            )
        return self._carriers[initiative.key]

    @shared
    def _teams(self) -> dict[int, int | None]:
        return {}

    def team_of(self, person_id: int) -> int | None:
        """The team of the day."""
        if person_id not in self._teams:
            self._teams[person_id] = self.roster.team_of(person_id, self.on)
        return self._teams[person_id]

    @shared
    def known(self) -> dict[tuple[object, ...], Any]:
        """What was found out once of this world, under a name and what it was found out of."""
        return {}

    def once(self, key: tuple[object, ...], find: Callable[[], Found]) -> Found:
        """What `find` gives, asked once for each key."""
        known = self.known
        if key not in known:
            known[key] = find()
        found: Found = known[key]
        return found

    def once_for_all(self, key: tuple[object, ...], find: Callable[[], Found]) -> Found:
        """As `once`, of what concerns the whole company: one finds it out, and the others wait for that."""
        if key not in self.known:
            with one_by_one(self):
                return self.once(key, find)
        return self.once(key, find)

    @shared
    def taps(self) -> dict[str, dict[int, dict[date, int]]]:
        """Taps asked for so far, activity -> person id -> day -> how many."""
        return {}

    @shared
    def all_series(self) -> dict[SeriesKey, AnySeries]:
        """Series of everybody that were asked for, by metric, scope and first day."""
        return {}

    @shared
    def later(self) -> Later | None:
        """The later world that this one of a past day is seen from, where there is one."""
        return None

    @property
    def lately(self) -> date:
        """The day since which activities are gathered, unless somebody was away for long."""
        own = self.on - LATELY
        if self.later is not None and self.later.lately <= self.on - LATELY / 2:
            return self.later.lately
        return own

    def read_everybody(self) -> None:
        """From now on read tallies for everybody at once: who asks about one person needn't wait for all of them."""
        self.known[EVERYBODY] = True

    @shared
    def grounds(self) -> dict[tuple[str, int], bool]:
        """Whether a rope is on the ground, of those of which no more was asked, by initiative and person."""
        return {}

    @shared
    def spoken(self) -> dict[tuple[str, int], date | None]:
        """When somebody was last talked with about an initiative, of those of whom that was asked."""
        return {}

    @shared
    def ropes(self) -> dict[tuple[str, int], Any]:
        """Ropes that were judged, by initiative and person."""
        return {}

    def metric_of(self, initiative: Initiative) -> Definition | None:
        """The definition of the goal's metric; None for a manual one."""
        return None if initiative.goal.metric == MANUAL else definition_of(initiative.goal.metric)

    def series_of(self, initiative: Initiative) -> AnySeries:
        """The goal's tallies from the year before up to the day."""
        return self.series(initiative.goal.metric, initiative.goal.where)

    def series(self, metric: str, where: tuple[tuple[str, str], ...]) -> AnySeries:
        """Tallies of a metric in a scope, from the year before the plan's up to the day."""
        return self.series_since(metric, where, self.first_asked)

    @property
    def first_asked(self) -> date:
        """The first day of which figures are asked: that of the year before the plan's."""
        return min(year_before(self.plan)[0] - timedelta(days=1), self.on)

    def series_since(self, metric: str, where: tuple[tuple[str, str], ...], start: date) -> AnySeries:
        """As `series`, from a day on: activities are many, and only their latest weeks are looked at."""
        key = (metric, where, start)
        if key not in self.all_series:
            with one_by_one(self):
                if key not in self.all_series:
                    self.all_series[key] = self._read(key)
        return self.all_series[key]

    def _read(self, key: SeriesKey) -> AnySeries:
        metric, where, start = key
        if self.later is None:
            return series_for_system(self.company.id, self.roster, metric, where, start=start, end=self.on)
        held = self.later.series
        if key not in held:
            held[key] = series_for_system(
                self.company.id, self.roster, metric, where, start=start, end=self.later.on
            )
        return Cut(held[key], self.on)

    def running_of(
        self, person_id: int, metric: str, where: tuple[tuple[str, str], ...], start: date | None = None
    ) -> Running:
        """One person's tallies, out of everybody's where those are known already."""
        key = (metric, where, start or self.first_asked)
        is_known = key in self.all_series or (self.later is not None and key in self.later.series)
        if is_known or EVERYBODY in self.known:
            return self.series_since(*key).person(person_id)
        return self.once(
            ("running", person_id, *key),
            lambda: running_for_system(self.company.id, person_id, metric, where, start=key[2], end=self.on),
        )

    def manual_value(self, initiative: Initiative, on: date) -> object | None:
        """The latest value entered of a manual metric, by a day."""
        values = manual_values_for_system(self.company.id, initiative.goal.label)
        return next((value for day, value in reversed(values) if day <= on), None)


def world_for_system(company_id: int, on: date) -> World:
    """Everything as of the close of a day. Nobody's rights are asked: whoever shows of it narrows it first."""
    versions = versions_for_system(company_id)
    version = in_force(versions, on)
    year = version.year if version else 0
    return World(
        on=on,
        company=company_for_system(company_id),
        roster=roster_for_system(company_id),
        version=version,
        versions=tuple(one for one in versions if one.year == year and one.published_on <= on),
        sent=announcements_for_system(company_id) if version else {},
        absences=absences_for_system(company_id),
        **{name: read(company_id, version.year if version else None, on) for name, read in PARTS.items()},
    )


PARTS: dict[
    str, Callable[[int, int | None, date], Any]
] = {  # what people say and do, by company, plan's year and day
    "told": lambda company, year, on: told_for_system(company, year) if year is not None else {},
    "plans": lambda company, year, on: plans_for_system(company, year) if year is not None else {},
    "promises": lambda company, year, on: tuple(
        one for one in commitments_for_system(company) if one.made_on <= on
    ),
    "talks": lambda company, year, on: by_person(
        one for one in talks_for_system(company) if one.held_on <= on
    ),
    "reviews": lambda company, year, on: by_person(
        one for one in reviews_for_system(company) if one.held_on <= on
    ),
    "team_talks": lambda company, year, on: tuple(
        one for one in team_talks_for_system(company) if one.held_on <= on
    ),
}


def by_person(rows: Iterable[Held]) -> dict[int, list[Held]]:
    """Rows of talks or reviews, person id -> in their order."""
    found: dict[int, list[Held]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found
