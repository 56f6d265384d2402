"""Whatever is kept or remembered may go at any moment: every figure and page is as if it had stayed, and as if it never was.

A cache that isn't named here is red.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.trust import forgetting

import ropewalk

ROOT = Path(__file__).parents[2]
SOURCE = Path(ropewalk.__file__).parent
MOMENTS = 50
FORGOTTEN_BY = {  # what is kept in a process -> the way by which the scenario forgets it
    "metrics/keeping.py:_wished": "wished tallies",
    "metrics/keeping.py:_counting": "written differences",
    "metrics/keeping.py:_definition": "written differences",
    "jobs/keeping_up.py:_done": "what is kept up",
    "jobs/warming.py:_warm": "what is warm",
    "jobs/warming.py:_took": "what is warm",
    "facts/store/moments.py:_held": "facts of before",
    "progress/remembering.py:_shelves": "worlds",
    "facts/store/connection.py:_hold": "the hold with its marks",
    "metrics/written.py:_written": "written differences",
    "facts/store/translating.py:translated": "translated questions",
}
STAYS = {  # what is kept in a process and can't become stale, with the reason
    "facts/store/connection.py:_of_thread": "a thread’s own cursor; looked at anew with the hold",
    "lib/giving_way.py:_answers": "how many wait for an answer, counted up and down",
    "lib/giving_way.py:_of_thread": "since when a thread computes in the background",
    "facts/store/moments.py:_of_thread": "what a request shows, as long as it lasts",
    "plans/playbooks.py:playbooks": "files of the program",
    "companies/public_holidays.py:countries": "a list of the program",
    "metrics/built_in.py:definitions": "files of the program",
    "versions/document.py:from_text": "of a text alone",
    "individual_plans/item.py:_read": "of a text alone",
    "pages/saying.py:remembered": "words, of their arguments alone",
    "rules/calendar.py:_counted": "of its arguments alone",
    "rules/pace.py:_gone_kept": "of its arguments alone",
    "rules/pace.py:_walked": "of its arguments alone",
    "rules/pace.py:_looked": "of its arguments alone",
    "rules/adherence.py:_owed_kept": "of its arguments alone",
}
KEEPERS = ("dict", "OrderedDict", "list", "set", "local", "WeakSet", "WeakValueDictionary")


def kept_in_the_process() -> set[str]:
    """Names of modules that something can be put into while the program runs, and functions that remember."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        place = str(path.relative_to(SOURCE))
        tree = ast.parse(path.read_text())
        rebound = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any(
                "cache" in ast.unparse(one) for one in node.decorator_list
            ):
                found.add(f"{place}:{node.name}")
            for target, value in assigned(node):
                is_keeper = "lru_cache" in ast.unparse(value) or (
                    target == target.lower() and (
                        (isinstance(value, (ast.Dict, ast.List, ast.Set)) and not ast.unparse(value).strip("[]{}"))
                        or (isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in KEEPERS)
                    )
                )  # fmt: skip
                if is_keeper or target in rebound:
                    found.add(f"{place}:{target}")
    return found


def assigned(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        return [(node.target.id, node.value)]
    if isinstance(node, ast.Assign):
        return [(one.id, node.value) for one in node.targets if isinstance(one, ast.Name)]
    return []


def test_everything_that_is_kept_in_a_process_is_forgotten_or_says_why_not() -> None:
    assert kept_in_the_process() == FORGOTTEN_BY.keys() | STAYS.keys()
    assert set(FORGOTTEN_BY.values()) <= forgetting.ways().keys()


def went(folder: Path, how: str, seed: int, every: int) -> dict[str, str]:
    """Look -> what was seen."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.forgetting", str(folder / how), how, *map(str, (seed, MOMENTS, every))],
        cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"ROPEWALK_HOME": str(folder / "own"), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["forgotten"] == (MOMENTS if how == "forgetting" else 0)
    seen = {one.name: one.read_text() for one in (folder / how / "seen").iterdir()}
    assert len(seen) == told["looks"] > 100
    return seen


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert one.keys() == other.keys()
    return [
        f"{name}: {one[name].splitlines()[0]}\n"
        + "\n".join([*difflib.unified_diff(one[name].splitlines(), other[name].splitlines(), lineterm="", n=0)][:8])
        for name in sorted(one)
        if one[name] != other[name]
    ]  # fmt: skip


@pytest.mark.trust
def test_the_looks_find_tallies_and_worlds_that_are_served_though_they_are_stale(tmp_path: Path) -> None:
    never = went(tmp_path, "never", 1, 12)
    for wrong in forgetting.WRONG:
        assert differing(never, went(tmp_path, wrong, 1, 12)), wrong


@pytest.mark.parametrize(
    ("seed", "every"), [(1, 12), *(pytest.param(seed, 1, marks=pytest.mark.trust) for seed in (2, 3))]
)
def test_what_is_forgotten_at_any_moment_changes_no_figure_and_no_page(
    tmp_path: Path, seed: int, every: int
) -> None:
    never = went(tmp_path, "never", seed, every)
    for how in ("kept", "forgetting"):
        assert differing(never, went(tmp_path, how, seed, every))[:3] == [], how
