"""The scenario with tallies and all that is remembered thrown away at random moments, and what everybody sees meanwhile.

`python -m tests.trust.forgetting FOLDER HOW SEED MOMENTS EVERY`: HOW is "kept" (as a server keeps things), "forgetting" (the same,
disturbed at so many moments), "never" (nothing is ever kept or remembered), or one of WRONG. After each step every EVERY-th look is taken: pages
of each role on the day and on past days, every metric by person, team and company, and all ropes. Writes one file for each look
into FOLDER/seen; the three must be equal. Start with `main`.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import time_machine
from tests.jobs.sweeping import live_in

FIRST = date(2026, 1, 1)
SECRETS = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]*|(nonce=")[^"]*|(name="uuid" value=")[^"]*|("X-CSRFToken": ?")[^"]*|(data-mark=")[^"]*|(data-live=")[^"]*'
)
OLD = "a revision of long ago"


def spoil(company_id: int) -> None:
    """Figures that are wrong, under a mark that doesn't fit: they must never be shown."""
    from ropewalk.facts import store
    from ropewalk.facts.store import connection

    with store.for_company(company_id).writing_derived():
        cursor = connection.cursor()
        cursor.execute("UPDATE tallies SET numerator = numerator * 7 + 1 WHERE company_id = ?", [company_id])
        cursor.execute("UPDATE watermarks SET revision = ? WHERE company_id = ?", [OLD, company_id])


def forget_marks(company_id: int) -> None:
    """The marks are gone, what they stood for is still there."""
    from ropewalk.facts import store
    from ropewalk.facts.store import connection

    with store.for_company(company_id).writing_derived():
        connection.cursor().execute("DELETE FROM watermarks WHERE company_id = ?", [company_id])


def ways() -> dict[str, Callable[[int], object]]:
    """Every thing that is kept or remembered -> how it is thrown away, of a company."""
    from ropewalk.facts import store
    from ropewalk.facts.store import moments, translating
    from ropewalk.jobs import keeping_up, warming
    from ropewalk.metrics import keeping, written
    from ropewalk.progress import remembering

    return {
        "tallies": keeping.forget,
        "marks of tallies": forget_marks,
        "spoiled tallies": spoil,
        "wished tallies": lambda company: keeping._wished.clear(),
        "what is kept up": lambda company: keeping_up._done.clear(),
        "worlds": lambda company: remembering.forget(),
        "what is warm": lambda company: warming.forget(),
        "facts of before": lambda company: moments.drop(),
        "the hold with its marks": lambda company: store.close(),
        "translated questions": lambda company: translating.translated.cache_clear(),
        "written differences": lambda company: (
            keeping._counting.cache_clear(),
            keeping._definition.cache_clear(),
            written._written.cache_clear(),
        ),
    }


def plant(wrong: str) -> None:
    """Make what is kept wrong in one way, which the looks must show."""
    from ropewalk.metrics import keeping
    from ropewalk.progress import remembering

    if wrong == "stale tallies":
        from sqlglot import exp, select

        keeping._fitting_marks = lambda: (  # type: ignore[assignment]
            select().from_(exp.to_table("watermarks").as_("w")).where(exp.column("company_id", table="w").eq(keeping.COMPANY.copy()))
        )  # fmt: skip
    elif wrong == "old worlds":
        anew = remembering._brought_up
        remembering._brought_up = lambda kept, *words: kept.world if kept else anew(kept, *words)  # type: ignore[assignment]


WRONG = ("stale tallies", "old worlds")


