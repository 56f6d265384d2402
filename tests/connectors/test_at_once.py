"""A plain file read at once gives what reading it row by row gives: every value, refusal, and line."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.plain import plain
from ropewalk.facts.at_once.rows import gather_at_once
from ropewalk.facts.gathering import REFUSED_FILE, gather
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import FieldRule, Rules, Setting
from ropewalk.facts.store.as_it_lies import FileChanged, cells_of
from ropewalk.facts.store.parts import COLUMNS, lying, parts_of

ZURICH = Setting("Europe/Zurich", "CHF", {"EUR": [("2020-01-01", "0.95")]})
DEALS = Rules(
    "opportunities",
    [
        FieldRule("id", "Id"),
        FieldRule("account_id", "Account"),
        FieldRule("owner", "Owner"),
        FieldRule("name", "Name"),
        FieldRule("product", "Product", corrections={"Rop": "Rope"}),
        FieldRule("amount", "Amount"),
        FieldRule("currency", "Currency"),
        FieldRule("opened_on", "Opened"),
        FieldRule("closed_on", "Closed"),
        FieldRule("status", "Status", values={"Gewonnen": "won", "verloren": "lost", "offen": "open"}),
        FieldRule("stage", constant="late"),
        FieldRule("custom.region", "Region"),
        FieldRule("custom.Größe", "Size"),
    ],
    blanks=["n/a", "-", "0000-00-00"],
    is_negative_refused=True,
)
ACTIVITIES = Rules(
    "activities",
    [
        FieldRule("id", "Id"),
        FieldRule("owner", "Owner"),
        FieldRule("type", "Kind"),
        FieldRule("occurred_at", "When"),
        FieldRule("outcome", "Outcome", values={"erledigt": "done"}),
    ],
    blanks=["0000-00-00 00:00:00"],
)
CREDITS = Rules(
    "credits", [FieldRule("opportunity_id", "Deal"), FieldRule("owner", "Owner"), FieldRule("share", "Share")]
)

texts = st.one_of(
    st.sampled_from(["Rope", "Rop", " Rope ", "", "n/a", "-", "Zürich", "Zu\u0308rich", "\u00a0edge\u200b", "a\\b", "tab\tin", "=1+1", "null", "NULL"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
keys = st.one_of(st.integers(1, 99_999).map("K{}".format), texts)
numbers = st.one_of(
    st.decimals(-99_999, 9_999_999, places=2).map(str),
    st.integers(-9, 10**17).map(str),
    st.decimals(0, 10**6, places=2).map("{:,}".format),
    st.decimals(0, 10**6, places=2).map(lambda one: f"{one:,}".translate(str.maketrans(",.", ".,"))),
    st.sampled_from(["", "1.234", "1,234", "CHF 5.50", "€ 7", "12 %", "NaN", "1e3", "0.0000005", "0.1234567", "(5)", "-0", "007", "123456789012.123456"]),
)  # fmt: skip
days = st.one_of(
    st.dates().map(str),
    st.dates().map("{:%d.%m.%Y}".format),
    st.dates().map("{:%m/%d/%Y}".format),
    st.sampled_from(["", "0000-00-00", "2026-02-30", "4 March 2026", "20260304", " 2026-03-04", "03/04/2026", "2026-03-04 10:00:00"]),
)  # fmt: skip
moments = st.one_of(
    st.datetimes().map(str),
    st.datetimes().map("{:%Y-%m-%dT%H:%M:%S}".format),
    st.datetimes().map("{:%Y-%m-%dT%H:%M:%S.000Z}".format),
    st.datetimes().map("{:%Y-%m-%d %H:%M:%S+0530}".format),
    st.datetimes().map("{:%m/%d/%Y %I:%M %p}".format),
    st.sampled_from(
        ["2026-03-29 02:30:00", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", "0000-00-00 00:00:00", "2026-03-04T24:00:00",
         "1969-12-31T23:30:00Z", "2199-12-31T23:59:59Z", "2026-03-04T10:61:00", "2026-03-04T10:00:60", "03/04/2026 14:05", ""]
    ),
)  # fmt: skip
shares = st.sampled_from(["1", "0.5", "50 %", "60%", "0,4", "2", "", "-1", "0.3333333333", "half"])
states = st.sampled_from(["Gewonnen", "gewonnen", "VERLOREN", "offen", "won", "open", "maybe", ""])
money = st.sampled_from(["CHF", "chf", "EUR", "USD", ""])

deals = st.tuples(keys, keys, keys, texts, texts, numbers, money, days, days, states, texts, texts)
activities = st.tuples(keys, keys, texts, moments, st.sampled_from(["erledigt", "Erledigt", "offen", ""]))
credits = st.tuples(keys, keys, shares)
HEADERS = {
    "opportunities": [
        "Id",
        "Account",
        "Owner",
        "Name",
        "Product",
        "Amount",
        "Currency",
        "Opened",
        "Closed",
        "Status",
        "Region",
        "Size",
    ],
    "activities": ["Id", "Owner", "Kind", "When", "Outcome"],
    "credits": ["Deal", "Owner", "Share"],
}
SLOWLY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def both(
    rules: Rules,
    rows: list[tuple[str, ...]],
    *,
    quoting: int = csv.QUOTE_MINIMAL,
    mark: str = "",
    delimiter: str = ",",
    setting: Setting = ZURICH,
) -> None:
    """Read the rows in both ways, and compare all that comes out."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerows([HEADERS[rules.object], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes((mark + out.getvalue()).encode())
        table = TextTable(path, "file.csv", wanted=set(HEADERS[rules.object]), delimiter=delimiter)
        form = plain(table)
        assert form is not None
        slowly, at_once = Path(folder) / "slowly", Path(folder) / "once"
        slowly.mkdir(), at_once.mkdir()
        counts = gather(table, rules, setting, folder=slowly)
        judge = Judge(rules, setting, table.header, name="file.csv")
        assert gather_at_once(form, judge, folder=at_once) == counts
        assert accepted(at_once, rules) == accepted(slowly, rules)
        assert refused(at_once) == refused(slowly)


