"""`make bench`: every measurement in a process of its own, all in one run, as ratios, into docs/performance.md.

Start with `main`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import venv
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import by_hand

ROOT = Path(__file__).parent.parent
PEERS = Path(__file__).parent / "peers"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench -->", "<!-- end of bench -->"
YEAR = ("2026-04-01", "2026-11-24")
Said = dict[str, float]


def main() -> None:
    """Make the company where it isn't there yet, measure, and write the page."""
    given = argparse.ArgumentParser()
    given.add_argument("folder", type=Path)
    given.add_argument("--scale", type=float, default=1.0)
    given.add_argument("--only-print", action="store_true", help="leave the page as it is")
    asked = given.parse_args()
    folder: Path = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    _run(sys.executable, "-m", "benchmarks.home", str(folder / "home"), str(asked.scale))
    said: dict[str, Said] = {
        name: _measured(sys.executable, "-m", "benchmarks.measuring", name, str(folder))
        for name in ("tallies", "questions", "changes", "export", "by_rows", "importing", "reading")
    }
    frames, metricflow = _environment(folder, "frames"), _environment(folder, "metricflow")
    for which in ("pandas", "polars"):
        said[which] = _measured(frames, str(PEERS / "frames.py"), which, str(folder), *YEAR)
    said["metricflow"] = _measured(metricflow, str(PEERS / "metric_flow.py"), str(folder), *YEAR)
    text = page(said, asked.scale)
    print(text)
    if not asked.only_print:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(before + text + rest.partition(END)[2])


def page(said: dict[str, Said], scale: float) -> str:
    """The part of the page that a run writes."""
    tallies, questions, changes, importing, reading = (
        said[name] for name in ("tallies", "questions", "changes", "importing", "reading")
    )
    kept, peers = questions["attainment_kept"], ("metricflow", "pandas", "polars", "orm")
    found = {one: said["by_rows" if one == "orm" else one][f"attainment_{one}"] for one in peers}
    same = {round(said["by_rows" if one == "orm" else one]["attainment_won"], 3) for one in peers}
    assert same == {round(questions["attainment_won"], 3)}, f"the tools don't agree: {same}"
    rows = [
        _line("import of a file", importing["import"] / importing["bare"], "times the bare read", 3, importing,
              f"{importing['rows']:,.0f} activities: {importing['import']:.0f} s, bare {importing['bare']:.1f} s"),
        _line("of that the reading child's part", reading["read"] / importing["bare"], "times the bare read", None, reading, f"{reading['read']:.0f} s"),
        _line("the same file again", importing["again"] / importing["bare"], "times the bare read", None, importing, f"{importing['again']:.0f} s"),
        *(
            _line(f"full tally: {'all twelve together' if name == 'all_kept' else name}", tallies[name] / tallies[f"{name}_by_hand"], "times hand-written SQL that writes the same rows", 1.5,
                  tallies, f"{tallies[name]:.2f} s, by hand {tallies[f'{name}_by_hand']:.2f} s")
            for name in (*by_hand.statements(0), "all_kept")
        ),
        _line("all kept metrics made anew", tallies["all_metrics"], "s", None, tallies, ""),
        _line("all metrics by person and week of the year", questions["all_by_person_and_week"], "s", None, questions, ""),
        _line("5,000 changed of the latest 90 days, a tenth of them deals, merged, tallies moved", changes["recent"], "s", 1, changes,
              f"{changes['recent_shown']:.1f} s with the company's overview made anew"),
        _line("5,000 changed spread over everything", changes["spread"], "s", 5, changes, f"{changes['spread_shown']:.1f} s with the overview"),
        _line("reads of one rep's Today, without HTML, remembered", questions["today"] * 1000, "ms", 5, questions, ""),
        _line("reads of the company's overview, without HTML, remembered", questions["overview"] * 1000, "ms", 100, questions, ""),
        _line("the same, nothing remembered", questions["overview_first"], "s", None, questions, f"a rep's Today {questions['today_first']:.1f} s"),
        _line("attainment of every rep, from the facts", questions["attainment_from_facts"] / kept, "times from kept tallies", None, questions,
              f"{kept * 1000:.0f} ms kept"),
        *(
            _line(f"the same attainment by {name}", found[one] / kept, "times from kept tallies", None, said["by_rows" if one == "orm" else one],
                  f"{found[one] * 1000:,.0f} ms")
            for one, name in zip(peers, ("MetricFlow", "pandas, in memory already", "polars, in memory already", "one ORM query per rep"), strict=True)
        ),
    ]  # fmt: skip
    size = f"{importing['rows']:,.0f} activities" + (
        "" if scale == 1 else f" (scale {scale:g} of the full company)"
    )
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[1]:.1f} at its end"
    return "\n".join([
        BEGIN, f"`make bench` on {datetime.now(UTC):%-d %B %Y}: {size}; {machine}.", "",
        "| what | figure | target | met | peak memory | |", "| --- | --- | --- | --- | --- | --- |", *rows, END,
    ])  # fmt: skip


def _line(what: str, figure: float, unit: str, target: float | None, said: Said, more: str) -> str:
    met = "" if target is None else "yes" if figure <= target else "**no**"
    aim = "" if target is None else f"at most {target:g}"
    return f"| {what} | {figure:.3g} {unit} | {aim} | {met} | {said['memory']:,.0f} MB | {more} |"


def _environment(folder: Path, name: str) -> str:
    """The Python of a peer's own environment, made where it isn't there yet."""
    place = folder / f"env-{name}"
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        venv.create(place, with_pip=True, clear=True)
        _run(str(python), "-m", "pip", "install", "-q", "-r", str(PEERS / f"requirements-{name}.txt"))
        (place / "ready").touch()
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _measured(*command: str) -> Said:
    print(" ".join(command[-3:]), file=sys.stderr, flush=True)
    out = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
    found: Said = json.loads(out.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
