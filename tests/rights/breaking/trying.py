"""Breaks one place in a process of its own, and looks which check notices. Start with `Trial`."""

from __future__ import annotations

import ast
import importlib
import json
import logging
import os
import pickle
import select
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.rights.breaking.checks import Check
from tests.rights.breaking.places import SOURCE, Place, broken, constants, places
from tests.rights.breaking.probing import Functions, functions_in_use, listening, swap
from tests.rights.world import World

from ropewalk.facts import store
from ropewalk.progress import remembering

LONGEST = float(
    os.environ.get("ROPEWALK_BROKEN_SECONDS", "900")
)  # for one place, on a machine that does other things, too
DIRECT = ("test_the_answer_is_the_same", "test_who_may_at_all")  # ask a capability without a page around it
AFTER_A_FALL = 6  # more checks, to find one that is given too much instead of falling over


@dataclass(frozen=True)
class Found:
    """What became of one broken place."""

    noticed_by: str  # the check; "" where none did
    said: str
    is_loud: bool  # it fell over instead of giving somebody too much
    tried: int
    seconds: float = 0


@dataclass
class Trial:
    """The checks in front of the unbroken program: which places decide something in each, and how long it takes."""

    world: World
    checks: list[Check]
    folder: Path
    decides: dict[str, set[str]] = field(default_factory=dict)  # place -> checks
    seconds: dict[str, float] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)  # with nothing broken; there should be none
    noticed: Counter[tuple[str, str]] = field(default_factory=Counter)  # function, check -> places of it
    functions: Functions = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.functions = functions_in_use({one.module for one in places()})

    def walk(self) -> None:
        """Run every check once; all should hold. Which places decide something in each is kept.

        ROPEWALK_BROKEN_WALK names a file in which this is kept from one run to the next, for one and the same source.
        """
        every = places()
        self.decides = {one.name: set() for one in every}
        file = Path(os.environ.get("ROPEWALK_BROKEN_WALK") or os.devnull)
        walked: dict[str, Any] = json.loads(file.read_text() or "{}") if file.exists() else {}
        with listening(every, self.functions) as heard, unlogged():
            for check in self.checks:
                if check.name not in walked:
                    heard.clear()
                    seconds = self.walk_through(check)
                    walked[check.name] = {"seconds": seconds, "places": [every[one].name for one in heard]}
                self.seconds[check.name] = walked[check.name]["seconds"]
                for name in walked[check.name]["places"]:
                    self.decides[name].add(check.name)
        file.write_text(json.dumps(walked))

    def walk_through(self, check: Check) -> float:
        remembering.forget()
        began = time.perf_counter()
        try:
            check.run(self.world)
        except (AssertionError, pytest.fail.Exception) as error:
            self.failing[check.name] = str(error)[:200]
        return time.perf_counter() - began

    def likely(self, place: Place) -> list[Check]:
        """The checks in which the place decides: those that noticed its neighbours first, then what takes least."""
        chosen = [
            one
            for one in self.checks
            if one.name in self.decides[place.name] and one.name not in self.failing
        ]
        near = f"{place.module} {place.function}"

        def worth(one: Check) -> float:
            earlier = 5 * self.noticed[near, one.name] + self.noticed[place.module, one.name]
            return self.seconds[one.name] / (1 + earlier + 5 * one.name.startswith(DIRECT))

        return sorted(chosen, key=worth)

    def learn(self, place: Place, found: Found) -> None:
        """Remember which check noticed a place, for its neighbours."""
        if found.noticed_by:
            self.noticed[f"{place.module} {place.function}", found.noticed_by] += 1
            self.noticed[place.module, found.noticed_by] += 1

    def breaking(self, place: Place | None, chosen: list[Check]) -> Found:
        """Break the place in a child and run the checks there until one notices; with None nothing is broken."""
        return next(self.breaking_each([(place, chosen)]))[1]

    def breaking_each(
        self, jobs: Iterable[tuple[Place | None, list[Check]]], *, at_once: int = 1
    ) -> Iterator[tuple[Place | None, Found]]:
        """The same for many places, some at once, as they end."""
        store.close()  # the engine's threads would be missing in the children
        waiting, running = iter(jobs), {}
        while True:
            while len(running) < at_once and (job := next(waiting, None)) is not None:
                pipe, child, copy = self.begun(*job)
                running[pipe] = (job[0], child, copy)
            if not running:
                return
            for pipe in select.select(list(running), [], [])[0]:
                place, child, copy = running.pop(pipe)
                with os.fdopen(pipe, "rb") as told:
                    said = told.read()
                os.waitpid(child, 0)
                copy.unlink(missing_ok=True)
                yield place, pickle.loads(said) if said else Found("", "the process itself ended", True, 0)

    def begun(self, place: Place | None, chosen: list[Check]) -> tuple[int, int, Path]:
        """A child at work: the pipe it will speak through, its process and its copy of the facts."""
        copy = self.folder / f"{time.monotonic_ns()}.duckdb"
        shutil.copy(Path(settings.FACTS_FILE), copy)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            in_child(writing, copy, lambda: self.tried(place, chosen))
        os.close(writing)
        return reading, child, copy

    def tried(self, place: Place | None, chosen: list[Check]) -> Found:
        began = time.perf_counter()
        if place is not None:
            try:
                self.put_in(place)
            except Exception as error:
                return Found("", f"it could not be broken: {error!r}", False, 0)
        noticed_by, said, is_loud, number = noticing(self.world, chosen)
        return Found(noticed_by, said, is_loud, number, time.perf_counter() - began)

    def put_in(self, place: Place) -> None:
        """Let the running program have the broken place."""
        tree = broken(place)
        if not place.function:
            return put_constant(place, tree)
        path, name = str(SOURCE / place.module), place.function.rpartition(".")[2]
        swapped = swap(self.functions, place.module, tree)
        assert swapped, f"no function of {place.name} is in use"
        if (path, place.line, name) in self.functions:
            own = [
                one for one, _ in swapped if (one.__code__.co_firstlineno, one.__name__) == (place.line, name)
            ]
            assert own or place.function.count("."), f"{place.name} has other names in it when broken"
        return None


