"""Accepting suspicions as rules of the mapping, as a job: it changes facts that are kept. Also the mapping with them.

Start with `perform`.
"""

from __future__ import annotations

from typing import Any

from ropewalk.companies.roster import roster_for_system
from ropewalk.connectors.files.marked import with_corrections
from ropewalk.facts import intake, matches, queries, suspicions
from ropewalk.jobs.importing import importer
from ropewalk.jobs.kinds import NotDone, Say
from ropewalk.lib import clock
from ropewalk.plans.defining import person_named


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"rules": how many are new, "rows": how many kept rows now read otherwise}. The order holds company, suspicions (ids) and as.

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """
    try:
        company = queries.importing_company_for_system(order["company"])
        by = importer(company.handle, order.get("as"), on=clock.today(company.setting.zone))
        intake.hold()
        accepted = suspicions.accept(company.id, order["suspicions"], by=by, at=clock.now())
    except (queries.UnknownCompany, suspicions.NotAcceptable) as trouble:
        raise NotDone(str(trouble)) from None
    return {"rules": accepted.rules, "rows": accepted.rows}


def match_owner(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Say by hand whom an owner key stands for: {"name": the person's}. The order holds company, source, key, person and as.

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """
    try:
        company = queries.importing_company_for_system(order["company"])
        by = importer(company.handle, order.get("as"), on=clock.today(company.setting.zone))
        intake.hold()
        source = order.get("source") or queries.mapping_for_system(company.id)[0]
    except (queries.UnknownCompany, queries.UnknownMapping) as trouble:
        raise NotDone(str(trouble)) from None
    roster = roster_for_system(company.id)
    person_id = person_named(roster, order["person"])
    if person_id is None:
        raise NotDone(f"Nobody, or more than one, is {order['person']!r}. Say the e-mail, or the full name.")
    matches.match(company.id, source, order["key"], person_id, by=by, at=clock.now())
    return {"name": roster.people[person_id].name}


def mapping_in_force(handle: str, source: str | None, address: str | None) -> str:
    """The mapping's YAML as the next import will read by it. Raises NotDone."""
    try:
        company = queries.importing_company_for_system(handle)
        importer(company.handle, address, on=clock.today(company.setting.zone))
        name, text = queries.mapping_for_system(company.id, source)
    except (queries.UnknownCompany, queries.UnknownMapping) as trouble:
        raise NotDone(str(trouble)) from None
    return with_corrections(text, queries.corrections_for_system(company.id, name))
