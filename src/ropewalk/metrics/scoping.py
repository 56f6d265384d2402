"""The scope of a figure: `field=value` pairs read against the fields that a metric's facts have.

Several fields narrow, one field twice means either. Values are compared exactly. A company's own fields are found by
their bare name; what nobody knows is refused with the nearest names. Start with `read`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlglot import exp, select

from ropewalk.facts import store
from ropewalk.metrics.definition import Definition
from ropewalk.metrics.fields import (
    ACCOUNT_CUSTOM,
    ACCOUNT_FIELDS,
    CUSTOM,
    FACT_FIELDS,
    OF_ACCOUNT,
    Sort,
    did_you_mean,
)

Where = Iterable[tuple[str, str]] | Mapping[str, str]
Scope = tuple[tuple[str, tuple[str, ...]], ...]  # field -> the values it may have, in order of field


class UnknownField(LookupError):
    """The metric's facts have no such field; the words name the nearest ones."""


def read(company_id: int, definition: Definition, where: Where) -> Scope:
    """The scope in its one canonical form, so that equal scopes are equal. Raises UnknownField."""
    pairs = where.items() if isinstance(where, Mapping) else where
    found: dict[str, set[str]] = {}
    own: dict[str, set[str]] | None = None
    for field, value in pairs:
        name = _plain(definition, field)
        if name is None:
            own = own if own is not None else own_fields(company_id, definition)
            name = _own(definition, field, own)
        found.setdefault(name, set()).add(value)
    return tuple((field, tuple(sorted(found[field]))) for field in sorted(found))


def own_fields(company_id: int, definition: Definition) -> dict[str, set[str]]:
    """The names of the company's own fields by table: those of the metric's fact, and of accounts."""
    facts = store.for_company(company_id)
    return {
        table: {str(name) for (name,) in facts.read(_keys_of(table))}
        for table in (definition.fact, "accounts")
    }


def key_of(scope: Scope) -> str:
    """The scope as one word, for keeping tallies under."""
    return json.dumps(scope, ensure_ascii=False)


def _plain(definition: Definition, field: str) -> str | None:
    if field.startswith((CUSTOM, ACCOUNT_CUSTOM)):
        return field
    bare = field.removeprefix(OF_ACCOUNT)
    if bare in ACCOUNT_FIELDS:
        return bare
    return field if FACT_FIELDS[definition.fact].get(field) is Sort.TEXT else None


def _own(definition: Definition, field: str, own: Mapping[str, set[str]]) -> str:
    if field in own[definition.fact]:
        return CUSTOM + field
    if field.removeprefix(OF_ACCOUNT) in own["accounts"]:
        return ACCOUNT_CUSTOM + field.removeprefix(OF_ACCOUNT)
    known = {name for name, sort in FACT_FIELDS[definition.fact].items() if sort is Sort.TEXT}
    known |= own[definition.fact] | own["accounts"]
    raise UnknownField(
        f"{definition.label} can't be narrowed by {field!r}: {definition.fact} have no such field. "
        f"{did_you_mean(field, known)}"
    )


def _keys_of(table: str) -> exp.Select:
    custom = exp.column("custom", quoted=True)
    keys = exp.func("UNNEST", exp.func("JSON_KEYS", custom))
    bound = exp.column("company_id").eq(exp.Placeholder(this="company"))
    return select(keys.as_("key")).distinct().from_(table).where(bound, custom.is_(exp.null()).not_())
