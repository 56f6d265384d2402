"""Which days a plan's year has where the company has moved the start of its fiscal year: a published plan keeps its own.

Start with `start_months` and `words_after_moving`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ropewalk.plans.shape import Plan
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Period
from ropewalk.versions.document import VersionInForce
from ropewalk.versions.queries import versions_for_system

ONE_DAY = timedelta(days=1)


def start_months(company_id: int) -> dict[int, int]:
    """Fiscal year -> month in which it begins, of each that has a published plan; nobody's rights are asked."""
    return {one.year: one.document.plan.start_month for one in versions_for_system(company_id)}


def written_for_other_days(plan: Plan, start_month: int) -> str:
    """Why a draft can't be published that was written before the fiscal year was moved; empty where it can."""
    year = calendar.fiscal_year(plan.year, start_month=start_month)
    if (plan.first_day, plan.last_day) == (year.start, year.end):
        return ""
    return (
        f"The fiscal year was moved since this draft was written: it says {spelt(plan.first_day, plan.last_day)}, and "
        f"{plan.year} is now {spelt(year.start, year.end)}. Open the draft’s form and keep it, or import its file again; "
        "dates outside are marked there."
    )


def words_after_moving(versions: Iterable[VersionInForce], start_month: int, on: date) -> str:
    """What becomes of published plans and the next one when fiscal years begin in this month; empty where nothing does."""
    plans = {one.year: one.document.plan for one in versions}
    if not plans:
        return ""
    latest = max(plans.values(), key=lambda one: one.last_day)
    if latest.start_month == start_month or latest.last_day < on:
        return ""
    number = calendar.fiscal_year_of(on, start_month=start_month)
    while number in plans:
        number += 1
    return (
        f"The plan for {latest.year} keeps its year, {spelt(latest.first_day, latest.last_day)}, and its quarters. "
        f"{_next(calendar.fiscal_year(number, start_month=start_month), latest, on)}"
    )


def _next(year: Period, latest: Plan, on: date) -> str:
    words = f"The next one, for {year.name}, is of {spelt(year.start, year.end)}"
    if year.start <= on:
        return f"{words}; it takes over as soon as it is published."
    if year.start <= latest.last_day:
        return f"{words}; once it is published it takes over on its first day."
    if year.start > latest.last_day + ONE_DAY:
        return f"{words}; from {spelt(latest.last_day + ONE_DAY, year.start - ONE_DAY)} no plan will hold."
    return f"{words}."


def spelt(first: date, last: date) -> str:
    """Two days in words."""
    return f"{first:%-d %B %Y} to {last:%-d %B %Y}"