class Looking:
    """Goes through the scenario, looks, and forgets at the moments that were drawn."""

    def __init__(
        self, folder: Path, how: str, *, every: int, moments: set[int], chance: random.Random
    ) -> None:
        from tests.trust.scenario import Scenario

        self.scenario, self.how, self.every = Scenario(folder / "home"), how, every
        self.seen, self.moments, self.chance = folder / "seen", moments, chance
        self.place, self.forgotten = 0, 0
        self.seen.mkdir()

    @property
    def company(self) -> int:
        return self.scenario.made.company_id

    def moment(self) -> None:
        """One more moment: between two looks, or just before a step."""
        self.place += 1
        if self.place in self.moments:
            self.forgotten += 1
            for one in self.chance.sample(list(ways().values()), self.chance.randint(1, len(ways()))):
                one(self.company)

    def go(self) -> None:
        from ropewalk.facts.holding import keeping, show_the_present
        from ropewalk.jobs.runner import make_ready

        for number, (on, name, act) in enumerate(self.scenario.steps):
            with time_machine.travel(f"{on}T10:00:00+00:00", tick=False):
                self.scenario.on = on
                self.moment()
                with keeping(lambda company_id: self.how != "never"):
                    act()
                if self.how != "never" and number % 3 < 2:
                    make_ready()  # now and then the looks come before the server is ready
                show_the_present()
                self.look(number, name)

    def look(self, number: int, name: str) -> None:
        for place, (what, text) in enumerate(self.looks(number)):
            (self.seen / f"{number:02} {name} {place:03}").write_text(f"{what}\n{text()}")
            self.moment()

    def looks(self, number: int) -> Iterator[tuple[str, Callable[[], str]]]:
        pages = [
            (f"{who} {path}", lambda who=who, path=path: self.page(who, path))
            for who, path in self.scenario.asked()
        ]  # type: ignore[misc]
        return iter([*pages, *self.figures(), ("ropes", self.ropes)][number % self.every :: self.every])

    def page(self, who: str, path: str) -> str:
        from tests.pages.seeding import signed_in

        response = signed_in(self.scenario.made, who).get(f"/c/{self.scenario.made.handle}/{path}")
        assert response.status_code < 500, (who, path, response.status_code)
        return f"{response.status_code}\n{SECRETS.sub(lambda found: next(one for one in found.groups() if one), response.content.decode())}"

    def figures(self) -> Iterator[tuple[str, Callable[[], str]]]:
        from ropewalk.metrics.built_in import definitions
        from ropewalk.metrics.measuring import measure_for_system
        from ropewalk.metrics.questions import Question

        for metric in definitions():
            for by in ("person", "team", "company"):
                question = Question(metric, by, FIRST, self.scenario.on, grain="month")  # type: ignore[arg-type]
                yield (
                    f"{metric} by {by}",
                    lambda question=question: "\n".join(
                        map(repr, measure_for_system(self.company, question).rows)
                    ),
                )  # type: ignore[misc]

    def ropes(self) -> str:
        from ropewalk.progress.remembering import world_of
        from ropewalk.progress.ropes import ropes_of

        return "\n".join(map(repr, ropes_of(world_of(self.company, self.scenario.on))))


def main(folder: Path, how: str, seed: int, moments: int, every: int) -> dict[str, Any]:
    """How many moments there were, and how many of them were used."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment
    from tests.pages import seeding
    from tests.trust.scenario import TEAMS

    setup_test_environment()
    settings.REMEMBERS_WORLDS = how != "never"
    home = folder / "home"
    home.mkdir(parents=True)
    live_in(home)
    call_command("migrate", verbosity=0)
    chance = random.Random(seed)
    with time_machine.travel("2027-01-02T08:00:00+00:00", tick=False):
        looking = Looking(folder, how, every=every, moments=set(), chance=chance)
        looking.scenario.made = seeding.found_company(on=date(2027, 1, 2), teams=TEAMS)
        steps = len(looking.scenario.steps)
        there = len([*looking.scenario.asked(), *looking.figures()]) + 1
    plant(how)
    if how == "forgetting":
        looking.moments = set(chance.sample(range(1, steps * (1 + there // every)), moments))
    looking.go()
    return {
        "moments": looking.place,
        "forgotten": looking.forgotten,
        "looks": len(list(looking.seen.iterdir())),
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))) + "\n")
