"""A plan as a file: there and back the same, and everything that is wrong said at once with its line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML
from tests.plans.small import ANA, FIRST, KAY, LAST, ROLE, YEAR, Small, at, clients, day, email, plan_of, rate

from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import define
from ropewalk.plans.queries import draft_for_system
from ropewalk.versions.plan_file import FileFinding, PlanFileRefused, read, schema, written

ROOT = Path(__file__).parents[2]
RICH = plan_of(
    clients(
        goal={
            "where": (("account.vertical", "medical"), ("product", "Line: 2 # not a comment")),
            "over_assignment": (Decimal("1.05"), Decimal("1.1")),
            "over_assignment_reason": "Two of ten leave.",
            "unit": Decimal(2),
            "shares_by_hand": ((email(ANA), Decimal(6)),),
        },
        worth=Decimal("480000.5"),
        why="Because:\n - it is “ours”\n\nand nobody's else.",
        teams=("Sales",),
        roles=(ROLE, "Engineer"),
        retired_on=day(9, 1),
    ),
    rate(goal={"window": "days", "window_days": 120, "is_cascaded": False}, title="2027"),
    revenue_goal=Decimal(12_000_000),
    revenue_before=Decimal("10900000.25"),
    ideas=(shape.Idea("Fewer discounts", KAY, "two points"), shape.Idea("yes")),
    calendar=shape.RolloutCalendar(day(1, 6), day(1, 15), day(1, 29)),
)
SMALL_FILE = """\
year: 2027
initiatives:
  - title: 24 new clients
    sponsor: kay.lindqvist@acme.example
    goal:
      metric: new_clients
      baseline: 10
      target: 24
      due: 2027-12-31
    milestones:
      - {title: A third, by: 2027-04-30, level: 8}
    activities:
      Salesperson:
        - {activity: call, amount: 10, per: week}
