"""`ropewalk import` and `ropewalk mapping` from outside: words, exit codes, the report file."""

from __future__ import annotations

import json

import pytest
import typer
from tests.importer import DEALS, DEALS_HEADER, Importer
from typer.testing import CliRunner

from ropewalk.cli import importing, mapping

ROW = "d1,,Tom,One,Rope,100,EUR,2026-01-05,2026-02-05,won"
BAD = ROW.replace("d1", "d2").replace("2026-02-05", "2026-02-31")
pytestmark = pytest.mark.django_db


@pytest.fixture
def say(importer: Importer):  # type: ignore[no-untyped-def]
    app = typer.Typer(pretty_exceptions_enable=False)
    importing.register(app)
    mapping.register(app)
    importer.file("map.yaml", DEALS.rstrip() + "\n    known: {product: [Rope Pro]}\n")

    def said(*words: str, rows: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
        if rows:
            importer.file("deals.csv", "\n".join([DEALS_HEADER, *rows]) + "\n")
        return CliRunner().invoke(app, [word.replace("@", f"{importer.home}/") for word in words])

    return said


def test_done_is_0_findings_are_1_and_the_report_file_holds_everything(say, importer: Importer) -> None:  # type: ignore[no-untyped-def]
    first = say("import", "@deals.csv", "--company", "acme", "--mapping", "@map.yaml", rows=(ROW,))
    assert (first.exit_code, first.stdout.splitlines()[1].split()) == (
        0, ["deals.csv", "opportunities", "1", "1", "0", "0", "0", "0", "1"],
    )  # fmt: skip
    assert "Importing: deals.csv" in first.stderr
    words = (
        "import",
        "@deals.csv",
        "--company",
        "acme",
        "--mapping",
        "@map.yaml",
        "--report",
        "@report.json",
    )
    second = say(*words, rows=(ROW, BAD, ""))
    assert second.exit_code == 1
    assert "line 3, closed" in second.stdout
    report = json.loads((importer.home / "report.json").read_text())
    assert report["files"] == [
        {
            "name": "deals.csv",
            "rows": 3,
            "new": 0,
            "changed": 0,
            "unchanged": 1,
            "refused": 1,
            "blank": 1,
            "suspicions": 1,
        }
    ]
    (refusal,) = report["refusals"]
    assert (refusal["line"], refusal["column"], refusal["value"], refusal["code"]) == (
        3,
        "closed",
        "2026-02-31",
        "date_impossible",
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--company", "nobody", "--mapping", "@map.yaml"), 'no company "nobody"'),
        (("--company", "acme", "--mapping", "@none.yaml"), "none.yaml. Look at its name and its folder."),
        (("--company", "acme"), "Say it with --mapping FILE.yaml"),
        (("--company", "acme", "--mapping", "@map.yaml", "--report", "@no/where.json"), "no folder"),
        (("--company", "acme", "--mapping", "@map.yaml", "--as", "x@y.z"), "nobody of the address"),
    ],
)
def test_what_cant_be_done_at_all_is_2_with_the_reason_on_standard_error(
    say, words: tuple[str, ...], why: str
) -> None:  # type: ignore[no-untyped-def]
    found = say("import", "@deals.csv", *words, rows=(ROW,))
    assert (found.exit_code, found.stdout) == (2, "")
    assert why in found.stderr


def test_a_missing_file_and_a_file_refused_whole_are_2(say) -> None:  # type: ignore[no-untyped-def]
    assert say("import", "@none.csv", "--company", "acme", "--mapping", "@map.yaml").exit_code == 2
    found = say("import", "@deals.csv", "--company", "acme", "--mapping", "@map.yaml", rows=("x",))
    assert found.exit_code == 1
    say_it = say("import", "@map.yaml", "--company", "acme", "--mapping", "@map.yaml")
    assert (say_it.exit_code, "file_unmapped" in say_it.stdout) == (2, True)


def test_a_file_that_isnt_there_is_named_also_without_a_mapping(say) -> None:  # type: ignore[no-untyped-def]
    found = say("import", "@nothere.csv", "--company", "acme")
    assert found.exit_code == 2
    assert "nothere.csv. Look at its name and its folder." in found.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[1, 2]", "bad.yaml, line 1: This is a list. A mapping begins with source:"),
        (b"", "This is nothing."),
        (b"PK\x03\x04\xff\xfe", "bad.yaml isn't text. A mapping is a YAML file"),
    ],
)
def test_what_is_no_mapping_is_said_in_words(say, importer: Importer, content: bytes, why: str) -> None:  # type: ignore[no-untyped-def]
    importer.file("bad.yaml", content)
    found = say("import", "@deals.csv", "--company", "acme", "--mapping", "@bad.yaml", rows=(ROW,))
    assert found.exit_code == 2
    assert why in found.stderr


def test_a_suspicion_is_accepted_by_its_number_and_shown_in_the_mapping(say, importer: Importer) -> None:  # type: ignore[no-untyped-def]
    words = ("import", "@deals.csv", "--company", "acme", "--mapping", "@map.yaml")
    first = say(*words, rows=(ROW.replace("Rope", "RopePro"),))
    (line,) = [line for line in first.stdout.splitlines() if "RopePro" in line]
    number = line.split(":")[0].strip()
    assert f"ropewalk mapping accept {number} --company acme" in first.stdout
    accepted = say("mapping", "accept", number, "--company", "acme")
    assert (accepted.exit_code, accepted.stdout) == (
        0,
        "1 rule added; 1 row now reads as suggested, and so will later imports.\n",
    )
    again = say("mapping", "accept", number, "--company", "acme").stdout
    assert again == "Nothing to add: that is a rule already, and every row reads so.\n"
    assert importer.kept("product") == [("Rope Pro",)]
    shown = say("mapping", "show", "--company", "acme")
    assert "RopePro: Rope Pro" in shown.stdout
    importer.file("shown.yaml", shown.stdout)
    again = say("import", "@deals.csv", "--company", "acme", "--mapping", "@shown.yaml")
    assert again.stdout.splitlines()[1].split()[2:6] == ["1", "0", "0", "1"]
    assert say("mapping", "accept", "999", "--company", "acme").exit_code == 2
    assert say("mapping", "show", "--company", "acme", "--source", "other").exit_code == 2
