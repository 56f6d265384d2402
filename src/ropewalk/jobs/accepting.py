"""Accepting suspicions as rules of the mapping, as a job: it changes facts that are kept. Start with `perform`."""

from __future__ import annotations

from typing import Any

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
