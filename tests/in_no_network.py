"""Runs pytest in a network that has loopback alone, and says how often somebody was called outside: never, or it is red.

`python -m tests.in_no_network [pytest's words]`. Beside the count stand the tests during which somebody called; with workers,
those that ran at that moment.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.trust.loopback import apart, call_outside, let_chromium_ask, loopback_up, without_a_route

SAID = "ROPEWALK_CALLS_OUTSIDE"  # the file in which a worker notes during which test somebody called
INSIDE = "--inside"
NOBODYS = (
    ".example",
    ".example.com",
    ".invalid",
    ".test",
)  # reserved, so that nobody can be called by such a name


def pytest_configure() -> None:
    """Names that are nobody's, such as that of the tests' mail server, are unknown without anybody being asked."""
    ask = socket.getaddrinfo

    def known(host: Any, *words: Any, **more: Any) -> Any:
        if isinstance(host, str) and host.rstrip(".").endswith(NOBODYS):
            raise socket.gaierror(socket.EAI_NONAME, "a name that is nobody's")
        return ask(host, *words, **more)

    socket.getaddrinfo = known


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out is what asks outside on purpose, and says why at its mark."""
    out = [one for one in items if one.get_closest_marker("calls_outside")]
    items[:] = [one for one in items if one not in out]
    config.hook.pytest_deselected(items=out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A plugin of the inner run: which test was it."""
    before = without_a_route()
    done = yield
    calls = without_a_route() - before
    if calls:
        with Path(os.environ[SAID]).open("a") as said:
            said.write(f"{calls} during {item.nodeid}\n")
    return done


def inside(words: list[str]) -> int:
    """Pytest's exit code, or 1 where somebody called."""
    loopback_up()
    let_chromium_ask()
    before = without_a_route()
    ended = subprocess.run([sys.executable, "-m", "pytest", "-p", "tests.in_no_network", *words]).returncode
    calls = without_a_route() - before
    call_outside()
    counted = without_a_route() - before - calls
    sys.stdout.write(f"{calls} calls outside; {counted} of 2 made on purpose were counted\n")
    return ended or int(calls > 0 or counted < 2)


def main(words: list[str]) -> int:
    """The run's exit code; 2 where no such network can be made."""
    if words[:1] == [INSIDE]:
        return inside(words[1:])
    if subprocess.run([*apart(), "true"], capture_output=True).returncode:
        sys.stderr.write(f"No network of its own can be made here: `{' '.join(apart())}` is refused.\n")
        return 2
    said = Path(os.environ.get("ROPEWALK_HOME") or ".") / "calls-outside"
    said.unlink(missing_ok=True)
    ended = subprocess.run(
        [*apart(), sys.executable, "-m", "tests.in_no_network", INSIDE, *words],
        env=os.environ | {SAID: str(said.absolute())},
    ).returncode
    if said.exists():
        sys.stdout.write(said.read_text())
        said.unlink()
    return ended


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
