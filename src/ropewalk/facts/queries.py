"""What can be read of facts besides figures: mappings, suspicions, matches.

Start with the function named as what you look for. All of it is for jobs and for doors that have asked for rights first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ropewalk.companies.models import Company, ExchangeRate
from ropewalk.facts.models import Correction, Match, SourceMapping, Suspicion
from ropewalk.facts.shapes import Setting
from ropewalk.lib.asked_often import asked_often


class UnknownCompany(Exception):
    """There is no company of that handle."""


class UnknownMapping(Exception):
    """The company has no mapping, or several, and none was named."""


@dataclass(frozen=True)
class ImportingCompany:
    """What an import needs to know of its company."""

    id: int
    handle: str
    name: str
    setting: Setting


@dataclass(frozen=True)
class OpenSuspicion:
    """A suspicion that still stands."""

    id: int
    source: str
    object: str
    field: str
    value: str
    suggestion: str
    code: str
    rows: int
    latest_seen_at: datetime


def importing_company_for_system(handle: str) -> ImportingCompany:
    """The company by its handle, with zone, currency and exchange rates. Raises UnknownCompany."""
    company = Company.objects.filter(handle=handle).first()
    if company is None:
        raise UnknownCompany(
            f'There is no company "{handle}". Its handle is its name in lower case with hyphens.'
        )
    rates: dict[str, list[tuple[str, str]]] = {}
    for rate in ExchangeRate.objects.filter(company=company).order_by("currency", "from_day"):
        rates.setdefault(rate.currency, []).append((rate.from_day.isoformat(), f"{rate.rate:f}"))
    setting = Setting(company.time_zone, company.currency, rates)
    return ImportingCompany(company.pk, company.handle, company.name, setting)


def corrections_for_system(company_id: int, source: str) -> dict[tuple[str, str], dict[str, str]]:
    """Accepted corrections of a source, by (object, field): value -> what it means."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in Correction.objects.filter(company_id=company_id, source=source).order_by("pk"):
        found.setdefault((one.object, one.field), {})[one.value] = one.becomes
    return found


def mapping_for_system(company_id: int, source: str | None = None) -> tuple[str, str]:
    """Source and text of the mapping last used. Raises UnknownMapping, also where there are several and none is named."""
    kept = SourceMapping.objects.filter(company_id=company_id)
    if source is not None:
        kept = kept.filter(source=source)
    found = list(kept.order_by("source")[:50])
    if not found:
        raise UnknownMapping(
            "No mapping is kept yet, so nobody can say which column is which. Say it with --mapping FILE.yaml (docs/connectors/files.md "
            "shows one); it is kept for later imports. In the browser one is proposed."
        )
    if len(found) > 1:
        raise UnknownMapping(
            f"There are {len(found)} mappings: say which source, {', '.join(one.source for one in found)}."
        )
    return found[0].source, found[0].text


def mapped_sources_for_system(company_id: int) -> list[str]:
    """The sources of which a mapping is kept, by name."""
    return [source for (source,) in _mapped_sources(company_id)]


@asked_often
def _mapped_sources(company_id: int) -> QuerySet[SourceMapping, tuple[Any, ...]]:
    return SourceMapping.objects.filter(company_id=company_id).order_by("source").values_list("source")


def deal_links_for_system(company_id: int) -> dict[str, str]:
    """Where deals open, by source: an address with {id}. Sources of which nothing was said are left out."""
    return {source: link for source, link in _deal_links(company_id) if link}


@asked_often
def _deal_links(company_id: int) -> QuerySet[SourceMapping, tuple[Any, ...]]:
    return SourceMapping.objects.filter(company_id=company_id).values_list("source", "deal_link")


def open_suspicions_for_system(company_id: int) -> list[OpenSuspicion]:
    """What still looks wrong, most rows first."""
    found = Suspicion.objects.filter(
        company_id=company_id, accepted_at=None, settled_at=None, left_at=None
    ).order_by("-rows", "pk")
    return [
        OpenSuspicion(
            one.pk,
            one.source,
            one.object,
            one.field,
            one.value,
            one.suggestion,
            one.code,
            one.rows,
            one.latest_seen_at,
        )
        for one in found
    ]


def matches_for_system(company_id: int) -> dict[tuple[str, str], int]:
    """(source, owner key) -> person id."""
    found = Match.objects.filter(company_id=company_id).values_list("source", "key", "person_id")
    return {(source, key): person for source, key, person in found}
