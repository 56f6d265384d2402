"""Backups and their comparison as jobs, so that they run where the facts are held. Start with `take`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from ropewalk.backups import archive, comparing, taking
from ropewalk.facts.workroom import workroom
from ropewalk.jobs import handing
from ropewalk.jobs.kinds import NotDone, Say, retry_of
from ropewalk.lib import clock


def take(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"bytes", "rows", "facts", "figures", "made_at"}. The order holds file and recipient. Raises NotDone, StoreBusy.

    One that was handed over lies in the home until its orderer puts it in place, and isn't noted before.
    """
    now, since = clock.now(), retry_of(order)
    target, recipient = handing.seen(order, "file"), order.get("recipient")
    if handing.HANDED in order and not target.parent.is_dir():
        raise NotDone("Nobody waits for this backup any more. Take another one.")
    try:
        said = taking.take(target, recipient=recipient, on=now.date(), at=now, say=say)
        if handing.HANDED not in order:
            taking.remember(target, size=said["bytes"], at=now, since=since)
        elif handing.is_shared(target):
            target.chmod(0o660)
    except archive.NotABackup as error:
        raise NotDone(str(error)) from None
    except OSError as error:
        raise NotDone(
            f"The backup can't be written to {target}: {error.strerror or error}. Nothing is left half done; "
            "make room or say another place."
        ) from None
    return {
        "bytes": said["bytes"],
        "rows": sum(one["rows"] for one in said["tables"].values()),
        "facts": sum(one["rows"] for one in said["facts"].values()),
        "figures": len(said["figures"]),
        "made_at": said["made_at"],
    }


def put_in_place(order: dict[str, Any], result: dict[str, Any]) -> None:
    """Bring a backup that was handed over from the home to where it was ordered, whole or not at all, and note it. Raises NotDone."""
    target = Path(order["file"])
    try:
        size = archive.place(handing.seen(order, "file"), target)
    except OSError as error:
        raise NotDone(
            f"The backup can't be written to {target}: {error.strerror or error}. Nothing is left half done; "
            "make room or say another place."
        ) from None
    taking.remember(target, size=size, at=datetime.fromisoformat(result["made_at"]))


def compare(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"differences": sentences, "made_at", "figures"}. The order holds file and identity. Raises NotDone, StoreBusy."""
    identity = handing.seen(order, "identity") if order.get("identity") else None
    with workroom() as folder:
        try:
            manifest = archive.unpack(handing.seen(order, "file"), folder, identity=identity)
        except archive.NotABackup as error:
            raise NotDone(str(error)) from None
        found = comparing.differences(manifest, folder)
    if not found:
        taking.note("proved.json", {"at": clock.now().isoformat(), "file": order["file"]})
    return {"differences": found, "made_at": manifest.made_at, "figures": len(manifest.said["figures"])}
