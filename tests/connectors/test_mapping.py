"""Mappings as files: everything wrong is told at once, with its line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from ropewalk.connectors.files.mapping import read_mapping, rules_for, schema
from ropewalk.connectors.files.marked import MappingRefused, with_corrections

ROOT = Path(__file__).parents[2]
MAVEN = ROOT / "examples" / "maven" / "mapping.yaml"
GOOD = """source: crm
files:
  - name: deals*.csv
    object: opportunities
    columns:
      id: Deal
      status: {column: Stage, values: {Won: won, Open: open}}
      currency: {value: USD}
    custom: {place: Place}
"""


def troubles(text: str) -> list[tuple[int, str]]:
    with pytest.raises(MappingRefused) as refused:
        read_mapping(text)
    return [(one.line, one.sentence) for one in refused.value.troubles]


def test_a_mapping_says_where_each_field_comes_from_ids_first() -> None:
    (entry,) = read_mapping(GOOD.replace("id: Deal\n", "stage: Stage\n      id: Deal\n")).files
    rules = rules_for(entry, {"stage": {"X": "Y"}})
    assert [(one.field, one.column, one.constant) for one in rules.fields] == [
        ("id", "Deal", None), ("currency", None, "USD"), ("status", "Stage", None), ("stage", "Stage", None),
        ("custom.place", "Place", None),
    ]  # fmt: skip
    assert rules.fields[2].values == {"Won": "won", "Open": "open"}
    assert rules.fields[3].corrections == {"X": "Y"}


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("id: Deal", "id: Deal\n      prodct: P", 7, "product"),
        ("    custom:", "    colums: {a: b}\n    custom:", 9, "columns"),
        ("object: opportunities", "object: deals", 4, "opportunities"),
        ("      id: Deal\n", "", 5, '"id"'),
        ("source: crm", "source: My CRM", 1, "short name"),
        ("{value: USD}", "{value: USD, column: C}", 8, "not both"),
        ("Won: won", "Won: wonn", 7, "wonn"),
        ("    custom:", "    encoding: klingon\n    custom:", 9, "klingon"),
        ("    custom:", "    known: {place: [A]}\n    custom:", 9, "custom.place"),
        ("    custom:", "    dates: us\n    custom:", 9, "day first"),
        ("id: Deal", "id: Deal\n      id: Other", 7, "twice"),
        ("id: Deal", "id: &a Deal", 6, "Aliases"),
        ("id: Deal", "id: [", 8, "YAML"),
        ("source: crm", "source: !!python/name:os.system x", 1, "tags"),
        ("    custom:", "    header_row: 0\n    custom:", 9, "header_row"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(old: str, new: str, line: int, word: str) -> None:
    found = troubles(GOOD.replace(old, new, 1))
    assert any(one == line and word in sentence for one, sentence in found), found


def test_where_a_deal_opens_is_said_by_an_entry_of_deals_alone() -> None:
    link = "https://crm.example/deals/{id}"
    assert read_mapping(GOOD).deal_link == ""
    assert read_mapping(GOOD + f'    link: "{link}"\n').deal_link == link
    accounts = """source: crm
files:
  - name: accounts.csv
    object: accounts
    columns: {id: Id}
"""
    assert read_mapping(accounts).deal_link is None
    assert troubles(GOOD + '    link: "javascript:{id}"\n')[0][0] == 10
    assert troubles(accounts + f'    link: "{link}"\n') == [
        (6, "link says where a deal opens; accounts have none.")
    ]


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD.replace("id: Deal", "idd: Deal").replace("source: crm", "source: CRM!")
    assert len(troubles(text)) == 1  # the shape first
    assert len(troubles(GOOD.replace("id: Deal", "idd: Deal").replace("Won: won", "Won: x"))) == 3


@pytest.mark.parametrize("text", ["", "[]", "just words", "source: x", "a: b: c", "\0", "- " * 3000])
def test_what_is_no_mapping_is_refused_without_a_traceback(text: str) -> None:
    assert troubles(text)


def test_scalars_stay_as_they_are_written() -> None:
    text = GOOD.replace("custom: {place: Place}", 'known: {currency: [no, 1.10, 12:30, "x"]}')
    assert read_mapping(text).files[0].known["currency"] == ["no", "1.10", "12:30", "x"]


def test_corrections_are_written_into_the_entry_and_the_rest_stays_word_for_word() -> None:
    text = with_corrections(MAVEN.read_text(), {("opportunities", "product"): {"GTXPro": "GTX Pro"}})
    assert [entry.corrections for entry in read_mapping(text).files] == [
        {},
        {},
        {"product": {"GTXPro": "GTX Pro"}},
    ]
    assert text.startswith("# Reads Maven")
    assert "# every manager leads" in text
    assert read_mapping(
        with_corrections(text, {("opportunities", "product"): {"GTXPro": "Other"}})
    ) == read_mapping(text)


def test_the_schema_in_the_docs_is_in_step_and_takes_the_example() -> None:
    kept = json.loads((ROOT / "docs" / "mapping.schema.json").read_text())
    assert kept == schema(), "run: python -m ropewalk.connectors.files.mapping > docs/mapping.schema.json"
    jsonschema.validate(YAML(typ="safe").load(MAVEN.read_text()), kept)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"source": "x", "files": [{"name": "a", "object": "deals", "columns": {}}]}, kept)
