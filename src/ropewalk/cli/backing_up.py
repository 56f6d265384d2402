"""`ropewalk backup` and `ropewalk restore`. Start with `register`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ropewalk.cli.doing import do, give_up, progress, ready, set_up

MIB = 1 << 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to; an older one is replaced.", show_default=False)
    ],
    recipient: Annotated[
        str | None, typer.Option("--to", metavar="age1…", help="Encrypt it to this age public key.")
    ] = None,
) -> None:
    """Write everything but the keys into one file, while the server goes on."""
    ready()
    if not file.resolve().parent.is_dir():
        give_up(f"There is no folder {file.resolve().parent}. Make it, or say another place.")
    if file.is_dir():
        give_up(f"{file} is a folder. Say the file to write, such as {file / 'ropewalk.backup'}.")
    from django.conf import settings

    from ropewalk.companies.queries import companies_for_system
    from ropewalk.jobs.backing_up import put_in_place

    if not companies_for_system():
        give_up(
            f"There is no company in {settings.HOME} or the database that the settings name, so nothing was backed up. See that "
            "ROPEWALK_HOME and ROPEWALK_DATABASE_URL are the server's own."
        )
    if not os.access(file.resolve().parent, os.W_OK | os.X_OK):
        give_up(f"{file.resolve().parent} can't be written to by this user. Say another place.")
    order = {"file": str(file.resolve()), "recipient": recipient}
    result = do("backup", order, label="Backing up", collect=put_in_place)
    print(
        f"{file}: {result['bytes'] / MIB:,.1f} MB, {result['rows']:,} rows of people and plans, {result['facts']:,} of facts."
        f"{' Encrypted.' if recipient else ''} The keys in $ROPEWALK_HOME aren't in it; keep them apart."
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What backup wrote.", show_default=False)],
    identity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The age identity that opens it, where it is encrypted."),
    ] = None,
) -> None:
    """Make an installation of a backup, in an empty $ROPEWALK_HOME or in empty databases."""
    set_up()
    from ropewalk.backups.archive import NotABackup
    from ropewalk.backups.restoring import BrokeOff, NotEmpty
    from ropewalk.backups.restoring import restore as bring_back
    from ropewalk.facts.holding import StoreBusy
    from ropewalk.jobs import queue
    from ropewalk.jobs.examining import sealed
    from ropewalk.lib import clock

    try:
        with progress("Restoring") as say:
            manifest = bring_back(
                file, identity=identity, at=clock.now(), say=say, settle=queue.forget_from_shells
            )
    except (NotABackup, NotEmpty, BrokeOff, StoreBusy) as error:
        give_up(str(error))
    except OSError as error:
        give_up(
            f"The backup can't be brought back: {error.strerror or error}. Nothing was kept. Mend that, and say it again."
        )
    print(f"Restored as of {manifest.made_at}. To see that nothing differs: ropewalk doctor --compare {file}")
    for sign in sealed(clock.now()):
        if sign.mend:
            print(f"{sign.sentence}\n    {sign.mend}", file=sys.stderr)
