"""What is read of companies: particulars, the companies of an account, working days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.models import Absence, AccessRole, Account, Company, Holiday, Person
from ropewalk.lib.asked_often import asked_often


@dataclass(frozen=True)
class Particulars:
    """A company's particulars, as doors need them."""

    id: int
    handle: str
    name: str
    time_zone: str
    currency: str
    fiscal_start_month: int
    first_weekday: int
    working_weekdays: frozenset[int]
    cadence_days: int
    silence_days: int
    hours_limit: int
    is_generated: bool


COLUMNS = tuple(one.name for one in fields(Particulars))


@dataclass(frozen=True)
class CompanyFacts(Particulars):
    """A company's particulars, as rules need them."""

    holidays: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether the company works on a day."""
        return day.weekday() in self.working_weekdays and day not in self.holidays


@dataclass(frozen=True)
class Belonging:
    """One of the companies that an account belongs to."""

    handle: str
    name: str
    person_name: str
    roles: tuple[str, ...]


def company_for_system(company_id: int) -> CompanyFacts:
    """A company's particulars, in two queries."""
    company = Company.objects.get(pk=company_id)
    return facts_of(company)


def company_of(viewer: Viewer) -> CompanyFacts:
    """The particulars of the viewer's own company."""
    return company_for_system(viewer.company_id)


def company_by_handle_for_system(handle: str) -> CompanyFacts:
    """A company's particulars by its handle. Raises NotVisible."""
    company = Company.objects.filter(handle=handle).first()
    if company is None:
        raise NotVisible(handle)
    return facts_of(company)


def particulars_for_system(handle: str) -> Particulars | None:
    """A company's particulars by its handle, in one query; None where there is no such one."""
    found = _particulars(handle)
    return _particulars_of_row(found[0]) if found else None


@asked_often
def _particulars(handle: str) -> QuerySet[Company, tuple[Any, ...]]:
    return Company.objects.filter(handle=handle).values_list(*COLUMNS)


def _particulars_of_row(row: tuple[Any, ...]) -> Particulars:
    named = dict(zip(COLUMNS, row, strict=True))
    weekdays = frozenset(map(int, named.pop("working_weekdays")))
    return Particulars(**named, working_weekdays=weekdays)


def facts_of(company: Company) -> CompanyFacts:
    holidays = Holiday.objects.filter(company=company).values_list("day", flat=True)
    return CompanyFacts(**vars(particulars_of(company)), holidays=frozenset(holidays))


def particulars_of(company: Company) -> Particulars:
    return _particulars_of_row(tuple(getattr(company, name) for name in COLUMNS))


def companies_for_system() -> list[tuple[str, str]]:
    """Every company's handle and name, by handle."""
    return list(Company.objects.order_by("handle").values_list("handle", "name"))


def time_zone_for_system(handle: str) -> str | None:
    """The IANA zone of a company, None where there is no such one."""
    return Company.objects.filter(handle=handle).values_list("time_zone", flat=True).first()


def belongings(account_id: int, *, on_by_zone: Callable[[str], date]) -> list[Belonging]:
    """The companies an account belongs to today, by name; `on_by_zone` gives the day in a company's zone."""
    people = (
        Person.objects.filter(account_id=account_id)
        .select_related("company")
        .prefetch_related("access_roles")
        .order_by("company__name")
    )
    return [
        Belonging(
            person.company.handle,
            person.company.name,
            person.name,
            tuple(sorted(role.name for role in person.access_roles.all())),
        )
        for person in people
        if person.left is None or person.left >= on_by_zone(person.company.time_zone)
    ]


def names_by_email(viewer: Viewer, written: Iterable[str]) -> dict[str, str]:
    """The names of the company's people whose e-mail address is among what was written."""
    asked = {one for one in written if "@" in one}
    if not asked:
        return {}
    found = Person.objects.filter(company_id=viewer.company_id, email__in=asked)
    return dict(found.values_list("email", "name"))


def absences_for_system(company_id: int) -> dict[int, list[tuple[date, date]]]:
    """Everybody's absences, person id -> (first day, last day), both included."""
    found: dict[int, list[tuple[date, date]]] = {}
    rows = Absence.objects.filter(person__company_id=company_id).order_by("from_day")
    for person_id, start, end in rows.values_list("person_id", "from_day", "to_day"):
        found.setdefault(person_id, []).append((start, end))
    return found


def holders_for_system(company_id: int, role: str) -> frozenset[int]:
    """The ids of the people who hold an access role."""
    return frozenset(
        AccessRole.objects.filter(person__company_id=company_id, name=role).values_list(
            "person_id", flat=True
        )
    )


@dataclass(frozen=True)
class CastMember:
    """Somebody of a generated company whom one may sign in as, in demo mode."""

    name: str
    email: str
    company: str
    words: str  # the roles, in words


def demo_cast_for_system() -> list[CastMember]:
    """Everybody of generated companies who has an account, by their highest role."""
    people = (
        Person.objects.filter(company__is_generated=True, account__isnull=False)
        .select_related("company", "account")
        .prefetch_related("access_roles")
    )
    order = list(AccessRole.Name.values)
    found = []
    for person in people:
        roles = sorted((role.name for role in person.access_roles.all()), key=order.index)
        if roles and person.account:
            found.append((order.index(roles[0]), person.name, person, roles))
    return [
        CastMember(name, person.account.email, person.company.name, ", ".join(roles))
        for _, name, person, roles in sorted(found, key=lambda one: one[:2])
        if person.account
    ]


def demo_account_for_system(email: str) -> Account | None:
    """The account of one of the cast; None for anybody else."""
    person = (
        Person.objects.filter(company__is_generated=True, account__email__iexact=email)
        .select_related("account")
        .first()
    )
    return person.account if person else None


def company_ids_for_system() -> list[int]:
    """Every company's id, in order."""
    return list(Company.objects.order_by("pk").values_list("pk", flat=True))
