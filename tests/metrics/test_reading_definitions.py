from __future__ import annotations

from typing import Any

import pytest

from ropewalk.metrics.built_in import FOLDER, UnknownMetric, definition_of, definitions
from ropewalk.metrics.definition import Kind, Tag
from ropewalk.metrics.reading_definitions import read

WORDS = {"counts": "a", "leaves_out": "b", "day": "c", "credit": "d"}
COUNT: dict[str, Any] = {
    "name": "demos",
    "label": "Demonstrations",
    "kind": "count",
    "fact": "activities",
    "date": "occurred_on",
    "unit": "count",
    "better": "higher",
    "tag": "activity",
    "words": WORDS,
}
RATIO = COUNT | {
    "kind": "ratio",
    "fact": "opportunities",
    "date": "closed_on",
    "unit": "rate",
    "numerator": {"filter": [{"field": "status", "operator": "is", "value": "won"}]},
    "denominator": {},
}


def places(data: dict[str, Any]) -> list[str]:
    definition, issues = read(data)
    assert (definition is None) is bool(issues)
    return [issue.place for issue in issues]


def test_the_catalogue_holds_the_metrics_by_their_names() -> None:
    assert sorted(definitions()) == sorted(
        [
            "close_rate",
            "close_rate_by_amount",
            "new_clients",
            "revenue_won",
            "average_deal",
            "sales_cycle",
            "pipeline_created",
            "opportunities_opened",
            "activities",
            "calls",
            "meetings_held",
            "accounts_touched",
            "win_backs",
        ]
    )
    assert len(list(FOLDER.glob("*.yaml"))) == 13


def test_every_built_in_metric_names_a_companion_that_exists_and_is_another() -> None:
    for definition in definitions().values():
        assert definition.companion in definitions()
        assert definition.companion != definition.name


def test_a_definition_goes_to_data_and_back_and_keeps_its_fingerprint() -> None:
    for definition in definitions().values():
        again, issues = read(definition.as_data())
        assert issues == []
        assert again == definition
        assert again.fingerprint == definition.fingerprint


def test_the_fingerprint_follows_what_is_counted_and_not_the_words() -> None:
    plain, _ = read(COUNT)
    reworded, _ = read(COUNT | {"label": "Demos"})
    filtered, _ = read(COUNT | {"filter": [{"field": "type", "operator": "is", "value": "demonstration"}]})
    assert plain is not None
    assert reworded is not None
    assert filtered is not None
    assert plain.fingerprint == reworded.fingerprint != filtered.fingerprint
    assert (plain.kind, plain.tag) == (Kind.COUNT, Tag.ACTIVITY)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (COUNT, []),
        (RATIO, []),
        (COUNT | {"kind": "median"}, ["kind"]),
        (COUNT | {"sql": "DROP TABLE facts"}, ["sql"]),
        (COUNT | {"name": "No Name"}, ["name"]),
        ({name: value for name, value in COUNT.items() if name not in ("words", "unit")}, ["unit", "words"]),
        (COUNT | {"date": "closed_on"}, ["date"]),
        (COUNT | {"of": "amount"}, ["of"]),
        (COUNT | {"kind": "sum"}, ["of"]),
        (COUNT | {"kind": "sum", "of": "outcome"}, ["of"]),
        (COUNT | {"kind": "distinct", "of": "type"}, ["of"]),
        (COUNT | {"kind": "first_time", "of": "account_id"}, []),
        (COUNT | {"numerator": {}}, ["numerator"]),
        (RATIO | {"denominator": None}, ["denominator"]),
        (RATIO | {"numerator": {"of": "amount"}}, ["numerator.of"]),
        (RATIO | {"denominator": {"of": "stage"}}, ["denominator.of", "numerator.of"]),
        (COUNT | {"companion": "demos"}, ["companion"]),
        (COUNT | {"filter": [{"field": "typ", "operator": "is", "value": "x"}]}, ["filter.0.field"]),
        (COUNT | {"filter": [{"field": "custom.x", "operator": "one_of", "value": ["x"]}]}, []),
        (COUNT | {"filter": [{"field": "type", "operator": "one_of", "value": "x"}]}, ["filter.0.value"]),
        (COUNT | {"filter": [{"field": "type", "operator": "one_of", "value": []}]}, ["filter.0.value"]),
        (COUNT | {"filter": [{"field": "type", "operator": "is"}]}, ["filter.0.value"]),
        (COUNT | {"filter": [{"field": "type", "operator": "known", "value": "x"}]}, ["filter.0.value"]),
        (COUNT | {"filter": [{"field": "type", "operator": "above", "value": "x"}]}, ["filter.0.operator"]),
        (COUNT | {"filter": [{"field": "occurred_on", "operator": "above", "value": "May"}]}, ["filter.0.value"]),
        (RATIO | {"filter": [{"field": "amount", "operator": "above", "value": "much"}]}, ["filter.0.value"]),
        (RATIO | {"filter": [{"field": "amount", "operator": "one_of", "value": ["1"]}]}, ["filter.0.operator"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(data: dict[str, Any], expected: list[str]) -> None:
    assert sorted(places(data)) == sorted(expected)


def test_everything_wrong_is_said_at_once_and_in_words() -> None:
    bad = COUNT | {
        "date": "opened_on",
        "of": "amount",
        "filter": [{"field": "outcme", "operator": "is", "value": "x"}, {"field": "type", "operator": "is"}],
    }
    _, issues = read(bad)
    assert len(issues) == 4
    assert any("Did you mean outcome" in issue.sentence for issue in issues)
    assert all(issue.sentence.endswith((".", "?")) for issue in issues)


def test_a_definition_passes_through_the_question_a_name_is_looked_up() -> None:
    definition = definition_of("close_rate")
    assert definition_of(definition) is definition
    with pytest.raises(UnknownMetric, match="meetings_held"):
        definition_of("meetings")
