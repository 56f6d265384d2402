"""What the generated people did: calls, meetings and demonstrations out of the CRM, and the days of their taps."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ropewalk.demo.deals import Account, Deal
from ropewalk.demo.people import Rep

TAPPED = "deal review"


def write_activities(
    path: Path,
    random: Random,
    people: list[Rep],
    customers: list[Account],
    found: list[Deal],
    start: date,
    today: date,
) -> None:
    """Two years of activities; calls into the new vertical begin with the plan."""
    medical = [one for one in customers if one.vertical == "medical"]
    open_deals: dict[str, list[Deal]] = {}
    for one in found:
        open_deals.setdefault(one.rep.name, []).append(one)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Activity ID", "Owner", "Type", "When", "Account ID", "Deal ID", "Outcome"])
        number = 0
        for rep, day in days_at_work(people, start - timedelta(days=200), today):
            for kind, account, deal in doings_of(random, rep, day, start, today, medical, open_deals):
                number += 1
                outcome = random.choice(["reached", "not reached", "next step agreed"])
                deal_id = deal.id if deal else ""
                writer.writerow(
                    [
                        f"T-{number:06}",
                        rep.email,
                        kind,
                        f"{day.isoformat()}T10:30:00Z",
                        account.id,
                        deal_id,
                        outcome,
                    ]
                )


def days_at_work(people: list[Rep], first: date, latest: date) -> Iterator[tuple[Rep, date]]:
    """Everybody's working days, day by day."""
    day = first
    while day <= latest:
        if day.weekday() < 5:
            for rep in people:
                if rep.is_there(day):
                    yield rep, day
        day += timedelta(days=1)


def doings_of(
    random: Random,
    rep: Rep,
    day: date,
    start: date,
    today: date,
    medical: list[Account],
    deals_of: dict[str, list[Deal]],
) -> Iterator[tuple[str, Account, Deal | None]]:
    """One person's day: calls into the vertical since the plan, talks on own deals, demonstrations of late."""
    if day >= start + timedelta(days=14):
        for _ in range(2):
            if random.random() < 0.8 * rep.zeal:
                yield "call", random.choice(medical), None
    mine = [
        one
        for one in deals_of.get(rep.name, ())
        if one.opened <= day and (one.closed is None or day <= one.closed)
    ]
    if mine and random.random() < 0.3:
        deal = random.choice(mine[-12:])
        yield random.choice(["call", "meeting", "e-mail"]), deal.account, deal
    if mine and day >= today - timedelta(days=30) and random.random() < 0.45 * rep.zeal:
        deal = random.choice(mine[-12:])
        yield "demonstration", deal.account, deal


def tap_days(random: Random, rep: Rep, first: date, today: date) -> Iterator[date]:
    """The days on which somebody taps a deal review: three a week, as far as zeal goes."""
    for _, day in days_at_work([rep], first, today - timedelta(days=1)):
        if day.weekday() in (0, 2, 3) and random.random() < min(rep.zeal * 1.05, 1):
            yield day
