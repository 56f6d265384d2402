"""The amounts of a typed goal line: from what, to what, and in which unit.

Knows numbers as people write them and the words that make one a baseline or a target. A rise ("by 10 %"), a range,
a pace ("20 a week") or a number of something else is no target. Start with ``amounts``.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from ropewalk.rules.goal_line import Line
from ropewalk.rules.goal_words import COUNTS, DAYS, MONEY, RATES

Value = int | float | Decimal

_CURRENCY = r"(?:US\$|[$€£]|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\b)"
_NUMBER = r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d+(?:[.,]\d+)?|\.\d+"
_AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY}\s?)?(?<![\w.,/#])(?<!\d[ '])(?P<number>{_NUMBER})(?![\d])"
    r"(?P<size>\s?(?:k|thousand|mm|mn|mio|m|million|bn|billion)\b)?"
    r"(?P<percent>\s?(?:%|percent\b|per cent\b|pct\b))?"
    rf"(?P<after>\s?(?:€|£|(?:USD|EUR|GBP|CHF|CAD|AUD|dollars?|euros?|pounds?)\b))?"
    r"(?P<unit>[\s-]?(?:(?:working\s|business\s|calendar\s)?days?|weeks?|months?|quarters?|years?|hours?|minutes?)\b)?"
    r"(?![\w%/]|[.,]\d)",
    re.IGNORECASE,
)
_LEVELS = RATES | DAYS | {"average_deal"}
_SIZES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_UNITS.split())} | {
    word: 10 * n for n, word in enumerate(_TENS.split(), start=2)
}
_WORD = re.compile(
    rf"(?<![\w-])(?:(?P<tens>{_TENS.replace(' ', '|')})[\s-])?"
    rf"(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?P<hundred>\s+hundred)?(?![\w-])"
    r"(?P<percent>\s?(?:%|percent\b|per cent\b|pct\b))?(?P<unit>\s(?:days?|weeks?|months?|years?)\b)?",
    re.IGNORECASE,
)

_ONE = r"[$€£]?\d[\d., ']*\d|[$€£]?\d"
_RELATIVE = re.compile(
    rf"\bby\s+(?:(?:an?|another|at least|about|around|roughly|some|up to|over|more than|approximately)\s+)*(?:{_ONE}|half\b|a third\b)"
    r"(?:\s?(?:%|percent\b|per cent\b|k\b|m\b|million\b|thousand\b|bn\b))?(?:\s?(?:percentage\s+)?(?:points?|pp|pts?|days?|weeks?|x|times)\b)?"
    rf"|(?:\bup to\s+)?(?<![\w.])(?:{_ONE})(?:\s?(?:%|percent|per cent|k|m|million|days?|weeks?))?\s+"
    r"(?:more|fewer|less|higher|lower|faster|shorter|longer|better|extra|additional|growth|increase|improvement|uplift"
    r"|decrease|reduction|rise|raise|gain)\b"
    rf"|\b(?:increase|growth|improvement|uplift|rise|decrease|reduction|drop)\s+(?:of|in)\s+(?:{_ONE})(?:\s?(?:%|percent|k\b|m\b))?"
    rf"|(?<![\w.])[+-]\s?(?:{_ONE})(?:\s?(?:%|percent|k\b|m\b))?(?:\s?(?:percentage\s+)?(?:points?|pp|pts?)\b)?"
    rf"|(?<![\w.])(?:{_ONE})\s?(?:percentage\s+points?|points?|pp|pts?|x|times|-?fold)(?![\w])"
    rf"|\b(?:another|additional|extra|further)\s+(?:{_ONE})(?:\s?(?:%|percent|k\b|m\b))?"
    r"|\b(?:doubl\w+|tripl\w+|quadrupl\w+|halv\w+|twice|two-fold|twofold)\b",
    re.IGNORECASE,
)
_PACE = re.compile(
    r"(?<!in )(?<!within )\b(?:per|a|an|each|every)\s+(?:working\s+|business\s+)?(?:day|week|month|quarter|rep|reps|person|head|seller|"
    r"salesperson|salesman|ae|aes|sdr|team|manager|account|client|customer|deal)\b"
    r"|\b(?:daily|weekly|monthly|quarterly)\b|\beach\b|\bapiece\b|(?<=\w)/(?:day|week|wk|month|mo|quarter|rep)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:{_ONE})\s?%?\s?(?:-|/|\bor\b)\s?(?:{_ONE})\s?%?|\bbetween\s+(?:{_ONE})\s?%?\s+and\s+(?:{_ONE})\s?%?",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    rf"\b(?:top|first|best|last|next|round|phase|version|tier|level|step)\s+(?:{_ONE})\b"
    rf"|(?<![\w.])(?:{_ONE})\s?\+|(?:{_ONE})\s+of\s+(?:{_ONE})",
    re.IGNORECASE,
)

_ARROW = r"(?:→|⇒|->|=>|>>)"
_MORE = r"(?:\s+(?:at\s+least|over|above|more\s+than|under|below|less\s+than|at\s+most|around|about))?"
_IS_BASELINE = re.compile(
    r"(?:\bfrom|\bcurrently|\bnow|\btoday|\bwas|\bwere|\bvs\.?|\bversus|\bagainst|\bcompared\s+(?:to|with)|\binstead\s+of"
    r"|\bbaseline(?:\s+of|\s+is|:)?|\bstarting\s+at|\bstands?|\bup\s+from|\bdown\s+from)(?:\s+(?:at|of|is|an?|about|around|the|our))*$",
    re.IGNORECASE,
)
_IS_BASELINE_AFTER = re.compile(
    rf"(?:{_ARROW}|\(?(?:today|now|currently|at present|so far|baseline)\)?(?:\s*[,;)]|\s*(?:up\s+|down\s+)?(?:to\b|{_ARROW})))",
    re.IGNORECASE,
)
_IS_BASELINE_LAST = re.compile(r"\(?(?:today|now|currently|at present|so far)\b", re.IGNORECASE)
_IS_TARGET = re.compile(
    rf"(?:\bto|{_ARROW}|\breach(?:es|ing)?|\bhits?|\bhitting|\btarget(?:\s+of|\s+is|:)?|\bgoal(?:\s+of|\s+is|:)?){_MORE}"
    r"(?:\s+(?:an?|the|our))*$",
    re.IGNORECASE,
)
_IS_STATED = re.compile(
    r"(?:\bof|\bat|:|=|\bis|\bat\s+least|[<>≤≥]=?|\babove|\bover|\bunder|\bbelow|\bmore\s+than|\bless\s+than|\bat\s+most"
    r"|\bachieve|\bdeliver|\bmake)(?:\s+(?:an?|the))*$",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\b(?:increas|rais|improv|grow|boost|lift|expand|reduc|cut|decreas|shorten|lower|drop|push)\w*\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    number: Decimal
    has_currency: bool = False
    has_size: bool = False
    is_percent: bool = False
    unit: str = ""  # day, week, or another one that no metric is measured in
    is_ambiguous: bool = False  # "1.400" may be fourteen hundred
    is_word: bool = False

    @property
    def is_plain(self) -> bool:
        return not (self.has_currency or self.has_size or self.is_percent or self.unit)


def amounts(line: Line, metric: str | None) -> tuple[Value | None, Value | None]:
    """Baseline and target, taken from the line: rates and percentages as 0..1, days for the sales cycle."""
    if metric not in RATES and _PACE.search(line.free):
        return None, None
    for pattern in (_RELATIVE, _RANGE, _ASIDE):
        for match in pattern.finditer(line.free):
            if not _is_a_pair(match[0]):
                line.refuse(*match.span())
    found = [amount for amount in _found(line) if not amount.is_ambiguous]
    baselines, targets, bare = _sorted_out(line, found, is_level=metric in _LEVELS)
    baseline, target = _one(baselines), _one(targets)
    if target is None and not targets and metric is not None:
        fitting = [amount for amount in bare if _value(amount, metric) is not None]
        target = _one(fitting)
    if baseline and target:
        baseline, target = _alike(baseline, target)
    read: list[Value | None] = []
    for amount in (baseline, target):
        value = _value(amount, metric) if amount else None
        if amount and value is not None:
            line.take(amount.start, amount.end)
        read.append(value)
    return read[0], read[1]


def _is_a_pair(text: str) -> bool:
    """An arrow is no minus."""
    return "->" in text or "=>" in text


def _one(found: list[_Amount]) -> _Amount | None:
    return found[0] if len(found) == 1 else None


def _found(line: Line) -> list[_Amount]:
    free = line.free
    found = []
    for match in _AMOUNT.finditer(free):
        size = (match["size"] or "").strip().lower()
        number = _number(match["number"])
        if number is None:
            continue
        found.append(
            _Amount(
                match.start(),
                match.end(),
                number * _SIZES[size[0]] if size else number,
                has_currency=bool(match["before"] or match["after"]),
                has_size=bool(size),
                is_percent=bool(match["percent"]),
                unit=_unit(match["unit"]),
                is_ambiguous=bool(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["number"]))
                and not (match["percent"] or match["unit"] or size),
            )
        )
    for match in _WORD.finditer(free):
        value = _WORDS[match["word"].lower()] + (_WORDS[match["tens"].lower()] if match["tens"] else 0)
        number = Decimal(value * (100 if match["hundred"] else 1))
        found.append(
            _Amount(
                match.start(),
                match.end(),
                number,
                is_percent=bool(match["percent"]),
                unit=_unit(match["unit"]),
                is_word=True,
            )
        )
    return sorted(found, key=lambda amount: amount.start)


def _number(text: str) -> Decimal | None:
    if re.fullmatch(r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?", text):
        return Decimal(re.sub(r"[, ']", "", text))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if "," in text and not re.fullmatch(r"\d+,\d{1,2}", text):
        return None
    return Decimal(text.replace(",", "."))


def _unit(text: str | None) -> str:
    word = (text or "").strip(" -").lower().rstrip("s").split()
    return word[-1] if word else ""


def _sorted_out(
    line: Line, found: list[_Amount], *, is_level: bool
) -> tuple[list[_Amount], list[_Amount], list[_Amount]]:
    """Which amounts are said to be the baseline, which the target, and which merely stand there."""
    baselines: list[_Amount] = []
    targets: list[_Amount] = []
    bare: list[_Amount] = []
    changes = bool(_CHANGES.search(line.text))
    is_way = changes or is_level  # "10 to 20 clients" is a range, "40% to 50%" of a rate is a way to go
    for at, amount in enumerate(found):
        before = line.between(found[at - 1].end if at else 0, amount.start)
        after = line.between(amount.end, found[at + 1].start if at + 1 < len(found) else len(line.text))
        leads_to_next = at + 1 < len(found) and bool(
            re.fullmatch(r"(?:up |down )?to(?: at least| over)?", after)
        )
        if (
            _IS_BASELINE.search(before)
            or _IS_BASELINE_AFTER.match(after)
            or (at + 1 == len(found) and _IS_BASELINE_LAST.match(after))
        ):
            baselines.append(amount)
        elif _IS_TARGET.search(before):
            targets.append(amount)
        elif leads_to_next and is_way:
            baselines.append(amount)
        elif leads_to_next:
            targets.append(amount)
        elif _IS_STATED.search(before) or not changes:
            bare.append(amount)
    return baselines, targets, bare


def _alike(baseline: _Amount, target: _Amount) -> tuple[_Amount | None, _Amount]:
    """One percent sign or unit does for both; a size ("1 to 1.4M") doesn't."""
    if target.is_percent and baseline.is_plain:
        baseline = replace(baseline, is_percent=True)
    elif baseline.is_percent and target.is_plain:
        target = replace(target, is_percent=True)
    elif target.unit and baseline.is_plain:
        baseline = replace(baseline, unit=target.unit)
    elif baseline.unit and target.is_plain:
        target = replace(target, unit=baseline.unit)
    if target.has_size and not baseline.has_size and 0 < baseline.number < 1000:
        return None, target
    return baseline, target


def _value(amount: _Amount, metric: str | None) -> Value | None:
    """The amount in the metric's unit; None where it is none of its kind."""
    number = amount.number
    if metric in RATES:
        return _rate(amount)
    if metric in MONEY:
        return None if amount.is_percent or amount.unit else _plain(number)
    if metric in DAYS:
        if (
            amount.has_currency
            or amount.has_size
            or amount.is_percent
            or amount.unit not in {"", "day", "week"}
        ):
            return None
        return _plain(number * 7 if amount.unit == "week" else number)
    if metric in COUNTS:
        is_count = not (amount.has_currency or amount.is_percent or amount.unit) and number == int(number)
        return int(number) if is_count else None
    return float(number / 100) if amount.is_percent else _plain(number)


def _rate(amount: _Amount) -> float | None:
    if amount.has_currency or amount.has_size or amount.unit or (amount.is_word and not amount.is_percent):
        return None
    if amount.is_percent or 1 < amount.number <= 100:
        return float(amount.number / 100) if amount.number <= 100 else None
    return float(amount.number) if amount.number < 1 else None  # 1 may be one percent or all


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number.normalize()
