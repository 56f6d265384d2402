"""All facts of the installation as files, for a backup, and back again. Start with `write_copies`.

It knows nothing of companies or archives; the store's own module does the work.
"""

from __future__ import annotations

from ropewalk.facts.store.copying import (
    Weight,
    one_moment,
    take_copies,
    weigh_all,
    weigh_beside,
    write_copies,
)

__all__ = ["Weight", "one_moment", "take_copies", "weigh_all", "weigh_beside", "write_copies"]
