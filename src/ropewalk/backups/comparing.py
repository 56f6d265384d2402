"""What differs between an installation and a backup: rows, facts, figures. Start with `differences`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from ropewalk.backups import sample, tables
from ropewalk.backups.archive import Manifest
from ropewalk.facts import keeping

LIVELY = {"journal.line", "jobs.job"}  # grow by looking after the installation


def differences(manifest: Manifest) -> list[str]:
    """A sentence for each thing that differs; none where all is equal."""
    found = []
    if manifest.said["state"] == tables.state_now():
        found += differences_of_tables(manifest)
    else:
        found.append("The tables have another form by now, so their rows can't be compared one by one.")
    return found + differences_of_facts(manifest) + differences_of_figures(manifest)


def differences_of_tables(manifest: Manifest) -> list[str]:
    """Of people and plans."""
    now = {name: asdict(one) for name, one in tables.write_rows(None).items() if name not in LIVELY}
    then = {name: one for name, one in manifest.said["tables"].items() if name not in LIVELY}
    return [
        f"{name}: {told(then.get(name))} then, {told(now.get(name))} now."
        for name in sorted(now.keys() | then.keys())
        if now.get(name) != then.get(name)
    ]


def differences_of_facts(manifest: Manifest) -> list[str]:
    """Of the facts."""
    now = {name: asdict(one) for name, one in keeping.weigh_all().items()}
    then = manifest.said["facts"]
    return [
        f"{name}: {told(then.get(name))} then, {told(now.get(name))} now."
        for name in sorted(now.keys() | then.keys())
        if now.get(name, {"rows": 0, "checksum": "0"}) != then.get(name, {"rows": 0, "checksum": "0"})
    ]


def differences_of_figures(manifest: Manifest) -> list[str]:
    """Of the figures that the backup kept, computed once more as of its day."""
    then = manifest.said["figures"]
    now = sample.figures_for_system(date.fromisoformat(manifest.said["on"]))
    if now == then:
        return []
    changed = [(old, new) for old, new in zip(then, now, strict=False) if old != new]
    if not changed:
        return [f"{len(then)} figures then, {len(now)} now."]
    old, new = changed[0]
    return [
        f"{len(changed)} of {len(then)} figures differ, the first: {' '.join(old)} then, {' '.join(new)} now."
    ]


def told(one: dict[str, object] | None) -> str:
    """How many rows, in words; the checksum's beginning where that is all that differs."""
    if one is None:
        return "none"
    return f"{one['rows']:,} rows ({str(one.get('sha256') or one.get('checksum'))[:8]})"
