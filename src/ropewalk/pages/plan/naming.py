"""What leaves the house is asked about first: whoever does it types the company's name. Start with `trouble_with_name`."""

from __future__ import annotations

import unicodedata


def trouble_with_name(typed: str, name: str, otherwise: str) -> str:
    """Why what was typed doesn't stand for the company, in a sentence that ends with what didn't happen; "" where it does.

    Case and blanks don't count: it is asked so that nobody does it by habit, not as a test of spelling.
    """
    if plainly(typed) == plainly(name):
        return ""
    found = f"“{typed.strip()[:60]}” isn’t its name." if typed.strip() else "The name is missing."
    return f"{found} Type {name}. {otherwise}"


def plainly(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
