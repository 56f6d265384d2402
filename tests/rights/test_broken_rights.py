"""Whatever decides who sees what is broken on purpose, one place at a time; a check has to notice each.

The places are found by walking the source, so that a new one needs no line anywhere. Which checks could notice each is found
by running all of them once (`breaking.probing`). `-m trust` breaks every place and, with ROPEWALK_KEEP_BROKEN=yes, writes
down which check noticed which; ROPEWALK_BROKEN_ONLY is a pattern of names for a part. `make test` breaks a few of those
written down.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.companies import test_access
from tests.pages import test_account, test_rights
from tests.rights import (
    test_behind_the_doors,
    test_canaries,
    test_changes_kept_apart,
    test_facts_kept_apart,
    test_foreign_ids,
    test_kept_apart,
    test_leads_on,
    test_orders,
    test_two_writers,
    test_what_is_whose,
    test_who_stands_in,
)
from tests.rights.breaking.checks import checks
from tests.rights.breaking.places import Place, places
from tests.rights.breaking.trying import Found, Trial
from tests.rights.world import World

from ropewalk.lib.asked_often import asked_often
from ropewalk.metrics import keeping, written

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
AT_ONCE = max(2, os.cpu_count() or 2)
OF_RIGHTS = [
    test_kept_apart, test_changes_kept_apart, test_behind_the_doors, test_access, test_account, test_leads_on, test_rights, test_canaries, test_foreign_ids, test_orders, test_two_writers,
    test_facts_kept_apart, test_what_is_whose, test_who_stands_in,
]  # fmt: skip
OF_OTHER_THINGS = (
    "test_methods_that", "test_every_form_sends", "test_a_write_that", "test_every_text", "test_addresses_outside_companies_are_known", "test_both", "test_leading",
    "test_every_refusal_stands", "test_every_question_that",
)  # fmt: skip
SAMPLED = 6
HERE = Path(__file__).parent / "breaking"
NOTICED = HERE / "noticed.json"  # place -> the check that noticed, when all were broken the latest time
UNNOTICED = (
    HERE / "unnoticed.json"
)  # what nobody has noticed so far: a test is missing, or the reason why it is harmless
HARMLESS = HERE / "harmless.json"  # place -> why nobody gets too much though it is broken


@pytest.fixture(autouse=True)
def written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a question is heard of, and broken, each time it is asked."""
    monkeypatch.setattr(asked_often, "__call__", lambda self, *values: self._asked(self._write(), values))
    for module, name in ((written, "_written"), (keeping, "_counting"), (keeping, "_definition")):
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)


def trial_of(world: World, folder: Path) -> Trial:
    chosen = [one for one in checks(OF_RIGHTS) if not one.name.startswith(OF_OTHER_THINGS)]
    assert len({one.name for one in chosen}) == len(chosen), "each check has a name of its own"
    return Trial(world, chosen, folder)


def test_every_place_that_decides_is_needed_in_a_sample(world: World, tmp_path: Path) -> None:
    noticed = json.loads(NOTICED.read_text())
    trial = trial_of(world, tmp_path)
    by_name = {one.name: one for one in trial.checks}
    known = [one for one in places() if noticed.get(one.name) in by_name]
    sample = known[:: max(1, len(known) // SAMPLED)][:SAMPLED]
    assert len(sample) == SAMPLED
    outcomes = trial.breaking_each((one, [by_name[noticed[one.name]]]) for one in sample)
    assert {place.name for place, found in outcomes if place and not found.noticed_by} == set()
    unbroken = [by_name[noticed[one.name]] for one in sample]
    assert trial.breaking(None, unbroken).noticed_by == "", "and with nothing broken the same checks hold"


def test_each_place_stands_in_one_list_and_no_list_outlives_its_place() -> None:
    """A new place is red until it was broken once (`-m trust`, ROPEWALK_BROKEN_ONLY=…) and somebody noticed."""
    known = {one.name for one in places()}
    noticed, harmless = set(json.loads(NOTICED.read_text())), set(json.loads(HARMLESS.read_text()))
    assert noticed | harmless == known
    assert noticed & harmless == set()
    assert set(json.loads(UNNOTICED.read_text())) == set()


@pytest.mark.trust
def test_every_place_that_decides_is_needed(world: World, tmp_path: Path) -> None:
    noticed, harmless = json.loads(NOTICED.read_text()), json.loads(HARMLESS.read_text())
    trial = trial_of(world, tmp_path)
    by_name = {one.name: one for one in trial.checks}
    only = os.environ.get("ROPEWALK_BROKEN_ONLY", "")
    wanted = [one for one in places() if re.search(only, one.name)]
    wanted.sort(key=lambda one: one.name in noticed or one.name in harmless)  # what is settled comes last
    began = time.monotonic()
    trial.walk()
    say(f"{len(trial.checks)} checks walked in {time.monotonic() - began:.0f} s")
    sound = [one for one in trial.checks if one.name not in trial.failing]
    assert trial.breaking(None, sound[::50]).noticed_by == "", "unbroken they hold in a child, too"

    def jobs() -> Iterator[tuple[Place, list]]:
        for one in wanted:
            known = [by_name[noticed[one.name]]] if noticed.get(one.name) in by_name else []
            yield one, known + [check for check in trial.likely(one) if check not in known]

    found = {}
    for one, outcome in trial.breaking_each(jobs(), at_once=AT_ONCE):
        assert one is not None
        say(f"{one.name} -> {outcome} of {len(trial.decides[one.name])}")
        found[one.name] = outcome
        trial.learn(one, outcome)
        if os.environ.get("ROPEWALK_KEEP_BROKEN") == "yes":
            keep(found)
    say(f"{len(found)} places broken in {time.monotonic() - began:.0f} s")
    assert trial.failing == {}, "these hold not even with nothing broken"
    unnoticed = {name for name, each in found.items() if not each.noticed_by}
    assert unnoticed - set(harmless) == set(), "nobody notices these"
    assert set(harmless) & set(found) - unnoticed == set(), "these are noticed after all"


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def keep(found: dict[str, Found]) -> None:
    """Write down which check noticed what, and what none did; places that are gone go from both lists."""
    known = {one.name for one in places()} - set(found)
    noticed = {name: by for name, by in json.loads(NOTICED.read_text()).items() if name in known}
    noticed |= {name: each.noticed_by for name, each in found.items() if each.noticed_by}
    silent = {name: why for name, why in json.loads(UNNOTICED.read_text()).items() if name in known}
    silent |= {name: each.said for name, each in found.items() if not each.noticed_by}
    harmless = set(json.loads(HARMLESS.read_text()))
    write(NOTICED, noticed)
    write(UNNOTICED, {name: why for name, why in silent.items() if name not in harmless | set(noticed)})


def write(file: Path, lines: dict[str, str]) -> None:
    file.write_text(json.dumps(lines, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
