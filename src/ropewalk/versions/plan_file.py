"""A plan as a YAML file, there and back. What is wrong with a file is said all at once, with line numbers.

`read` gives the plan as plain values or raises `PlanFileRefused`; `written` gives the text of a plan; `schema` the JSON
Schema that stands in docs. Whether the plan is *good* is asked by `checking`, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ropewalk.plans import shape
from ropewalk.rules import calendar
from ropewalk.versions.plan_form import PlanForm, form_of, plan_of

LARGEST = 1_000_000  # bytes; a plan of three initiatives has a few thousand
DEEPEST = 12  # levels of nesting
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # what YAML can write and no database keeps
TOO_DEEP = f"The file is nested more than {DEEPEST} levels deep."


class DaysAsText(RoundTripConstructor):
    """Leaves days as they are written, so that 30 February is said with its line and not by the reader of YAML."""


DaysAsText.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


@dataclass(frozen=True)
class FileFinding:
    """One thing that is wrong with a file: where it stands and how to mend it."""

    line: int | None  # from 1; None where the whole file is meant
    where: str  # "initiatives 1 › goal › due"
    sentence: str


class PlanFileRefused(Exception):
    """The file can't be read as a plan; `findings` says everything that is wrong."""

    def __init__(self, findings: list[FileFinding]) -> None:
        self.findings = findings
        super().__init__(
            " ".join(f"Line {one.line}: {one.sentence}" if one.line else one.sentence for one in findings)
        )


def read(
    text: str | bytes, *, fiscal_start_month: int = 1, published: Mapping[int, int] | None = None
) -> shape.Plan:
    """The plan that a YAML text holds. Raises PlanFileRefused with everything that is wrong.

    Its year begins in the month in which that of the published plan of the same year does, by `published`, else in the
    company's.
    """
    tree = parsed(text)
    if not isinstance(tree, CommentedMap):
        raise PlanFileRefused(
            [FileFinding(1, "", "A plan file begins with names such as “year:” and “initiatives:”.")]
        )
    try:
        form = PlanForm.model_validate(plain(tree))
    except ValidationError as error:
        raise PlanFileRefused([finding_of(one, tree) for one in error.errors()]) from None
    year = calendar.fiscal_year(form.year, start_month=(published or {}).get(form.year, fiscal_start_month))
    findings: list[FileFinding] = []
    plan = plan_of(form, year, lambda place, words: findings.append(place_finding(tree, place, words)))
    if findings:
        raise PlanFileRefused(findings)
    return plan


class PlanRefused(Exception):
    """What was typed makes no plan; `troubles` says why, by place ("initiatives.0.goal.due")."""

    def __init__(self, troubles: dict[str, str]) -> None:
        self.troubles = troubles
        super().__init__(" ".join(troubles.values()))


def from_values(values: dict[str, Any], *, fiscal_start_month: int = 1) -> shape.Plan:
    """The plan that values make which were typed into a form; same names and rules as in a file. Raises PlanRefused."""
    nowhere = CommentedMap()
    try:
        form = PlanForm.model_validate(values)
    except ValidationError as error:
        found = {
            ".".join(str(part) for part in one["loc"]): finding_of(one, nowhere).sentence
            for one in error.errors()
        }
        raise PlanRefused(found) from None
    troubles: dict[str, str] = {}
    year = calendar.fiscal_year(form.year, start_month=fiscal_start_month)
    plan = plan_of(form, year, lambda place, words: troubles.update({".".join(map(str, place)): words}))
    if troubles:
        raise PlanRefused(troubles)
    return plan


PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # how files begin that are no text


