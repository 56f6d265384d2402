"""What pages will ask for after a change of facts or at the beginning of a day, found out before somebody waits for it.

Nothing is decided here: a page that comes earlier finds it out itself, and to the same end. Start with `warm`.
"""

from __future__ import annotations

import atexit
import gc

from django.conf import settings

from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system
from ropewalk.facts.holding import revision_for_system
from ropewalk.lib import clock
from ropewalk.metrics.quietness import quietest_for_system
from ropewalk.progress.headline import on_the_ground_a_month_ago
from ropewalk.progress.remembering import world_of
from ropewalk.progress.ropes import ropes_of

atexit.register(gc.unfreeze)  # at the end libraries look whether everything of theirs is gone
_warm: dict[int, tuple[str, object]] = {}  # company -> revision and day of which all is known


def warm() -> int:
    """Find out the day of every company whose facts or day are others than before; of how many."""
    found = 0
    for handle, _ in companies_for_system() if settings.REMEMBERS_WORLDS else ():
        company = company_by_handle_for_system(handle)
        today = clock.today(company.time_zone)
        state = revision_for_system(company.id), today
        if _warm.get(company.id) == state:
            continue
        world = world_of(company.id, today)
        if world.is_running:
            quietest_for_system(
                company.id,
                [one.goal.where for one in world.initiatives if one.goal.metric != "manual"],
                today,
            )
            ropes_of(world)
            on_the_ground_a_month_ago(world)
            found += 1
        _warm[company.id] = state
    if found:
        _set_aside()
    return found


def _set_aside() -> None:
    """Take what is remembered out of the search for circular garbage: through all of a large company's worlds that stops
    every answer for half a second, several times a minute. Worlds hold no circles, so that they go by themselves.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def forget() -> None:
    """Take nothing for found out."""
    _warm.clear()
    gc.unfreeze()
