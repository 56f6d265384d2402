"""Every place of the source that decides who sees or does what, found by walking it, and each way to break one.

A place is broken towards "everybody may": a refusal never refuses, a question of rights is always yes, a set of what is
seen holds everything, a filter by company or by person is gone. Start with `places`.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ropewalk

SOURCE = Path(ropewalk.__file__).parent
LEFT_OUT = (
    "migrations",
    "demo",
    "cli",
    "backups",
)  # makes companies of its own; the operator's own, who may everything
REFUSALS = {"NotVisible", "NotAllowed", "Http404"}
ASKED = {"has", "sees", "sees_evidence", "sees_all_deals"}
STATES = {"sees_totals"}
FILTERS = {"filter", "get", "exclude"}
TENANT = re.compile(r"(^|__)company(_id|__handle)?$|^handle$")
WHOSE = re.compile(r"^(person|author|raised_by|manager|account)(_id)?$")
TENANT_SQL = re.compile(r"(?:\b\w+\.)?\bcompany_id = (?:\?|\$\w+|\w+\.company_id)")
ROLES = ("rep", "manager", "leader", "executive", "administrator", "advisor")
WHO = {"viewer", "by"}
Breaking = Callable[[], None]
OWNERS = {"person_id", "team_id", "company_id"}


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
        for spot, _ in walk(ast.parse(path.read_text(encoding="utf-8")), guards_of()):
            key = (spot.function, spot.kind, spot.words)
            found.append(Place(str(module), spot.function, spot.line, spot.kind, spot.words, seen[key]))
            seen[key] += 1
    return found


def broken(place: Place) -> ast.Module:
    """The tree of the place's module, broken there."""
    tree = ast.parse((SOURCE / place.module).read_text(encoding="utf-8"))
    seen: Counter[tuple[str, str, str]] = Counter()
    for spot, breaking in list(walk(tree, guards_of())):
        key = (spot.function, spot.kind, spot.words)
        if key == (place.function, place.kind, place.words) and seen[key] == place.number:
            breaking()
            return ast.fix_missing_locations(tree)
        seen[key] += 1
    raise LookupError(place.name)


@cache
def guards_of() -> set[str]:
    """Functions that do nothing but refuse: a call of one is a refusal."""
    functions = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not path.is_relative_to(SOURCE / "demo"):
                functions[node.name] = node
    guards = {"require"}
    while True:
        more = {name for name, node in functions.items() if only_refuses(node, guards)} | guards
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


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_refusal(node: ast.AST) -> bool:
    """Raising one of the refusals, or sending away who isn't signed in."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return getattr(raised, "id", "") in REFUSALS
    return (
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.Call)
        and called(node.value) == "redirect_to_login"
    )


@dataclass(frozen=True)
class Spot:
    function: str
    line: int
    kind: str
    words: str


def walk(tree: ast.Module, guards: set[str]) -> Iterator[tuple[Spot, Breaking]]:
    """The spots of a module in order, each with what breaks it in this very tree."""
    for node, names, line in functions_of(tree, ()):
        yield from within(node, ".".join(names), line, guards)
    for name, value, line in constants(tree):
        tuples = [one for one in ast.walk(value) if isinstance(one, ast.Tuple) and holds_roles(one)]
        if any(one.elts for one in tuples):
            for one in tuples:
                yield Spot("", line, "every role", f"{name} {ast.unparse(one)}"), widen(one)


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """The constants of a module: name, value and line."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id.isupper():
                yield target.id, node.value, node.lineno


def holds_roles(one: ast.Tuple) -> bool:
    return all(isinstance(each, ast.Constant) and each.value in ROLES for each in one.elts)


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


def own(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, ast.AST | None, str, int | None]]:
    """The nodes of a function without those of functions in it, each with where it hangs."""
    waiting: list[tuple[ast.AST, ast.AST | None, str, int | None]] = [
        (one, function, "body", at) for at, one in enumerate(function.body)
    ]
    while waiting:
        node, parent, field, at = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        yield node, parent, field, at
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                waiting.append((value, node, name, None))
            elif isinstance(value, list):
                waiting += [
                    (one, node, name, place) for place, one in enumerate(value) if isinstance(one, ast.AST)
                ]


@dataclass(frozen=True)
class At:
    """A node of a function, and where it hangs."""

    node: ast.AST
    parent: ast.AST
    field: str
    place: int | None
    function: ast.FunctionDef

    def instead(self, new: ast.AST) -> Breaking:
        def now() -> None:
            if self.place is None:
                setattr(self.parent, self.field, new)
            else:
                getattr(self.parent, self.field)[self.place] = new

        return now


def within(
    function: ast.FunctionDef, name: str, line: int, guards: set[str]
) -> Iterator[tuple[Spot, Breaking]]:
    docs = {id(one.value) for one in ast.walk(function) if isinstance(one, ast.Expr)}
    in_ifs = {
        id(each)
        for one in ast.walk(function) if isinstance(one, ast.comprehension)
        for condition in one.ifs for each in ast.walk(condition)
    }  # fmt: skip
    for node, parent, field, place in own(function):
        if id(node) in docs:
            continue
        at = At(node, parent, field, place, function)
        for kind, what, breaking in (
            *refusals(at, guards),
            *questions(at, is_condition=id(node) in in_ifs),
            *filters(node),
            *statements(at),
        ):
            words = what if isinstance(what, str) else ast.unparse(what)
            yield Spot(name, line, kind, " ".join(words.split())[:110]), breaking


