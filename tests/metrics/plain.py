"""Every built-in metric in plain Python, written from the words on its card, over rows as they were said.

It knows nothing of definitions, queries or tallies; it is what they are held against.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Key = tuple[str, str]  # source and id
ZERO = Fraction(0)
OPENED = ("opportunities_opened", "pipeline_created")
COUNTED = {"activities": None, "calls": "call", "meetings_held": "meeting"}
ACTIVITY_METRICS = (*COUNTED, "accounts_touched")
DEAL_METRICS = (
    "average_deal", "close_rate", "close_rate_by_amount", "new_clients", "opportunities_opened",
    "pipeline_created", "revenue_won", "sales_cycle", "win_backs",
)  # fmt: skip
LEVELS = ("average_deal", "close_rate", "close_rate_by_amount", "sales_cycle")


@dataclass
class Rows:
    """One company as it was said."""

    deals: dict[Key, dict[str, Any]] = field(default_factory=dict)
    credits: dict[Key, dict[str, Fraction]] = field(default_factory=dict)  # deal -> owner -> share
    accounts: dict[Key, dict[str, Any]] = field(default_factory=dict)
    activities: dict[Key, dict[str, Any]] = field(default_factory=dict)
    owners: dict[Key, int] = field(default_factory=dict)  # source and owner key -> person
    taps: list[tuple[int, str, date]] = field(default_factory=list)
    memberships: list[tuple[int, int, date, date]] = field(default_factory=list)  # person, team, from, to
    parents: dict[int, int] = field(default_factory=dict)
    parents_for: list[tuple[int, int, date, date]] = field(default_factory=list)  # team, above it, from, to

    def above(self, team: int, day: date) -> int | None:
        """The team above another one on a day."""
        dated = [up for down, up, first, last in self.parents_for if down == team and first <= day <= last]
        return dated[0] if dated else self.parents.get(team)


@dataclass(frozen=True)
class Part:
    """What one fact adds for one person on one day."""

    person: int
    day: date
    top: Fraction
    below: Fraction
    hidden: bool = False  # lies outside the numerator of a ratio of amounts
    thing: Key | None = None


def parts(rows: Rows, metric: str, where: dict[str, str], as_of: date | None) -> list[Part]:
    """What every fact adds; of a distinct count each thing as often as it was met."""
    made = (
        _of_activities(rows, metric, where)
        if metric in ACTIVITY_METRICS
        else _of_deals(rows, metric, where, as_of)
    )
    return [one for one in made if as_of is None or one.day <= as_of]


def figures(
    rows: Rows, question: Any, first_weekday: int, start_month: int
) -> dict[tuple[int, date], tuple[Fraction, Fraction]]:
    """(thing, first day of its period) -> numerator and denominator, for whatever has either."""
    sums: dict[tuple[int, date], list[Fraction]] = defaultdict(lambda: [ZERO, ZERO])
    seen: dict[tuple[int, date], set[Key]] = defaultdict(set)
    for one in parts(rows, question.metric, dict(question.where), question.as_of):
        if not question.start <= one.day <= question.end:
            continue
        begins = max(
            question.start, period(one.day, question.grain, first_weekday, start_month) or question.start
        )
        for thing in _whose(rows, question, one):
            if one.thing is not None:
                seen[thing, begins].add(one.thing)
                continue
            held = sums[thing, begins]
            held[0] += one.top
            held[1] += one.below
    found = {key: (top, below) for key, (top, below) in sums.items()}
    return found | {key: (Fraction(len(things)), ZERO) for key, things in seen.items()}


def period(day: date, grain: str | None, first_weekday: int, start_month: int) -> date | None:
    """The first day of the day's period; None for the whole range."""
    if grain is None:
        return None
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta((day.weekday() - first_weekday) % 7)
    if grain == "month":
        return day.replace(day=1)
    months = {"quarter": 3, "year": 12}[grain]
    while (day.month - start_month) % months:
        day = day.replace(day=1) - timedelta(1)
    return day.replace(day=1)


def _whose(rows: Rows, question: Any, one: Part) -> list[int]:
    if question.by == "company":
        return [-1]
    if question.by == "person":
        return [one.person]
    here = [
        team
        for person, team, first, last in rows.memberships
        if person == one.person and first <= one.day <= last
    ]
    above = list(here)
    for team in above:  # grows while it is walked
        up = rows.above(team, one.day)
        if up is not None:
            above.append(up)
    return above


