"""`ropewalk measure`: a metric by person, team or company, as a table, CSV or JSON. Start with `register`."""

from __future__ import annotations

import csv
import json
import re
import sys
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer

from ropewalk.cli.doing import do, give_up, ready

COLUMNS = ("scope", "name", "period_start", "period_end", "numerator", "denominator", "value")
NUMBERS = ("numerator", "denominator", "value")


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("measure")(measure)


def measure(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="Such as close_rate.", show_default=False)],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    by: Annotated[str, typer.Option(metavar="person|team|company")] = "company",
    grain: Annotated[
        str | None, typer.Option(metavar="day|week|month|quarter|year", help="Else the range as one period.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="D", help="First day; else of the fiscal year.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="D", help="Last day, included.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="D", help="Only what happened up to this day.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="field=value", help="Narrow it; several narrow further, one field twice is either."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Measure a metric out of the company's facts."""
    scope = [part.split("=", 1) for part in where or ()]
    for said, pair in zip(where or (), scope, strict=True):
        if len(pair) != 2 or not pair[0]:
            give_up(f"--where is {said!r}; write it as field=value, such as vertical=medical.")
    ready()
    answer = do(
        "measure",
        {
            "company": company,
            "metric": metric,
            "by": by,
            "grain": grain,
            "from": start,
            "to": end,
            "as_of": as_of,
            "where": scope,
            "as": address,
        },
    )
    {Format.TABLE: print_table, Format.CSV: print_csv, Format.JSON: print_json}[form](answer)
    for hint in answer["hints"]:
        print(hint, file=sys.stderr)


def print_csv(answer: dict[str, Any]) -> None:
    """A line per row; empty cells where there is no number."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in answer["rows"])


def print_json(answer: dict[str, Any]) -> None:
    """A list of objects, one per row, with the columns of the CSV; null where there is no number."""
    print(
        "[\n" + ",\n".join("  " + _object(row) for row in answer["rows"]) + "\n]" if answer["rows"] else "[]"
    )


def _object(row: dict[str, Any]) -> str:
    """The row's JSON, its numbers digit by digit as they were printed: a float would lose some."""
    pairs = (
        f"{json.dumps(name)}: {(row[name] or 'null') if name in NUMBERS else json.dumps(row[name], ensure_ascii=False)}"
        for name in COLUMNS
    )
    return "{" + ", ".join(pairs) + "}"


def print_table(answer: dict[str, Any]) -> None:
    """A table for people: rounded, with k of n and how sure a rate is."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{answer['label']}, {answer['start']} to {answer['end']}", title_justify="left")
    table.add_column("Name")
    table.add_column("From", no_wrap=True)
    table.add_column("To", no_wrap=True)
    table.add_column(answer["label"], justify="right", no_wrap=True)
    table.add_column("Out of", justify="right", no_wrap=True)
    table.add_column("")
    for row in answer["rows"]:
        cells = (row["name"], row["period_start"], row["period_end"], shown(row["value"], answer), parts(row))
        table.add_row(*(Text(cell) for cell in (*cells, remark(row))))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if answer["fresh_at"]:
        console.print(Text(f"As of the load of {answer['fresh_at'][:16].replace('T', ' ')} UTC."))


def shown(value: str, answer: dict[str, Any]) -> str:
    """A value as people read it."""
    if not value:
        return "–"
    number = Decimal(value)
    if answer["unit"] == "rate":
        return percent(number)
    if answer["unit"] == "money":
        return f"{number:,.0f} {answer['currency']}"
    if answer["unit"] == "days":
        return f"{number:,.1f} days"
    return tidy(value)


def percent(rate: Decimal | float) -> str:
    """A rate with one decimal."""
    return f"{rate:.1%}".replace("%", " %")


def parts(row: dict[str, Any]) -> str:
    """Numerator of denominator, where there are two."""
    return f"{tidy(row['numerator'])} of {tidy(row['denominator'])}" if row["denominator"] else ""


def remark(row: dict[str, Any]) -> str:
    """What must be known beside the value: its interval, how many deals it weighs, why there is none."""
    said = []
    if row["interval"]:
        low, high = row["interval"]
        said.append(f"95 % between {percent(low)} and {percent(high)}")
    if row["deals"]:
        said.append(f"{tidy(row['deals'])} deals")
    return "; ".join([*said, *([row["note"]] if row["note"] else [])])


def tidy(text: str) -> str:
    """A number with its thousands apart and at most two decimals."""
    return re.sub(r"\.?0+$", "", f"{Decimal(text):,.2f}")
