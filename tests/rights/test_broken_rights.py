"""Whatever decides who sees what is broken on purpose, one place at a time; a check has to notice each.

The places are found by walking the source, so that a new one needs no line anywhere. `-m trust` breaks all of them and, with
ROPEWALK_KEEP_BROKEN=yes, writes down as it goes which check noticed which; ROPEWALK_BROKEN_ONLY is a pattern of names for
a part. `make test` breaks a few of those written down.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pages import test_rights
from tests.rights import test_canaries, test_foreign_ids, test_orders, test_two_writers
from tests.rights.breaking.checks import checks
from tests.rights.breaking.places import Place, places
from tests.rights.breaking.trying import Found, Trial
from tests.rights.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
AT_ONCE = max(2, os.cpu_count() or 2)
OF_OTHER_THINGS = (
    "test_methods_that", "test_every_form_sends", "test_a_write_that", "test_every_text", "test_addresses", "test_both", "test_leading",
    "test_every_refusal_stands",
)  # fmt: skip
SAMPLED = 6
HERE = Path(__file__).parent / "breaking"
NOTICED = HERE / "noticed.json"  # place -> the check that noticed, when all were broken the latest time
HARMLESS = HERE / "harmless.json"  # place -> why nobody gets too much though it is broken


def trial_of(world: World, folder: Path) -> Trial:
    every = checks([test_rights, test_canaries, test_foreign_ids, test_orders, test_two_writers])
    return Trial(world, [one for one in every if not one.name.startswith(OF_OTHER_THINGS)], folder)


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


def test_the_list_of_harmless_places_only_shrinks() -> None:
    known = {one.name for one in places()}
    assert set(json.loads(HARMLESS.read_text())) <= known, "an entry for what is no longer there"


@pytest.mark.trust
def test_every_place_that_decides_is_needed(world: World, tmp_path: Path) -> None:
    noticed, harmless = json.loads(NOTICED.read_text()), json.loads(HARMLESS.read_text())
    trial = trial_of(world, tmp_path)
    by_name = {one.name: one for one in trial.checks}
    assert trial.breaking(None, trial.checks[:6]).noticed_by == "", (
        "unbroken, every check holds in a child, too"
    )
    only = os.environ.get("ROPEWALK_BROKEN_ONLY", "")
    wanted = [one for one in places() if re.search(only, one.name)]
    known = [(one, [by_name[noticed[one.name]]]) for one in wanted if noticed.get(one.name) in by_name]
    found = {
        one.name: outcome
        for one, outcome in told(trial.breaking_each(known, at_once=AT_ONCE))
        if outcome.noticed_by
    }
    left = [one for one in wanted if one.name not in found]
    if left:
        trial.walk()
    for one, outcome in told(
        trial.breaking_each(((one, trial.likely(one)) for one in left), at_once=AT_ONCE)
    ):
        found[one.name] = outcome
        if os.environ.get("ROPEWALK_KEEP_BROKEN") == "yes":
            keep({name: each.noticed_by for name, each in found.items() if each.noticed_by})
    assert trial.failing == {}, "these hold not even with nothing broken"
    silent = {name for name, each in found.items() if not each.noticed_by}
    assert silent - set(harmless) == set(), "nobody notices these"
    assert set(harmless) & set(found) - silent == set(), "these are noticed after all"


def told(outcomes: Iterator[tuple[Place | None, Found]]) -> Iterator[tuple[Place, Found]]:
    """What came of each place, said as it comes."""
    for place, outcome in outcomes:
        assert place is not None
        sys.stdout.write(f"{place.name} -> {outcome}\n")
        sys.stdout.flush()
        yield place, outcome


def keep(found: dict[str, str]) -> None:
    """Write down which check noticed; places that are gone go from the list."""
    kept = {
        name: by
        for name, by in json.loads(NOTICED.read_text()).items()
        if name in {one.name for one in places()}
    }
    NOTICED.write_text(json.dumps(kept | found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
