"""All facts of the installation as files, for a backup, and back again. Start with `write_copies`.

It knows nothing of companies or archives; the store's own modules do the work.
"""

from __future__ import annotations

import duckdb
import psycopg

from ropewalk.facts.store.connection import is_server, writing
from ropewalk.facts.store.copying import (
    Weight,
    one_moment,
    take_copies,
    weigh_all,
    weigh_beside,
    write_copies,
)
from ropewalk.facts.store.marking import empty, is_marked, mark, place, unmark

TROUBLE = (
    duckdb.Error,
    psycopg.Error,
)  # what the engines raise where they can't go on: a full disk, a lost server

__all__ = [
    "TROUBLE",
    "Weight",
    "empty",
    "is_marked",
    "is_server",
    "mark",
    "one_moment",
    "place",
    "take_copies",
    "unmark",
    "weigh_all",
    "weigh_beside",
    "write_copies",
    "writing",
]
