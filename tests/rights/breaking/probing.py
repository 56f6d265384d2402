"""Which checks could notice that a place is broken: those in which it would decide otherwise than it does.

Every place is planted at once with a question that tells of it, and every check runs once, unbroken: a refusal tells when it
refuses, a question when its answer isn't the one that lets everybody in, a filter whenever it is used. A check in which
a place has told nothing goes the same way whether the place is broken or not, and needn't be run. Start with `listening`.
"""

from __future__ import annotations

import ast
import builtins
import gc
import importlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from tests.rights.breaking.places import SOURCE, Place, telling
from tests.rights.breaking.ways import TELL, told

Functions = dict[tuple[str, int, str], list[FunctionType]]  # file, first line and name -> those in use


@contextmanager
def listening(places: list[Place], functions: Functions) -> Iterator[set[int]]:
    """The numbers of the places that have told something; empty it before each check."""
    heard: set[int] = set()

    def tell(number: int, value: Any, when: str, *more: Any) -> Any:
        if when == "always" or (value != more[0] if when == "other" else bool(value) is (when == "true")):
            heard.add(number)
        return value

    setattr(builtins, TELL, tell)
    undo = [one for module, tree in planted(places) for one in swap(functions, module, tree)]
    try:
        yield heard
    finally:
        for function, code in undo:
            function.__code__ = code


def planted(places: list[Place]) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the places, and every one that uses a constant among them, planted."""
    numbers, constants = defaultdict(list), defaultdict(list)
    for number, one in enumerate(places):
        numbers[one.module].append(number)
        if not one.function:
            constants[one.words.split()[0]].append(number)
    for path in sorted(SOURCE.rglob("*.py")):
        module = str(path.relative_to(SOURCE))
        tree = telling(module, numbers[module]) if module in numbers else ast.parse(path.read_text("utf-8"))
        uses = Uses(constants)
        uses.visit(tree)
        if module in numbers or uses.found:
            yield module, ast.fix_missing_locations(tree)


class Uses(ast.NodeTransformer):
    """Lets every use of a constant within a function tell of it."""

    def __init__(self, constants: dict[str, list[int]]) -> None:
        self.constants, self.found, self.depth = constants, 0, 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.depth += 1
        node.body = [self.visit(one) for one in node.body]
        self.depth -= 1
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.used(node, node.id) if isinstance(node.ctx, ast.Load) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return self.used(node, node.attr) if isinstance(node.ctx, ast.Load) else node

    def used(self, node: ast.expr, name: str) -> ast.expr:
        if self.depth and name in self.constants:
            self.found += 1
            for number in self.constants[name]:
                node = told(number, node, "always")
        return node


def functions_in_use(modules: Iterable[str]) -> Functions:
    """Every function of the program there is, wherever it hangs."""
    for module in modules:
        importlib.import_module("ropewalk." + module.removesuffix(".py").replace("/", "."))
    found: Functions = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType:  # not isinstance, which wakes lazy objects
            code = one.__code__
            if code.co_filename.startswith(str(SOURCE)):
                found[code.co_filename, code.co_firstlineno, code.co_name].append(one)
    return found


def swap(functions: Functions, module: str, tree: ast.Module) -> list[tuple[FunctionType, CodeType]]:
    """Let the running program have the functions of another tree of a module; what each was made of before."""
    path, before = str(SOURCE / module), []
    for code in codes_in(compile(tree, path, "exec")):
        for function in functions.get((path, code.co_firstlineno, code.co_name), ()):
            if len(code.co_freevars) == len(function.__code__.co_freevars):
                before.append((function, function.__code__))
                function.__code__ = code
    return before


def codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes_in(one)
