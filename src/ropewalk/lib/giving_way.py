"""Who computes when: a few answers at once, and what nobody waits for only beside them.

One interpreter computes one thing at a time, and shares its time without knowing what is urgent. Many that compute at once
cost what they take turns for, so a few do and the others wait; whatever is found out in the background rests now and then,
as long as requests are being answered. Start with `answering` and `give_way`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

WORK, REST = 0.004, 0.012  # seconds computed in one go beside answers, and rested after them
NICENESS = 10  # of threads that nobody waits for
AT_ONCE = 3  # answers; more come no sooner
_of_thread = threading.local()
_turns = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_answers = 0  # that somebody waits for


@contextmanager
def answering() -> Iterator[None]:
    """Somebody waits for what is done within; its turn comes when less than AT_ONCE others are being done."""
    global _answers
    with _lock:
        _answers += 1
    try:
        with _turns:
            yield
    finally:
        with _lock:
            _answers -= 1


@contextmanager
def in_the_background(*, really: bool = True) -> Iterator[None]:
    """What this thread does within gives way; not where others wait for it (`really` is False)."""
    _of_thread.since = time.monotonic() if really else None
    try:
        yield
    finally:
        _of_thread.since = None


def give_way() -> None:
    """Rest, if this thread is in the background, has computed for a while, and somebody waits for an answer."""
    since = getattr(_of_thread, "since", None)
    if since is None or time.monotonic() - since < WORK:
        return
    if _answers:
        time.sleep(REST)
    _of_thread.since = time.monotonic()


def step_back() -> None:
    """Let this thread, and those that it starts, have a processor only where no other wants one. For good; on Linux alone."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
