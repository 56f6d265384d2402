"""Tallies made when there is time: of every company those that don't fit its facts any more, and those that were missed.

A figure never waits for this: what isn't kept is counted out of the facts. Start with `keep_up`.
"""

from __future__ import annotations

from ropewalk.companies.queries import company_ids_for_system
from ropewalk.facts.holding import revision_for_system
from ropewalk.metrics import keeping

_done: dict[int, tuple[str, int]] = {}  # company -> revision and number of wishes when all was kept


def keep_up() -> int:
    """How many tallies had to be made; looks at the facts of a company only where these or the wishes are others."""
    made = 0
    for company_id in company_ids_for_system():
        wished = keeping.wished(company_id)
        state = revision_for_system(company_id), len(wished)
        if state[0] and _done.get(company_id) != state:
            made += keeping.keep_all(company_id, wished)
            _done[company_id] = state
    return made