"""


def findings(text: str | bytes) -> list[FileFinding]:
    with pytest.raises(PlanFileRefused) as refused:
        read(text)
    return refused.value.findings


def findings_if_any(text: str) -> list[FileFinding]:
    """What is wrong with a file, none where it is read; nothing else may come of it."""
    try:
        read(text)
    except PlanFileRefused as refused:
        return refused.findings or [FileFinding(None, "", "")]
    return []


def test_what_was_written_reads_back_the_same() -> None:
    assert read(written(RICH)) == RICH
    assert written(read(written(RICH))) == written(RICH)


def test_an_exported_draft_comes_in_again_as_it_was(small: Small) -> None:
    define(small.id, RICH, by=OPERATOR, at=at(day(1, 2)))
    held = draft_for_system(small.id, YEAR)
    assert held is not None
    assert read(written(held)) == held == RICH


def test_a_plan_without_roles_stays_without_roles() -> None:
    plan = plan_of(clients(roles=()))
    assert read(written(plan)).initiatives[0].roles == ()


words = some.text(
    some.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40
).filter(lambda text: text == text.strip())
numbers = some.decimals(0, 10**9, places=4).map(
    lambda number: number.quantize(Decimal(1)) if number == int(number) else number.normalize()
)
days = some.dates(FIRST, LAST)


@given(
    title=words,
    why=words,
    role=words,
    activity=words,
    target=numbers,
    amount=numbers,
    by=days,
    owner=words,
    scope=words,
)
def test_any_words_and_numbers_come_back_as_they_were(
    title: str,
    why: str,
    role: str,
    activity: str,
    target: Decimal,
    amount: Decimal,
    by: date,
    owner: str,
    scope: str,
) -> None:
    one = clients(
        title=title,
        why=why,
        roles=(role,),
        goal={"target": target, "where": (("product", scope),)},
        milestones=(shape.Milestone(title, by, owner=owner), shape.Milestone(why, by, amount)),
        expectations=(shape.Expectation(role, why),),
        standards=(shape.Standard(role, activity, amount, "day", "tap"),),
    )
    plan = plan_of(one, ideas=(shape.Idea(title, owner, why),))
    assert read(written(plan)) == plan


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("40 %", "0.4"),
        ("40%", "0.4"),
        ("43.5 percent", "0.435"),
        ("1.4M", "1400000"),
        ("300k", "300000"),
        ("'1’200'", "1200"),
        ("1,200", "1200"),
        ("1_200", "1200"),
        ("0.1", "0.1"),
        ("24", "24"),
        ("1e3", "1000"),
        ("-5", "-5"),
    ],
)
def test_amounts_are_read_as_people_write_them(written_as: str, value: str) -> None:
    plan = read(SMALL_FILE.replace("target: 24", f"target: {written_as}"))
    assert plan.initiatives[0].goal.target == Decimal(value)


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    plan = read(SMALL_FILE, fiscal_start_month=4)
    assert (plan.first_day, plan.last_day) == (date(2026, 4, 1), date(2027, 3, 31))


def test_a_byte_order_mark_and_words_that_look_like_days_or_numbers_do_no_harm() -> None:
    text = SMALL_FILE.replace("24 new clients", "2027-01-04").replace("A third", "42")
    plan = read(b"\xef\xbb\xbf" + text.encode())
    assert plan.initiatives[0].title == "2027-01-04"
    assert plan.initiatives[0].milestones[0].title == "42"


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "sentence"),
    [
        (
            "    sponsor:",
            "    sponser:",
            4,
            "initiatives 1 › sponser",
            "“sponser” is no part of a plan here. Take it out, or look up the name in docs/plan.schema.json.",
        ),
        ("due: 2027-12-31", "due: 31.12.2027", 9, "initiatives 1 › goal › due", "'31.12.2027' is no day. Write it as 2027-09-30."),
        ("due: 2027-12-31", "due: 2027-02-30", 9, "initiatives 1 › goal › due", "'2027-02-30' is no day. Write it as 2027-09-30."),
        ("due: 2027-12-31", "due: 2027-12-31T10:00:00", 9, "initiatives 1 › goal › due", "'2027-12-31T10:00:00' is no day. Write it as 2027-09-30."),
        ("target: 24", "target: many", 8, "initiatives 1 › goal › target", "'many' is no amount. Say a number such as 24, 40 % or 1.4M."),
        ("target: 24", "target: yes please", 8, "initiatives 1 › goal › target", "'yes please' is no amount. Say a number such as 24, 40 % or 1.4M."),
        ("target: 24", "target: .inf", 8, "initiatives 1 › goal › target", "inf is no amount that can be counted with."),
        ("target: 24", "target: 1e15", 8, "initiatives 1 › goal › target", "1000000000000000.0 is no amount that can be counted with."),
        ("target: 24", "target: true", 8, "initiatives 1 › goal › target", "True is no amount. Say a number such as 24, 40 % or 1.4M."),
        ("      metric: new_clients\n", "", 5, "initiatives 1 › goal › metric", "“metric” is missing. Add a line “metric: …”."),
        ("per: week", "per: fortnight", 14, "initiatives 1 › activities › Salesperson 1 › per", "“per” can't be 'fortnight': input should be 'day', 'week' or 'month'."),
        ("year: 2027", "year: soon", 1, "year", "“year” can't be 'soon': input should be a valid integer, unable to parse string as an integer."),
        ("year: 2027", "2027: 1\nyear: 2027", 1, "2027", "“2027” is no part of a plan here. Take it out, or look up the name in docs/plan.schema.json."),
        (
            "level: 8}",
            "level: 8, owner: Kay}",
            11,
            "initiatives 1 › milestones 1",
            "“A third” has a level and an owner. Keep “level” (measured) or “owner” (delivered).",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(
    old: str, new: str, line: int, where: str, sentence: str
) -> None:
    assert old in SMALL_FILE
    (found,) = findings(SMALL_FILE.replace(old, new, 1))
    assert (found.line, found.where, found.sentence) == (line, where, sentence)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = (
        SMALL_FILE.replace("target: 24", "target: many")
        .replace("2027-04-30", "soon")
        .replace("sponsor:", "boss:")
    )
    assert [one.line for one in findings(text)] == [8, 11, 4]


def test_a_name_that_stands_twice_is_refused_with_its_line() -> None:
    (found,) = findings(
        SMALL_FILE.replace("      baseline: 10\n", "      baseline: 10\n      baseline: 11\n")
    )
    assert found.line == 8
    assert "duplicate key" in found.sentence


def test_two_initiatives_of_one_key_are_told_apart() -> None:
    text = SMALL_FILE + SMALL_FILE[SMALL_FILE.index("  - title") :]
    (found,) = findings(text)
    assert (found.line, found.where) == (15, "initiatives 2")
    assert found.sentence.startswith("Two initiatives have the key “24-new-clients”.")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("year: &y 2027\nother: *y\n", 1, "Anchors, aliases and tags can't stand in a plan"),
        ("a: 1\nother: *y\n", 2, "Anchors, aliases and tags can't stand in a plan"),
        ("year: !!python/object:os.system 2027\n", 1, "Anchors, aliases and tags can't stand in a plan"),
        ("year: 2027\n  initiatives: []\n", 2, "This can't be read as YAML"),
        ("year: [2027\n", 2, "This can't be read as YAML"),
        ("year: 2027\n---\nyear: 2028\n", 2, "This can't be read as YAML"),
        ("", 1, "A plan file begins with names such as “year:” and “initiatives:”."),
        ("- a\n- b\n", 1, "A plan file begins with names"),
        ("just words", 1, "A plan file begins with names"),
        ("year: 2027\ninitiatives: " + "[" * 30 + "]" * 30, 2, "nested more than 12 levels deep"),
        ("year: 2027\ninitiatives: " + "[" * 400_000, 2, "nested more than 12 levels deep"),
        ("year: 2027\nrevenue_goal: " + "9" * 5000 + "\n", None, ""),
        ("year: 2027 # " + "x" * 1_000_001, None, "a plan has at most 1,000,000."),
        ("year: 2027\x00", None, "This can't be read as YAML"),
    ],
)
def test_what_is_no_plan_is_refused_and_nothing_breaks(text: str, line: int | None, words: str) -> None:
    found = findings(text)[0]
    assert words in found.sentence
    if line is not None:
        assert found.line == line


@pytest.mark.parametrize(
    ("content", "byte"),
    [("year: 2027 # \xe9t\xe9".encode("latin-1"), 14), ("year: 2027".encode("utf-16"), 1)],
)
def test_another_encoding_is_named_with_the_byte(content: bytes, byte: int) -> None:
    (found,) = findings(content)
    assert found == FileFinding(None, "", f"Byte {byte} is no UTF-8 text. Save the file as UTF-8.")


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\0\xff", b"%PDF-1.7\xe2"])
def test_a_workbook_is_no_plan_and_the_way_to_one_is_said(content: bytes) -> None:
    (found,) = findings(content)
    assert "A plan is a YAML file: ropewalk plan export prints one" in found.sentence


@given(some.text(max_size=200))
def test_any_text_is_a_plan_or_is_refused_with_a_sentence(text: str) -> None:
    assert all(one.sentence for one in findings_if_any(text))


@given(place=some.integers(0, len(SMALL_FILE)), put=some.text(max_size=6))
def test_a_plan_with_a_slip_anywhere_is_read_or_refused(place: int, put: str) -> None:
    assert all(one.sentence for one in findings_if_any(SMALL_FILE[:place] + put + SMALL_FILE[place:]))


# --- the schema -----------------------------------------------------------------------------------------------------


def published_schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "plan.schema.json").read_text())
    return found


def as_data(text: str) -> Any:
    """The file as another reader of YAML has it: days as text, as JSON has them."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_the_schema_in_the_docs_is_the_one_that_holds() -> None:
    assert published_schema() == schema()
    jsonschema.Draft202012Validator.check_schema(schema())


EXAMPLES = sorted(ROOT.glob("examples/**/plan*.yaml"))


@pytest.mark.parametrize("text", [SMALL_FILE, written(RICH), *(one.read_text() for one in EXAMPLES)])
def test_the_schema_takes_what_is_read(text: str) -> None:
    read(text)
    jsonschema.validate(as_data(text), published_schema(), format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sponsor:", "sponser:"),
        ("per: week", "per: fortnight"),
        ("year: 2027", "year: soon"),
        ("metric: new_clients", "label: x"),
    ],
)
def test_the_schema_refuses_what_is_refused(old: str, new: str) -> None:
    text = SMALL_FILE.replace(old, new)
    findings(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_data(text), published_schema())
