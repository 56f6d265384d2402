"""Goals, standards and amounts in words, for templates. Nothing is computed here but how a number is written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_compact_currency, format_currency, format_decimal
from django import template

from ropewalk.metrics.built_in import definitions
from ropewalk.plans.shape import MANUAL, Goal, Standard
from ropewalk.rules.exact import as_decimal, exact

register = template.Library()


def plain(value: object, places: int = 2) -> str:
    """A number with thousands separators and at most so many places."""
    number = as_decimal(exact(value)) if isinstance(value, int | float | Decimal | Fraction) else Decimal(0)
    return format_decimal(
        number.quantize(Decimal(1).scaleb(-places)).normalize(), locale="en", decimal_quantization=False
    )


@register.filter
def named(written: str, names: dict[str, str]) -> str:
    """Somebody's name where an e-mail address was written and the name is known."""
    return names.get(written, written)


@register.filter
def money(value: object, currency: str) -> str:
    """Money in short: $1.4M."""
    return format_compact_currency(Decimal(str(value)), currency, locale="en", fraction_digits=2).replace(
        ".00", ""
    )


@register.filter
def in_unit(value: object, metric: str) -> str:
    """A value of a metric: rates in percent, days with their word."""
    if value is None:
        return "–"
    definition = definitions().get(metric)
    unit = str(definition.unit) if definition else "count"
    if unit == "rate":
        return f"{plain(exact(value) * 100, 1)}\u00a0%"  # type: ignore[arg-type]
    if unit == "days":
        return f"{plain(value, 1)}\u00a0days"
    return plain(value, 2)


@register.simple_tag
def target_words(value: object, metric: str, currency: str) -> str:
    """A value of a metric; an amount of money in full, with its currency."""
    definition = definitions().get(metric)
    if value is None or definition is None or str(definition.unit) != "money":
        return in_unit(value, metric)
    rounded = as_decimal(exact(value)).quantize(Decimal(1))  # type: ignore[arg-type]
    return format_currency(rounded, currency, locale="en", currency_digits=False, format="¤#,##0")


@register.simple_tag
def goal_words(goal: Goal, currency: str) -> str:
    """A goal in one line: metric, scope, from what to what, by when."""
    definition = definitions().get(goal.metric)
    name = goal.label if goal.metric == MANUAL else (definition.label if definition else goal.metric)
    scope = ", ".join(f"{field.rpartition('.')[2]} {value}" for field, value in goal.where)
    target = said(goal, goal.target, currency) or "no target yet"
    if definition is not None and not definition.is_level:
        words = f"{name}: {target}"
        if goal.baseline is not None:
            words += f", after {said(goal, goal.baseline, currency)} the year before"
    else:
        words = f"{name}: from {said(goal, goal.baseline, currency) or 'no baseline yet'} to {target}"
    if scope:
        words += f" ({scope})"
    return f"{words}, by {goal.due.day} {goal.due:%B %Y}" if goal.due else f"{words}, no day yet"


def said(goal: Goal, value: object, currency: str) -> str:
    """An amount of a goal with its unit; nothing for none."""
    return "" if value is None else str(target_words(value, goal.metric, currency))


@register.filter
def standard_words(standard: Standard) -> str:
    """An activity with its amount: 10 × call a week (vertical medical)."""
    scope = ", ".join(value for _, value in standard.where)
    how = "counted from the CRM" if standard.counted == "crm" else "tapped"
    return f"{plain(standard.amount)} × {standard.activity} a {standard.per}{f' ({scope})' if scope else ''}, {how}"


@register.filter
def amount(value: object) -> str:
    """A plain amount without trailing zeros, as a form field takes it back."""
    return plain(value).replace(",", "")


@register.simple_tag
def frozen(value: str, metric: str, currency: str) -> str:
    """A frozen figure, kept as plain digits, in its unit."""
    return target_words(Decimal(value), metric, currency) if value else "no value"
