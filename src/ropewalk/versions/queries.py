"""Which version was in force on a day, and every version there ever was."""

from __future__ import annotations

from datetime import date

from django.db.models import TextField
from django.db.models.functions import Cast

from ropewalk.companies.access import Viewer
from ropewalk.versions.document import VersionInForce, from_text
from ropewalk.versions.models import Version


def versions_for_system(company_id: int, year: int | None = None) -> list[VersionInForce]:
    """All versions of a company, of one fiscal year or of all, in the order of publication."""
    rows = Version.objects.filter(company_id=company_id)
    if year is not None:
        rows = rows.filter(year=year)
    named = ("pk", "year", "number", "published_on", "in_force_from", "reason", "by_id")
    written = rows.order_by("year", "number").values_list(*named, Cast("document", TextField()))
    return [
        VersionInForce(pk, year, number, published_on, in_force_from, reason, by_id, from_text(text))
        for pk, year, number, published_on, in_force_from, reason, by_id, text in written
    ]


def in_force(versions: list[VersionInForce], on: date) -> VersionInForce | None:
    """The version that holds on a day: the highest number whose day has come, of the latest year begun.

    A plan published before its year begins holds from publication on, unless an earlier year still runs.
    """
    come = [one for one in versions if one.in_force_from <= on]
    running = [one for one in come if one.document.plan.first_day <= on <= one.document.plan.last_day]
    pool = running or [one for one in come if on < one.document.plan.first_day] or come
    return max(pool, key=lambda one: (one.year, one.number), default=None)


def versions_of(viewer: Viewer, year: int | None = None) -> list[VersionInForce]:
    """The published versions; everybody of the company reads them."""
    return versions_for_system(viewer.company_id, year)
