"""Which values look like typing errors of others. Pure: values with their counts in, suggestions out.

Start with `near_misses`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

CUTOFF = 88  # true typing errors score 92 to 95, "GTX Plus Basic" against "GTX Basic" 78
SHORTEST = 4  # shorter words differ by one letter and mean something else
SHORTEST_SLIP = 6  # from here on one wrong or swapped letter is a slip, though it may score below the cutoff
MOST_VALUES = 1_000  # a column with more is no list of kinds
LONGEST = 200
OFTEN, TIMES = 20, 20  # a value is right where it is there 20 times, and 20 times as often as its neighbour


def near_misses(values: Mapping[str, int], known: Sequence[str] = ()) -> dict[str, str]:
    """Value -> what it was probably meant to be.

    Against the known values where there are any; else rare values against frequent ones of the same column.
    """
    if known:
        right = set(known)
        unknown = [value for value in values if value not in right and len(value) <= LONGEST]
        found = {value: nearest(value, known, is_known=True) for value in unknown[: MOST_VALUES * 20]}
        return {value: match for value, match in found.items() if match is not None}
    if len(values) > MOST_VALUES:
        return {}
    often = [value for value, count in values.items() if count >= OFTEN and len(value) <= LONGEST]
    misses: dict[str, str] = {}
    for value, count in values.items():
        if len(value) <= LONGEST:
            dominant = [one for one in often if one != value and values[one] >= count * TIMES]
            match = nearest(value, dominant, is_known=False)
            if match is not None:
                misses[value] = match
    return misses


def nearest(value: str, right: Sequence[str], *, is_known: bool) -> str | None:
    """The right value that this one nearly is, or None. Equal but for case, blanks and signs comes first.

    Among values nobody declared right, numbers must agree: "Tier 1" is no slip of "Tier 2".
    """
    bare = _bare(value)
    if bare:
        for one in right:
            if _bare(one) == bare:
                return one
    if len(bare) < SHORTEST:
        return None
    folded = _folded(value)
    matches = process.extract(
        folded, right, scorer=fuzz.ratio, processor=_folded, score_cutoff=CUTOFF, limit=5
    )
    close = [one for one, _, _ in matches]
    if not close and len(bare) >= SHORTEST_SLIP:
        close = [one for one in right if OSA.distance(folded, _folded(one), score_cutoff=1) <= 1]
        is_known = False
    return next((one for one in close if is_known or _digits(one) == _digits(value)), None)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _bare(text: str) -> str:
    return "".join(sign for sign in _folded(text) if sign.isalnum())


def _digits(text: str) -> list[str]:
    return re.findall(r"[0-9]+", text)
