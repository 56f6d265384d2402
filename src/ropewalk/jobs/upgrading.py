"""Brings the database to the form that this program has; refuses one that a newer program has changed already.

Each step is kept whole or not at all, so that an upgrade that died goes on where it stopped. Start with `bring_up_to_date`.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ropewalk import __version__
from ropewalk.backups.taking import note

NOTE = "version.json"


class NewerDatabase(Exception):
    """A newer program has been here; the words name both versions and the way out."""


def bring_up_to_date() -> None:
    """Migrate where there is something to migrate. Raises NewerDatabase, with nothing changed."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    unknown = sorted(
        f"{app} {name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise NewerDatabase(
            f"The database in {settings.HOME} was brought up to date by {_latest()}, and this is Ropewalk {__version__}, which "
            f"doesn't know {unknown[0]}{' and others' if len(unknown) > 1 else ''}. Nothing was changed. Install that version or a "
            "newer one, or restore a backup that this one made into another home."
        )
    if executor.migration_plan(loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    if _known() != __version__:
        note(NOTE, {"version": __version__})


def _known() -> str:
    """The version that used the home last; empty where nobody noted it."""
    try:
        return str(json.loads((Path(settings.HOME) / NOTE).read_text())["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _latest() -> str:
    return f"Ropewalk {_known()}" if _known() not in ("", __version__) else "a newer Ropewalk"
