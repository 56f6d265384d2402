"""Undoing an import, as a job, since it changes facts that are kept. Start with `perform`."""

from __future__ import annotations

from typing import Any

from ropewalk.facts import intake, queries, undoing
from ropewalk.jobs.importing import importer
from ropewalk.jobs.kinds import NotDone, Say, retry_of
from ropewalk.lib import clock


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"names", "goes", "returns", "is_done"}. The order holds company, load, as, and `sure`: else it only says what would change.

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """
    try:
        company = queries.importing_company_for_system(order["company"])
        by = importer(company.handle, order.get("as"), on=clock.today(company.setting.zone))
        intake.hold()
        if order.get("sure"):
            found = undoing.undo(
                company.id, order["load"], by=by, at=clock.now(), is_retry=retry_of(order) is not None
            )
        else:
            found = undoing.preview_for_system(company.id, order["load"])
            if found.in_the_way:
                raise NotDone(undoing.in_the_way_words(found))
    except (queries.UnknownCompany, undoing.NoSuchLoad, undoing.NotUndone) as trouble:
        raise NotDone(str(trouble)) from None
    return {
        "names": list(found.names),
        "goes": {name: count for name, count in found.goes.items() if count},
        "returns": {name: count for name, count in found.returns.items() if count},
        "is_done": bool(order.get("sure")),
    }
