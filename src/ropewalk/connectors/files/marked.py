"""YAML that keeps every scalar as it is written and every line's number; no aliases, no doubled keys, no tags.

It knows YAML and nothing of mappings. Start with `read_yaml`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

LARGEST = 1_000_000  # characters
DEEPEST = 20


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong, and the line to mend."""

    line: int
    sentence: str


class MappingRefused(Exception):
    """The file can't be used. Carries every trouble found, at once."""

    def __init__(self, name: str, troubles: Sequence[Trouble]) -> None:
        self.name = name
        self.troubles = sorted(troubles, key=lambda one: one.line)
        super().__init__("\n".join(f"{name}, line {one.line}: {one.sentence}" for one in self.troubles))


@dataclass(frozen=True)
class Marked:
    """What a YAML text says, all scalars as text, with the line of every path."""

    value: Any
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def line(self, *path: Any) -> int:
        """The line of a path, or of the nearest thing around it. Parts that aren't in the text are passed over."""
        found: tuple[Any, ...] = ()
        for part in path:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found, 1)


def read_yaml(text: str, *, name: str) -> Marked:
    """The text's content. Raises MappingRefused where it is no YAML, too large, or uses what is forbidden."""
    if len(text) > LARGEST:
        raise MappingRefused(
            name, [Trouble(1, f"The file is larger than {LARGEST:,} characters, which no mapping needs.")]
        )
    yaml = YAML(typ="safe", pure=True)
    try:
        for token in yaml.scan(io.StringIO(text)):
            if isinstance(token, AliasToken | AnchorToken | TagToken):
                line = token.start_mark.line + 1
                raise MappingRefused(
                    name, [Trouble(line, "Aliases (&, *) and tags (!) aren't allowed here: write it out.")]
                )
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MappingRefused(
            name, [Trouble(mark.line + 1 if mark else 1, f"This is no YAML: {error.problem}.")]
        ) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise MappingRefused(name, [Trouble(1, f"This is no YAML: {type(error).__name__}.")]) from None
    lines: dict[tuple[Any, ...], int] = {}
    troubles: list[Trouble] = []
    value = None if node is None else _value(node, (), lines, troubles)
    if troubles:
        raise MappingRefused(name, troubles)
    return Marked(value, lines)


def _value(
    node: Node, path: tuple[Any, ...], lines: dict[tuple[Any, ...], int], troubles: list[Trouble]
) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > DEEPEST:
        troubles.append(Trouble(node.start_mark.line + 1, "This is nested too deeply."))
        return None
    if isinstance(node, ScalarNode):
        is_null = node.style is None and node.value in ("", "~", "null")
        return None if is_null else str(node.value)
    if isinstance(node, SequenceNode):
        return [_value(one, (*path, place), lines, troubles) for place, one in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            troubles.append(Trouble(line, "A name must be plain text."))
        elif key.value in found:
            troubles.append(Trouble(line, f'"{key.value}" is said twice here. Keep one.'))
        else:
            lines[*path, key.value] = line
            found[key.value] = _value(value, (*path, key.value), lines, troubles)
    return found


def with_corrections(text: str, corrections: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """A mapping's text with accepted corrections, by (object, field), written into its entries; the rest as it was.

    What the text itself says about a value stays.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(text)
    for entry in content.get("files") or []:
        for (of, name), words in corrections.items():
            if of == entry.get("object") and words:
                kept = entry.setdefault("corrections", CommentedMap()).setdefault(name, CommentedMap())
                for value, becomes in words.items():
                    kept.setdefault(value, becomes)
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()
