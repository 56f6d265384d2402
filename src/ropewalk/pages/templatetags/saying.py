"""What templates say with: values, days, statuses and drawings. Nothing here computes; see `ropewalk.pages.saying`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ropewalk.companies.access import Viewer
from ropewalk.drawing import status_shapes
from ropewalk.drawing import thermometer as drawn
from ropewalk.metrics.evidence import EvidenceRow
from ropewalk.pages import examples, owing, saying
from ropewalk.pages.pictures import tube_of
from ropewalk.progress.activity import ActivityState
from ropewalk.progress.figure import Thermometer
from ropewalk.progress.ropes import RopeState
from ropewalk.rules.deal_links import opened_at
from ropewalk.rules.rope import Debtor
from ropewalk.rules.status import Status

register = template.Library()

register.filter("said_day", lambda day: saying.said_day(day) if day else "")
register.filter("weekday", saying.weekday)
register.filter("short_day", lambda day: saying.short_day(day) if day else "")
register.filter("gap", saying.gap)
register.filter("sentence", saying.sentence)
register.filter("parts_of_rate", saying.parts_of_rate)
register.filter("number", saying.number)
register.filter("is_stale_on", saying.is_stale)
register.filter("plainly", saying.plainly)
register.filter("percent", saying.percent)


@register.filter
def day_beside(day: date | None, on: date) -> str:
    """The day, with its year only where it isn't that of `on`."""
    return saying.said_day(day, beside=on) if day else ""


@register.filter
def ago(day: date, on: date) -> str:
    """How long since the day."""
    return saying.ago(day, on)


@register.filter
def money(amount: Any, currency: str) -> str:
    """An amount in short."""
    return saying.money(amount, currency)


@register.filter
def exact_money(amount: Any, currency: str) -> str:
    """An amount to the cent; nothing for none."""
    return "" if amount is None else saying.exact_money(amount, currency)


@register.filter
def value_of(figure: Thermometer) -> str:
    """A figure's value in words."""
    return saying.of(figure, figure.value)


@register.filter
def target_of(figure: Thermometer) -> str:
    """A figure's target in words."""
    return saying.of(figure, figure.target) if figure.target is not None else "no target"


@register.filter
def from_where(figure: Thermometer) -> str:
    """Where a rate or mean began, or that it is to be held."""
    return saying.from_where(figure)


@register.filter
def in_unit_of(amount: Any, figure: Thermometer) -> str:
    """An amount in a figure's unit."""
    return saying.of(figure, amount)


@register.simple_tag
def moment(at: datetime, zone: str, on: date) -> str:
    """An instant in the company's zone."""
    return saying.moment(at, zone, on)


@register.simple_tag
def thermometer(figure: Thermometer, size: str = "desk") -> SafeString:
    """The figure drawn: "desk", "small" or "large"."""
    tube = tube_of(figure, has_scale=size == "large")
    if size == "small":
        return mark_safe(drawn.small_thermometer(tube))
    return mark_safe(drawn.thermometer(tube, height=320 if size == "large" else 186))


@register.simple_tag
def status(one: Status) -> SafeString:
    """A status: shape and word."""
    return format_html('<span class="status">{}{}</span>', status_shapes.status_svg(one), str(one))


@register.simple_tag(takes_context=True)
def way(context: Any, *parts: Any, **query: Any) -> str:
    """An address within the company, with the past day carried along: `{% way "ropes/" key "/" 7 "/" %}`."""
    frame = context["request"].ropewalk
    asked = {name: str(written) for name, written in query.items() if written not in (None, "")}
    if frame.day.is_past:
        asked["on"] = frame.day.on.isoformat()
    return frame.base + "".join(str(part) for part in parts) + ("?" + urlencode(asked) if asked else "")


@register.simple_tag
def in_crm(address: str, name: str) -> SafeString:
    """What a deal is called, as a link to where it opens in the CRM; the name alone where nobody said where."""
    if not address:
        return conditional_escape(name)
    return format_html('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', address, name)


@register.simple_tag
def deal_in_crm(row: EvidenceRow, links: Mapping[str, str]) -> SafeString:
    """A fact's deal, as `in_crm`; `links` are the addresses with {id}, by source."""
    return in_crm(opened_at(links.get(row.source, ""), row.id), row.name or row.id)


@register.filter
def as_far_as(rope: RopeState) -> str:
    """How far a rope holds."""
    return owing.as_far_as(rope)


@register.filter
def next_words(rope: RopeState) -> str:
    """What is missing of a rope, who owes it and since when."""
    return owing.next_words(rope)


@register.filter
def debtor(one: Debtor) -> str:
    """Who owes a step, as a role."""
    return owing.DEBTORS[one]


@register.filter
def letter(one: Debtor) -> str:
    """The letter on a loose end's tag."""
    return owing.LETTERS[one]


@register.filter
def duty_words(what: str) -> str:
    """A duty as something to do: "hold the one-on-one"."""
    return owing.DUTIES.get(what, what)


@register.simple_tag
def all_statuses() -> list[Status]:
    """Every status, for a legend."""
    return [Status.ON_PACE, Status.BEHIND, Status.OFF_PACE, Status.REACHED, Status.MISSED, Status.TOO_EARLY]


@register.simple_tag
def example_map() -> SafeString:
    """An invented rope map, for the page on which nothing hangs yet."""
    return mark_safe(examples.rope_map())


@register.simple_tag
def example_thermometer() -> SafeString:
    """An invented thermometer, for the page on which nothing is measured yet."""
    return mark_safe(examples.thermometer())


@register.filter
def due_now(activity: ActivityState) -> str:
    """How many of an activity are due in the period that runs, whole ones."""
    return saying.number(activity.whole_due_now, 0)


@register.filter
def value_of_target(figure: Thermometer) -> str:
    """Where somebody stands against the own target: "2 of 5"."""
    return saying.against_target(figure)


@register.filter
def with_article(noun: str) -> str:
    """A noun with its article: "a deal review"."""
    return f"{'an' if noun[:1].lower() in set('aeiou') else 'a'} {noun}"


@register.filter
def has_role(viewer: Viewer, role: str) -> bool:
    """Whether the viewer holds a role."""
    return viewer.has(role)


@register.filter
def within_a_week(day: date, on: date) -> bool:
    """Whether the name of the weekday says which day is meant."""
    return 0 <= (day - on).days < 7


@register.filter
def team_name(name: str) -> str:
    """A team in a sentence: "Neubert’s team", or the name as it is where it says so itself."""
    if "team" in name.casefold().split():
        return name
    return f"{name}{'’' if name.endswith('s') else '’s'} team"
