"""Eight threads at once on one plan, each with a connection of its own to a database in a file.

`python -m tests.plans.racing ROUNDS`, with ROPEWALK_HOME an empty folder. Each round lets all eight save a year's first draft,
then save it again having seen the same edition; then it gives the plan two initiatives and lets all eight add one more straight
into the table. Prints what came out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

THREADS = 8


def at_once(work: Callable[[int], str]) -> Counter[str]:
    """What each of the threads came to, all of them let go at the same moment."""
    from django.db import connection

    meet = Barrier(THREADS)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            meet.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(one, range(THREADS)))


def fought(company_id: int, year: int) -> dict[str, object]:
    """One round on one year."""
    from django.db import IntegrityError, transaction
    from tests.plans.small import at, clients, day, plan_of

    from ropewalk.journal.writing import OPERATOR
    from ropewalk.plans.defining import DraftChanged, define
    from ropewalk.plans.models import Initiative, Plan

    def plan(*titles: str) -> object:
        kept = tuple(clients(key=title, title=title) for title in titles)
        return replace(plan_of(*kept), year=year)

    def save(number: int) -> str:
        try:
            define(company_id, plan(f"k{number}"), by=OPERATOR, at=at(day(1, 2)), seen=seen)  # type: ignore[arg-type]
        except DraftChanged:
            return "told"
        return "saved"

    def add_a_third(number: int) -> str:
        """Around the capability: whatever the code did, the table has to hold."""
        taken = row.initiatives.count()
        try:
            with transaction.atomic():
                Initiative.objects.create(plan=row, slot=taken + 1, key=f"x{number}", title="X", kind="other")
        except IntegrityError:
            return "refused"
        return "added"

    seen = 0
    first = at_once(save)
    seen = Plan.objects.get(company_id=company_id, year=year).edition
    again = at_once(save)
    row = Plan.objects.get(company_id=company_id, year=year)
    edition, left = row.edition, row.initiatives.count()
    define(company_id, plan("a", "b"), by=OPERATOR, at=at(day(1, 2)))  # type: ignore[arg-type]
    added = at_once(add_a_third)
    return {
        "first": first,
        "again": again,
        "edition": edition,
        "left": left,
        "added": added,
        "in_the_end": row.initiatives.count(),
    }


def main(rounds: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from tests.plans.small import found_small

    call_command("migrate", verbosity=0)
    company = found_small()
    sys.stdout.write(json.dumps([fought(company.id, 2030 + number) for number in range(rounds)]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
