"""A plain file read at once and row by row, and all that comes out laid side by side. Start with `both`."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.plain import plain
from ropewalk.facts.at_once.rows import gather_at_once
from ropewalk.facts.gathering import REFUSED_FILE, gather
from ropewalk.facts.judging import Judge
from ropewalk.facts.shapes import FieldRule, Rules, Setting
from ropewalk.facts.store.as_it_lies import cells_of
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
