"""One SVG element as text, with everything in it escaped.

Control characters, which no XML may hold, are replaced. Start with `element`.
"""

from __future__ import annotations

import re
from html import escape

Value = str | int | float | None
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Svg(str):
    """Text that is markup already; templates and `element` take it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def element(name: str, *children: str | None, **attributes: Value) -> Svg:
    """`<name …>children</name>`. Children that are no `Svg` are text and get escaped; None is left out.

    In attribute names a `_` stands for a hyphen, and one at the end is dropped: `class_`, `stroke_width`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(one if isinstance(one, Svg) else text(one) for one in children if one is not None)
    return Svg(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def together(*parts: Svg) -> Svg:
    """Several elements after one another."""
    return Svg("".join(parts))


def text(written: str) -> str:
    """Text fit for an element or an attribute."""
    return escape(FORBIDDEN.sub("\ufffd", written), quote=True)


def plain(value: Value) -> str:
    """A number without needless decimals, at most two; text as it is."""
    if isinstance(value, float):
        written = f"{value:.2f}".rstrip("0").rstrip(".")
        return "0" if written == "-0" else written
    return str(value)


def shortened(words: str, most: int) -> str:
    """The words in at most so many letters, cut with an ellipsis."""
    return words if len(words) <= most else words[: max(most - 1, 1)].rstrip(" ,.;:") + "…"


def lines_of(words: str, most: int, count: int = 2) -> list[str]:
    """The words in at most `count` lines of about `most` letters, since SVG doesn't wrap; the rest is cut."""
    lines = [""]
    for word in words.split(" "):  # what a no-break space holds together stays so
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= most or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > count:
        lines = [*lines[: count - 1], " ".join(lines[count - 1 :])]
    return [shortened(one, most) for one in lines]
