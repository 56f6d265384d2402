"""`ropewalk doctor`: what is wrong with the installation, in words. Start with `register`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ropewalk.cli.doing import do, give_up, ready

MARKS = {"well": "✓", "warning": "▲", "wrong": "✗"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    compare: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Hold this backup against what is here.")
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The age identity that opens it.")
    ] = None,
) -> None:
    """Say what is wrong, why it matters and how to mend it; exit 1 if something is, 2 if it couldn't be seen."""
    ready()
    if compare is not None:
        hold_against(compare, identity)
        return
    signs = do("examine", {})
    for sign in signs:
        print(f"{MARKS[sign['level']]} {sign['sentence']}")
        if sign["mend"]:
            print(f"    {sign['mend']}")
    raise typer.Exit(1 if any(sign["level"] != "well" for sign in signs) else 0)


def hold_against(file: Path, identity: Path | None) -> None:
    """Say what differs from a backup, or that nothing does."""
    if not file.exists():
        give_up(f"There is no file {file}.")
    order = {"file": str(file.resolve()), "identity": str(identity.resolve()) if identity else None}
    result = do("compare", order)
    for sentence in result["differences"]:
        print(f"▲ {sentence}")
    if result["differences"]:
        print("What was changed since the backup differs, of course; right after a restore nothing should.")
        raise typer.Exit(1)
    print(
        f"✓ Nothing differs from the backup of {result['made_at']}: every row, every fact, {result['figures']} figures."
    )
