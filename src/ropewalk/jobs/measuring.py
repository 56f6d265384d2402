"""Figures for the command line: an order in words, an answer whose numbers are written out exactly.

Start with `perform`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast, get_args

from ropewalk.companies import access
from ropewalk.companies.access import Viewer
from ropewalk.companies.queries import CompanyFacts, company_of, time_zone_for_system
from ropewalk.jobs.kinds import NotDone, Say
from ropewalk.lib import clock
from ropewalk.metrics import asking
from ropewalk.metrics.built_in import UnknownMetric
from ropewalk.metrics.questions import By, Grain, Question, Reading, Row
from ropewalk.metrics.scoping import UnknownField
from ropewalk.progress.circle import circle_for
from ropewalk.rules import calendar, tally

DAYS_OF = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}  # at least so many days each
MOST_PERIODS = 4_000  # eleven years of days; a longer answer takes minutes and keeps the queue waiting


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """The figures as JSON. The order holds company, metric, by, grain, from, to, as_of (days as ISO text or None), where
    (list of field and value) and as (an address or None).

    The range is the company's present fiscal year where it isn't said. Raises NotDone, and StoreBusy.
    """
    viewer = viewer_of(order["company"], order.get("as"))
    question = question_of(order, company_of(viewer), viewer.on)
    try:
        beside = frozenset() if viewer.is_operator else circle_for(viewer, viewer.on).stood_in_for
        reading = asking.ask(viewer, question, beside=beside)
        unknown = [] if any(row.numerator for row in reading.rows) else asking.hints(viewer, question)
    except (UnknownMetric, UnknownField) as trouble:
        raise NotDone(str(trouble.args[0])) from None
    except access.NotAllowed as trouble:
        raise NotDone(str(trouble)) from None
    return as_json(reading, company_of(viewer)) | {"hints": [in_words(one) for one in unknown]}


def viewer_of(handle: str, address: str | None) -> Viewer:
    """The operator at the shell, or the person of the address. Raises NotDone."""
    zone = time_zone_for_system(handle)
    if zone is None:
        raise NotDone(f"There is no company {handle!r}. Make it with: ropewalk company create NAME")
    on = clock.today(zone)
    try:
        return (
            access.viewer_by_email(handle, address, on=on) if address else access.operator_for(handle, on=on)
        )
    except access.NotVisible:
        raise NotDone(f"There is nobody of the address {address} in {handle}.") from None


def question_of(order: dict[str, Any], company: CompanyFacts, today: date) -> Question:
    """The question that the order asks. Raises NotDone where its words aren't such as can be asked."""
    year = calendar.period_of(today, calendar.Grain.YEAR, start_month=company.fiscal_start_month)
    start = day_of(order.get("from"), "--from") or year.start
    end = day_of(order.get("to"), "--to") or year.end
    if end < start:
        raise NotDone(
            f"The range ends on {end}, before it begins on {start}. Swap --from and --to"
            + ("." if order.get("to") and order.get("from") else ", or say both.")
        )
    by, grain = order.get("by") or "company", order.get("grain")
    for name, word, known in (("--by", by, get_args(By)), ("--grain", grain, get_args(Grain))):
        if word is not None and word not in known:
            raise NotDone(f"{name} is {word!r}; it is one of {', '.join(known)}.")
    periods = ((end - start).days + 1) // DAYS_OF[grain] if grain else 1
    if periods > MOST_PERIODS:
        raise NotDone(
            f"From {start} to {end} are about {periods:,} periods, more than anybody reads ({MOST_PERIODS:,} at most). "
            "Say a shorter range, or a coarser --grain."
        )
    return Question(
        metric=order["metric"],
        by=cast("By", by),
        start=start,
        end=end,
        grain=grain,
        as_of=day_of(order.get("as_of"), "--as-of"),
        where=tuple((field, value) for field, value in order.get("where") or ()),
    )


def day_of(text: str | None, name: str) -> date | None:
    """The day that an option says; None where it says nothing. Raises NotDone."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NotDone(f"{name} is {text!r}, which is no date. Write it as 2027-01-31.") from None


def as_json(reading: Reading, company: CompanyFacts) -> dict[str, Any]:
    """The reading with every number written out, "" for none, so that nothing is rounded on the way."""
    return {
        "metric": reading.definition.name,
        "label": reading.definition.label,
        "unit": reading.definition.unit.value,
        "currency": company.currency,
        "start": reading.question.start.isoformat(),
        "end": reading.question.end.isoformat(),
        "as_of": reading.question.as_of and reading.question.as_of.isoformat(),
        "fresh_at": reading.fresh_at and reading.fresh_at.isoformat(),
        "rows": [row_as_json(row) for row in reading.rows],
    }


def row_as_json(row: Row) -> dict[str, Any]:
    """One row, its numbers as text."""
    return {
        "scope": row.scope,
        "name": row.name,
        "period_start": row.period_start.isoformat(),
        "period_end": row.period_end.isoformat(),
        "numerator": tally.printed(row.numerator),
        "denominator": tally.printed(row.denominator),
        "value": tally.printed(row.value),
        "interval": row.interval,
        "deals": tally.printed(row.deals),
        "note": row.note,
    }


def in_words(hint: asking.Hint) -> str:
    """A hint as a sentence."""
    meant = f" Did you mean {' or '.join(repr(one) for one in hint.nearest)}?" if hint.nearest else ""
    return f"No fact has {hint.field} {hint.value!r}.{meant}"
