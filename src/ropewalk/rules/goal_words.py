"""The words of a goal line: those that name a metric, and those that say nothing by themselves.

Knows how people name the built-in metrics. Must not guess: a line that names two metrics names none. Start with
``metric``.
"""

import re
from collections.abc import Collection

from ropewalk.rules.goal_line import Line

RATES = {"close_rate", "close_rate_by_amount"}
MONEY = {"revenue_won", "average_deal", "pipeline_created"}
DAYS = {"sales_cycle"}
COUNTS = {
    "new_clients",
    "opportunities_opened",
    "activities",
    "calls",
    "meetings_held",
    "accounts_touched",
    "win_backs",
}
_BUILT_IN = RATES | MONEY | DAYS | COUNTS

_CLIENTS = r"(?:clients?|customers?|logos?|accounts?)"
_GAP = r"(?:(?:[\w%$€£'&-]|[.,](?=\d))+\s+){0,6}?"  # up to six words between a verb and its noun
_WON = r"(?:close|closing|win|winning|success)"
_PHRASES: tuple[tuple[str, str], ...] = (
    ("close_rate_by_amount", rf"\b({_WON}[\s-]rate\s+(?:by|on|in)\s+(?:amount|value|revenue|dollars?))\b"),
    ("close_rate_by_amount", rf"\b((?:value|amount|revenue|dollar)[\s-](?:weighted\s+|based\s+)?{_WON}[\s-]rate)\b"),
    ("close_rate", r"\b((?:close|closing|closure|win|winning|hit|deal[\s-]winning)[\s-](?:rates?|ratios?|percentage)(?:\s+on\s+(?:opportunities|deals))?)\b"),
    ("win_backs", r"\b(win[\s-]?backs?|won[\s-]back\s+(?:clients|customers|accounts)|winbacks?)\b(?!\s+\d)"),
    ("win_backs", rf"\b((?:win(?:ning)?)\s+back)\s+{_GAP}((?:(?:lost|former|old)\s+)?{_CLIENTS})\b"),
    ("win_backs", rf"\b((?:win(?:ning)?))\s+{_GAP}({_CLIENTS})\s+(back)\b"),
    ("win_backs", rf"\b(reactivate|reactivating|recover|regain)\s+{_GAP}({_CLIENTS})\b"),
    ("average_deal", r"\b((?:average|avg\.?|mean)\s+(?:won\s+)?(?:deal|order|contract|sale)(?:\s+(?:size|value|amount))?)\b"),
    ("average_deal", r"\b((?:deal|contract|order)\s+(?:size|value)s?|(?:average\s+)?revenue\s+per\s+(?:won\s+)?deal)\b"),
    ("sales_cycle", r"\b((?:average\s+|median\s+|mean\s+)?(?:sales?|selling|deal)[\s-]cycles?(?:\s+(?:length|time|duration))?)\b"),
    ("sales_cycle", r"\b((?:time|days)[\s-]to[\s-]close|days\s+to\s+win)\b"),
    ("pipeline_created", r"\b((?:new(?:ly)?\s+)?(?:created\s+|generated\s+)?pipeline\s+(?:created|creation|generated|generation|built|added))\b"),
    ("pipeline_created", r"\b(new\s+(?:\w+\s+)?pipeline|created\s+pipeline|generated\s+pipeline)\b"),
    ("pipeline_created", rf"\b(?:create|generate|build|add|source|open)\s+{_GAP}(pipeline)\b"),
    ("opportunities_opened", r"\b((?:new\s+)?(?:opportunities|opps|opportunity)\s+(?:opened|created|generated|added))\b"),
    ("opportunities_opened", r"\b(new\s+)(?:[\w-]+\s+){0,2}?(opportunities|opps|opportunity)\b"),
    ("opportunities_opened", rf"\b(?:open|create|generate|source|add)\s+{_GAP}(opportunities|opps|opportunity)\b"),
    ("accounts_touched", r"\b(accounts?\s+(?:touched|contacted|reached))\b"),
    ("accounts_touched", rf"\b(touch|contact)\s+{_GAP}(accounts)\b"),
    ("new_clients", rf"\b((?:net[\s-])?new)\s+(?:[\w-]+\s+){{0,3}}?({_CLIENTS})\b"),
    ("new_clients", rf"\b({_CLIENTS}\s+won|new[\s-](?:client|customer|logo)[\s-](?:wins|acquisitions?))\b"),
    (
        "new_clients",
        rf"\b(?:win|winning|sign|sign up|signing|land|landing|acquire|acquiring|gain|gaining|onboard|close|bring in|secure)\s+"
        rf"(?!back\b){_GAP}({_CLIENTS})\b",
    ),
    ("meetings_held", r"\b((?:(?:customer|client)\s+)?meetings?\s+held|held\s+meetings?)\b"),
    ("meetings_held", r"\b((?:(?:customer|client|face-to-face|in-person)\s+)?meetings)\b(?!\s+(?:booked|scheduled|set|planned|per))"),
    ("calls", r"\b((?:(?:phone|sales|telephone|outbound)\s+)?calls)\b(?!\s+(?:booked|scheduled))"),
    ("activities", r"\b((?:sales\s+)?activities)\b"),
    ("revenue_won", r"\b((?:(?:sales|won|closed(?:[\s-]won)?|total|booked)\s+)?revenues?(?:\s+won)?|turnover|bookings)\b(?!\s+per\b)"),
)  # fmt: skip
_PATTERNS = tuple(
    (name, re.compile(phrase.replace(r"\b", r"(?<![\w-])", 1), re.IGNORECASE)) for name, phrase in _PHRASES
)
_NOT_THIS = re.compile(
    r"\b(?:recurring|existing|lost|churned|retain\w*|keep\w*|booked|book|schedule\w*|forecast\w*)\b",
    re.IGNORECASE,
)
_SALES = re.compile(
    r"\b(sales)\b(?!\s+(?:cycle|team|rep|reps|people|person|force|staff|floor|process|playbook|enablement))",
    re.IGNORECASE,
)
_SELLS = re.compile(r"\b(?:sell|selling|close|book|win)\b", re.IGNORECASE)
_MONEY_SAID = re.compile(
    r"[$€£]\s?\d|\b(?:USD|EUR|GBP|CHF)\s?\d|\d[\d.,]*\s?(?:k|m|mn|million|thousand|bn)?\s?(?:€|£|USD\b|EUR\b|GBP\b|CHF\b|dollars\b|euros?\b|pounds\b)",
    re.IGNORECASE,
)


