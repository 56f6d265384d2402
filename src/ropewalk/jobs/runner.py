"""The worker in the serving process: takes jobs one after another, in a thread of its own."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import nullcontext

from django.db import close_old_connections, transaction

from ropewalk.facts import uploads, workroom
from ropewalk.facts.holding import hold, holds_alone, keeping, show_the_present
from ropewalk.jobs import handing, presence, queue
from ropewalk.jobs.child import NotWanted
from ropewalk.jobs.keeping_up import keep_up
from ropewalk.jobs.kinds import AT_ONCE, RETRY, NotDone, perform
from ropewalk.jobs.warming import takes_long, warm
from ropewalk.lib import clock
from ropewalk.lib.giving_way import step_back

LOG = logging.getLogger(__name__)
TURN = 0.0005  # seconds that the runner computes before a page gets its turn; a page takes some thirty turns
PAUSE = 0.3  # seconds between looks into the queue
LOOKS = 10  # after so many in vain, and after every job, tallies are kept up and pages made ready


class Runner(threading.Thread):
    """Runs until `stop`; one job at a time."""

    def __init__(self) -> None:
        super().__init__(name="ropewalk-jobs", daemon=True)
        self.over = threading.Event()
        self._present = presence.announce()

    def run(self) -> None:
        step_back()
        looked = LOOKS - 1  # what pages ask for is found out at once
        while not self.over.wait(PAUSE):
            try:
                close_old_connections()
                looked += 1
                while not self.over.is_set() and take_one():
                    looked = 0
                    make_ready()
                if looked and looked % LOOKS == 0:
                    make_ready()
            except Exception:
                LOG.exception("The job runner met something unforeseen and goes on.")

    def stop(self) -> None:
        """End after the job in hand."""
        self.over.set()


def begin() -> Runner:
    """Take the hold on the facts for this process, so that commands come through it, and start the runner."""
    hold()
    if holds_alone():
        queue.take_back()  # whoever had them held the facts too, and is gone: no need to wait for the lease
        workroom.sweep_at_start()
        handing.sweep()
        uploads.tidy_for_system()
    sys.setswitchinterval(TURN)
    runner = Runner()
    runner.start()
    return runner


def make_ready() -> None:
    """Find out what pages will ask for after a change, and show the present then; where that fails they find it out."""
    try:
        keep_up()
        warm()
    finally:
        show_the_present()


def take_one() -> bool:
    """Do the oldest waiting job; False where there is none."""
    claim = queue.claim(at=clock.now())
    if claim is None:
        return False
    try:
        with transaction.atomic() if claim.kind in AT_ONCE else nullcontext(), keeping(takes_long):
            result = perform(
                claim.kind,
                claim.order | ({RETRY: claim.made_at.isoformat()} if claim.fence > 1 else {}),
                say=lambda done, whole, words: queue.tell(claim, done, whole, words, at=clock.now()),
            )
            queue.finish(claim, result, at=clock.now())
    except (queue.LeaseLost, NotWanted):
        LOG.warning("Job %s was taken over by another worker, or called off.", claim.id)
    except NotDone as error:
        queue.fail(claim, str(error), at=clock.now())
    except Exception as error:
        LOG.exception("Job %s (%s) failed.", claim.id, claim.kind)
        queue.fail(claim, f"Something unforeseen: {type(error).__name__}: {error}", at=clock.now())
    handing.sweep()
    return True
