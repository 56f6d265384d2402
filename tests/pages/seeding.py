"""A small company with a published plan and ropes that break in every place, made by the capabilities users have.

Six teams of five, one plan of three initiatives, facts of two years, out of one seed. Start with `seed`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import time_machine
from django.test import Client

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.joining import RosterRow, join
from ropewalk.companies.models import Account, Company, Person
from ropewalk.facts import store, taps
from ropewalk.facts.models import SourceMapping
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.drafting import item_from_standards
from ropewalk.individual_plans.item import Items
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.reviews.talking import Part, hold_one_on_one, hold_review
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.publishing import publish

TEAMS = {
    "Neubert": ("Ana Alder", "Ben Brandt", "Cem Celik", "Dora Dahl", "Emil Ehrat"),
    "Rouche": ("Finn Frey", "Gia Gallo", "Hugo Huber", "Iris Imhof", "Jon Jost"),
    "Sewald": ("Kai Keller", "Lena Lang", "Max Meier", "Nora Nef", "Omar Ott"),
    "Losch": ("Pia Portmann", "Quin Quast", "Rosa Rey", "Sam Suter", "Tara Tobler"),
    "Marxen": ("Uli Urech", "Vera Vogt", "Will Weber", "Xenia Xu", "Yara Yilmaz"),
    "Brinkmann": ("Zoe Zeller", "Aldo Amsler", "Bea Bucher", "Carl Christen", "Dina Dietz"),
}
MANAGERS = {
    "Neubert": "Tom Neubert",
    "Rouche": "Remy Rouche",
    "Sewald": "Sina Sewald",
    "Losch": "Lou Losch",
    "Marxen": "Mia Marxen",
    "Brinkmann": "Bo Brinkmann",
}
YEAR = 2027
ON = date(2027, 8, 17)
NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
ROLES = ("Salesperson",)


@dataclass(frozen=True)
class Seeded:
    """What was made: ids by name."""

    company_id: int
    handle: str
    people: dict[str, int]
    on: date

    def account(self, name: str) -> Account:
        """The account a person signs in with."""
        account = Person.objects.get(pk=self.people[name]).account
        assert account is not None
        return account


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def email(name: str, company: str = "Northlight") -> str:
    return f"{name.lower().replace(' ', '.')}@{company.lower()}.example"


def found_company(
    name: str = "Northlight", *, on: date = ON, teams: dict[str, tuple[str, ...]] = TEAMS
) -> Seeded:
    """The company with its people, every one with an account, and nothing else."""
    handle = found(name, calendar=Calendar(time_zone="Europe/Zurich"), by=OPERATOR, at=at(date(2025, 1, 2)))
    company = Company.objects.get(handle=handle)
    rows = [
        RosterRow(
            key=rep,
            name=rep,
            email=email(rep, name),
            manager=MANAGERS.get(team, f"Head {team}"),
            team=team,
            team_parent="Sales",
            from_day=date(2025, 1, 1),
            role="Salesperson",
            access=("rep",),
        )
        for team, reps in teams.items()
        for rep in reps
    ]
    rows += [
        RosterRow(
            key=manager,
            name=manager,
            email=email(manager, name),
            manager="Kay Lindqvist",
            team=None,
            from_day=date(2025, 1, 1),
            access=("manager",),
        )
        for manager in (MANAGERS.get(team, f"Head {team}") for team in teams)
    ]
    outcomes = join(company.pk, rows, by=OPERATOR, at=at(date(2025, 1, 2)))
    assert all(one.state == "new" for one in outcomes), outcomes
    kay = Person.objects.get(company=company, name="Kay Lindqvist")
    kay.email = email(kay.name, name)
    kay.save()
    kay.access_roles.create(name="leader")
    for boss, role in (
        ("Ines Ode", "executive"),
        ("Adam Adviser", "advisor"),
        ("Uma Admin", "administrator"),
    ):
        hire(company.pk, boss, email=email(boss, name), roles=(role,), by=OPERATOR, at=at(on))
    for person in Person.objects.filter(company=company):
        person.account = Account.objects.create(email=person.email)
        person.save()
    people = dict(Person.objects.filter(company=company).values_list("name", "pk"))
    return Seeded(company.pk, handle, people, on)


def the_plan() -> shape.Plan:
    """Three initiatives: a rate, a count in a scope, a sum in a scope."""
    start, due = date(YEAR, 1, 1), date(YEAR, 12, 31)

    def initiative(key: str, title: str, goal: shape.Goal, worth: str, **more: Any) -> shape.Initiative:
        return shape.Initiative(
            key=key,
            title=title,
            goal=goal,
            why="Our best customers stay twice as long, and we lose the ones we never visit again.",
            impact="Each point is worth a month of pipeline, so the year's goal hangs on it.",
            sponsor="Kay Lindqvist",
            worth=Decimal(worth),
            expectations=(
                shape.Expectation(
                    "Salesperson", "Review every late deal with a colleague before the offer goes out."
                ),
            ),
            **more,
        )

    return shape.Plan(
        year=YEAR,
        first_day=start,
        last_day=due,
        revenue_goal=Decimal(12_000_000),
        revenue_before=Decimal(10_900_000),
        calendar=shape.RolloutCalendar(date(YEAR, 1, 6), date(YEAR, 1, 15), date(YEAR, 1, 29)),
        initiatives=(
            initiative(
                "close-rate",
                "Close rate 43 → 50 %",
                shape.Goal("close_rate", Decimal("0.5"), Decimal("0.43"), start, due),
                "310000",
                kind="sales process",
                milestones=(
                    shape.Milestone("Half way", date(YEAR, 6, 30), Decimal("0.455")),
                    shape.Milestone("Nearly", date(YEAR, 9, 30), Decimal("0.48")),
                ),
                standards=(shape.Standard("Salesperson", "deal review", Decimal(3), "week", "tap"),),
            ),
            initiative(
                "medical",
                "24 medical clients",
                shape.Goal(
                    "new_clients", Decimal(24), Decimal(0), start, due, (("account.vertical", "medical"),)
                ),
                "480000",
                kind="vertical",
                milestones=(
                    shape.Milestone("First quarter", date(YEAR, 3, 31), Decimal(6)),
                    shape.Milestone("Half", date(YEAR, 6, 30), Decimal(12)),
                    shape.Milestone("Three quarters", date(YEAR, 9, 30), Decimal(18)),
                ),
                standards=(
                    shape.Standard(
                        "Salesperson", "call", Decimal(10), "week", "crm", (("account.vertical", "medical"),)
                    ),
                ),
            ),
            initiative(
                "gtx-pro",
                "GTX Pro to $1.4M",
                shape.Goal(
                    "revenue_won", Decimal(1_400_000), Decimal(0), start, due, (("product", "GTX Pro"),)
                ),
                "500000",
                kind="product",
                milestones=(
                    shape.Milestone(
                        "All certified", date(YEAR, 4, 30), None, "Kay Lindqvist", date(YEAR, 4, 20)
                    ),
                    shape.Milestone("As much as last year", date(YEAR, 9, 30), Decimal(900_000)),
                ),
                standards=(shape.Standard("Salesperson", "meeting", Decimal(2), "week", "crm"),),
            ),
        ),
    )


def fill_store(
    made: Seeded,
    *,
    seed: int,
    reps: Sequence[str] = (),
    loaded_on: date | None = None,
    busy_since: date | None = None,
) -> None:
    """Deals of last year and this one up to the day, and activities: as long, or since a day."""
    chance = random.Random(seed)
    facts = store.for_company(made.company_id)
    reps = reps or [name for names in TEAMS.values() for name in names if name in made.people]
    accounts = [
        {
            "source": "hubspot",
            "id": f"a{n}",
            "name": f"{chance.choice(['Spital', 'Klinik', 'Medica', 'Praxis'] if n % 3 == 0 else ['Alpen', 'Nord', 'Helio'])} {n}",
            "vertical": "medical" if n % 3 == 0 else "industry",
        }
        for n in range(600)
    ]
    deals, activities = [], []
    days = (made.on - date(YEAR - 1, 1, 1)).days
    number = 0
    for rep in reps:
        for _ in range(int(30 * days / 365)):
            number += 1
            closed = date(YEAR - 1, 1, 1) + timedelta(chance.randrange(days))
            won = chance.random() < (0.43 if closed.year < YEAR else 0.485)
            deals.append(
                deal(
                    chance,
                    number,
                    rep,
                    closed - timedelta(chance.randrange(20, 90)),
                    closed,
                    "won" if won else "lost",
                )
            )
        for _ in range(6):
            number += 1
            deals.append(
                deal(chance, number, rep, made.on - timedelta(chance.randrange(5, 70)), None, "open")
            )
        keen = chance.random() < 0.8
        for day in range(days + 1):
            when = date(YEAR - 1, 1, 1) + timedelta(day)
            if when.weekday() > 4 or (busy_since and when < busy_since):
                continue
            for kind, often in (("call", 2.4 if keen else 0.8), ("meeting", 0.5 if keen else 0.2)):
                for _ in range(int(often + chance.random())):
                    activities.append(
                        {
                            "source": "hubspot",
                            "id": f"x{len(activities)}",
                            "owner_key": rep,
                            "type": kind,
                            "occurred_on": when,
                            "account_id": f"a{3 * chance.randrange(200) if kind == 'call' else chance.randrange(600)}",
                            "load_id": 1,
                        }
                    )
    facts.add("accounts", accounts)
    facts.add("opportunities", deals)
    facts.add("activities", activities)
    facts.add(
        "loads",
        [
            {
                "source": "hubspot",
                "load_id": 1,
                "at": at(loaded_on or made.on, 5).replace(tzinfo=None),
                "rows": len(deals),
            }
        ],
    )
    facts.replace_owners(("hubspot", rep, made.people[rep]) for rep in reps)


def deal(
    chance: random.Random, number: int, rep: str, opened: date, closed: date | None, status: str
) -> dict[str, Any]:
    is_gtx = chance.random() < 0.16
    amount = Decimal(chance.randrange(6_000, 42_000))
    return {
        "source": "hubspot",
        "id": f"d{number}",
        "account_id": f"a{chance.randrange(600) if chance.random() < 0.1 else 1 + 3 * chance.randrange(199)}",
        "owner_key": rep,
        "name": f"Deal {number}",
        "product": "GTX Pro" if is_gtx else "Line",
        "amount": amount,
        "currency": "USD",
        "company_amount": amount,
        "opened_on": opened,
        "closed_on": closed,
        "status": status,
        "stage": chance.choice(["qualified", "meeting", "proposal"]),
        "load_id": 1,
    }


DEAL_LINK = "https://crm.example/deals/{id}?from=ropewalk"


def seed(*, seed: int = 20270817, on: date = ON, teams: Sequence[str] = tuple(TEAMS)) -> Seeded:
    """The whole company as of a day, or some of its teams."""
    made = found_company(on=on, teams={name: TEAMS[name] for name in teams})
    fill_store(made, seed=seed)
    SourceMapping.objects.create(
        company_id=made.company_id, source="hubspot", text="", used_at=at(on), deal_link=DEAL_LINK
    )
    published = date(YEAR, 1, 4)
    define(made.company_id, the_plan(), by=OPERATOR, at=at(published))
    version = publish(made.company_id, YEAR, by=OPERATOR, on=published, at=at(published)).version
    kay = Actor("Kay Lindqvist", made.people["Kay Lindqvist"])
    announce(made.company_id, version, by=kay, on=date(YEAR, 1, 6), at=at(date(YEAR, 1, 6)))
    chance = random.Random(seed + 1)
    for team in teams:
        for rep in TEAMS[team]:
            live(made, version, rep, MANAGERS[team], chance)
    return made


@contextmanager
def of_today(
    settings: Any, folder: Path, *, teams: Sequence[str] = tuple(TEAMS), tick: bool = False
) -> Iterator[Seeded]:
    """The company with facts in a folder of a test's own, at ten o'clock of its day; with `tick` the clock goes on."""
    settings.FACTS_FILE = folder / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=tick):
        yield seed(teams=teams)
    store.close()


def signed_in(made: Seeded, name: str) -> Client:
    """A browser's stand-in with somebody signed in."""
    client = Client()
    client.force_login(made.account(name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def shares_of(version: Any, person: int) -> dict[str, Any]:
    """What a version gives somebody of each goal that is shared out."""
    return {
        key: spread.people[person].amount
        for key, spread in version.document.spreads.items()
        if person in spread.people
    }


def live(made: Seeded, version: Any, rep: str, manager: str, chance: random.Random) -> None:
    """One person's year so far, with a gap here and there."""
    me, boss = made.people[rep], made.people[manager]
    by, chief = Actor(rep, me), Actor(manager, boss)
    plan = version.document.plan
    if chance.random() < 0.05:
        return
    day = date(YEAR, 1, 11)
    acknowledge(
        made.company_id, plan, picked=[one.title for one in plan.initiatives], own_words="I bring a colleague along.",
        by=by, on=day, at=at(day),
    )  # fmt: skip
    if chance.random() < 0.06:
        return
    items = Items(tuple(item_from_standards(one, "Salesperson") for one in plan.initiatives))
    shares = shares_of(version, me)
    for who in (by, chief):
        agree(
            made.company_id, me, YEAR, items=items, shares=shares, counterpart_id=boss, edition=1, by=who,
            on=date(YEAR, 1, 20), at=at(date(YEAR, 1, 20)),
        )  # fmt: skip
    keys = [one.key for one in plan.initiatives]
    held = date(YEAR, 2, 3)
    late = chance.random() < 0.12
    while held <= made.on - timedelta(50 if late else 0):
        talked = [key for key in keys if chance.random() < 0.85]
        if talked:
            hold_one_on_one(
                made.company_id, me, manager_id=boss, held_on=held, by=chief, on=held, at=at(held),
                parts=[Part(key, "What moved, and what next.") for key in talked],
            )  # fmt: skip
        held += timedelta(28)
    for end, day in ((date(YEAR, 3, 31), date(YEAR, 4, 14)), (date(YEAR, 6, 30), date(YEAR, 7, 14))):
        if chance.random() < 0.97:
            hold_review(
                made.company_id, me, manager_id=boss, quarter_end=end, held_on=day, figures=[], by=chief, on=day,
                at=at(day), parts=[Part(key, "We did what the plan says.") for key in keys],
            )  # fmt: skip
    lazy = chance.random() < 0.1
    monday = date(YEAR, 7, 12)
    while monday <= made.on:
        for place in range(1 if lazy else 3):
            day = monday + timedelta(place)
            if day < made.on:
                tap_once(made, me, by, day, chance)
        monday += timedelta(7)
    commit(
        made.company_id, me, initiative_key="medical", text="Bring the clinical lead into the pilot call",
        due_on=date(YEAR, 8, 20), by=chief, on=date(YEAR, 8, 9), at=at(date(YEAR, 8, 9)),
    )  # fmt: skip


def tap_once(made: Seeded, person: int, by: Actor, day: date, chance: random.Random) -> None:
    from uuid import UUID

    uuid = UUID(int=chance.getrandbits(128))
    taps.tap(made.company_id, uuid, person_id=person, activity="deal review", day=day, by=by, at=at(day))
