"""`ropewalk import`: files in, report out. It orders the job and prints what became of every row; nothing more.

Start with `register`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ropewalk.cli.doing import do, give_up, ready

if TYPE_CHECKING:
    from ropewalk.facts.report import IntakeReport

SHOWN = 10  # sentences of each kind that are printed; the report file has all
HEADS = ("file", "object", "rows", "new", "changed", "unchanged", "refused", "blank", "suspicions")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV or .xlsx files.", show_default=False)
    ],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="MAP.yaml", help="Which columns are which fields; else the mapping used last."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write the whole report there.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Import files. Running it again changes nothing; exit 1 if rows were refused, 2 if nothing was done."""
    from ropewalk.facts.report import IntakeReport

    ready()
    if report is not None and not report.resolve().parent.is_dir():
        give_up(f"There is no folder {report.parent} to write the report into. Nothing was imported.")
    order = {
        "company": company,
        "files": [str(file.resolve()) for file in files],
        "mapping": str(mapping.resolve()) if mapping else None,
        "as": address,
    }
    result = do("import", order, label="Importing")
    if report is not None:
        report.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    outcome = IntakeReport.from_json(result)
    print(in_words(outcome, company))
    if outcome.is_nothing_taken:
        raise typer.Exit(2)
    raise typer.Exit(1 if outcome.has_findings else 0)


def in_words(report: IntakeReport, company: str) -> str:
    """The report as a table with the sentences that matter below it."""
    rows = [HEADS] + [
        (
            one.name, one.object if not one.is_refused_whole else "-",
            *(f"{number:,}" for number in (
                one.rows, one.new, one.changed, one.unchanged, one.refused, one.blank, one.suspicions
            )),
        )
        for one in report.files
    ]  # fmt: skip
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    lines = [
        "  ".join(_aligned(cell, widths[place], place) for place, cell in enumerate(row)).rstrip()
        for row in rows
    ]
    if report.refusals:
        lines += ["", "Refused:"] + [f"  {one.sentence} [{one.code}]" for one in report.refusals[:SHOWN]]
        more = len(report.refusals) + report.left_out - SHOWN
        lines += [f"  … and {more:,} more."] if more > 0 else []
        lines += [
            f"  All of {one.name}, to mend and import again: $ROPEWALK_HOME/{one.download}"
            for one in report.files
            if one.download
        ]
    if told := [one.footers_told for one in report.files if one.footers]:
        lines += ["", *told]
    loads = [one.load for one in report.files if one.load.isdigit()]
    if loads:
        lines += ["", f"To take it back: ropewalk undo {loads[0]} --company {company}"]
    if report.suspicions:
        lines += ["", "Looks wrong:"] + [f"  {one.id}: {one.sentence}" for one in report.suspicions[:SHOWN]]
        more = len(report.suspicions) - SHOWN
        lines += [f"  … and {more:,} more."] if more > 0 else []
        acceptable = [str(one.id) for one in report.suspicions if one.suggestion]
        if acceptable:
            lines.append(
                f"  To accept what is suggested: ropewalk mapping accept {' '.join(acceptable[:SHOWN])} --company {company}"
            )
    return "\n".join(lines)


def _aligned(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place < 2 else cell.rjust(width)
