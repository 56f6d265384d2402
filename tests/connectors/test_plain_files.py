"""The file that is read at once: its lines, its name, a change meanwhile, and what of it goes row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.connectors.both_ways import ACTIVITIES, HEADERS, ZURICH, accepted, refused

from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.plain import plain
from ropewalk.facts.at_once.raw import Plain
from ropewalk.facts.at_once.rows import gather_at_once
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import Rules
from ropewalk.facts.store.as_it_lies import FileChanged, cells_of
from ropewalk.facts.store.parts import lying, parts_of


def formed(path: Path, rules: Rules = ACTIVITIES) -> tuple[Plain, Judge]:
    """What the reader finds out of a plain file before its rows are read, and who judges them."""
    table = TextTable(path, path.name, delimiter=",")
    form = plain(table)
    assert form is not None
    return form, Judge(rules, ZURICH, table.header, name=path.name)


def test_rows_of_a_long_file_keep_their_lines_and_odd_ones_their_cells(tmp_path: Path) -> None:
    """Long enough for several threads and several groups of rows; every row tells its own line."""
    path, odd = tmp_path / "file.csv", {2, 777, 123_456, 250_000, 300_001}
    with path.open("w") as out:
        out.write(",".join(HEADERS["activities"]) + "\n")
        for line in range(2, 300_002):
            moment = "someday" if line in odd else f"2026-03-{1 + line % 28:02}T{line % 24:02}:15:30"
            outcome = "erledigt" if line % 3 else '"""quoted"""'
            out.write(f" K{line},rep{line % 7},call {line} ,{moment},{outcome}\n")
    form, judge = formed(path, replace(ACTIVITIES, fields=ACTIVITIES.fields[:-1]))
    counts = gather_at_once(form, judge, folder=tmp_path)
    assert counts == {"rows": 300_000, "blank": 0, "refused": len(odd), "footers": []}
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
    form, judge = formed(path)
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
    form, judge = formed(path)
    if gather_at_once(form, judge, folder=tmp_path) is None:
        assert "\\" in name, "the engine can't say it, so that it is read row by row"
    else:
        assert [row[2] for row in accepted(tmp_path, ACTIVITIES)] == ["right"]


def test_a_file_that_is_changed_after_its_bytes_were_looked_at_is_read_row_by_row(tmp_path: Path) -> None:
    """What was found out about all of it, such as that it is plain ASCII, may hold no more."""
    path = tmp_path / "file.csv"
    path.write_text(",".join(HEADERS["activities"]) + "\nK1,rep1,call,2026-03-04,done\n")
    form, judge = formed(path)
    path.write_text(path.read_text().replace("rep1", "\u00a0rep1"))
    assert gather_at_once(form, judge, folder=tmp_path) is None


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
    form, judge = formed(path)
    assert gather_at_once(form, judge, folder=tmp_path) is None
    assert not parts_of(tmp_path)
