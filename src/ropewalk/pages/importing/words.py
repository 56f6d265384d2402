"""Sentences of an import as a page says them."""

from __future__ import annotations

import re


def said_once(why: str, line: str) -> str:
    """A reason without file and line, which stand beside it: "deals.csv, line 4, Amount: …" becomes "Amount: …"."""
    found = re.match(rf".*?, line {re.escape(line)}(?:[:,] | (?=has ))", why)
    rest = why[found.end() :] if found else why
    return rest[:1].upper() + rest[1:]
