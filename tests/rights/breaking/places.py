"""Every place of the source that decides who sees or does what, found by walking it, and each way to break one.

A place is broken towards "everybody may": a refusal never refuses, a question of rights is always yes, a set of what is
seen holds everything, a filter by company or by person is gone. Start with `places`; the ways stand in `ways`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.rights.breaking.ways import Breaking, Planting, Spot, called, is_refusal, within

import ropewalk

SOURCE = Path(ropewalk.__file__).parent
LEFT_OUT = (
    "migrations",
    "demo",
    "cli",
    "backups",
)  # makes companies of its own; the operator's own, who may everything
ROLES = ("rep", "manager", "leader", "executive", "administrator", "advisor")


@dataclass(frozen=True)
class Place:
    """One place and the way it is broken."""

    module: str  # "progress/circle.py"
    function: str  # with its class; "" for a constant of the module
    line: int  # of the function, decorators included: how its code is known
    kind: str
    words: str  # the broken expression as it stands
    number: int  # among those that read the same in this function

    @property
    def name(self) -> str:
        """What it is called in lists; it stays when other lines move."""
        return f"{self.module} {self.function}: {self.kind}: {self.words}" + (
            f" #{self.number}" if self.number else ""
        )


def places() -> list[Place]:
    """Every place, module by module."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.relative_to(SOURCE)
        if module.parts[0] in LEFT_OUT or "migrations" in module.parts:
            continue
        seen: Counter[tuple[str, str, str]] = Counter()
        for spot, *_ in walk(ast.parse(path.read_text(encoding="utf-8")), guards_of()):
            key = (spot.function, spot.kind, spot.words)
            found.append(Place(str(module), spot.function, spot.line, spot.kind, spot.words, seen[key]))
            seen[key] += 1
    return found


def broken(place: Place) -> ast.Module:
    """The tree of the place's module, broken there."""
    tree = ast.parse((SOURCE / place.module).read_text(encoding="utf-8"))
    seen: Counter[tuple[str, str, str]] = Counter()
    for spot, breaking, _ in list(walk(tree, guards_of())):
        key = (spot.function, spot.kind, spot.words)
        if key == (place.function, place.kind, place.words) and seen[key] == place.number:
            breaking()
            return ast.fix_missing_locations(tree)
        seen[key] += 1
    raise LookupError(place.name)


def telling(module: str, numbers: list[int]) -> ast.Module:
    """The tree of a module in which each of its places, numbered in their order, tells when it would decide otherwise."""
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    for (_, _, planting), number in zip(list(walk(tree, guards_of())), numbers, strict=True):
        planting(number)
    return ast.fix_missing_locations(tree)


@cache
def guards_of() -> set[str]:
    """Functions that do nothing but refuse: a call of one is a refusal."""
    functions = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not path.is_relative_to(SOURCE / "demo"):
                functions.append(node)
    guards = {"require"}
    while True:
        more = {one.name for one in functions if only_refuses(one, guards)} | guards
        if more == guards:
            return guards
        guards = more


def only_refuses(function: ast.FunctionDef, guards: set[str]) -> bool:
    refuses = False
    for node in ast.walk(function):
        if isinstance(node, ast.With | ast.Yield | ast.Global):
            return False
        refuses = refuses or is_refusal(node)
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            if not (isinstance(node.value, ast.Call) and called(node.value) in guards):
                return False
            refuses = True
    return refuses and not function.decorator_list


def walk(tree: ast.Module, guards: set[str]) -> Iterator[tuple[Spot, Breaking, Planting]]:
    """The spots of a module in order, each with what breaks it in this very tree, and what lets it tell."""
    for node, names, line in functions_of(tree, ()):
        yield from within(node, ".".join(names), line, guards)
    for name, value, line in constants(tree):
        tuples = [one for one in ast.walk(value) if isinstance(one, ast.Tuple) and holds_some_roles(one)]
        if any(one.elts for one in tuples):
            for one in tuples:
                yield Spot("", line, "every role", f"{name} {ast.unparse(one)}"), widen(one), silent


def silent(number: int) -> None:
    """A constant doesn't tell; those who use it do (`probing`)."""


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """The constants of a module: name, value and line."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id.isupper():
                yield target.id, node.value, node.lineno


def holds_some_roles(one: ast.Tuple) -> bool:
    """Whether a tuple says which roles: some of them or none. One that holds all lets everybody in as it is."""
    said = [each.value for each in one.elts if isinstance(each, ast.Constant) and each.value in ROLES]
    return len(said) == len(one.elts) < len(ROLES)


def widen(one: ast.Tuple) -> Breaking:
    def now() -> None:
        one.elts = [ast.Constant(role) for role in ROLES]

    return now


def functions_of(
    node: ast.AST, names: tuple[str, ...]
) -> Iterator[tuple[ast.FunctionDef, tuple[str, ...], int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            line = min([child.lineno, *(one.lineno for one in child.decorator_list)])
            yield child, (*names, child.name), line
            yield from functions_of(child, (*names, child.name))
        elif isinstance(child, ast.ClassDef):
            yield from functions_of(child, (*names, child.name))
        else:
            yield from functions_of(child, names)