def _of_activities(rows: Rows, metric: str, where: dict[str, str]) -> list[Part]:
    found = []
    for (source, _), said in rows.activities.items():
        account = rows.accounts.get((source, said["account"] or ""), {})
        if metric == "accounts_touched" and not said["account"]:
            continue
        if COUNTED.get(metric) not in (None, said["type"]):
            continue
        if where.get("type", said["type"]) != said["type"] or not _in(account, where):
            continue
        thing = (source, said["account"]) if metric == "accounts_touched" else None
        person = rows.owners.get((source, said["owner"] or ""), 0)
        found.append(Part(person, said["day"], Fraction(1), Fraction(1), thing=thing))
    if metric != "accounts_touched" and "vertical" not in where:
        for person, activity, day in rows.taps:
            if COUNTED[metric] in (None, activity) and where.get("type", activity) == activity:
                found.append(Part(person, day, Fraction(1), Fraction(1)))
    return found


def _in(account: dict[str, Any], where: dict[str, str]) -> bool:
    return "vertical" not in where or account.get("vertical") == where["vertical"]


def _of_deals(rows: Rows, metric: str, where: dict[str, str], as_of: date | None) -> list[Part]:
    inside = {
        key: said
        for key, said in rows.deals.items()
        if where.get("product", said["product"]) == said["product"]
        and _in(rows.accounts.get((key[0], said["account"] or ""), {}), where)
        and ("status" not in where or where["status"] == _status(said, as_of))
    }
    if metric == "new_clients":
        firsts: dict[Key, tuple[date, str]] = {}
        for (source, deal), said in inside.items():
            if (
                _status(said, as_of) == "won"
                and said["account"]
                and (as_of is None or said["closed"] <= as_of)
            ):
                turn = (said["closed"], deal)
                firsts[source, said["account"]] = min(turn, firsts.get((source, said["account"]), turn))
        return [
            Part(
                rows.owners.get((source, rows.deals[source, deal]["owner"] or ""), 0),
                day,
                Fraction(1),
                Fraction(1),
            )
            for (source, _), (day, deal) in firsts.items()
        ]
    found = []
    for key, said in inside.items():
        amounts = _amounts(rows, metric, key, said, _status(said, as_of))
        if amounts is None:
            continue
        day, top, below, hidden = amounts
        shares = rows.credits.get(key) or {said["owner"] or "": Fraction(1)}
        for owner, share in shares.items():
            person = rows.owners.get((key[0], owner), 0)
            found.append(Part(person, day, top * share, below * share, hidden and share > 0))
    return found


def _amounts(
    rows: Rows, metric: str, key: Key, said: dict[str, Any], status: str
) -> tuple[date, Fraction, Fraction, bool] | None:
    """Day, numerator and denominator of a deal with one owner; None where it doesn't count."""
    amount = said["amount"]
    if metric in OPENED:
        top = Fraction(1) if metric == "opportunities_opened" else amount or ZERO
        return (said["opened"], top, Fraction(1), False) if said["opened"] else None
    if metric in ("close_rate", "close_rate_by_amount"):
        if status not in ("won", "lost"):
            return None
        weight = Fraction(1) if metric == "close_rate" else amount or ZERO
        is_won = status == "won"
        return said["closed"], weight if is_won else ZERO, weight, not is_won and metric != "close_rate"
    if status != "won":
        return None
    if metric == "average_deal":
        return None if amount is None else (said["closed"], amount, Fraction(1), False)
    if metric == "revenue_won":
        return said["closed"], amount or ZERO, Fraction(1), False
    if metric == "sales_cycle":
        if said["opened"] is None or said["closed"] < said["opened"]:
            return None
        return said["closed"], Fraction((said["closed"] - said["opened"]).days), Fraction(1), False
    assert metric == "win_backs"
    wins = sorted(
        (one["closed"], deal)
        for (source, deal), one in rows.deals.items()
        if source == key[0] and one["account"] == said["account"] and one["status"] == "won"
    )
    before = [day for day, deal in wins if (day, deal) < (said["closed"], key[1])]
    if not said["account"] or not before or (said["closed"] - before[-1]).days < 365:
        return None
    return said["closed"], Fraction(1), Fraction(1), False


def _status(said: dict[str, Any], as_of: date | None) -> str:
    is_later = as_of is not None and said["closed"] is not None and said["closed"] > as_of
    return "open" if is_later else said["status"]
