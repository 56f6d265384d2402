"""The books balance whatever a file holds: a right table is written in some dialect, some rows are damaged, and exactly
those must come back.
"""

from __future__ import annotations

import csv
import io
import os
import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.importer import Importer, balances

from ropewalk.facts.store import connection

MAPPING = """
source: crm{number}
files:
  - name: deals.csv
    object: opportunities
    columns: {{id: id, name: name, amount: amount, opened_on: opened, closed_on: closed, status: status}}
    decimal: "{mark}"
    dates: {order}
"""
EXAMPLES = int(os.environ.get("ROPEWALK_EXAMPLES", "15"))  # many more for a long look
HEADER = ["id", "name", "amount", "opened", "closed", "status"]
DAMAGES = {
    "no id": (0, ""),
    "no number": (2, "n/a"),
    "infinite": (2, "inf"),
    "impossible day": (3, "2026-02-30"),
    "unreadable day": (3, "someday"),
    "no close date": (4, ""),
    "early": (4, "1066-10-14"),
    "unknown status": (5, "maybe"),
    "zero byte": (1, "a\0b"),
}


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    end: str
    encoding: str
    mark: str
    group: str
    order: str
    quoting: int


dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|^"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    mark=st.sampled_from(".,"),
    group=st.sampled_from(["", "'", "\u202f", " "]),
    order=st.sampled_from(["day first", "month first"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
amounts = st.decimals(min_value=-(10**6), max_value=10**8, places=2)
names = st.text(alphabet="abÜ漢 \",;|'=\n", max_size=8)
days = st.dates(date(1970, 1, 1), date(2199, 12, 31))
damages = st.dictionaries(
    st.integers(0, 11), st.sampled_from([*DAMAGES, "short", "long", "twice", "blank"]), max_size=6
)


def written(amount: Decimal, dialect: Dialect) -> str:
    text = f"{amount:,.2f}".replace(".", "M").replace(",", dialect.group)
    return text.replace("M", dialect.mark)


def day(when: date, dialect: Dialect) -> str:
    return when.strftime("%d/%m/%Y" if dialect.order == "day first" else "%m/%d/%Y")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    dialect=dialects,
    table=st.lists(st.tuples(names, amounts, days, days), min_size=1, max_size=12),
    damaged=damages,
    number=st.integers(0, 10**9),
)
def test_exactly_the_damaged_rows_come_back_and_everything_else_is_counted(
    importer: Importer,
    dialect: Dialect,
    table: list[tuple[str, Decimal, date, date]],
    damaged: dict[int, str],
    number: int,
) -> None:
    rows: list[list[str]] = []
    bad: set[str] = set()
    blank, total, good = 0, Decimal(0), 0
    for place, (name, amount, opened, closed) in enumerate(table):
        row = [f"d{place}", name, written(amount, dialect), day(opened, dialect), day(closed, dialect), "won"]
        damage = damaged.get(place)
        if damage in DAMAGES:
            cell, value = DAMAGES[damage]
            row[cell] = value
        if damage == "short":
            row = row[:-1]
        if damage == "long":
            row = [*row, "spare"]
        rows.append(row)
        if damage == "twice":
            rows.append([row[0], f"{name}!", *row[2:]])
            bad |= {f"{place}", f"{place}!"}
        elif damage == "blank":
            rows[-1] = [""] * len(HEADER)
            blank += 1
        elif damage is not None:
            bad.add(f"{place}")
        else:
            total, good = total + amount, good + 1
    out = io.StringIO(newline="")
    csv.writer(
        out, delimiter=dialect.delimiter, lineterminator=dialect.end, quoting=dialect.quoting
    ).writerows(  # type: ignore[arg-type]
        [HEADER, *rows]
    )
    file = importer.file("deals.csv", out.getvalue().encode(dialect.encoding))
    mapping = MAPPING.format(number=number, mark=dialect.mark, order=dialect.order)
    connection.cursor().execute("DELETE FROM opportunities")

    report = importer.run(mapping, file)

    (one,) = report.files
    assert balances(report)
    assert (one.rows, one.new, one.refused, one.blank) == (len(rows), good, len(bad), blank)
    kept = importer.kept("count(*), coalesce(sum(amount), 0)")
    assert kept == [(good, total)]
    if bad:
        download = (importer.home / one.download).open(encoding="utf-8-sig", newline="")
        with download:
            returned = list(csv.reader(download, delimiter=dialect.delimiter))[1:]
        assert len(returned) == len(bad)
        assert [int(row[0]) for row in returned] == [refusal.line for refusal in report.refusals]
    again = importer.run(mapping, file)
    assert (again.files[0].new, again.files[0].changed) == (0, 0)


@settings(
    max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(alphabet='id,name"\n\r\t;=\0é', max_size=120).map(str.encode)
    )
)
def test_whatever_bytes_come_nothing_breaks_and_no_row_disappears(importer: Importer, content: bytes) -> None:
    mapping = "source: junk\nfiles:\n  - {name: junk.csv, object: accounts, columns: {id: id}}\n"
    file = importer.file("junk.csv", b"id,name\n" + content)
    report = importer.run(mapping, file)
    assert balances(report)
    plain = importer.run(mapping, importer.file("junk.csv", content))
    assert balances(plain) or plain.files[0].is_refused_whole


def test_pieces_in_any_order_leave_the_same_facts(importer: Importer) -> None:
    header = "id,name,amount,opened,closed,status"
    rows = [f"d{number},n{number % 3},{number}.5,2026-01-01,2026-02-01,won" for number in range(70)]
    mapping = MAPPING.format(number="", mark=".", order="day first")
    seen = set()
    for seed in range(6):
        connection.cursor().execute("DELETE FROM opportunities")
        order = rows[:]
        random.Random(seed).shuffle(order)
        for piece in range(7):
            chosen = order[piece * 10 : piece * 10 + 10 + seed % 2 * 3]  # odd seeds overlap
            importer.run(mapping, importer.file("deals.csv", "\n".join([header, *chosen])))
        seen.add(str(importer.kept("id, name, amount, opened_on, closed_on, status")))
    assert len(seen) == 1
