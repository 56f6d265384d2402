"""Making the generated company, from nothing to a year half gone. Start with `make`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from ropewalk.companies.founding import Calendar, found, hire
from ropewalk.companies.inviting import accept, invite
from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system
from ropewalk.demo import deals, doings, people
from ropewalk.demo.story import Story
from ropewalk.jobs import importing
from ropewalk.journal.writing import SYSTEM
from ropewalk.rules import calendar

NAME, HANDLE = "Northlight", "northlight"
MONTHS_GONE = 7  # of the fiscal year, today
PASSWORD = "seven-knots-to-the-ground"
MAPPING = Path(__file__).parent / "mapping.yaml"
STEPS = 13
Say = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Login:
    """One of the cast, for whoever wants to come in."""

    words: str
    name: str
    email: str
    password: str


CAST = (
    ("executive", people.EXECUTIVE, ("executive",)),
    ("sales leader", people.LEADER, ("leader",)),
    ("manager", people.MANAGERS[0][0], ("manager",)),
    ("manager", people.MANAGERS[3][0], ("manager",)),
    ("rep", "Ana Albrecht", ("rep",)),
    ("rep", "Ben Barros", ("rep",)),
    ("administrator", people.ADMINISTRATOR, ("administrator",)),
    ("advisor", people.ADVISOR, ("advisor",)),
)


def make(*, seed: int, at: datetime, say: Say) -> list[Login]:
    """Make the company where it isn't there yet, and give the cast's logins."""
    cast = [Login(words, name, people.email_of(name), PASSWORD) for words, name, _ in CAST]
    if HANDLE in dict(companies_for_system()):
        return cast
    steps = iter(range(1, STEPS + 1))

    def step(words: str) -> None:
        say(next(steps, STEPS), STEPS, words)

    today = at.date()
    start = calendar.add_months(today, -MONTHS_GONE)
    zone = Calendar(time_zone="UTC", currency="USD", fiscal_start_month=start.month)
    step("Founding")
    found(NAME, calendar=zone, by=SYSTEM, at=at, is_generated=True)
    company = company_by_handle_for_system(HANDLE)
    random = Random(f"{seed}")
    reps = people.reps(start, today)
    step("Generating two years")
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), random, reps, start, today)
        step("Importing")
        importing.run(HANDLE, files, MAPPING, by=SYSTEM)
    step("Letting people in")
    for name, role in ((people.EXECUTIVE, "executive"), (people.LEADER, "leader")):
        hire(company.id, name, email=people.email_of(name), roles=(role,), by=SYSTEM, at=at)
    for _, name, roles in CAST:
        invited = invite(HANDLE, people.email_of(name), roles=roles, name=name, by=SYSTEM, at=at)
        accept(invited.token, password=PASSWORD, at=at)
    Story(company.id, reps, start, today, random, step).tell()
    step("Done")
    return cast


def write_files(folder: Path, random: Random, reps: list[people.Rep], start: date, today: date) -> list[Path]:
    """The exports of the generated CRM, up to yesterday."""
    latest = today - timedelta(days=1)
    customers = deals.accounts(random)
    found = deals.deals(random, reps, customers, start, latest)
    names = ("people.csv", "accounts.csv", "deals.csv", "activities.csv")
    paths = [folder / name for name in names]
    people.write_people(paths[0], reps)
    deals.write_accounts(paths[1], random, customers)
    deals.write_deals(paths[2], random, found)
    doings.write_activities(paths[3], random, reps, customers, found, start, latest)
    return paths
