"""The two locks: what an installation runs is exactly what the project wants and what that wants, and nothing besides."""

from __future__ import annotations

import itertools
import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUN, DEV = "requirements.lock", "requirements-dev.lock"
MACHINES = [  # wherever it may be installed: a package wanted on one of them stands in a lock for all
    {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": platform, "platform_system": system,
     "os_name": name, "platform_machine": machine, "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    for version, (platform, system, name), machine in itertools.product(
        ("3.11", "3.12", "3.13"),
        (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt")),
        ("x86_64", "aarch64"),
    )
]  # fmt: skip


def locked(name: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The packages of a lock, with version and hashes of each."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text()):
        said = re.match(r"([\w.-]+)==([^\s;]+)", entry)
        if said:
            found[canonicalize_name(said[1])] = (
                said[2],
                tuple(sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))),
            )
    return found


def is_wanted(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate(machine | {"extra": extra}) for machine in MACHINES)


def closure(wanted: list[str]) -> set[str]:
    """The packages that these requirements come to, read from what is installed; what isn't, on this machine, wants nothing."""
    found: set[tuple[str, str]] = set()
    ahead = [Requirement(one) for one in wanted]
    while ahead:
        one = ahead.pop()
        name = canonicalize_name(one.name)
        for extra in ("", *one.extras):
            if (name, extra) in found:
                continue
            found.add((name, extra))
            try:
                said = requires(name) or []
            except PackageNotFoundError:
                said = []
            ahead += [more for more in map(Requirement, said) if is_wanted(more, extra)]
    return {name for name, _ in found}


def test_what_is_run_is_locked_and_nothing_else() -> None:
    assert set(locked(RUN)) == closure(PROJECT["dependencies"])


def test_the_tools_of_development_are_in_the_other_lock_alone() -> None:
    tools = {canonicalize_name(Requirement(one).name) for one in PROJECT["optional-dependencies"]["dev"]}
    assert tools <= set(locked(DEV))
    assert not tools & set(locked(RUN))


def test_both_locks_hold_the_same_files_each_by_its_hash() -> None:
    run, dev = locked(RUN), locked(DEV)
    assert run.items() <= dev.items(), "a test is run with what an installation runs"
    assert all(hashes for _, hashes in dev.values())


def test_each_lock_says_how_it_is_made_as_told_to_contributors() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text()
    for name in (RUN, DEV):
        made = re.search(r"^#    (uv pip compile .*)$", (ROOT / name).read_text(), re.M)
        assert made
        assert made[1] in told
        assert made[1].endswith(f"-o {name}")


def test_setting_up_installs_the_tools_and_installing_does_not() -> None:
    assert f"-r {DEV}" in (ROOT / "Makefile").read_text()
    for place in ("docs/operating.md", "deploy/Containerfile"):
        text = (ROOT / place).read_text()
        assert f"-r {RUN}" in text
        assert DEV not in text
