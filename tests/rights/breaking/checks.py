"""The tests of who sees what as plain calls, so that they can be run again and again in a process made for it.

Start with `checks`.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import product
from types import ModuleType
from typing import Any

from tests.rights.world import World

Needs = dict[str, Callable[[World], AbstractContextManager[Any]]]


@dataclass(frozen=True)
class Check:
    """One test with one set of parameters."""

    name: str
    run: Callable[[World], None]


def checks(modules: list[ModuleType]) -> list[Check]:
    """Every test of the modules that needs nothing but the world, and what the module makes of it."""
    return [
        one
        for module in modules
        for name, test in vars(module).items()
        if name.startswith("test_") and test.__module__ == module.__name__
        for one in of(name, test, getattr(module, "NEEDS", {}))
    ]


def of(name: str, test: Any, needs: Needs) -> Iterator[Check]:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    takes = set(inspect.signature(test).parameters)
    given = [mark.args[0] for mark in marks]
    if not takes & {"world", *needs} or takes - {"world", *needs} != set(given):
        return
    seen: Counter[str] = Counter()
    for values in product(*(mark.args[1] for mark in marks)):
        words = " ".join(worded(one) for one in values)
        again = f" #{seen[words]}" if seen[words] else ""
        seen[words] += 1
        title = f"{name}[{words}{again}]" if marks else name
        yield Check(title, called(test, takes, needs, dict(zip(given, values, strict=True))))


def worded(value: Any) -> str:
    return f"{getattr(value, 'method', '')} {getattr(value, 'path', value)}".strip()


def called(test: Any, takes: set[str], needs: Needs, more: dict[str, Any]) -> Callable[[World], None]:
    def run(world: World) -> None:
        with ExitStack() as made:
            given = {name: made.enter_context(needs[name](world)) for name in takes & set(needs)}
            test(**given, **more, **({"world": world} if "world" in takes else {}))

    return run
