"""`ropewalk undo`: take a whole import back. Start with `register`."""

from __future__ import annotations

from typing import Annotated

import typer

from ropewalk.cli.doing import do, ready


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("undo")(undo)


def undo(
    load: Annotated[
        int,
        typer.Argument(metavar="IMPORT", help="Its number, from the import's report.", show_default=False),
    ],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    sure: Annotated[
        bool, typer.Option("--yes", help="Do it; without, it only says what would change.")
    ] = False,
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Take a whole import of facts back: rows it brought go, rows it changed stand as before. People and teams stay."""
    ready()
    result = do("undo", {"company": company, "load": load, "as": address, "sure": sure}, label="Undoing")
    for word, rows in (("gone", result["goes"]), ("as before", result["returns"])):
        for name, count in rows.items():
            print(f"{name}: {count:,} rows {'' if sure else 'would be '}{word}")
    if not result["goes"] and not result["returns"]:
        print("Nothing stands that this import brought.")
    if not sure:
        print(f"To do it: ropewalk undo {load} --company {company} --yes")
