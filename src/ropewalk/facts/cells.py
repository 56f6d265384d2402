"""Cells of strangers: how they are trimmed and compared before anybody asks what they mean.

It knows text only. Start with `clean`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

EDGES = " \t\r\n\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\u2060\ufeff"
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def clean(cell: str) -> str:
    """A cell as it is compared and kept: without blanks at its edges, composed (NFC)."""
    text = cell.strip(EDGES)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean_key(cell: str) -> str:
    """A cell that others refer to: as `clean`, and without signs nobody can see."""
    text = clean(cell)
    return text if text.isascii() else _INVISIBLE.sub("", text)


def nearest(word: str, words: Sequence[str]) -> list[str]:
    """Up to three of the words that look most like this one."""
    found = process.extract(word, words, scorer=fuzz.WRatio, limit=3, score_cutoff=70, processor=str.casefold)
    return [match for match, _, _ in found]
