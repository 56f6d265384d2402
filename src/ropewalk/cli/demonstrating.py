"""`ropewalk demo`: a generated company, served. Start with `register`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ropewalk.cli.address import address_of
from ropewalk.cli.doing import progress, ready


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    serve: Annotated[bool, typer.Option(help="Serve it; --no-serve only makes it.")] = True,
    seed: Annotated[int, typer.Option(help="Another number, another company.")] = 7,
) -> None:
    """Make a company with two fiscal years behind it, and serve it with one-click sign-in."""
    os.environ["ROPEWALK_DEMO"] = "yes"
    if not os.environ.get("ROPEWALK_HOME"):
        from platformdirs import user_data_dir

        os.environ["ROPEWALK_HOME"] = str(Path(user_data_dir("ropewalk", appauthor=False)) / "demo")
    ready()
    from ropewalk.demo.company import HANDLE, make
    from ropewalk.facts.holding import let_go
    from ropewalk.lib import clock

    with progress("Making the demonstration") as say:
        cast = make(seed=seed, at=clock.now(), say=say)
    let_go()
    print(
        f"A generated company is ready. Look at {address_of('127.0.0.1', port)}/ and come in as one of:",
        file=sys.stderr,
    )
    for one in cast:
        print(f"  {one.words:<14} {one.name:<20} {one.email:<32} {one.password}", file=sys.stderr)
    if not serve:
        print(HANDLE)
        return
    from ropewalk.cli.serving import run

    run("127.0.0.1", port)
