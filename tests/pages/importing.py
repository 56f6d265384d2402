"""Uploads in each of their states, for pages that show them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

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
WHY = 'sales_pipeline.csv, line 4, Close Value: "many" is no finite number of at most 15 digits.'


def uploads(company_id: int, handle: str, at: datetime) -> dict[str, str]:
    """Ids by name: looked at, running, stopped, finished with a refused row; and two suspicions beside them."""
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
        }.items()
    }  # fmt: skip
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


def report(handle: str) -> dict[str, Any]:
    """What became of three rows."""
    counts = {"rows": 3, "new": 1, "changed": 1, "unchanged": 0, "refused": 1, "blank": 0, "suspicions": 0}
    refusal = {
        "name": "sales_pipeline.csv",
        "line": 4,
        "column": "Close Value",
        "value": "many",
        "code": "amount_unreadable",
        "sentence": WHY,
    }
    load = {
        "name": "sales_pipeline.csv",
        "object": "opportunities",
        "load": "7",
        "download": f"refused/{handle}/7.csv",
        "is_refused_whole": False,
    }
    return {
        "files": [{"name": "sales_pipeline.csv", **counts}],
        "refusals": [refusal],
        "suspicions": [],
        "loads": [load],
        "left_out": 0,
    }
