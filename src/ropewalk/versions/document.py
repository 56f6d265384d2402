"""A published plan as one value: the plan's shape, the shares, and the metrics' definitions as they were locked.

It is what `Version.document` holds as JSON. Start with `Document`, `to_json`, `from_text`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from ropewalk.cascade.share import Spread
from ropewalk.plans import shape


@dataclass(frozen=True)
class Document:
    """Everything a version fixes."""

    plan: shape.Plan
    spreads: dict[str, Spread] = field(default_factory=dict)  # initiative key -> shares; none if not cascaded
    sponsors: dict[str, int] = field(default_factory=dict)  # initiative key -> person id
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)  # metric -> its definition, locked
    changed: dict[str, list[int]] | None = None  # initiative key -> people for whom this version changed it
    reshared: dict[str, list[int]] = field(default_factory=dict)  # … whose share or standard it changed


@dataclass(frozen=True)
class VersionInForce:
    """One version with its dates."""

    id: int
    year: int
    number: int
    published_on: date
    in_force_from: date
    reason: str
    by_id: int | None
    document: Document


ADAPTER: TypeAdapter[Document] = TypeAdapter(Document)


def to_json(document: Document) -> dict[str, Any]:
    """The document as JSON values."""
    return ADAPTER.dump_python(document, mode="json")


@lru_cache(maxsize=32)
def from_text(text: str) -> Document:
    """The document out of JSON; the same text is read once, since every plan's page holds the same versions."""
    return ADAPTER.validate_python(json.loads(text), strict=False)
