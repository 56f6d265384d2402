"""Accepting suspicions as rules of the mapping, as a job: it changes facts that are kept. Also the mapping with them.

Start with `perform`.
"""

from __future__ import annotations

from typing import Any

from ropewalk.connectors.files.marked import with_corrections
from ropewalk.facts import intake, queries, suspicions
from ropewalk.jobs.importing import importer
from ropewalk.jobs.kinds import NotDone, Say
from ropewalk.lib import clock


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"rows": how many kept rows now read otherwise}. The order holds company, suspicions (ids) and as.

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """
    try:
        company = queries.importing_company_for_system(order["company"])
        by = importer(company.handle, order.get("as"), on=clock.today(company.setting.zone))
        intake.hold()
        count = suspicions.accept(company.id, order["suspicions"], by=by, at=clock.now())
    except (queries.UnknownCompany, suspicions.NotAcceptable) as trouble:
        raise NotDone(str(trouble)) from None
    return {"rows": count}


def mapping_in_force(handle: str, source: str | None, address: str | None) -> str:
    """The mapping's YAML as the next import will read by it. Raises NotDone."""
    try:
        company = queries.importing_company_for_system(handle)
        importer(company.handle, address, on=clock.today(company.setting.zone))
        name, text = queries.mapping_for_system(company.id, source)
    except (queries.UnknownCompany, queries.UnknownMapping) as trouble:
        raise NotDone(str(trouble)) from None
    return with_corrections(text, queries.corrections_for_system(company.id, name))
