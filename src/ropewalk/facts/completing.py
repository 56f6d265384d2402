"""A delivery that came through though whoever brought it died before saying so: the same files again are that delivery.

Facts and what is told of them lie in two databases, so a death may fall between. Which loads were told of is kept with the
mapping; what came behind them is told by the next import, once. Start with `came_through` and `untold`.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from ropewalk.facts.models import SourceMapping
from ropewalk.facts.store import ledger, merging
from ropewalk.facts.store.ledger import Came
from ropewalk.facts.store.merging import Batch, MergedPart


def told_until(company_id: int, source: str) -> int | None:
    """The latest load that was told of; None where nobody knows, in homes made before it was kept."""
    kept = SourceMapping.objects.filter(company_id=company_id, source=source).values_list(
        "told_load", flat=True
    )
    return kept[0] if kept else 0


def untold(company_id: int, source: str) -> list[Came]:
    """Loads of files that nobody was told of."""
    told = told_until(company_id, source)
    return [] if told is None else ledger.came_after(company_id, source, load=told)


def came_through(batch: Batch, *, since: datetime | None) -> dict[int, MergedPart] | None:
    """What became of the batch when it came the first time, by part; None where it is a delivery of its own.

    It is the first time's where those files came untold, or at or after `since`, and its rows stand as they were brought.
    """
    told = told_until(batch.company_id, batch.source)
    found = ledger.came_after(batch.company_id, batch.source, load=told, since=since)
    lines = {line.part: (line.name, line.object, line.sha256, line.refused) for line in batch.ledger}
    latest = [one for one in found if one.first == found[-1].first]
    if not lines or Counter(lines.values()) != Counter(one.content for one in latest):
        return None
    of = {}
    for part, content in lines.items():
        of[part] = next(one for one in latest if one.content == content)
        latest.remove(of[part])
    seen = merging.look_again(batch, {part: one.load_id for part, one in of.items()})
    if any(one.new or one.changed for one in seen.values()):
        return None
    for part, one in of.items():
        seen[part].new, seen[part].changed, seen[part].unchanged = one.new, one.changed, one.unchanged
    return seen