Way = tuple[str, "ast.AST | str", Breaking]


def refusals(at: At, guards: set[str]) -> Iterator[Way]:
    """Where somebody is refused, and where a set of what is seen is given."""
    node = at.node
    if isinstance(node, ast.If) and any(is_refusal(one) for one in node.body):
        yield "never refuses", node.test, never(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) in guards:
        yield (
            "not asked",
            node,
            at.instead(ast.Expr(ast.BoolOp(ast.And(), [ast.Constant(False), node.value]))),
        )
    if isinstance(node, ast.Return) and node.value is not None and reaches(at.function):
        whole = everything(at.function)
        if ast.unparse(node.value) in ("everybody", ast.unparse(whole)):
            return  # is everything already
        yield "everything", node.value, at.instead(ast.Return(whole))


def questions(at: At, *, is_condition: bool) -> Iterator[Way]:
    """Where it is asked what somebody is or sees."""
    node = at.node
    if isinstance(node, ast.Call) and asks_viewer(node):
        yield "always yes", node, at.instead(either(node, True))
    if isinstance(node, ast.Attribute) and node.attr in STATES and isinstance(node.ctx, ast.Load):
        yield "always yes", node, at.instead(either(node, True))
    if isinstance(node, ast.Compare | ast.BinOp):
        yes = asks_rights(node)
        if yes is not None:
            yield "always yes" if yes else "never only that", node, at.instead(either(node, yes))
        elif is_condition and isinstance(node, ast.Compare) and narrows(node):
            yield "all of them", node, at.instead(either(node, True))


def asks_viewer(node: ast.Call) -> bool:
    if called(node) != "has":
        return called(node) in ASKED
    return isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).split(".")[-1] in WHO


def filters(node: ast.AST) -> Iterator[Way]:
    """Where rows of one company or one person are chosen by the object mapper."""
    if isinstance(node, ast.Call) and called(node) in FILTERS and isinstance(node.func, ast.Attribute):
        for keyword in node.keywords:
            if keyword.arg and TENANT.search(keyword.arg):
                yield "every company", keyword, without(node, keyword)
            elif keyword.arg and WHOSE.search(keyword.arg):
                yield "every person", keyword, without(node, keyword)


def statements(at: At) -> Iterator[Way]:
    """Where rows of one company are chosen by SQL, written or built."""
    node = at.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for match in TENANT_SQL.finditer(node.value):
            yield "every company", node.value[max(0, match.start() - 45) : match.end()], opened(node, match)
    if isinstance(node, ast.Call) and called(node) == "eq" and isinstance(node.func, ast.Attribute):
        of = node.func.value
        if isinstance(of, ast.Call) and any(
            isinstance(one, ast.Constant) and one.value == "company_id" for one in of.args
        ):
            wide = ast.Call(ast.Attribute(node, "or_", ast.Load()), [ast.Constant("TRUE")], [])
            yield "every company", node, at.instead(wide)


def never(node: ast.If) -> Breaking:
    def now() -> None:
        node.test = ast.BoolOp(ast.And(), [node.test, ast.Constant(False)])

    return now


def either(node: ast.expr, yes: bool) -> ast.expr:
    """Asked as before, so that names stay in use, and answered always the same."""
    return ast.Compare(
        ast.Tuple([node], ast.Load()), [ast.IsNot() if yes else ast.Is()], [ast.Constant(None)]
    )


def without(node: ast.Call, keyword: ast.keyword) -> Breaking:
    def now() -> None:
        node.keywords.remove(keyword)

    return now


def opened(node: ast.Constant, match: re.Match[str]) -> Breaking:
    def now() -> None:
        start, end = match.span()
        node.value = f"{node.value[:start]}({match[0]} OR TRUE){node.value[end:]}"

    return now


def asks_rights(node: ast.Compare | ast.BinOp) -> bool | None:
    """Whether a comparison asks for a role or for oneself, and which answer lets everybody in; None for another."""
    text = ast.unparse(node)
    if isinstance(node, ast.BinOp):
        return (
            True
            if isinstance(node.op, ast.BitAnd | ast.Sub) and ast.unparse(node.left).endswith("viewer.roles")
            else None
        )
    if len(node.ops) != 1:
        return None
    sides = [ast.unparse(node.left), ast.unparse(node.comparators[0])]
    op = node.ops[0]
    if any(side.endswith("viewer.roles") for side in sides) and not isinstance(node.left, ast.BinOp):
        return isinstance(op, ast.In)
    if (
        any(re.fullmatch(r"(self\.|circle\.)?(viewer|by)\.person_id", side) for side in sides)
        and "None" not in text
    ):
        return True if isinstance(op, ast.Eq | ast.In | ast.NotEq) else None
    return None


def narrows(node: ast.Compare) -> bool:
    return (
        len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.In)
        and any(
            isinstance(one, ast.Attribute) and one.attr in OWNERS for one in (node.left, *node.comparators)
        )
    )


def reaches(function: ast.FunctionDef) -> bool:
    """Whether a function says of whom or which teams a viewer sees something."""
    return (
        function.returns is not None
        and ast.unparse(function.returns) == "frozenset[int]"
        and ("viewer" in {one.arg for one in function.args.args} or "self.viewer" in ast.unparse(function))
    )


def everything(function: ast.FunctionDef) -> ast.expr:
    roster = "roster" if "roster" in {one.arg for one in function.args.args} else "self.world.roster"
    what = "teams" if "team" in function.name else "people"
    return ast.parse(f"frozenset({roster}.{what})", mode="eval").body
