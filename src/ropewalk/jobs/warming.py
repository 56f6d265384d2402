"""What pages will ask for after a change of facts or at the beginning of a day, found out before somebody waits for it.

Nothing is decided here: a page that comes earlier finds it out itself, and to the same end. Start with `warm`.
"""

from __future__ import annotations

import atexit
import gc
import time
from datetime import date

from django.conf import settings

from ropewalk.companies.queries import companies_for_system, company_by_handle_for_system
from ropewalk.facts.holding import moment_held_for_system, revision_for_system
from ropewalk.lib import clock
from ropewalk.lib.giving_way import in_the_background
from ropewalk.progress.headline import on_the_ground_a_month_ago
from ropewalk.progress.quiet import quietest_in
from ropewalk.progress.remembering import world_of
from ropewalk.progress.ropes import ropes_of
from ropewalk.progress.thermometers import company_thermometer

atexit.register(gc.unfreeze)  # at the end libraries look whether everything of theirs is gone
_warm: dict[int, tuple[str, object]] = {}  # company -> revision and day of which all is known
_took: dict[int, float] = {}  # company -> the longest it took, in seconds
LONG = 0.5  # seconds; a company that takes longer sees the figures of before meanwhile


def warm() -> int:
    """Find out the day of every company whose facts or day are others than before; of how many."""
    found, is_new_day = 0, False
    for handle, _ in companies_for_system() if settings.REMEMBERS_WORLDS else ():
        company = company_by_handle_for_system(handle)
        today = clock.today(company.time_zone)
        state = revision_for_system(company.id), today
        if _warm.get(company.id) == state:
            continue
        is_new_day |= _warm.get(company.id, ("", None))[1] != today
        began = time.monotonic()
        is_shown_before = moment_held_for_system(company.id) is not None
        with in_the_background(really=is_shown_before):
            found += _find_out(company.id, today)
            if is_shown_before:  # what people did meanwhile, or the first to look would wait for that
                _find_out(company.id, today)
        _warm[company.id] = state
        _took[company.id] = max(_took.get(company.id, 0.0), time.monotonic() - began)
    if found:
        _set_aside(thoroughly=is_new_day)
    return found


def _find_out(company_id: int, today: date) -> int:
    """1 where there is a plan of which something was to be found out."""
    world = world_of(company_id, today)
    if not world.is_running:
        return 0
    quietest_in(world)
    ropes_of(world)
    on_the_ground_a_month_ago(world)
    for one in world.initiatives:
        company_thermometer(world, one)
    return 1


def takes_long(company_id: int) -> bool:
    """Whether a company is so large that nobody should wait for what a change of its facts makes different."""
    return _took.get(company_id, 0.0) > LONG


def _set_aside(*, thoroughly: bool) -> None:
    """Take what is remembered out of the search for circular garbage: through all of a large company's worlds that stops
    every answer for half a second, several times a minute. Worlds hold no circles, so that they go by themselves.

    Whatever else is circular garbage at that moment stays until the day changes, when everything is searched.
    """
    if thoroughly:
        gc.unfreeze()
        gc.collect()
    else:
        gc.collect(1)
    gc.freeze()


def forget() -> None:
    """Take nothing for found out."""
    _warm.clear()
    _took.clear()
    gc.unfreeze()
