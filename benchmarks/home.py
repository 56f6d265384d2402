"""A home with the generated company in it, ready to be served. Start with `make`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

PASSWORD = "seven-knots-to-the-ground"


def enter(home: Path) -> None:
    """Let Django know where everything lies; before anything of Ropewalk is imported."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["ROPEWALK_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    import django

    django.setup()


def make(home: Path, scale: float) -> None:
    """Make the company where it isn't there yet."""
    enter(home)
    from django.core.management import call_command

    from benchmarks import company
    from ropewalk.companies.queries import companies_for_system
    from ropewalk.facts.store import connection

    call_command("migrate", verbosity=0)
    if company.HANDLE in dict(companies_for_system()):
        return
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {words}", file=sys.stderr, flush=True)

    size = company.Size.of(scale)
    say(f"{size.reps:,} reps: people")
    company_id = company.fill_people(size)
    say(f"{size.activities:,} activities, {size.opportunities:,} opportunities")
    company.fill_facts(company_id, size)
    say("the year's plan, told, understood and agreed")
    company.fill_plan(company_id, size)
    say("tallies")
    keep(company_id)
    company.let_in(company_id, PASSWORD)
    company.tidy()
    connection.close()
    say("done")


def keep(company_id: int) -> None:
    """Tallies of the built-in metrics and of what the plan looks at, as the serving process keeps them."""
    from ropewalk.metrics import keeping

    keeping.keep_all(company_id)


if __name__ == "__main__":
    make(Path(sys.argv[1]), float(sys.argv[2]))
