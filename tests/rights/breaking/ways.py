"""How one place of a function is broken towards "everybody may", and how it tells that it would then decide otherwise.

Start with `within`; whatever asks for rights in another way than these belongs here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

REFUSALS = {"NotVisible", "NotAllowed", "Http404"}
ASKED = {"has", "sees", "sees_evidence", "sees_all_deals"}
STATES = {"sees_totals"}
FILTERS = {"filter", "get", "exclude"}
TENANT = re.compile(r"(^|__)company(_id|__handle)?$|^handle$")
WHOSE = re.compile(r"^(person|author|raised_by|manager|account)(_id)?$")
TENANT_SQL = re.compile(r"(?:\b\w+\.)?\bcompany_id = (?:\?|\$\w+|\w+\.company_id)")
WHO = {"viewer", "by"}
Breaking = Callable[[], None]
Planting = Callable[[int], None]  # puts the question in that tells of the place, by its number
TELL = "__tell_of_place__"
OWNERS = {"person_id", "team_id", "company_id"}


def told(number: int, value: ast.expr, when: str, *more: ast.expr) -> ast.expr:
    """The value as it is, told of: "true", "false" or "other" (than `more`), where broken it would be another, or "always"."""
    return ast.Call(ast.Name(TELL, ast.Load()), [ast.Constant(number), value, ast.Constant(when), *more], [])


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

    def now(self) -> Any:
        """What hangs there by now: others may have put something around the node."""
        hanging = getattr(self.parent, self.field)
        return hanging if self.place is None else hanging[self.place]

    def tells(self, when: str) -> Planting:
        """Tell of the value of the node."""

        def plant(number: int) -> None:
            here = self.now()
            if isinstance(here, ast.FormattedValue):  # a part of an f-string that was planted before
                here.value = told(number, here.value, when)
            elif isinstance(self.parent, ast.JoinedStr):
                self.instead(ast.FormattedValue(told(number, here, when), -1))()
            else:
                self.instead(told(number, here, when))()

        return plant

    def tells_of_refusals(self, number: int) -> None:
        """Tell when the statement raises."""
        handler = ast.ExceptHandler(
            ast.Name("Exception", ast.Load()),
            None,
            [ast.Expr(told(number, ast.Constant(True), "true")), ast.Raise()],
        )
        self.instead(ast.Try([self.now()], [handler], [], []))()


def within(
    function: ast.FunctionDef, name: str, line: int, guards: set[str]
) -> Iterator[tuple[Spot, Breaking, Planting]]:
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
        for kind, what, breaking, planting in (
            *refusals(at, guards),
            *questions(at, is_condition=id(node) in in_ifs),
            *filters(node),
            *statements(at),
        ):
            words = what if isinstance(what, str) else ast.unparse(what)
            yield Spot(name, line, kind, " ".join(words.split())[:110]), breaking, planting


Way = tuple[str, "ast.AST | str", Breaking, Planting]


def refusals(at: At, guards: set[str]) -> Iterator[Way]:
    """Where somebody is refused, and where a set of what is seen is given."""
    node = at.node
    if isinstance(node, ast.If) and any(is_refusal(one) for one in node.body):
        yield "never refuses", node.test, never(node), asks_first(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) in guards:
        yield (
            "not asked",
            node,
            at.instead(ast.Expr(ast.BoolOp(ast.And(), [ast.Constant(False), node.value]))),
            at.tells_of_refusals,
        )
    if isinstance(node, ast.Return) and node.value is not None and reaches(at.function):
        whole = everything(at.function)
        if ast.unparse(node.value) in ("everybody", ast.unparse(whole)):
            return  # is everything already
        yield "everything", node.value, at.instead(ast.Return(whole)), gives(node, whole)


def questions(at: At, *, is_condition: bool) -> Iterator[Way]:
    """Where it is asked what somebody is or sees."""
    node = at.node
    if isinstance(node, ast.Call) and asks_viewer(node):
        yield "always yes", node, at.instead(either(node, True)), at.tells("false")
    if isinstance(node, ast.Attribute) and node.attr in STATES and isinstance(node.ctx, ast.Load):
        yield "always yes", node, at.instead(either(node, True)), at.tells("false")
    if isinstance(node, ast.Compare | ast.BinOp):
        yes = asks_rights(node)
        if yes is not None:
            kind = "always yes" if yes else "never only that"
            yield kind, node, at.instead(either(node, yes)), at.tells("false" if yes else "true")
        elif is_condition and isinstance(node, ast.Compare) and narrows(node):
            yield "all of them", node, at.instead(either(node, True)), at.tells("false")


def asks_viewer(node: ast.Call) -> bool:
    if called(node) != "has":
        return called(node) in ASKED
    return isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).split(".")[-1] in WHO


def filters(node: ast.AST) -> Iterator[Way]:
    """Where rows of one company or one person are chosen by the object mapper."""
    if isinstance(node, ast.Call) and called(node) in FILTERS and isinstance(node.func, ast.Attribute):
        for keyword in node.keywords:
            if keyword.arg and TENANT.search(keyword.arg):
                yield "every company", keyword, without(node, keyword), passes(keyword)
            elif keyword.arg and WHOSE.search(keyword.arg):
                yield "every person", keyword, without(node, keyword), passes(keyword)


def statements(at: At) -> Iterator[Way]:
    """Where rows of one company are chosen by SQL, written or built."""
    node = at.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for match in TENANT_SQL.finditer(node.value):
            words = node.value[max(0, match.start() - 45) : match.end()]
            yield "every company", words, opened(node, match), at.tells("always")
    if isinstance(node, ast.Call) and called(node) == "eq" and isinstance(node.func, ast.Attribute):
        of = node.func.value
        if isinstance(of, ast.Call) and any(
            isinstance(one, ast.Constant) and one.value == "company_id" for one in of.args
        ):
            wide = ast.Call(ast.Attribute(node, "or_", ast.Load()), [ast.Constant("TRUE")], [])
            yield "every company", node, at.instead(wide), at.tells("always")


def never(node: ast.If) -> Breaking:
    def now() -> None:
        node.test = ast.BoolOp(ast.And(), [node.test, ast.Constant(False)])

    return now


def asks_first(node: ast.If) -> Planting:
    def plant(number: int) -> None:
        node.test = told(number, node.test, "true")

    return plant


def gives(node: ast.Return, whole: ast.expr) -> Planting:
    def plant(number: int) -> None:
        assert node.value is not None
        node.value = told(number, node.value, "other", whole)

    return plant


def passes(keyword: ast.keyword) -> Planting:
    def plant(number: int) -> None:
        keyword.value = told(number, keyword.value, "always")

    return plant


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
