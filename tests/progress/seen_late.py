"""Somebody joins in a transaction that ends long after it began, while others write; prints what the remembered world shows of it.

`python -m tests.progress.seen_late`, on whatever the settings name. The others write in another company, and in the same one.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC, date, datetime

TODAY, NOW = date(2027, 3, 2), datetime(2027, 3, 2, 9, tzinfo=UTC)
OTHERS = 250


def main() -> dict[str, list[str]]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, transaction

    from ropewalk.companies.models import Company, Person
    from ropewalk.journal.writing import SYSTEM, write
    from ropewalk.progress.remembering import world_of

    settings.REMEMBERS_WORLDS = True
    call_command("migrate", verbosity=0)
    here, there = (
        Company.objects.create(handle=one, name=one, time_zone="UTC", currency="EUR").pk
        for one in ("acme", "other")
    )
    written, may_end = threading.Event(), threading.Event()

    def join(company_id: int, name: str) -> None:
        with transaction.atomic():
            person = Person.objects.create(company_id=company_id, name=name)
            write("joined", thing=f"person:{person.pk}", actor=SYSTEM, at=NOW, company_id=company_id)
            if name == "Late":
                written.set()
                may_end.wait()

    def others(company_id: int) -> None:
        for number in range(OTHERS):
            join(company_id, f"{number}")
        connection.close()

    def is_waited_for() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            row = cursor.fetchone()
        return bool(row and row[0])

    def shown() -> list[str]:
        return sorted(one.name for one in world_of(here, TODAY).roster.people.values())

    seen = {"before": shown()}
    late = threading.Thread(target=join, args=(here, "Late"))
    late.start()
    written.wait()
    others(there)
    seen["meanwhile"] = shown()
    beside = threading.Thread(target=others, args=(here,))
    beside.start()
    while beside.is_alive() and not is_waited_for():
        beside.join(0.05)
    shown()
    may_end.set()
    late.join()
    beside.join()
    seen["after"] = shown()
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
