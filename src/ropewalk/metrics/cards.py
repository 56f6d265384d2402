"""The definition card: what counts, what doesn't, which day, whose credit, where from and how fresh.

Start with `card`; `card_for_system` adds where a company's facts come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ropewalk.facts import store
from ropewalk.metrics.built_in import definition_of
from ropewalk.metrics.definition import Better, Definition, Tag, Unit


@dataclass(frozen=True)
class Card:
    """A metric in words, for whoever sees a figure of it."""

    name: str
    label: str
    counts: str
    leaves_out: str
    day: str
    credit: str
    unit: Unit
    better: Better
    tag: Tag
    companion: str | None  # the label of the metric that would show gaming
    sources: tuple[str, ...] = ()  # where the facts come from, by name
    fresh_at: datetime | None = None  # the latest load, in UTC


def card(
    metric: str | Definition, *, sources: tuple[str, ...] = (), fresh_at: datetime | None = None
) -> Card:
    """The card of a metric. Raises UnknownMetric."""
    definition = definition_of(metric)
    words = definition.words
    companion = definition_of(definition.companion).label if definition.companion else None
    return Card(
        name=definition.name,
        label=definition.label,
        counts=words.counts,
        leaves_out=words.leaves_out,
        day=words.day,
        credit=words.credit,
        unit=definition.unit,
        better=definition.better,
        tag=definition.tag,
        companion=companion,
        sources=sources,
        fresh_at=fresh_at,
    )


def card_for_system(company_id: int, metric: str | Definition) -> Card:
    """The card with the sources that the company's facts came from and the instant of the latest load."""
    definition = definition_of(metric)
    facts = store.for_company(company_id)
    fresh_at = facts.fresh_at()
    return card(
        definition,
        sources=facts.sources(definition.fact),
        fresh_at=fresh_at and fresh_at.replace(tzinfo=UTC),
    )
