"""The generated company of the measurements: facts straight into the store, people and plan by the product's own ways.

2,000 reps in 200 teams under 20 regions, 20 million activities and 400,000 opportunities over two years; `scale` makes
all of it smaller alike. Everything comes out of the number of the row, so that two runs make the same company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection as relational
from django.db import transaction

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.models import (
    AccessRole,
    Account,
    FrontLineRole,
    Leadership,
    Membership,
    Person,
    Team,
    TeamParent,
)
from ropewalk.companies.queries import company_by_handle_for_system
from ropewalk.facts import matches
from ropewalk.facts.models import Match
from ropewalk.facts.store import changing, connection
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import brought_up_to_date
from ropewalk.individual_plans.item import Items
from ropewalk.journal.writing import SYSTEM, Actor
from ropewalk.plans.defining import define
from ropewalk.plans.shape import Expectation, Goal, Initiative, Milestone, Plan, RolloutCalendar, Standard
from ropewalk.progress.shares import share_of
from ropewalk.progress.world import world_for_system
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.publishing import publish

HANDLE, NAME = "bench", "Bench"
FIRST, TODAY = date(2025, 1, 1), date(2026, 11, 24)
START, END = date(2026, 4, 1), date(2027, 3, 31)
DAYS = (TODAY - FIRST).days + 1
ROLE = "Salesperson"


@dataclass(frozen=True)
class Size:
    """How large the company is."""

    reps: int
    activities: int
    opportunities: int

    @staticmethod
    def of(scale: float) -> Size:
        return Size(
            max(20, int(2_000 * scale)),
            max(10_000, int(20_000_000 * scale)),
            max(1_000, int(400_000 * scale)),
        )

    @property
    def accounts(self) -> int:
        return self.opportunities // 4


def fill_facts(company_id: int, size: Size) -> None:
    """The facts, in the order of time as a CRM gives them out."""
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TEMP MACRO chance(x) AS (hash(x) >> 2)::BIGINT")
    for table, sql in statements(company_id, size).items():
        with connection.writing():
            cursor.execute(f"INSERT INTO {table} {sql}")
    changing.revise(company_id)
    connection.checkpoint()


def statements(company_id: int, size: Size) -> dict[str, str]:
    """Table -> the question that makes its rows."""
    opened = f"DATE '{FIRST}' + (i * {DAYS} // {size.opportunities})::INTEGER"
    rep = f"'rep' || lpad((chance(i * 19) % {size.reps})::VARCHAR, 5, '0')"
    amount = "(chance(i * 29) % 5000000)::DECIMAL(38,6) / 100"
    return {
        "activities": f"""SELECT {company_id}, 'crm', 'A' || lpad(i::VARCHAR, 9, '0'),
            'rep' || lpad((chance(i * 7) % {size.reps})::VARCHAR, 5, '0'),
            ['call', 'meeting', 'e-mail', 'visit', 'demonstration'][1 + chance(i * 3) % 5],
            (DATE '{FIRST}' + (i * {DAYS} // {size.activities})::INTEGER)::TIMESTAMP + INTERVAL (chance(i) % 36000) SECOND,
            DATE '{FIRST}' + (i * {DAYS} // {size.activities})::INTEGER, 'acc' || (chance(i * 11) % {size.accounts}),
            CASE WHEN chance(i * 13) % 3 = 0 THEN 'O' || lpad((chance(i * 13) % {size.opportunities})::VARCHAR, 8, '0') END,
            ['done', 'no answer', NULL][1 + chance(i * 5) % 3], NULL, 1
            FROM range({size.activities}) AS t(i)""",
        "opportunities": f"""SELECT {company_id}, 'crm', 'O' || lpad(i::VARCHAR, 8, '0'),
            'acc' || (chance(i * 17) % {size.accounts}), {rep}, 'Deal ' || i,
            ['rope', 'line', 'hook', 'knot', 'net'][1 + chance(i * 23) % 5], {amount}, 'USD', {amount}, {opened},
            CASE WHEN chance(i * 31) % 4 <> 0 THEN least({opened} + (chance(i * 37) % 120)::INTEGER, DATE '{TODAY}') END,
            ['open', 'lost', 'won', 'won'][1 + chance(i * 31) % 4], 'late', NULL, 1
            FROM range({size.opportunities}) AS t(i)""",
        "credits": f"""SELECT {company_id}, 'crm', 'O' || lpad(i::VARCHAR, 8, '0'),
            'rep' || lpad(((chance(i * 41) + part) % {size.reps})::VARCHAR, 5, '0'), [0.6, 0.4][1 + part], 1
            FROM range(0, {size.opportunities}, 10) AS t(i), range(2) AS p(part)""",
        "accounts": f"""SELECT {company_id}, 'crm', 'acc' || i, 'Account ' || i,
            ['medical', 'finance', 'industry'][1 + chance(i) % 3], ['small', 'large'][1 + chance(i * 3) % 2], 'CH', NULL,
            NULL, NULL, 1 FROM range({size.accounts}) AS t(i)""",
        "loads": f"""SELECT {company_id}, 'crm', 1, 'generated', 'activities', TIMESTAMP '{TODAY} 06:00:00',
            {size.activities}, {size.activities}, 0, 0, 0, 0, 0, ''""",
    }


def fill_people(size: Size) -> int:
    """Company, people and teams; the company's id."""
    found(
        NAME,
        calendar=Calendar(time_zone="UTC", currency="USD", fiscal_start_month=START.month),
        by=SYSTEM,
        at=at(FIRST),
    )
    company_id = company_by_handle_for_system(HANDLE).id
    for name, role in (
        ("Lea Leader", "leader"),
        ("Eva Executive", "executive"),
        ("Ada Admin", "administrator"),
    ):
        hire(company_id, name, email=email_of(name), roles=(role,), by=SYSTEM, at=at(FIRST))
    teams = max(2, size.reps // 10)
    with transaction.atomic():
        regions = [
            Team.objects.create(company_id=company_id, name=f"Region {n}", key=f"region-{n}")
            for n in range(max(1, teams // 10))
        ]
        for n in range(teams):
            manager = Person.objects.create(
                company_id=company_id, name=f"Manager {n}", email=f"manager{n}@bench.example", key=f"m{n}"
            )
            AccessRole.objects.create(person=manager, name="manager")
            team = Team.objects.create(company_id=company_id, name=f"Team {n}", key=f"team-{n}")
            TeamParent.objects.create(team=team, parent=regions[n % len(regions)])
            Leadership.objects.create(team=team, person=manager)
            for k in range(n, size.reps, teams):
                rep = Person.objects.create(
                    company_id=company_id,
                    name=f"Rep {k:05}",
                    email=f"rep{k:05}@bench.example",
                    key=f"rep{k:05}",
                )
                AccessRole.objects.create(person=rep, name="rep")
                Membership.objects.create(person=rep, team=team)
                FrontLineRole.objects.create(person=rep, name=ROLE)
                Match.objects.create(
                    company_id=company_id, source="crm", key=f"rep{k:05}", person=rep, how=Match.How.ID
                )
    matches.copy_to_store(company_id)
    return company_id


def fill_plan(company_id: int, size: Size) -> None:
    """The year's plan published, told, understood by nine in ten and agreed by eight in ten."""
    leader = Actor("Lea Leader", Person.objects.get(company_id=company_id, name="Lea Leader").pk)
    plan = plan_of(size)
    define(company_id, plan, by=leader, at=at(START))
    publish(company_id, plan.year, by=leader, on=START, at=at(START))
    told = START + timedelta(6)
    world = world_for_system(company_id, told)
    assert world.version is not None
    announce(company_id, world.version, words="Three things.", by=leader, on=told, at=at(told))
    reps = [one for one in world.roster.people.values() if one.name.startswith("Rep ")]
    titles = [one.title for one in plan.initiatives]
    for number, rep in enumerate(reps):
        if number % 10:
            day = told + timedelta(1 + number % 7)
            said = "I do it every morning before the mail, with a list of names."
            acknowledge(
                company_id,
                plan,
                picked=titles,
                own_words=said,
                by=Actor(rep.name, rep.id),
                on=day,
                at=at(day),
            )
    agreed = START + timedelta(20)
    world = world_for_system(company_id, agreed)
    for number, rep in enumerate(reps):
        if number % 5:
            agree_plan(world, company_id, rep.id, rep.name, agreed)


def agree_plan(world, company_id: int, person_id: int, name: str, day: date) -> None:  # type: ignore[no-untyped-def]
    role = world.roster.front_line_role(person_id, day)
    items = brought_up_to_date(Items(), list(world.initiatives), role)
    shares = {
        one.key: share.amount if (share := share_of(world, one, person_id)) else None
        for one in world.initiatives
    }
    manager = world.roster.manager_of(person_id, day)
    for actor in (Actor(name, person_id), Actor(world.roster.people[manager].name, manager)):
        agree(
            company_id, person_id, world.version.year, items=items, shares=shares, counterpart_id=manager, edition=1,
            by=actor, on=day, at=at(day),
        )  # fmt: skip


def plan_of(size: Size) -> Plan:
    """Three initiatives: a rate, new clients of a vertical, the revenue of a product."""
    wins = size.opportunities // 2

    def initiative(
        key: str, title: str, kind: str, goal: Goal, standard: Standard, half: Decimal
    ) -> Initiative:
        return Initiative(
            key=key, title=title, kind=kind, why="It is what the year is about.", impact="A better year.",
            sponsor=email_of("Lea Leader"), worth=Decimal(1_000_000), goal=goal,
            milestones=(Milestone("Half way", date(2026, 9, 30), level=half), Milestone("There", END, level=goal.target)),
            expectations=(Expectation(ROLE, "Do it every day."),), standards=(standard,),
        )  # fmt: skip

    clients, revenue = Decimal(max(20, wins // 30)), Decimal(wins) * 1_000
    return Plan(
        year=2027,
        first_day=START,
        last_day=END,
        initiatives=(
            initiative(
                "close-rate", "Close rate to 75 %", "sales process",
                Goal("close_rate", Decimal("0.75"), Decimal("0.667"), START, END),
                Standard(ROLE, "deal review", Decimal(3), "week", "tap"), Decimal("0.7"),
            ),
            initiative(
                "medical", "New medical clients", "vertical",
                Goal("new_clients", clients, Decimal(0), START, END, where=(("vertical", "medical"),)),
                Standard(ROLE, "call", Decimal(6), "week", "crm", (("vertical", "medical"),)), (clients / 2).quantize(Decimal(1)),
            ),
            initiative(
                "rope", "Revenue of rope", "product",
                Goal("revenue_won", revenue, Decimal(0), START, END, where=(("product", "rope"),), unit=Decimal(1_000)),
                Standard(ROLE, "demonstration", Decimal(2), "week", "crm"), revenue / 2,
            ),
        ),
        revenue_goal=None,
        ideas=(),
        calendar=RolloutCalendar(announcement=START + timedelta(7), plans_agreed=START + timedelta(30)),
    )  # fmt: skip


def let_in(company_id: int, password: str) -> None:
    """Give everybody a sign-in, all with the same password, which is made unreadable once."""
    hashed = make_password(password)
    people = list(Person.objects.filter(company_id=company_id, account=None).exclude(email=""))
    made = Account.objects.bulk_create(Account(email=one.email, password=hashed) for one in people)
    for person, account in zip(people, made, strict=True):
        person.account = account
    Person.objects.bulk_update(people, ["account"], batch_size=500)


def email_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@bench.example"


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=UTC)


def tidy() -> None:
    """Let the relational database know what it holds."""
    with relational.cursor() as cursor:
        cursor.execute("ANALYZE")
