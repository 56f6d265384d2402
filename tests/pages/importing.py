"""Uploads in each of their states, for pages that show them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from ropewalk.facts import store
from ropewalk.facts.models import Suspicion, Upload
from ropewalk.jobs.models import Job

DEALS = """Opportunity ID,Account,Sales Agent,Product,Close Value,Engage Date,Close Date,Deal Stage
D1,Alpen 1,Ana Alder,GTX Pro,1200.50,04/01/2027,03/02/2027,Won
D2,Nord 2,Ana Alder,GTX Pro,900,05/01/2027,,Engaging
D3,Nord 3,Ben Brandt,GTX Pro,many,06/01/2027,02/02/2027,Lost
"""
ENTRY: dict[str, Any] = {
    "name": "sales_pipeline.csv",
    "object": "opportunities",
    "columns": {
        "id": "Opportunity ID", "account_id": "Account", "owner": "Sales Agent", "product": "Product",
        "amount": "Close Value", "opened_on": "Engage Date", "closed_on": "Close Date", "status": "Deal Stage",
    },
    "values": {"status": {"Won": "won", "Engaging": "open", "Lost": "lost"}},
}  # fmt: skip
WHOLE = "deals_old.csv, line 1: two columns are called “Close Value”. Give each a name of its own."
WHY = 'sales_pipeline.csv, line 4, Close Value: "many" is no finite number of at most 15 digits.'


def uploads(company_id: int, handle: str, at: datetime) -> dict[str, str]:
    """Ids by name: looked at, running, stopped, finished in four ways; and two suspicions beside them."""
    lines = [line.split(",") for line in DEALS.splitlines()]
    seen = {
        "whole": "", "header": lines[0], "few": lines[0], "delimiter": ",", "entry": ENTRY,
        "samples": {name: [row[place] for row in lines[1:] if row[place]] for place, name in enumerate(lines[0])},
        "words": {"Deal Stage": ["Won", "Engaging", "Lost"]},
    }  # fmt: skip
    entries = [{"file": "sales_pipeline.csv", "seen": seen, "entry": ENTRY, "is_known": False}]
    job = Job.objects.create(
        kind="upload", order={}, state="running", made_at=at, leased_until=at.replace(year=2100), done_parts=420_000,
        all_parts=1_000_000, words="sales_pipeline.csv|3",
    )  # fmt: skip
    made = {
        state: Upload.objects.create(
            company_id=company_id, made_at=at, person_name="Uma Admin", source="hubspot", entries=entries,
            files=[{"name": "sales_pipeline.csv", "bytes": len(DEALS)}], **more,
        )
        for state, more in {
            "looked_at": {"state": "new"},
            "running": {"state": "ordered", "job_id": job.pk, "began_at": at},
            "stopped": {"state": "stopped", "trouble": "You stopped it. Nothing was taken in; the files are still here."},
            "finished": {"state": "done", "report": report(handle)},
            "undoable": {"state": "done", "report": report(handle, load="8", new=2, changed=0, refused=0)},
            "nothing_new": {"state": "done", "report": report(handle, load="9", new=0, changed=0, unchanged=3, refused=0)},
            "refused_whole": {"state": "done", "report": report_of_nothing()},
        }.items()
    }  # fmt: skip
    bring_in(company_id, at)
    home = Path(settings.HOME)
    folder = home / "uploads" / handle / str(made["looked_at"].pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sales_pipeline.csv").write_text(DEALS)
    refused = home / "refused" / handle
    refused.mkdir(parents=True, exist_ok=True)
    (refused / "7.csv").write_text(
        "Ropewalk line,Ropewalk reason,"
        + lines[0][0]
        + ",Close Value\r\n"
        + f'4,"{WHY.replace(chr(34), chr(34) * 2)}",D3,many\r\n'
    )
    for code, value, suggestion in (("near_miss", "GTXPro", "GTX Pro"), ("owner_unknown", "a.alder", "")):
        Suspicion.objects.create(
            company_id=company_id, source="hubspot", object="opportunities", field="product" if suggestion else "owner",
            value=value, code=code, suggestion=suggestion, rows=3, first_seen_at=at, latest_seen_at=at, first_load="7",
            latest_load="7",
        )  # fmt: skip
    return {state: str(one.pk) for state, one in made.items()}


def bring_in(company_id: int, at: datetime) -> None:
    """The deliveries that can be taken back: one of two deals, one that brought nothing new."""
    facts = store.for_company(company_id)
    lines = [
        {"source": "hubspot", "load_id": load, "at": at.replace(tzinfo=None), "rows": 3} for load in (8, 9)
    ]
    facts.add("loads", [line | {"name": "sales_pipeline.csv", "object": "opportunities"} for line in lines])
    facts.add("together", [{"source": "hubspot", "load_id": load, "first_load": load} for load in (8, 9)])
    deal = {
        "source": "hubspot",
        "owner_key": "Ana Alder",
        "status": "open",
        "opened_on": at.date(),
        "load_id": 8,
    }
    facts.add("opportunities", [deal | {"id": f"n{number}", "name": f"New {number}"} for number in (1, 2)])


def report(handle: str, *, load: str = "7", **counted: int) -> dict[str, Any]:
    """What became of three rows: one new, one changed, one refused, where nothing else is said."""
    counts = {
        "rows": 3,
        "new": 1,
        "changed": 1,
        "unchanged": 0,
        "refused": 1,
        "blank": 0,
        "suspicions": 0,
    } | counted
    refusal = {
        "name": "sales_pipeline.csv",
        "line": 4,
        "column": "Close Value",
        "value": "many",
        "code": "amount_unreadable",
        "sentence": WHY,
    }
    loaded = {
        "name": "sales_pipeline.csv",
        "object": "opportunities",
        "load": load,
        "download": f"refused/{handle}/7.csv" if counts["refused"] else "",
        "is_refused_whole": False,
    }
    return {
        "files": [{"name": "sales_pipeline.csv", **counts}],
        "refusals": [refusal] if counts["refused"] else [],
        "suspicions": [],
        "loads": [loaded],
        "left_out": 0,
    }


def report_of_nothing() -> dict[str, Any]:
    """A file that was refused as a whole."""
    counts = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "refused": 0, "blank": 0, "suspicions": 0}
    refusal = {
        "name": "deals_old.csv", "line": 1, "column": "", "value": "", "code": "header_twice", "sentence": WHOLE,
    }  # fmt: skip
    load = {
        "name": "deals_old.csv",
        "object": "opportunities",
        "load": "",
        "download": "",
        "is_refused_whole": True,
    }
    return {
        "files": [{"name": "deals_old.csv", **counts}], "refusals": [refusal], "suspicions": [], "loads": [load], "left_out": 0,
    }  # fmt: skip
