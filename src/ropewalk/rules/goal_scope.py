"""The scope in a typed goal line: the fields and values that it is limited to.

Knows how people say a vertical, a segment, a country or a product. Must not guess: a value whose field isn't said
stays unread, unless it is a well-known industry, segment or country. Start with ``scope``.
"""

import re

from ropewalk.rules.goal_line import Line
from ropewalk.rules.goal_words import FILLERS

_FIELDS = {
    "vertical": "vertical",
    "verticals": "vertical",
    "industry": "vertical",
    "sector": "vertical",
    "segment": "segment",
    "country": "country",
    "region": "region",
    "product": "product",
    "product line": "product",
}
_FIELD = "|".join(sorted(map(re.escape, _FIELDS), key=len, reverse=True))
_VALUE_WORD = r"(?!(?:and|or|by|from|to|in|at|on|until|before|with|where|for|of|the|a|an|new|another|one|each|every|any|our|this|that|which|is|win|raise|close)\b)[A-Za-z][\w&+/.'-]*"
_VALUE = (
    rf"(?:\"(?P<quoted>[^\"]+)\"|'(?P<single>[^']+)'|(?P<value>{_VALUE_WORD}(?:\s+{_VALUE_WORD}){{0,3}}?))"
)
_STOP = r"(?=\s*(?:$|[,;:.()\x00→<>=-]|\d|[$€£]|\b(?:and|or|by|from|to|in|at|on|until|before|with|where|for|of)\b))"
_EQUALS = re.compile(
    rf"(?:\b(?:where|with|for|in)\s+)?\b(?P<field>[A-Za-z_][\w]*)\s*(?:=|:)\s*{_VALUE}{_STOP}", re.IGNORECASE
)
_LABELLED_LEAD = re.compile(
    rf"\b(?:in|for|within|across|among|of|to|on|with|into)\s+(?:(?:the|our)\s+)?(?P<value>{_VALUE_WORD}(?:\s+{_VALUE_WORD}){{0,3}}?)\s+(?P<field>{_FIELD})\b",
    re.IGNORECASE,
)
_LABELLED_WORD = re.compile(
    rf"(?:\b(?:the|our)\s+)?\b(?P<value>{_VALUE_WORD})\s+(?P<field>vertical|industry|sector|segment|region)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:in|for|within|of|on|with)\s+(?:the\s+)?(?P<field>{_FIELD})\s+(?:of\s+)?{_VALUE}{_STOP}",
    re.IGNORECASE,
)
_OF_PRODUCT = re.compile(
    r"\b(?:[Oo]f)\s+(?:the\s+)?(?P<value>(?!(?:Q[1-4]|H[12]|FY\d*)\b)[A-Z][\w&+/'-]*(?:\s+(?:[A-Z0-9][\w&+/'-]*)){0,3})"
    r"(?!\s+(?:team|region|group|office|clients|customers|accounts|deals)\b)"
)
_SOMETHING_SOLD = re.compile(
    r"(?:\x00|\b(?:sales|units|licen[cs]es|deals|subscriptions)|[$€£]\s?[\d.,]+\s?(?:k|m|mn|bn|million|thousand)?"
    r"|\d\s?(?:k|m|mn|bn|million|thousand)?\s?(?:€|£|USD|EUR|GBP|CHF|dollars|euros?|pounds))\s*$",
    re.IGNORECASE,
)
_NOT_A_VALUE = {
    "sales",
    "new",
    "whole",
    "same",
    "every",
    "each",
    "right",
    "target",
    "core",
    "key",
    "main",
    "other",
    "single",
    "per",
}
_NO_FIELD = {
    "target",
    "baseline",
    "goal",
    "due",
    "deadline",
    "metric",
    "by",
    "objective",
    "kpi",
    "from",
    "to",
}
_INDUSTRIES = (
    "medical", "healthcare", "health care", "pharma", "pharmaceutical", "biotech", "life sciences", "retail", "finance",
    "financial services", "banking", "insurance", "technology", "telecommunications", "telecom", "telecoms", "automotive",
    "manufacturing", "education", "construction", "real estate", "energy", "oil and gas", "utilities", "logistics",
    "hospitality", "government", "public sector", "aerospace", "agriculture", "media", "entertainment", "legal",
    "e-commerce", "ecommerce", "dental",
)  # fmt: skip
_SEGMENTS = (
    "enterprise",
    "mid-market",
    "midmarket",
    "mid market",
    "smb",
    "sme",
    "small business",
    "small-business",
    "strategic",
)
_COUNTRIES = (
    "Germany", "France", "Spain", "Italy", "Austria", "Switzerland", "Poland", "Portugal", "Belgium", "Netherlands",
    "Luxembourg", "Denmark", "Sweden", "Norway", "Finland", "Ireland", "United Kingdom", "UK", "Greece", "Hungary",
    "Romania", "Czech Republic", "United States", "USA", "US", "Canada", "Mexico", "Brazil", "Argentina", "Chile",
    "Colombia", "Japan", "China", "India", "Korea", "Australia", "New Zealand", "Singapore", "Philippines", "Panama",
    "Kenya", "Jordan", "Lebanon", "South Africa", "Turkey", "Israel",
)  # fmt: skip
_NOUNS = r"(?:clients?|customers?|logos?|accounts?|deals?|opportunities|opps|revenue|pipeline|calls|meetings|activities|business|prospects)"


