"""Accounts and deals of the generated company, as files with the dirt that real exports have."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ropewalk.demo.people import Rep
from ropewalk.rules import calendar

VERTICALS = ("medical", "retail", "finance", "industry", "software", "education", "services")
WEIGHTS = (10, 20, 16, 18, 16, 8, 12)
PRODUCTS = {"Atlas Pro": 9200, "Atlas Basic": 2600, "Beacon": 4400, "Harbor": 6100, "Pilot Kit": 900}
COUNTRIES = ("Germany", "France", "Italy", "Sweden", "Spain", "Poland")
STEMS = (
    "Alder", "Birch", "Cedar", "Dune", "Elm", "Fjord", "Gable", "Heron", "Iris", "Juniper", "Kestrel", "Linden",
    "Maple", "North", "Orchid", "Pine", "Quartz", "River", "Stone", "Thorn", "Umber", "Vale", "Willow", "Yarrow",
)  # fmt: skip
ENDINGS = {
    "medical": ("Clinic", "Medica", "Care", "Hospital"),
    "retail": ("Stores", "Market", "Retail"),
    "finance": ("Bank", "Capital", "Trust"),
    "industry": ("Works", "Steel", "Machines"),
    "software": ("Systems", "Labs", "Soft"),
    "education": ("School", "College", "Academy"),
    "services": ("Partners", "Group", "Services"),
}
BASE_RATE = 0.43  # of the year before


@dataclass(frozen=True)
class Account:
    """A customer, or one to be."""

    id: str
    name: str
    vertical: str


@dataclass(frozen=True)
class Deal:
    """One opportunity."""

    id: str
    account: Account
    rep: Rep
    product: str
    amount: int
    opened: date
    closed: date | None
    is_won: bool


def accounts(random: Random) -> list[Account]:
    """Some hundred accounts, most in other verticals than the one to be won."""
    found = []
    for at in range(420):
        vertical = random.choices(VERTICALS, WEIGHTS)[0]
        name = f"{STEMS[at % len(STEMS)]} {random.choice(ENDINGS[vertical])} {at // len(STEMS) + 1}"
        found.append(Account(f"A-{at + 1:04}", name, vertical))
    return found


def deals(
    random: Random, people: list[Rep], customers: list[Account], start: date, today: date
) -> list[Deal]:
    """Two years of deals. From `start` on the close rate rises with what people do; some medical accounts wait for it."""
    medical = [one for one in customers if one.vertical == "medical"]
    held_back = {one.id for one in medical[: len(medical) * 3 // 4]}
    found: list[Deal] = []
    day = calendar.add_months(start, -12)
    while day <= today:
        for rep in people:
            if day.weekday() > 4 or not rep.is_there(day) or random.random() > 0.5:
                continue
            account = random.choice(customers)
            if account.id in held_back and (day < start or random.random() > 0.35 + rep.zeal / 3):
                account = random.choice([one for one in customers[:60] if one.id not in held_back])
            found.append(one_deal(random, rep, account, day, start, today, len(found)))
        day += timedelta(days=1)
    return found


def one_deal(
    random: Random, rep: Rep, account: Account, opened: date, start: date, today: date, number: int
) -> Deal:
    product = random.choice(list(PRODUCTS))
    closed: date | None = opened + timedelta(days=12 + int(random.gammavariate(3.2, 9)))
    assert closed is not None
    gone = max((closed - start).days, 0) / 365
    rate = BASE_RATE + rep.skill + 0.11 * min(gone * 1.6, 1) * rep.zeal
    if account.vertical == "medical" and closed >= start:
        rate *= 0.55
    is_won = random.random() < rate
    if closed > today or (rep.left and closed > rep.left):
        closed, is_won = None, False
    amount = int(PRODUCTS[product] * random.uniform(0.8, 1.25))
    return Deal(f"D-{number + 1:05}", account, rep, product, amount, opened, closed, is_won)


def write_accounts(path: Path, random: Random, customers: list[Account]) -> None:
    """The accounts as a file; a few verticals are mistyped."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Account ID", "Account", "Industry", "Country"])
        for at, one in enumerate(customers):
            vertical = "medcal" if one.vertical == "medical" and at % 29 == 0 else one.vertical
            writer.writerow([one.id, one.name, vertical, random.choice(COUNTRIES)])


def write_deals(path: Path, random: Random, found: list[Deal]) -> None:
    """The deals as a file, with a misspelt product, owners nobody knows, and rows that can't be counted."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Deal ID", "Account ID", "Owner", "Deal", "Product", "Amount", "Opened", "Closed", "Stage"]
        )
        for at, one in enumerate(found):
            product = "AtlasPro" if one.product == "Atlas Pro" and random.random() < 0.03 else one.product
            owner = "former.colleague@northlight.example" if at % 397 == 5 else one.rep.email
            stage = (
                ("Won" if one.is_won else "Lost")
                if one.closed
                else random.choice(["Qualified", "Proposal", "Meeting"])
            )
            closed = one.closed.isoformat() if one.closed else ""
            if one.closed and at % 911 == 7:
                closed = ""  # decided, and nobody typed when: refused
            writer.writerow(
                [
                    one.id,
                    one.account.id,
                    owner,
                    f"{one.account.name} · {one.product}",
                    product,
                    one.amount if one.closed or at % 3 else "",
                    one.opened.isoformat(),
                    closed,
                    stage,
                ]
            )