def accepted(folder: Path, rules: Rules) -> list[tuple[Any, ...]]:
    """Every accepted row: its line, values, and the cells as they came."""
    columns = ", ".join(COLUMNS[rules.object])
    files = parts_of(folder)
    if not files:
        return []
    with duckdb.connect() as engine:
        found = engine.execute(f"SELECT line, {columns}, cells FROM {lying(files)} ORDER BY line").fetchall()
    absent = [row[0] for row in found if row[-1] is None]
    cells = dict(cells_of(folder, absent)) if absent else {}
    return [(*row[:-1], row[-1] or cells[row[0]]) for row in found]


def refused(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / REFUSED_FILE).read_text().splitlines()]


@SLOWLY
@given(st.lists(deals, min_size=1, max_size=30), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_deals_are_the_same(rows: list[tuple[str, ...]], quoting: int) -> None:
    both(DEALS, rows, quoting=quoting)


@SLOWLY
@given(st.lists(activities, min_size=1, max_size=30))
def test_activities_are_the_same(rows: list[tuple[str, ...]]) -> None:
    both(ACTIVITIES, rows, mark="\ufeff")


@SLOWLY
@given(st.lists(credits, min_size=1, max_size=30))
def test_credits_are_the_same(rows: list[tuple[str, ...]]) -> None:
    both(CREDITS, rows)


NUMBERS = [
    "1", "-1", "-0", "-0.0000005", "007", "12.5", "12,5", "1.234", "1,234", "1,234.5", "1.234,5", "0.123456", "0.1234567", "12345678901234", "123456789012345",
    "1234567890123456", "12345678901234.5", "1234567890123.45", "12345678901234.25", "123456789012345.5", ".5", "5.", "+5", "1e3", "NaN", "inf", "1_000", "١٢٣", "CHF 5.50", "€ 7",
    "12 %", "(5)", "5-", "1 234.5", "1'234.5", "\u00a012.5", " 12.5 ", "-12.5", "--5", "n/a", "-",
]  # fmt: skip
DAYS = [
    "2026-03-04", " 2026-03-04 ", "4.3.2026", "03/04/2026", "13/04/2026", "04/13/2026", "2026-02-30", "0026-01-01", "2206-01-01", "20260304",
    "4 March 2026", "2026-03-04T23:30:00Z", "2026-03-04T22:59:59.999Z", "2026-03-04 23:30:00-0500", "0000-00-00", "someday", "1969-12-31", "2026-03-04T25:00:00",
]  # fmt: skip
MOMENTS = [
    *DAYS, "2026-03-29 02:30:00", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "0000-00-00 00:00:00", "2026-03-04T10:61:00",
    "2026-03-04T10:00:60", "2026-03-04T10:15", "2026-03-04T10:15:30.123", "2026-03-04T10:15:30.123456Z", "2026-03-04T10:15:30+05:45",
    "2026-03-04T10:15:30+99:00", "03/04/2026 14:05:06", "1969-12-31T23:30:00Z", "2199-12-31T23:59:59Z", "2026-03-04T10:15:30.5Z",
]  # fmt: skip
WORDS = [
    "",
    " ",
    "Rop",
    " Rop",
    "Zu\u0308rich",
    "\u00a0edge\u200b",
    'a"b',
    "a\\b",
    "tab\tin",
    "n/a",
    "-",
    "null",
    "\u200bK1",
    "ß",
    "\x1f",
    "\x7f",
]
DEAL = (
    "K1",
    "acc",
    "rep",
    "Deal",
    "Rope",
    "12.5",
    "CHF",
    "2026-03-04",
    "2026-03-05",
    "Gewonnen",
    "north",
    "small",
)
ACTIVITY = ("K1", "rep", "call", "2026-03-04T10:15:30", "erledigt")
CELLS = {
    5: NUMBERS,
    6: ["chf", "EUR", "USD", "Fr."],
    7: DAYS,
    8: ["", *DAYS],
    9: ["gewonnen ", "offen", "open", "won", "maybe", ""],
}


def each_alone(good: tuple[str, ...], cells: dict[int, list[str]]) -> list[tuple[str, ...]]:
    """Rows that are right but for one cell, every cell of every column once."""
    return [
        (
            *(f"K{number}" if at == 0 and place else cell for at, cell in enumerate(good[:place])),
            odd,
            *good[place + 1 :],
        )
        for number, (place, odd) in enumerate(
            (place, odd) for place in range(len(good)) for odd in cells.get(place, WORDS)
        )
    ]


@pytest.mark.parametrize("evidence", [[], ["1.5"], ["1,5"], ["1.5", "1,5"]], ids=str)
@pytest.mark.parametrize("order", [[], ["13/04/2026"], ["04/13/2026"]], ids=str)
def test_one_strange_cell_in_a_right_deal_is_the_same(evidence: list[str], order: list[str]) -> None:
    """Without evidence of the decimal mark or of the order of days, with one of either, and with contradicting ones."""
    unlike = {"1.5": ",", "1,5": "."}.get(evidence[0]) if len(evidence) == 1 else ".,"
    alike = [
        one for one in NUMBERS if not any(mark in one for mark in unlike or "") or one in ("1.234", "1,234")
    ]
    first_days = [one for one in DAYS if "/" not in one] + ["03/04/2026", *order]
    cells = CELLS | {5: alike + evidence, 7: first_days}
    both(DEALS, each_alone((*DEAL[:5], "7", "CHF", "2026-03-04", *DEAL[8:]), cells))
    both(DEALS, each_alone(DEAL, CELLS))


def test_one_strange_cell_in_a_right_activity_is_the_same() -> None:
    both(ACTIVITIES, each_alone(ACTIVITY, {3: MOMENTS}))
    both(
        ACTIVITIES,
        each_alone(ACTIVITY, {3: [one for one in MOMENTS if "/" not in one or one.startswith("03/04")]}),
    )


def test_tabs_at_the_edges_of_quoted_cells_are_blanks_where_tabs_divide_cells_too() -> None:
    rows = [
        ("K1\t", "\trep", "\tcall", "2026-03-04T10:15:30", "\t"),
        ("\tK2", "rep", "call\tback", "2026-03-04", "x"),
    ]
    both(ACTIVITIES, rows, delimiter="\t")
    both(ACTIVITIES, rows)


def test_a_day_that_ends_within_an_hour_of_utc_is_the_same() -> None:
    moments = [f"2026-03-04T18:{minute:02}:00Z" for minute in range(60)]
    kolkata = Setting("Asia/Kolkata", "INR")
    both(
        ACTIVITIES,
        [(f"K{number}", "rep", "call", one, "") for number, one in enumerate(moments)],
        setting=kolkata,
    )


def test_right_rows_are_read_by_the_engine_and_not_by_the_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.csv"
    lines = [
        f"K{number},rep{number % 7},call,2026-03-{1 + number % 28:02}T{number % 24:02}:15:30Z,done"
        for number in range(500)
    ]
    path.write_text("\n".join([",".join(HEADERS["activities"]), *lines, "K999,rep1,call,someday,done"]))
    table = TextTable(path, "file.csv")
    judge = Judge(ACTIVITIES, ZURICH, table.header, name="file.csv")
    judged: list[int] = []
    judging = judge.judge
    monkeypatch.setattr(judge, "judge", lambda record: (judged.append(record.line), judging(record))[1])
    form = plain(table)
    assert form is not None
    assert gather_at_once(form, judge, folder=tmp_path) == {"rows": 501, "blank": 0, "refused": 1}
    assert judged == [502]


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("behind", [("",), ("Z",), ("", "Z", "+05:30"), ("", ".250", ".5")], ids=str)
def test_every_hour_of_a_year_is_the_same_by_spans(zone: str, behind: tuple[str, ...]) -> None:
    first = datetime(2026, 1, 1, 0, 17, 3, tzinfo=UTC)
    times = [first + timedelta(hours=number) for number in range(0, 366 * 24, 3 if len(behind) > 1 else 1)]
    rows = [
        (f"K{number}", "rep", "call", f"{time:%Y-%m-%dT%H:%M:%S}{behind[number % len(behind)]}", "")
        for number, time in enumerate(times)
    ]
    both(ACTIVITIES, rows, setting=Setting(zone, "CHF"))


def test_rows_of_a_long_file_keep_their_lines_and_odd_ones_their_cells(tmp_path: Path) -> None:
    """Long enough for several threads and several groups of rows; every row tells its own line."""
    path, odd = tmp_path / "file.csv", {2, 777, 123_456, 250_000, 300_001}
    with path.open("w") as out:
        out.write(",".join(HEADERS["activities"]) + "\n")
        for line in range(2, 300_002):
            moment = "someday" if line in odd else f"2026-03-{1 + line % 28:02}T{line % 24:02}:15:30"
            outcome = "erledigt" if line % 3 else '"""quoted"""'
            out.write(f" K{line},rep{line % 7},call {line} ,{moment},{outcome}\n")
    table = TextTable(path, "file.csv")
    form = plain(table)
    assert form is not None
    judge = Judge(replace(ACTIVITIES, fields=ACTIVITIES.fields[:-1]), ZURICH, table.header, name="file.csv")
    counts = gather_at_once(form, judge, folder=tmp_path)
    assert counts == {"rows": 300_000, "blank": 0, "refused": len(odd)}
    assert [part.name for part in parts_of(tmp_path)] == ["accepted-0000-from-2.parquet"]
    with duckdb.connect() as engine:
        said = engine.execute(
            f"SELECT count(*), count(*) FILTER (id = 'K' || line AND type = 'call ' || line), count(DISTINCT line) "
            f"FROM {lying(parts_of(tmp_path))}"
        ).fetchone()
    assert said == (300_000 - len(odd),) * 3
    assert [one["cells"][0] for one in refused(tmp_path)] == [f" K{line}" for line in sorted(odd)]
    cells = dict(cells_of(tmp_path, [3, 250_001]))
    assert cells[3] == [" K3", "rep3", "call 3 ", "2026-03-04T03:15:30", '"quoted"']
    assert cells[250_001][0] == " K250001"


def test_a_file_that_is_changed_meanwhile_gives_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(",".join(HEADERS["activities"]) + "\nK1,rep1,call,2026-03-04,done\n")
    table = TextTable(path, "file.csv")
    form = plain(table)
    assert form is not None
    judge = Judge(ACTIVITIES, ZURICH, table.header, name="file.csv")
    assert gather_at_once(form, judge, folder=tmp_path) is not None
    assert dict(cells_of(tmp_path, [2])) == {2: ["K1", "rep1", "call", "2026-03-04", "done"]}
    path.write_text(path.read_text() + "K2,rep1,call,2026-03-04,done\n")
    with pytest.raises(FileChanged, match=r"file\.csv was changed"):
        list(cells_of(tmp_path, [2]))


@pytest.mark.parametrize(
    "name", ["deals[1].csv", "deals?.csv", "deals*.csv", "deal[!x]1.csv", "o'neil.csv", "a\\\\b{1,2}.csv"]
)
@pytest.mark.parametrize("within", ["usual", "odd[1]*"])
def test_a_name_that_is_a_pattern_is_that_file_and_none_that_fits_it(
    tmp_path: Path, name: str, within: str
) -> None:
    folder, other = tmp_path / within, tmp_path / "odd1x"
    for one in {folder, other}:
        one.mkdir()
        (one / "deals1.csv").write_text(",".join(HEADERS["activities"]) + "\nK1,other,call,2026-03-04,done\n")
    path = folder / name
    path.write_text(",".join(HEADERS["activities"]) + "\nK1,right,call,2026-03-04,done\n")
    table = TextTable(path, name, delimiter=",")
    form = plain(table)
    assert form is not None
    if gather_at_once(form, Judge(ACTIVITIES, ZURICH, table.header, name=name), folder=tmp_path) is None:
        assert "\\" in name, "the engine can't say it, so that it is read row by row"
    else:
        assert [row[2] for row in accepted(tmp_path, ACTIVITIES)] == ["right"]


def test_a_file_that_is_changed_after_its_bytes_were_looked_at_is_read_row_by_row(tmp_path: Path) -> None:
    """What was found out about all of it, such as that it is plain ASCII, may hold no more."""
    path = tmp_path / "file.csv"
    path.write_text(",".join(HEADERS["activities"]) + "\nK1,rep1,call,2026-03-04,done\n")
    table = TextTable(path, "file.csv", delimiter=",")
    form = plain(table)
    assert form is not None
    path.write_text(path.read_text().replace("rep1", "\u00a0rep1"))
    assert (
        gather_at_once(form, Judge(ACTIVITIES, ZURICH, table.header, name="file.csv"), folder=tmp_path)
        is None
    )


@pytest.mark.parametrize(
    "body",
    [
        b'K1,"rep\n1",call,2026-03-04,done\n',
        b'K1,rep"1,call,2026-03-04,done\n',
        b'K1, "rep1",call,2026-03-04,done\n',
        b'K1,"rep"1,call,2026-03-04,done\n',
        b'K1,"rep1,call,2026-03-04,done\nK2,rep1,call,2026-03-04,done\n',
        b"K1,rep1,call,2026-03-04,done\rK2,rep1,call,2026-03-04,done\n",
        b"K1,rep\0,call,2026-03-04,done\n",
        b"K1,rep\xff,call,2026-03-04,done\n",
    ],
)
def test_what_can_not_be_told_apart_by_lines_is_read_row_by_row(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(",".join(HEADERS["activities"]).encode() + b"\n" + body)
    assert plain(TextTable(path, "file.csv", delimiter=",")) is None


@pytest.mark.parametrize(
    "body",
    ["K1,rep1,call,2026-03-04\n", "K1,rep1,call,2026-03-04,done,more\n", "\nK1,rep1,call,2026-03-04,done\n"],
)
def test_rows_of_another_width_and_empty_lines_are_read_row_by_row(tmp_path: Path, body: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(",".join(HEADERS["activities"]) + "\n" + body)
    table = TextTable(path, "file.csv", delimiter=",")
    form = plain(table)
    assert form is not None
    assert (
        gather_at_once(form, Judge(ACTIVITIES, ZURICH, table.header, name="file.csv"), folder=tmp_path)
        is None
    )
    assert not parts_of(tmp_path)