def parsed(text: str | bytes) -> Any:
    """The YAML tree with its line numbers; aliases, tags and size are held in check."""
    size = len(text if isinstance(text, bytes) else text.encode())
    if size > LARGEST:
        raise PlanFileRefused(
            [FileFinding(None, "", f"The file has {size:,} bytes; a plan has at most {LARGEST:,}.")]
        )
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            sentence = f"Byte {error.start + 1} is no UTF-8 text. Save the file as UTF-8."
            if error.object.startswith(PACKED):
                sentence = "This is a workbook or an archive. A plan is a YAML file: ropewalk plan export prints one to begin with."
            raise PlanFileRefused([FileFinding(None, "", sentence)]) from None
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    yaml.Constructor = DaysAsText
    try:
        refuse_tricks(yaml.scan(text))
        return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = re.sub(r"\s+", " ", str(error.problem or "this is no YAML")).strip()
        if "duplicate key" in problem:
            problem = re.sub(r" with value.*", "", problem)
        raise PlanFileRefused(
            [FileFinding(mark.line + 1 if mark else None, "", f"This can't be read as YAML: {problem}.")]
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise PlanFileRefused([FileFinding(None, "", f"This can't be read as YAML: {error}.")]) from None


def refuse_tricks(tokens: Iterator[Any]) -> None:
    """Raise PlanFileRefused at the first anchor, alias, tag or text that is none, and where things nest too deep to be read in time."""
    depth = 0
    for token in tokens:
        name, line = type(token).__name__, token.start_mark.line + 1
        if name in ("AliasToken", "AnchorToken", "TagToken"):
            sentence = "Anchors, aliases and tags can't stand in a plan. Write it out."
            raise PlanFileRefused([FileFinding(line, "", sentence)])
        if name == "ScalarToken" and NO_TEXT.search(token.value):
            sentence = "A null character or half a sign stands here, which is no text. Take it out."
            raise PlanFileRefused([FileFinding(line, "", sentence)])
        depth += name.endswith(("MappingStartToken", "SequenceStartToken"))
        depth -= name in ("BlockEndToken", "FlowMappingEndToken", "FlowSequenceEndToken")
        if depth > DEEPEST:
            raise PlanFileRefused([FileFinding(line, "", TOO_DEEP)])


def plain(node: Any, depth: int = 0) -> Any:
    """The tree as plain dicts and lists, dates and numbers as they stand."""
    if depth > DEEPEST:
        raise PlanFileRefused([FileFinding(None, "", TOO_DEEP)])
    if isinstance(node, dict):
        return {str(key): plain(value, depth + 1) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value, depth + 1) for value in node]
    return node


def finding_of(error: Any, tree: CommentedMap) -> FileFinding:
    """A validation error in words, with its line."""
    place = tuple(error["loc"])
    name = str(place[-1]) if place else ""
    kind = error["type"]
    if kind == "extra_forbidden":
        sentence = (
            f"“{name}” is no part of a plan here. Take it out, or look up the name in docs/plan.schema.json."
        )
    elif kind == "missing":
        sentence = f"“{name}” is missing. Add a line “{name}: …”."
    elif kind == "value_error":
        sentence = str(error["msg"]).removeprefix("Value error, ")
    else:
        sentence = f"“{name}” can't be {error.get('input')!r}: {str(error['msg']).lower()}."
    return place_finding(tree, place, sentence)


def place_finding(tree: CommentedMap, place: tuple[int | str, ...], sentence: str) -> FileFinding:
    return FileFinding(line_of(tree, place), " › ".join(words_of(place)), sentence)


def words_of(place: tuple[int | str, ...]) -> Iterator[str]:
    """A place in words: lists count from 1."""
    for at, part in enumerate(place):
        if isinstance(part, int):
            continue
        following = place[at + 1] if at + 1 < len(place) else None
        yield f"{part} {following + 1}" if isinstance(following, int) else str(part)


def line_of(tree: Any, place: tuple[int | str, ...]) -> int | None:
    """The line on which the innermost known part of a place stands, from 1."""
    line = None
    node = tree
    for part in place:
        try:
            if isinstance(node, CommentedMap) and part in node:
                line = node.lc.key(part)[0] + 1
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int):
                line = node.lc.item(part)[0] + 1
                node = node[part]
            else:
                break
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line or 1


def written(plan: shape.Plan) -> str:
    """The plan as YAML text that `read` reads back to the same plan."""
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.representer.ignore_aliases = lambda data: (
        True
    )  # what stands twice is written twice: aliases aren't read
    out = StringIO()
    yaml.dump(form_of(plan), out)
    return out.getvalue()


def schema() -> dict[str, Any]:
    """The JSON Schema of plan files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ropewalk plan",
        **PlanForm.model_json_schema(by_alias=True),
    }
