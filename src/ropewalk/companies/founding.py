"""Founding a company: its handle, its calendar, its first people.

People and teams that a file brings are `joining`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from ropewalk.companies.models import AccessRole, Company, ExchangeRate, FrontLineRole, Holiday, Person
from ropewalk.journal.writing import Actor, write


class NotFounded(Exception):
    """The company can't be made as asked; the words say why and what would do."""


@dataclass(frozen=True)
class Calendar:
    """How a company counts its days."""

    time_zone: str = "UTC"
    currency: str = "USD"
    fiscal_start_month: int = 1  # 1..12
    first_weekday: int = 0  # 0 = Monday
    working_weekdays: str = "01234"  # digits, 0 = Monday


def handle_of(name: str) -> str:
    """The address name of a company: lower case, accents dropped, hyphens between the words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]


def found(name: str, *, calendar: Calendar, by: Actor, at: datetime, is_generated: bool = False) -> str:
    """Make a company and give its handle. Raises NotFounded."""
    handle = handle_of(name)
    problem = trouble_with(name, handle, calendar)
    if problem:
        raise NotFounded(problem)
    with transaction.atomic():
        if Company.objects.filter(handle=handle).exists():
            raise NotFounded(f"There is a company {handle!r} already. Choose another name.")
        company = Company.objects.create(
            handle=handle, name=name.strip(), is_generated=is_generated, **calendar.__dict__
        )
        write(
            "founded company",
            thing=f"company:{company.pk}",
            actor=by,
            at=at,
            company_id=company.pk,
            words=name,
        )
    return handle


def trouble_with(name: str, handle: str, calendar: Calendar) -> str:
    """What is wrong with a new company's particulars, in one sentence; empty where nothing is."""
    return next(iter(troubles_with(name, handle, calendar).values()), "")


def troubles_with(name: str, handle: str, calendar: Calendar) -> dict[str, str]:
    """Everything that is wrong with a company's particulars: field -> sentence."""
    found: dict[str, str] = {}
    if not handle:
        found["name"] = f"{name!r} has no letter or digit to make an address of. Give the company a name."
    elif len(name.strip()) > 120 or "\0" in name:
        found["name"] = "A company's name has at most 120 letters. Shorten it."
    if not 1 <= calendar.fiscal_start_month <= 12:
        found["fiscal_start_month"] = (
            f"The fiscal year can't start in month {calendar.fiscal_start_month}. Say 1 to 12."
        )
    if not re.fullmatch(r"[A-Z]{3}", calendar.currency):
        found["currency"] = f"{calendar.currency!r} is no currency. Say three capital letters, such as USD."
    if calendar.first_weekday not in range(7):
        found["first_weekday"] = "A week can't start on that day. Choose one of the seven."
    days = calendar.working_weekdays
    if not days or set(days) - set("0123456") or len(set(days)) != len(days):
        found["working_weekdays"] = (
            f"Working days {days!r} can't be read. Say digits from 0 (Monday) to 6, such as 01234."
            if days
            else "A company works on one day of the week at least. Tick the days."
        )
    try:
        ZoneInfo(calendar.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found["time_zone"] = f"{calendar.time_zone!r} is no time zone. Say one such as Europe/Zurich."
    return found


def close_on(company_id: int, days: dict[date, str], *, by: Actor, at: datetime) -> None:
    """Note the company's holidays, day -> name; a day noted before takes the new name."""
    with transaction.atomic():
        for day, name in days.items():
            Holiday.objects.update_or_create(company_id=company_id, day=day, defaults={"name": name})
        write("noted holidays", thing=f"company:{company_id}", actor=by, at=at, company_id=company_id)


def set_rate(
    company_id: int, currency: str, rate: Decimal, *, from_day: date, by: Actor, at: datetime
) -> None:
    """What one unit of a currency is worth in the company's from a day on."""
    with transaction.atomic():
        ExchangeRate.objects.update_or_create(
            company_id=company_id, currency=currency, from_day=from_day, defaults={"rate": rate}
        )
        write(
            "set exchange rate",
            thing=f"company:{company_id}",
            actor=by,
            at=at,
            company_id=company_id,
            words=f"1 {currency} = {rate} from {from_day}",
        )


def hire(
    company_id: int,
    name: str,
    *,
    email: str = "",
    roles: tuple[str, ...] = (),
    front_line_role: str = "",
    joined: date | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Make one person by hand and give the id."""
    with transaction.atomic():
        person = Person.objects.create(company_id=company_id, name=name, email=email, joined=joined)
        for role in roles:
            AccessRole.objects.create(person=person, name=role)
        if front_line_role:
            FrontLineRole.objects.create(person=person, name=front_line_role, from_day=joined)
        write("added person", thing=f"person:{person.pk}", actor=by, at=at, company_id=company_id, words=name)
    return person.pk