class TwoMetrics(Exception):
    """The line names more than one metric, so that its amounts could belong to either."""


def metric(line: Line, metrics: Collection[str]) -> str | None:
    """The metric of the catalogue that the line names, taken from it; None where it names none.

    Raises TwoMetrics where it names more than one; they are then among the unread.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    own = {name for name in metrics if name not in _BUILT_IN}
    for name, pattern in (*_by_name(own), *_PATTERNS, *_by_name(_BUILT_IN)):
        for match in pattern.finditer(line.free):
            if (name != "win_backs" and _NOT_THIS.search(match[0])) or (
                name == "revenue_won" and _comes_after(line.free, match.start(), "recurring")
            ):
                continue
            spans = [match.span(group) for group in range(1, match.re.groups + 1)]
            found.setdefault(name, []).extend(spans)
            for span in spans:
                line.take(*span)
    if not found:
        found = _by_money(line)
    known = {name: spans for name, spans in found.items() if name in metrics}
    if len(found) == 1 and known:
        return next(iter(known))
    for spans in found.values():
        for span in spans:
            line.refuse(*span)
    if len(found) > 1:
        raise TwoMetrics
    return None


def _comes_after(text: str, start: int, word: str) -> bool:
    return text[:start].rstrip().lower().endswith(word)


def _by_name(metrics: Collection[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Every name, as it stands and with spaces, the longest first."""
    names = sorted(set(metrics), key=lambda name: (-len(name), name))
    return [
        (
            name,
            re.compile(
                r"\b(" + r"[\s_-]".join(map(re.escape, re.split(r"[\s_-]+", name))) + r")\b", re.IGNORECASE
            ),
        )
        for name in names
        if name.strip("_ -")
    ]


def _by_money(line: Line) -> dict[str, list[tuple[int, int]]]:
    """Money that is sold, closed or booked is revenue; so are sales beside an amount of money."""
    text = line.free
    if not _MONEY_SAID.search(text) or _NOT_THIS.search(text):
        return {}
    if sales := _SALES.search(text):
        line.take(*sales.span(1))
        return {"revenue_won": [sales.span(1)]}
    sells = _SELLS.search(text)
    money = _MONEY_SAID.search(text)
    if sells and money and not re.search(r"\d", text[sells.end() : money.start()]):
        line.take(*sells.span())
        return {"revenue_won": [sells.span()]}
    return {}


_SAY_NOTHING = """
    won due deadline a an the our we us my your their its it this that these those i will shall should must want
    wants need needs aim aims going to goal goals target targets objective kpi is are be of at on in
    for with from by and as so get getting bring bringing make making do doing reach reaching
    achieve achieving hit hitting improve improving improvement increase increasing raise raising
    lift lifting boost boosting grow growing expand win winning close closing sell selling sign
    signing land landing acquire acquiring gain gaining add adding cut cutting reduce reducing lower
    lowering shorten shortening decrease decreasing drop down up take taking move moving push
    pushing drive driving deliver delivering create creating generate generating build building book
    booking hold holding open opening have having keep least most total overall company companywide
    company-wide team all please over than no which level number amount under above below can could
    may achieved currently now today was were versus vs against compared baseline through until till
    before during within only into about onboard secure source run running turn go new
"""
FILLERS = frozenset(_SAY_NOTHING.split())
