"""`ropewalk ropes`: every rope of a day. Start with `register`."""

from __future__ import annotations

import csv
import json
import sys
from typing import Annotated

import typer

from ropewalk.cli.companies import day_of
from ropewalk.cli.doing import do, give_up, ready, today_of

COLUMNS = (
    "initiative", "person", "team", "reach", "on_ground", "where_it_should_be", "first_open_knot", "owed_by",
    "next_action",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ropes")(ropes)


def ropes(
    company: Annotated[str, typer.Option("--company", metavar="C")],
    as_of: Annotated[str | None, typer.Option(metavar="D", help="As of this day; else today.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json")] = "table",
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """How far every rope reaches, and who owes the next step."""
    ready()
    if form not in ("table", "csv", "json"):
        give_up(f"--format {form!r} isn't known. Say table, csv or json.")
    today = today_of(company)
    day = day_of(as_of, "--as-of") if as_of else today
    if day > today:
        give_up(f"--as-of {day} is still to come. Say a day up to {today}.")
    rows = do("ropes", {"company": company, "as_of": day.isoformat(), "as": address})
    if form == "json":
        print(
            json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=2, ensure_ascii=False)
        )
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    else:
        print_table(rows)


def print_table(rows: list[list[str]]) -> None:
    if not rows:
        print("No ropes on that day: nothing is published, or nobody carries an initiative.")
        return
    table = [[str(cell) for cell in row] for row in [list(COLUMNS), *rows]]
    widths = [max(len(row[at]) for row in table) for at in range(len(COLUMNS))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