@contextmanager
def unlogged() -> Iterator[None]:
    """What is refused has its line in the log, thousands of them; none of these checks reads it."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def noticing(world: World, chosen: list[Check]) -> tuple[str, str, bool, int]:
    """The first check that notices, what it said, whether it only fell over, and how many were tried."""
    loud: tuple[str, str, bool, int] | None = None
    began = time.monotonic()
    for number, check in enumerate(chosen, start=1):
        remembering.forget()
        try:
            check.run(world)
        except (AssertionError, pytest.fail.Exception) as error:
            return check.name, str(error).split("\n")[0][:200], False, number
        except TimeoutError:
            return "", "it took too long", False, number
        except Exception as error:
            if time.monotonic() - began >= LONGEST - 1:  # the alarm, in the engine’s own words
                return "", "it took too long", False, number
            loud = loud or (check.name, f"{type(error).__name__}: {error}"[:200], True, number)
        if loud and number >= loud[3] + AFTER_A_FALL:
            break
    return loud or ("", "", False, len(chosen))


def in_child(writing: int, facts: Path, job: Callable[[], Found]) -> None:
    """Do the job on a copy of the facts, send what came of it, and end."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        settings.FACTS_FILE = facts
        logging.disable()
        remembering.forget()
        signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("too long")))
        signal.alarm(round(LONGEST))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(job()))
    finally:
        os._exit(0)


def put_constant(place: Place, tree: Any) -> None:
    name = place.words.split()[0]
    module = importlib.import_module("ropewalk." + place.module.removesuffix(".py").replace("/", "."))
    old = getattr(module, name)
    value = next(value for one, value, _ in constants(tree) if one == name)
    new = eval(compile(ast.Expression(value), place.module, "eval"), vars(module))
    for one in list(sys.modules.values()):
        if getattr(one, "__name__", "").startswith("ropewalk") and getattr(one, name, None) is old:
            setattr(one, name, new)