def _known(words: tuple[str, ...]) -> re.Pattern[str]:
    named = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(
        rf"(?:\b(?:in|into|within|across|among|for|with|to|from)\s+(?:the\s+)?(?P<after>{named})\b"
        rf"(?=\s*(?:{_NOUNS}\b|$|[,;:.()\x00→<>=%-]|\d|[$€£]|\b(?:and|by|from|to|in|until|before|for|with|of)\b)))"
        rf"|\b(?P<before>{named})\b(?=[\s\x00]+{_NOUNS}\b|[\s]*\x00)",
        re.IGNORECASE,
    )


_KNOWN = (("vertical", _known(_INDUSTRIES)), ("segment", _known(_SEGMENTS)))
_IN_COUNTRY = re.compile(
    r"\b[Ii]n\s+(?:the\s+)?(?P<after>"
    + "|".join(map(re.escape, sorted(_COUNTRIES, key=len, reverse=True)))
    + r")\b"
)


def scope(line: Line) -> dict[str, str]:
    """The fields and values the line is limited to, taken from it; two values for one field stay unread."""
    found: list[tuple[str, str, tuple[int, int]]] = []
    for pattern in (_EQUALS, _NAMED, _LABELLED_LEAD, _LABELLED_WORD):
        for match in pattern.finditer(line.free):
            groups = match.groupdict()
            value = groups.get("quoted") or groups.get("single") or groups.get("value") or ""
            field = _FIELDS.get(match["field"].lower(), match["field"].lower())
            if field in _NO_FIELD or value.lower() in _NOT_A_VALUE | FILLERS:
                continue
            found.append((field, value, match.span()))
            line.take(*match.span())
    for match in _OF_PRODUCT.finditer(line.free):
        if not _SOMETHING_SOLD.search(line.free[: match.start()]):
            continue
        found.append(("product", match["value"], match.span()))
        line.take(*match.span())
    for field, pattern in (*_KNOWN, ("country", _IN_COUNTRY)):
        for match in pattern.finditer(line.free):
            found.append((field, next(v for v in match.groupdict().values() if v), match.span()))
            line.take(*match.span())
    said = {field: {value.lower() for name, value, _ in found if name == field} for field, _, _ in found}
    for field, _, span in found:
        if len(said[field]) > 1:
            line.refuse(*span)
    return {field: value for field, value, _ in found if len(said[field]) == 1}
