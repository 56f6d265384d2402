"""What doors read out of requests, found in their source, and what pages offer to be sent, found in their forms.

Names that are put together hold a star for what isn't fixed: "{key}.words" is "*.words". Start with `reads` and `forms_in`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
    """A form of a page: where it goes, how, the names of its fields, and what a browser would send unchanged."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # those with a name: it and the value
    can_be_sent: bool = False  # there is a button for it

    def sent(self) -> list[dict[str, list[str]]]:
        """What a browser sends when nothing is changed, for each button that can be pressed."""
        return [self.values | {name: [value]} for name, value in self.buttons] or [self.values]

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


class Forms(HTMLParser):
    """Reads the forms of a page; fields that stand outside and name their form are counted to it afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.open: Form | None = None
        self.loose: list[tuple[str, str]] = []
        self.elsewhere: list[tuple[Form, str]] = []  # what a button sends to another address than its form's
        self.text: str | None = None  # the name of the textarea that is open
        self.choice: tuple[str, list[str], list[str]] | None = None  # a select: name, all values, chosen ones

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        name = said.get("name", "")
        if tag == "form":
            self.open = Form(said.get("action", ""), said.get("method", "get").upper())
            self.forms[said.get("id") or f"form {len(self.forms)}"] = self.open
        elif tag == "option" and self.choice:
            self.choice[1].append(said.get("value", ""))
            if "selected" in said:
                self.choice[2].append(said.get("value", ""))
        if tag == "button" and self.open is not None:
            self.open.can_be_sent = True
            if "formaction" in said:
                self.elsewhere.append((self.open, said["formaction"]))
        if tag in ("input", "select", "textarea", "button") and name:
            if "form" in said:
                self.loose.append((said["form"], name))
            elif self.open is not None:
                self.open.names.add(name)
                self.begin(tag, name, said)

    def begin(self, tag: str, name: str, said: dict[str, str]) -> None:
        assert self.open is not None
        if tag == "button":
            self.open.buttons.append((name, said.get("value", "")))
        elif tag == "textarea":
            self.text = name
            self.open.values[name] = [""]
        elif tag == "select":
            self.choice = (name, [], [])
        elif tag == "input" and is_sent_unchanged(said):
            self.open.add(name, said.get("value", "on" if "checked" in said else ""))

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.text is not None:
            self.open.values[self.text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.text is not None and self.open is not None:
            self.open.values[self.text][0] = self.open.values[self.text][0].removeprefix("\n")
            self.text = None
        elif tag == "select" and self.choice is not None and self.open is not None:
            name, every, chosen = self.choice
            for one in chosen or every[:1]:
                self.open.add(name, one)
            self.choice = None


def is_sent_unchanged(said: dict[str, str]) -> bool:
    return "checked" in said or said.get("type") not in ("submit", "file", "radio", "checkbox")


def forms_in(html: str) -> list[Form]:
    """Every form of a page, with fields that stand outside and name it."""
    parser = Forms()
    parser.feed(html)
    for form, name in parser.loose:
        if form in parser.forms:
            parser.forms[form].names.add(name)
    return [*parser.forms.values(), *(replace(form, action=action) for form, action in parser.elsewhere)]


def form_with(html: str, name: str) -> dict[str, list[str]]:
    """What the form that has a field of this name would send unchanged."""
    return next(one.values for one in forms_in(html) if name in one.names)
