"""Delimited text: every line of the file ends up in one row, and no quote swallows the rest."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropewalk.connectors.files.lines import MOST_COLUMNS, TextTable
from ropewalk.facts.shapes import Whole


def table(path: Path, content: bytes | str, **options: object) -> TextTable:
    file = path / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return TextTable(file, "file.csv", **options)  # type: ignore[arg-type]


def rows(found: TextTable) -> list[tuple[int, list[str], str | None]]:
    return [(one.line, list(one.cells), one.fault and one.fault[0]) for one in found.records()]


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le+",
        "utf-16-be+",
        "cp1252!",
        "latin-1!",
        "shift_jis!",
        "gb18030!",
        "utf-16-le!",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_encodings_line_ends_and_delimiters_make_no_difference(
    tmp_path: Path, encoding: str, end: str, delimiter: str
) -> None:
    word = "ｶﾅ" if "jis" in encoding else "Zürich" if encoding != "gb18030!" else "上海"
    text = end.join(
        [
            delimiter.join(["id", "name"]),
            delimiter.join(["1", word]),
            delimiter.join(["2", f'"a{delimiter}b"']),
            "",
        ]
    )
    name = encoding.rstrip("+!")
    mark = {"utf-16-le+": b"\xff\xfe", "utf-16-be+": b"\xfe\xff"}.get(encoding, b"")
    stated = name if encoding.endswith("!") else None
    found = table(tmp_path, mark + text.encode(name), wanted={"id", "name"}, encoding=stated)
    assert found.header == ["id", "name"]
    assert rows(found) == [(2, ["1", word], None), (3, ["2", f"a{delimiter}b"], None)]


def test_a_line_end_within_quotes_belongs_to_its_cell(tmp_path: Path) -> None:
    found = table(tmp_path, 'id,name\r\n1,"two\r\nlines"\r\n2,x\r\n')
    assert rows(found) == [(2, ["1", "two\r\nlines"], None), (4, ["2", "x"], None)]


def test_an_unclosed_quote_costs_its_own_line_and_no_other(tmp_path: Path) -> None:
    body = "".join(f"{number},x\n" for number in range(3, 3000))
    found = rows(table(tmp_path, 'id,name\n1,"lost\n2,x\n' + body))
    assert found[0] == (2, ["1", '"lost'], "quote_unclosed")
    assert len(found) == 2999
    assert {fault for _, _, fault in found[1:]} == {None}


def test_a_quote_that_closes_lines_later_by_chance_costs_its_own_line_only(tmp_path: Path) -> None:
    found = rows(table(tmp_path, 'id,name\n1,"lost\n2,"good, one"\n3,x\n4,"y"\n'))
    assert [(line, fault) for line, _, fault in found] == [
        (2, "quote_unclosed"),
        (3, None),
        (4, None),
        (5, None),
    ]


def test_blank_lines_and_short_and_long_rows_are_given_as_they_are(tmp_path: Path) -> None:
    found = rows(table(tmp_path, "id,name\n\n1\n1,2,3\n,\n"))
    assert [cells for _, cells, _ in found] == [[""], ["1"], ["1", "2", "3"], ["", ""]]


def test_bytes_that_are_no_text_mark_their_row_only(tmp_path: Path) -> None:
    found = rows(table(tmp_path, b"id,name\n1,\xff\n2,\xc0\x80\n3,a\0b\n4,ok\n"))
    assert [fault for _, _, fault in found] == ["not_text", "not_text", "not_text", None]


def test_a_cell_longer_than_a_parser_usually_takes_is_a_cell(tmp_path: Path) -> None:
    found = rows(table(tmp_path, f'id,name\n1,"{"x" * 131_073}"\n2,{"y" * 200_000}\n'))
    assert [len(cells[1]) for _, cells, _ in found] == [131_073, 200_000]


def test_a_line_without_an_end_costs_itself_only(tmp_path: Path) -> None:
    found = rows(table(tmp_path, "id,name\n1," + "x" * 9_000_000 + "\n2,ok\n"))
    assert [(line, fault) for line, _, fault in found] == [(2, "line_too_long"), (3, None)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n1,2\n", "no_header"),
        (",".join(["c"] * (MOST_COLUMNS + 1)).encode(), "header_too_wide"),
        (b"," * 1_000_000 + b"\n", "header_too_wide"),
        ("id,name\n1,2\n".encode("utf-16-le"), "not_text"),
        (b"%PDF-1.7\n", "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_workbook"),
    ],
)
def test_a_file_that_cant_be_a_table_is_refused_whole(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Whole) as refused:
        table(tmp_path, content)
    assert refused.value.code == code
    assert "file.csv" in refused.value.sentence


def test_title_lines_above_the_header_are_passed_over_where_the_mapping_says_so(tmp_path: Path) -> None:
    found = table(tmp_path, "Report\nof\nMay\nid;name\n1;x\n", header_row=4)
    assert (found.header, rows(found)) == (["id", "name"], [(5, ["1", "x"], None)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.text(alphabet='ab",;\n\r é', max_size=6), min_size=2, max_size=2), max_size=8),
    st.sampled_from(",;\t|^"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_a_writer_writes_is_read_back(
    tmp_path: Path, cells: list[list[str]], delimiter: str, quoting: int, end: str
) -> None:
    if quoting == csv.QUOTE_MINIMAL and end == "\n":  # Python's writer leaves a lone CR unquoted then
        cells = [[cell.replace("\r", "") for cell in row] for row in cells]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["first", "second"], *cells])
    found = table(tmp_path, out.getvalue(), wanted={"first", "second"})
    assert [list(one.cells) for one in found.records()] == cells
