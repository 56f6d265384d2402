"""Backups and their comparison as jobs, so that they run where the facts are held. Start with `take`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ropewalk.backups import archive, comparing, taking
from ropewalk.facts.workroom import workroom
from ropewalk.jobs.kinds import NotDone, Say, retry_of
from ropewalk.lib import clock


def take(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"bytes", "rows", "facts", "figures", "made_at"}. The order holds file and recipient. Raises NotDone, StoreBusy."""
    now = clock.now()
    target, recipient = Path(order["file"]), order.get("recipient")
    try:
        said = taking.take(target, recipient=recipient, on=now.date(), at=now, say=say, since=retry_of(order))
    except archive.NotABackup as error:
        raise NotDone(str(error)) from None
    except OSError as error:
        raise NotDone(
            f"The backup can't be written to {order['file']}: {error.strerror or error}. Nothing is left half done; "
            "make room or say another place."
        ) from None
    return {
        "bytes": said["bytes"],
        "rows": sum(one["rows"] for one in said["tables"].values()),
        "facts": sum(one["rows"] for one in said["facts"].values()),
        "figures": len(said["figures"]),
        "made_at": said["made_at"],
    }


def compare(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """{"differences": sentences, "made_at", "figures"}. The order holds file and identity. Raises NotDone, StoreBusy."""
    identity = order.get("identity")
    with workroom() as folder:
        try:
            manifest = archive.unpack(
                Path(order["file"]), folder, identity=Path(identity) if identity else None
            )
        except archive.NotABackup as error:
            raise NotDone(str(error)) from None
        found = comparing.differences(manifest, folder)
    if not found:
        taking.note("proved.json", {"at": clock.now().isoformat(), "file": order["file"]})
    return {"differences": found, "made_at": manifest.made_at, "figures": len(manifest.said["figures"])}
