"""What doors read out of requests, found in their source, and what pages offer to be sent, found in their forms.

Names that are put together hold a star for what isn't fixed: "{key}.words" is "*.words". Start with `reads` and `forms_in`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from pathlib import Path

import ropewalk.pages

PAGES = Path(ropewalk.pages.__file__).parent
SENT = {"POST", "GET", "FILES"}


def reads() -> dict[str, set[str]]:
    """The names that each module of the pages reads out of what was sent."""
    found: dict[str, set[str]] = {}
    for path in sorted(PAGES.rglob("*.py")):
        names = set(read_in(ast.parse(path.read_text(encoding="utf-8"))))
        if names:
            found[str(path.relative_to(PAGES))] = names
    return found


def read_in(tree: ast.Module) -> Iterator[str]:
    helpers = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    for node in ast.walk(tree):
        yield from named_for(node, helpers)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("get", "getlist") and is_sent(node.func.value) and node.args:
                yield pattern(node.args[0])
        elif isinstance(node, ast.Subscript) and is_sent(node.value) and isinstance(node.ctx, ast.Load):
            yield pattern(node.slice)
        elif (
            isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and is_sent(node.comparators[0])
        ):
            yield pattern(node.left)
        elif isinstance(node, ast.comprehension) and any(is_sent(one) for one in ast.walk(node.iter)):
            for one in (each for condition in node.ifs for each in ast.walk(condition)):
                if (
                    isinstance(one, ast.Call)
                    and isinstance(one.func, ast.Attribute)
                    and one.func.attr == "startswith"
                ):
                    yield pattern(one.args[0]) + "*"


def named_for(node: ast.AST, helpers: set[str]) -> Iterator[str]:
    """The name that a helper of the module is asked to read: `asked_for(request, "team")`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in helpers:
        match node.args:
            case [ast.Name(id="request"), ast.Constant(value=str(name))]:
                yield name


def is_sent(node: ast.AST) -> bool:
    """Whether it is what was sent: `request.POST`, or what a helper was given of it, which is called `typed`."""
    if isinstance(node, ast.Attribute):
        return node.attr in SENT
    return isinstance(node, ast.Name) and node.id == "typed"


def pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "*" for one in node.values)
    return "*"


def is_declared(name: str, patterns: set[str]) -> bool:
    return any(fnmatchcase(name, one) for one in patterns)


@dataclass
class Form:
    """A form of a page: where it goes, how, and the names of its fields."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.open: Form | None = None
        self.loose: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.open = Form(said.get("action", ""), said.get("method", "get").upper())
            self.forms[said.get("id") or f"form {len(self.forms)}"] = self.open
        elif tag in ("input", "select", "textarea", "button") and said.get("name"):
            if "form" in said:
                self.loose.append((said["form"], said["name"]))
            elif self.open is not None:
                self.open.names.add(said["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def forms_in(html: str) -> list[Form]:
    """Every form of a page, with fields that stand outside and name it."""
    parser = Forms()
    parser.feed(html)
    for form, name in parser.loose:
        if form in parser.forms:
            parser.forms[form].names.add(name)
    return list(parser.forms.values())
