"""Expressions of the engine about one cell, itself an expression of a text. They know neither fields nor rows."""

from __future__ import annotations

from ropewalk.facts.store.parts import quoted

CLOCK = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{3})?([Zz]|[-+][0-9]{2}:?[0-9]{2})?"
)


def said(text: str | None) -> str:
    """A text that stands for itself, or nothing."""
    return "NULL" if text is None else quoted(text)


def is_ascii(cell: str) -> str:
    """Whether a cell is printable ASCII, of which only blanks can be trimmed."""
    return f"regexp_full_match({cell}, '[ -~]*')"


def is_whole(cell: str) -> str:
    """Whether a cell is a whole number."""
    return f"regexp_full_match({cell}, '-?[0-9]{{1,15}}')"


def is_timed(cell: str) -> str:
    """Whether a cell is a time as machines write it."""
    return f"regexp_full_match({cell}, '{CLOCK}')"


def hour(cell: str) -> str:
    """Such a cell up to its hour."""
    return f"substring({cell}, 1, 13)"


def zone(cell: str) -> str:
    """What stands behind the seconds of such a cell."""
    return f"(CASE WHEN substring({cell}, 20, 1) = '.' THEN substring({cell}, 24) ELSE substring({cell}, 20) END)"


def since_hour(cell: str) -> str:
    """How far such a cell is into its hour."""
    thousandths = f"(CASE WHEN substring({cell}, 20, 1) = '.' THEN substring({cell}, 21, 3) ELSE '0' END)"
    return f"to_microseconds((substring({cell}, 15, 2)::BIGINT * 60 + substring({cell}, 18, 2)::BIGINT) * 1000000 + {thousandths}::BIGINT * 1000)"
