"""Makes the backup of a small company that is kept of each version, so that later ones can be tried on it.

`python -m tests.backups.keeping_versions FILE`, once for each version that is given out: tests/backups/kept/<version>.backup.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import time_machine

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)


def fill(home: Path) -> None:
    """People, a published and announced plan, imports with refused rows and suspicions, taps."""
    from tests.jobs import works

    from ropewalk.companies.models import Company, Person
    from ropewalk.facts import taps
    from ropewalk.journal.writing import OPERATOR
    from ropewalk.rollout.announcing import announce
    from ropewalk.versions.queries import versions_for_system

    works.prepare(home)
    works.bring(home, {"people.csv": works.PEOPLE, "deals2.csv": works.deals(40, 90, times=3)})
    works.plan(published=True)
    company, ana = Company.objects.get().pk, Person.objects.get(name="Ana Alder")
    announce(
        company, versions_for_system(company)[-1], words="Here it is.", by=OPERATOR, on=NOW.date(), at=NOW
    )
    taps.tap(company, UUID(int=7), person_id=ana.pk, activity="call", day=NOW.date(), by=OPERATOR, at=NOW)


def main(file: Path) -> None:
    """Make the company in a home of its own and back it up."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW, tick=False):
        home = Path(folder)
        os.environ |= {"ROPEWALK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"}
        import django

        django.setup()
        fill(home)
        from ropewalk.jobs.kinds import perform

        perform("backup", {"file": str(file), "recipient": None}, say=lambda done, whole, words: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
