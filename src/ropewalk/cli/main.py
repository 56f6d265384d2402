"""The command `ropewalk`: it only gathers the subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from ropewalk import __version__
from ropewalk.cli import (
    backing_up,
    companies,
    demonstrating,
    doctoring,
    importing,
    mapping,
    measuring,
    people,
    plans,
    ropes,
    serving,
    undoing,
)

app = typer.Typer(
    help="Brings a year's sales strategy down to what each salesperson does this week.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What holds for every subcommand."""


for module in (
    demonstrating,
    serving,
    companies,
    importing,
    measuring,
    mapping,
    undoing,
    people,
    plans,
    ropes,
    backing_up,
    doctoring,
):
    module.register(app)
