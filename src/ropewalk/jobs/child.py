"""Runs a function in a process of its own, with limits, so that what strangers made can hurt nothing else.

The child has bounded memory and processor time, no sockets, a low priority, and dies with its parent. Orders and results
are JSON. Start with `run`.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")  # never a secret
PARENT_DIES = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Limits:
    """What a child may use."""

    memory: int = 1 << 30  # bytes of address space
    seconds: int = 60  # of processor time
    file_size: int = 16 << 30  # bytes of one written file


class ChildFailed(Exception):
    """The child didn't give a result. `is_limit` tells whether it ran into one of its limits."""

    def __init__(self, sentence: str, *, is_limit: bool) -> None:
        super().__init__(sentence)
        self.is_limit = is_limit


class NotWanted(Exception):
    """Whoever ordered the work has called it off; the child was ended."""


LOOKS = 0.5  # seconds between two looks whether the work is still wanted


def run(
    function: str,
    order: dict[str, Any],
    *,
    limits: Limits = Limits(),
    on_word: Callable[[dict[str, Any]], None] = lambda word: None,
    is_wanted: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """What `module:function` gives for an order, called as function(order, say). Raises ChildFailed.

    `on_word` gets what the child says meanwhile; where it raises, the child is ended. `is_wanted` is asked twice a second, in
    a thread of its own; where it says no, the child is ended and NotWanted raised.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "ropewalk.jobs.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        watch = _Watch(child, is_wanted)
        try:
            task = {"function": function, "order": order, "limits": asdict(limits), "parent": os.getpid()}
            result = _talk(child, json.dumps(task).encode(), on_word)
            code = child.wait()
        finally:
            watch.end()
            if child.poll() is None:
                child.kill()
                child.wait()
            child.stdin.close()
            child.stdout.close()
        complaints.seek(0)
        said = complaints.read(20_000).decode("utf-8", "replace")
    if watch.is_called_off:
        raise NotWanted
    if result is not None and "result" in result:
        found: dict[str, Any] = result["result"]
        return found
    if (result is not None and result.get("died") == "memory") or _is_limit(code, said):
        raise ChildFailed("it needs more memory or time than a file may take", is_limit=True)
    raise ChildFailed((result or {}).get("error") or said or f"the child ended with {code}", is_limit=False)


class _Watch:
    """Ends a child whose work isn't wanted any more, also while it says nothing."""

    def __init__(self, child: subprocess.Popen[bytes], is_wanted: Callable[[], bool] | None) -> None:
        self.is_called_off = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        if is_wanted is not None:
            self._thread = threading.Thread(target=self._look, args=(child, is_wanted), daemon=True)
            self._thread.start()

    def _look(self, child: subprocess.Popen[bytes], is_wanted: Callable[[], bool]) -> None:
        while not self._over.wait(LOOKS):
            if not is_wanted():
                self.is_called_off = True
                child.kill()
                return

    def end(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()


def _talk(
    child: subprocess.Popen[bytes], task: bytes, on_word: Callable[[dict[str, Any]], None]
) -> dict[str, Any] | None:
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(task)
        child.stdin.close()
    except BrokenPipeError:
        return None
    result = None
    for line in child.stdout:
        try:
            word = json.loads(line)
        except ValueError:
            continue
        if "word" in word:
            on_word(word["word"])
        else:
            result = word
    return result


def _is_limit(code: int, said: str) -> bool:
    by_signal = code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGXFSZ)
    return (
        by_signal
        or "MemoryError" in said
        or "bad_alloc" in said
        or "Out of Memory" in said
        or "memory allocation" in said
    )


def _limit(limits: Limits, parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DIES, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    if os.getppid() != parent:
        sys.exit(1)  # the parent went before the wish was heard
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_size, limits.file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def _no_socket(*_: object, **__: object) -> NoReturn:
    raise PermissionError("A reading child calls nobody.")


def main() -> None:
    """Do the one task that comes in on standard input."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = json.loads(sys.stdin.buffer.read())
    _limit(Limits(**task["limits"]), task["parent"])

    def say(word: dict[str, Any]) -> None:
        out.write(json.dumps({"word": word}) + "\n")
        out.flush()

    module, _, name = task["function"].partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
        socket.socket = _no_socket  # type: ignore[assignment,misc]
        answer = {"result": function(task["order"], say)}
    except MemoryError:
        answer = {"died": "memory"}
    except Exception as error:
        is_memory = "memory" in str(error).lower() and "alloc" in str(error).lower()
        answer = {"died": "memory"} if is_memory else {"error": traceback.format_exc(limit=-8)}
    out.write(json.dumps(answer) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
