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


def trimmed(cell: str) -> str:
    """A cell of printable ASCII without blanks at its edges, which few have; nothing where nothing is left."""
    return (
        f"CASE WHEN {cell} >= '!' AND NOT suffix({cell}, ' ') THEN {cell} ELSE nullif(trim({cell}), '') END"
    )


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
    return (
        f"(CASE WHEN length({cell}) = 19 THEN '' WHEN substring({cell}, 20, 1) = '.' THEN substring({cell}, 24) "
        f"ELSE substring({cell}, 20) END)"
    )


def since_hour(cell: str) -> str:
    """How far such a cell is into its hour."""
    thousandths = f"(CASE WHEN substring({cell}, 20, 1) = '.' THEN substring({cell}, 21, 3) ELSE '0' END)"
    return f"to_microseconds((substring({cell}, 15, 2)::BIGINT * 60 + substring({cell}, 18, 2)::BIGINT) * 1000000 + {thousandths}::BIGINT * 1000)"


def has_parts(cell: str) -> str:
    """Whether such a cell has parts of a second."""
    return f"(length({cell}) > 19 AND substring({cell}, 20, 1) = '.')"


def named_time(cell: str, *, has_parts: bool, is_bare: bool) -> str:
    """The time that such a cell names, whatever zone it is of; whether some cell has parts of a second, and none a zone."""
    if has_parts:
        cell = f"(CASE WHEN substring({cell}, 20, 1) = '.' THEN substring({cell}, 1, 23) ELSE substring({cell}, 1, 19) END)"
    elif not is_bare:
        cell = f"substring({cell}, 1, 19)"
    return f"TRY_CAST({cell} AS TIMESTAMP)"
