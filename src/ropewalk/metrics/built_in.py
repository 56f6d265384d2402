"""The metrics that come with the product, read once from `catalogue/*.yaml`.

Start with `definition_of`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml import YAML

from ropewalk.metrics.definition import Definition
from ropewalk.metrics.fields import did_you_mean
from ropewalk.metrics.reading_definitions import read

FOLDER = Path(__file__).parent / "catalogue"


class UnknownMetric(LookupError):
    """No metric has this name; the words name the nearest ones."""


@cache
def definitions() -> MappingProxyType[str, Definition]:
    """Every built-in metric by name, in order of name. Raises ValueError where a file of the catalogue is wrong."""
    found: dict[str, Definition] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        definition, issues = read(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
        if definition is None or definition.name != path.stem:
            raise ValueError(
                f"{path.name}: {' '.join(issue.sentence for issue in issues) or 'named otherwise'}"
            )
        found[definition.name] = definition
    return MappingProxyType(found)


def definition_of(metric: str | Definition) -> Definition:
    """The metric of that name, or the definition itself. Raises UnknownMetric."""
    if isinstance(metric, Definition):
        return metric
    if metric not in definitions():
        raise UnknownMetric(f"There is no metric called {metric!r}. {did_you_mean(metric, definitions())}")
    return definitions()[metric]
