"""The attainment question by MetricFlow over the same credited deals: `python metric_flow.py FOLDER START END`.

Runs in an environment of its own, without Ropewalk: makes a dbt project around the Parquet file, then asks the engine in
its own process, so that starting Python isn't charged.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

PROJECT = """
name: bench
version: "1.0"
config-version: 2
profile: bench
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
"""
PROFILES = """
bench:
  target: dev
  outputs:
    dev: {type: duckdb, path: bench.duckdb, threads: 2}
"""
MODELS = """
models:
  - name: time_spine
    time_spine: {standard_granularity_column: day}
    columns: [{name: day, granularity: day}]
semantic_models:
  - name: credited
    model: ref('credited')
    defaults: {agg_time_dimension: closed_on}
    entities: [{name: rep, type: primary, expr: owner}]
    dimensions: [{name: closed_on, type: time, type_params: {time_granularity: day}}]
    measures:
      - {name: won, agg: sum, expr: "case when is_won then share else 0 end"}
      - {name: decided, agg: sum, expr: share}
metrics:
  - {name: won, label: Won, type: simple, type_params: {measure: won}}
  - {name: decided, label: Decided, type: simple, type_params: {measure: decided}}
  - {name: close_rate, label: Close rate, type: ratio, type_params: {numerator: won, denominator: decided}}
"""


def make(folder: Path) -> Path:
    """The project, with the deals as a table of its database."""
    project = folder / "metricflow"
    (project / "models").mkdir(parents=True, exist_ok=True)
    (project / "dbt_project.yml").write_text(PROJECT)
    (project / "profiles.yml").write_text(PROFILES)
    (project / "models" / "models.yml").write_text(MODELS)
    file = (folder / "credited.parquet").absolute()
    (project / "models" / "credited.sql").write_text(
        f"{{{{ config(materialized='table') }}}} SELECT * FROM read_parquet('{file}')"
    )
    days = "SELECT unnest(generate_series(DATE '2024-01-01', DATE '2027-12-31', INTERVAL 1 DAY))::DATE AS day"
    (project / "models" / "time_spine.sql").write_text(f"{{{{ config(materialized='table') }}}} {days}")
    return project


if __name__ == "__main__":
    folder, start, end = Path(sys.argv[1]), *sys.argv[2:]
    project = make(folder)
    os.chdir(project)
    os.environ |= {
        "DBT_PROFILES_DIR": str(project.absolute()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    begun = time.perf_counter()
    subprocess.run([Path(sys.executable).parent / "dbt", "build", "--quiet"], check=True, stdout=sys.stderr)
    setting_up = time.perf_counter() - begun
    from click.testing import CliRunner
    from dbt_metricflow.cli.main import cli

    ask = [
        "query",
        "--metrics",
        "won,decided,close_rate",
        "--group-by",
        "rep",
        "--start-time",
        start,
        "--end-time",
        end,
        "--csv",
        "out.csv",
    ]
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        said = CliRunner().invoke(cli, ask)
        seconds.append(time.perf_counter() - begun)
        if said.exit_code:
            raise SystemExit(said.output)
    with open("out.csv") as file:
        rows = list(csv.DictReader(file))
    won = sum(float(row["won"]) for row in rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"attainment_metricflow": min(seconds), "metricflow_set_up": setting_up, "attainment_rows": len(rows),
                      "attainment_won": won, "memory": memory}))  # fmt: skip
