"""What a definition check found, and how figures are said in its sentence.

Start with ``Finding`` and ``Report``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ropewalk.rules.exact import Number, exact
from ropewalk.rules.plan_draft import MetricDraft
from ropewalk.rules.tally import rounded

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)  # not by strftime, which asks the machine's locale


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong in this plan, and the way out."""

    code: str  # R01 to R17; A01 and A02 for over-assignment
    blocking: bool  # else advice
    where: str  # "plan", an initiative's key, or that and a part of it: "medical/goal"
    sentence: str
    mend: str

    @property
    def initiative(self) -> str | None:
        """The key of the initiative it is about; None for the plan as a whole."""
        return None if self.where == "plan" else self.where.split("/")[0]


@dataclass(frozen=True)
class Report:
    """All findings at once, the blocking ones first, and the checks that could not be asked."""

    findings: tuple[Finding, ...]
    not_asked: tuple[str, ...] = ()  # codes, for want of the company's data

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What has to be mended before the plan can be published."""
        return tuple(finding for finding in self.findings if finding.blocking)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """What is worth thinking about."""
        return tuple(finding for finding in self.findings if not finding.blocking)

    @property
    def blocks(self) -> bool:
        """Whether anything blocks."""
        return bool(self.blocking)

    def of(self, code: str) -> tuple[Finding, ...]:
        """The findings of one check."""
        return tuple(finding for finding in self.findings if finding.code == code)


def said(value: Number, metric: MetricDraft | None = None) -> str:
    """A value in words: rates in percent, other numbers with thousands separators, days with their unit."""
    number = exact(value)
    if metric is not None and metric.unit == "rate":
        return f"{_plain(number * 100, 2)} %"
    return f"{_plain(number, 2)} days" if metric is not None and metric.unit == "days" else _plain(number, 2)


def said_day(day: date) -> str:
    """A day in words: 30 June 2027."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def listed(words: Iterable[str]) -> str:
    """Words in a row: a, b and c."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} and {tail}" if head else tail


def _plain(number: Number, places: int) -> str:
    text = f"{rounded(number, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
