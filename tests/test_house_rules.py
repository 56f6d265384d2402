"""House rules that the import contracts can't see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "ropewalk"
ROOT = SOURCE.parents[1]
BELOW_JOBS = (
    "rules", "drawing", "journal", "companies", "facts", "connectors", "metrics", "plans", "cascade", "versions",
    "individual_plans", "rollout", "reviews", "progress",
)  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}
FORBIDDEN_NAMES = {"utils", "helpers", "core", "common", "services", "misc"}


def modules(*floors: str) -> Iterator[Path]:
    for floor in floors:
        yield from (path for path in (SOURCE / floor).rglob("*.py") if "migrations" not in path.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_rules_import_the_standard_library_only() -> None:
    for path in modules("rules"):
        for name in imported(ast.parse(path.read_text())):
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("ropewalk.rules"), (
                path,
                name,
            )


def test_drawings_import_the_standard_library_and_rules_only() -> None:
    for path in modules("drawing"):
        for name in imported(ast.parse(path.read_text())):
            allowed = name.startswith(("ropewalk.rules", "ropewalk.drawing"))
            assert allowed or name.split(".")[0] in sys.stdlib_module_names, (path, name)


def test_nothing_below_jobs_reads_a_clock() -> None:
    for path in modules(*BELOW_JOBS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                assert ast.unparse(node.value) not in {
                    "datetime",
                    "date",
                    "timezone",
                    "datetime.datetime",
                    "datetime.date",
                }, (
                    path,
                    ast.unparse(node),
                )
            if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                pytest.fail(f"{path} lets the database read the clock")


def test_no_folder_or_module_has_a_name_that_says_nothing() -> None:
    for path in SOURCE.rglob("*.py"):
        assert path.stem not in FORBIDDEN_NAMES, path
        assert not FORBIDDEN_NAMES & set(path.relative_to(SOURCE).parts[:-1]), path


def test_tables_are_changed_only_inside_their_own_floor() -> None:
    """Outside their own floor tables aren't even imported, but by companies' own people and teams as targets of keys."""
    for path in SOURCE.rglob("*.py"):
        floor = path.relative_to(SOURCE).parts[0]
        if "migrations" in path.parts or floor in {"settings.py"}:
            continue
        for name in imported(ast.parse(path.read_text())):
            found = re.fullmatch(r"ropewalk\.(\w+)\.models", name)
            if found and found.group(1) != floor:
                text = path.read_text()
                is_table = path.name == "models.py"
                writes = re.search(
                    r"\b(Company|Person|Team|Membership)\.objects\.(create|update|delete|bulk|get_or_create|update_or_create)",
                    text,
                )
                assert is_table or not writes, f"{path} changes a table of {found.group(1)}"


def test_every_module_says_what_it_knows() -> None:
    silent = [
        path
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        and path.name not in {"apps.py", "__init__.py"}
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_no_module_is_longer_than_it_can_be_read() -> None:
    long = {
        str(path.relative_to(SOURCE)): count
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > 450
    }
    assert not long, "there are usually two things in it: find their names"


def test_no_signals_and_no_logic_in_save() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text()
        assert "django.db.models.signals" not in text, path
        if path.name == "models.py":
            assert "def save(" not in text, path


def test_the_lock_and_the_sources_name_no_host_and_no_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a checkout")
    machine = re.compile(r"(?<![\w.])/(work|root|home)/\w")
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".png", ".ttf", ".xlsx", ".woff2"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if name.startswith("requirements"):
            assert "://" not in text, name
        if name != "tests/test_house_rules.py":
            assert not machine.search(text), f"{name} names a path of a machine"
