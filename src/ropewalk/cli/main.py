"""The command `ropewalk`: it only gathers the subcommands."""

from __future__ import annotations

import os
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


SERVING = ("serve", "demo")  # what answers people; every other command stands behind it
BEHIND = 10  # the least niceness of a command: a processor that people's pages want isn't taken from them


def show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What holds for every subcommand."""
    if context.invoked_subcommand not in SERVING and hasattr(os, "setpriority"):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, BEHIND))


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
