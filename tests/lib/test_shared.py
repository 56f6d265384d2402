"""Two threads that ask first at the same time get the same."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ropewalk.lib.shared import shared

MANY = 8


def test_all_who_ask_first_at_once_share_what_is_found() -> None:
    together = threading.Barrier(MANY)

    @dataclass(frozen=True)
    class Thing:
        @shared
        def held(self) -> dict[int, int]:
            """Slowly found."""
            together.wait(10)
            return {}

    thing = Thing()

    def put_in(number: int) -> None:
        thing.held[number] = number

    threads = [threading.Thread(target=put_in, args=(one,)) for one in range(MANY)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert thing.held == {one: one for one in range(MANY)}
    assert thing.held is thing.held
