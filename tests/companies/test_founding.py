"""Founding a company: a handle out of the name, a calendar that makes sense, first people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.plans.small import KAY, Small, at, day, found_small

from ropewalk.companies.founding import Calendar, NotFounded, close_on, found, handle_of, hire, set_rate
from ropewalk.companies.models import Company, ExchangeRate, Person
from ropewalk.companies.queries import (
    companies_for_system,
    company_by_handle_for_system,
    time_zone_for_system,
)
from ropewalk.companies.roster import roster_for_system
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR

pytestmark = pytest.mark.django_db
AT = at(date(2026, 1, 2))
ZURICH = Calendar("Europe/Zurich", "CHF", 4, 6, "0123456")


def make(name: str = "Acme", calendar: Calendar = ZURICH) -> str:
    return found(name, calendar=calendar, by=OPERATOR, at=AT)


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Northlight", "northlight"),
        ("  Müller & Söhne AG ", "muller-sohne-ag"),
        ("Élan 21", "elan-21"),
        ("A---B", "a-b"),
        ("株式会社", ""),
    ],
)
def test_a_handle_is_the_name_in_lower_case_with_hyphens(name: str, handle: str) -> None:
    assert handle_of(name) == handle


def test_a_company_is_made_with_its_calendar_and_a_line_in_the_journal() -> None:
    assert make(" Acme ") == "acme"
    company = company_by_handle_for_system("acme")
    assert (company.name, company.time_zone, company.currency) == ("Acme", "Europe/Zurich", "CHF")
    assert (company.fiscal_start_month, company.first_weekday) == (4, 6)
    assert company.working_weekdays == frozenset(range(7))
    assert (company.cadence_days, company.silence_days, company.hours_limit) == (35, 35, 20)
    assert companies_for_system() == [("acme", "Acme")]
    assert time_zone_for_system("acme") == "Europe/Zurich"
    assert time_zone_for_system("nobody") is None
    line = Line.objects.get()
    assert (line.action, line.actor, line.company_id) == (
        "founded company",
        "operator at the shell",
        company.id,
    )


@pytest.mark.parametrize(
    ("name", "calendar", "words"),
    [
        ("!!", ZURICH, "'!!' has no letter or digit to make an address of. Give the company a name."),
        (
            "Acme",
            replace(ZURICH, fiscal_start_month=13),
            "The fiscal year can't start in month 13. Say 1 to 12.",
        ),
        (
            "Acme",
            replace(ZURICH, currency="Fr."),
            "'Fr.' is no currency. Say three capital letters, such as USD.",
        ),
        ("Acme", replace(ZURICH, working_weekdays=""), "A company works on one day of the week at least"),
        ("Acme", replace(ZURICH, working_weekdays="0117"), "Working days '0117' can't be read."),
        (
            "Acme",
            replace(ZURICH, time_zone="Zurich"),
            "'Zurich' is no time zone. Say one such as Europe/Zurich.",
        ),
        ("Acme", replace(ZURICH, time_zone="../etc/passwd"), "'../etc/passwd' is no time zone."),
    ],
)
def test_what_cannot_be_founded_says_why(name: str, calendar: Calendar, words: str) -> None:
    with pytest.raises(NotFounded) as refused:
        make(name, calendar)
    assert str(refused.value).startswith(words)
    assert not Company.objects.exists()


def test_two_companies_never_share_an_address() -> None:
    make("Acme")
    with pytest.raises(NotFounded, match="There is a company 'acme' already"):
        make("ACME!")
    assert Company.objects.count() == 1


def test_holidays_are_no_working_days_and_take_their_latest_name() -> None:
    company = Company.objects.get(handle=make())
    close_on(company.pk, {day(4, 5): "Easter"}, by=OPERATOR, at=AT)
    close_on(company.pk, {day(4, 5): "Easter Monday", day(12, 25): "Christmas"}, by=OPERATOR, at=AT)
    held = company_by_handle_for_system("acme")
    assert held.holidays == {day(4, 5), day(12, 25)}
    assert [held.is_workday(one) for one in (day(4, 5), day(4, 6))] == [False, True]
    assert company.holidays.get(day=day(4, 5)).name == "Easter Monday"


def test_a_rate_noted_again_for_a_day_replaces_the_one_before() -> None:
    company = Company.objects.get(handle=make())
    for rate in ("0.95", "0.96"):
        set_rate(company.pk, "EUR", Decimal(rate), from_day=day(1, 1), by=OPERATOR, at=AT)
    assert ExchangeRate.objects.get().rate == Decimal("0.96")


def test_whoever_is_hired_by_hand_has_the_roles_from_the_first_day() -> None:
    company = Company.objects.get(handle=make())
    person = hire(
        company.pk, "Ana", email="ana@x.example", roles=("rep", "manager"), front_line_role="Salesperson",
        joined=day(3, 1), by=OPERATOR, at=AT,
    )  # fmt: skip
    roster = roster_for_system(company.pk)
    assert roster.front_line_role(person, day(3, 1)) == "Salesperson"
    assert roster.front_line_role(person, day(2, 28)) is None
    assert set(Person.objects.get(pk=person).access_roles.values_list("name", flat=True)) == {
        "rep",
        "manager",
    }


def test_the_same_people_may_work_for_two_companies(small: Small) -> None:
    other = found_small("Other")
    assert other.ids.keys() == small.ids.keys()
    assert not set(other.ids.values()) & set(small.ids.values())
    assert Person.objects.filter(name=KAY).count() == 2
