"""What differs between an installation and a backup: rows, facts, figures. Start with `differences`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ropewalk.backups import sample, tables
from ropewalk.backups.archive import Manifest
from ropewalk.facts import keeping

LIVELY = {"journal.line", "jobs.job"}  # grow by looking after the installation


def differences(manifest: Manifest, opened: Path) -> list[str]:
    """A sentence for each thing that differs from an opened backup; none where all is equal."""
    found = []
    if manifest.said["state"] == tables.state_now():
        found += differences_of_tables(manifest)
    else:
        found.append("The tables have another form by now, so their rows can't be compared one by one.")
    return found + differences_of_facts(manifest, opened) + differences_of_figures(manifest)


def differences_of_tables(manifest: Manifest) -> list[str]:
    """Of people and plans."""
    now = {name: asdict(one) for name, one in tables.write_rows(None).items() if name not in LIVELY}
    then = {name: one for name, one in manifest.said["tables"].items() if name not in LIVELY}
    return [
        f"{name}: {told(then.get(name))} then, {told(now.get(name))} now."
        for name in sorted(now.keys() | then.keys())
        if now.get(name) != then.get(name)
    ]


def differences_of_facts(manifest: Manifest, opened: Path) -> list[str]:
    """Of the facts."""
    said = {name: keeping.Weight(**one) for name, one in manifest.said["facts"].items()}
    weighed = keeping.weigh_beside(opened / "facts", said)
    return [
        f"{name}: {told(asdict(then))} then, {told(asdict(now))} now."
        for name, (then, now) in sorted(weighed.items())
        if then != now
    ] + [
        f"{name}: {told(asdict(said[name]))} then, none now."
        for name in sorted(said.keys() - weighed.keys())
        if said[name].rows
    ]


def differences_of_figures(manifest: Manifest) -> list[str]:
    """Of the figures that the backup kept, computed once more as of its day, each held against its own."""
    then: list[sample.Figure] = manifest.said["figures"]
    now = sample.same_again_for_system(then, date.fromisoformat(manifest.said["on"]))
    there = Counter(map(tuple, now))
    changed = [one for one in then if not _is_among(one, there)]
    if not changed:
        return []
    first = changed[0]
    new = next((one for one in now if one[:4] == first[:4]), None)
    return [
        f"{len(changed)} of {len(then)} figures differ, the first: {' '.join(first)} then, "
        f"{' '.join(new[4:]) if new else 'none'} now."
    ]


def _is_among(one: sample.Figure, there: Counter[tuple[str, ...]]) -> bool:
    """Whether it is there as it was; each counts once, since two people may have one name."""
    there[tuple(one)] -= 1
    return there[tuple(one)] >= 0


def told(one: dict[str, object] | None) -> str:
    """How many rows, in words; the checksum's beginning where that is all that differs."""
    if one is None:
        return "none"
    return f"{one['rows']:,} rows ({str(one.get('sha256') or one.get('checksum'))[:8]})"
