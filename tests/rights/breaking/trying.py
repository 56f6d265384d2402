"""Breaks one place in a process of its own, and looks which check notices. Start with `Trial`."""

from __future__ import annotations

import ast
import gc
import importlib
import os
import pickle
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.conf import settings
from tests.rights.breaking.checks import Check
from tests.rights.breaking.places import SOURCE, Place, broken, constants
from tests.rights.world import World

from ropewalk.facts import store
from ropewalk.progress import remembering

LONGEST = 240  # seconds for one place
MOST_SECONDS = float(
    os.environ.get("ROPEWALK_BROKEN_SECONDS", "600")
)  # of checks for one place, as they took unbroken
FIRST = ("test_each_role", "test_figures_and_ropes", "test_a_job", "test_the_deals")
Key = tuple[str, int]  # a function's file and line


@dataclass(frozen=True)
class Found:
    """What became of one broken place."""

    noticed_by: str  # the check; "" where none did
    said: str
    is_loud: bool  # it fell over instead of giving somebody too much
    tried: int


@dataclass
class Trial:
    """The checks in front of the unbroken program: what each walks through, and how long it takes."""

    world: World
    checks: list[Check]
    folder: Path
    walked: dict[str, set[Key]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)  # with nothing broken; there should be none

    def walk(self) -> None:
        """Run every check once; all should hold. Which functions each goes through is kept."""
        for check in self.checks:
            remembering.forget()
            seen: set[CodeType] = set()
            began = time.perf_counter()
            sys.settrace(
                lambda frame, event, _, seen=seen: seen.add(frame.f_code)
            )  # of each call, not of each line
            try:
                check.run(self.world)
            except (AssertionError, pytest.fail.Exception) as error:
                self.failing[check.name] = str(error)[:200]
            finally:
                sys.settrace(None)
            self.seconds[check.name] = time.perf_counter() - began
            self.walked[check.name] = {
                (code.co_filename, code.co_firstlineno)
                for code in seen
                if code.co_filename.startswith(str(SOURCE))
            }

    def likely(self, place: Place) -> list[Check]:
        """The checks that go through the place: what each role gets first, those that take least first among the same."""
        key = (str(SOURCE / place.module), place.line)
        checks = [one for one in self.checks if one.name not in self.failing]
        chosen = [one for one in checks if not place.function or key in self.walked.get(one.name, {key})]
        chosen.sort(key=lambda one: (not one.name.startswith(FIRST), self.seconds.get(one.name, 0)))
        spent, within = 0.0, []
        for one in chosen:
            spent += self.seconds.get(one.name, 0)
            if spent < MOST_SECONDS or not within:
                within.append(one)
        return within

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
            in_child(writing, copy, lambda: tried(self.world, place, chosen))
        os.close(writing)
        return reading, child, copy


def in_child(writing: int, facts: Path, job: Callable[[], Found]) -> None:
    """Do the job on a copy of the facts, send what came of it, and end."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        settings.FACTS_FILE = facts
        remembering.forget()
        signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("too long")))
        signal.alarm(LONGEST)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(job()))
    finally:
        os._exit(0)


def tried(world: World, place: Place | None, chosen: list[Check]) -> Found:
    if place is not None:
        try:
            put_in(place)
        except Exception as error:
            return Found("", f"it could not be broken: {error!r}", False, 0)
    loud: Found | None = None
    for number, check in enumerate(chosen, start=1):
        remembering.forget()
        try:
            check.run(world)
        except (AssertionError, pytest.fail.Exception) as error:
            return Found(check.name, str(error).split("\n")[0][:200], False, number)
        except TimeoutError:
            break
        except Exception as error:
            loud = loud or Found(check.name, f"{type(error).__name__}: {error}"[:200], True, number)
            if number >= 40:
                break
    return loud or Found("", "", False, len(chosen))


def put_in(place: Place) -> None:
    """Let the running program have the broken place."""
    tree = broken(place)
    path = str(SOURCE / place.module)
    if not place.function:
        return put_constant(place, tree)
    importlib.import_module("ropewalk." + place.module.removesuffix(".py").replace("/", "."))
    codes = list(codes_in(compile(tree, path, "exec")))
    new = next(
        one
        for one in codes
        if one.co_firstlineno == place.line and one.co_name == place.function.rpartition(".")[2]
    )
    given = [
        one
        for one in gc.get_objects()
        if type(one) is FunctionType  # not isinstance, which wakes lazy objects
        and one.__code__.co_filename == path
        and one.__code__.co_firstlineno == place.line
        and one.__code__.co_name == new.co_name
    ]
    assert given, f"no function of {place.name} is in use"
    for one in given:
        one.__code__ = new
    return None


def put_constant(place: Place, tree: Any) -> None:
    name = place.words.split()[0]
    module = importlib.import_module("ropewalk." + place.module.removesuffix(".py").replace("/", "."))
    old = getattr(module, name)
    value = next(value for one, value, _ in constants(tree) if one == name)
    new = eval(compile(ast.Expression(value), place.module, "eval"), vars(module))
    for one in list(sys.modules.values()):
        if getattr(one, "__name__", "").startswith("ropewalk") and getattr(one, name, None) is old:
            setattr(one, name, new)


def codes_in(code: CodeType) -> Iterable[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes_in(one)
