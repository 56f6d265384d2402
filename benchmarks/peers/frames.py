"""The attainment question by pandas and by polars over credited deals in memory: `python frames.py WHICH FOLDER START END`.

Runs in an environment of its own, without Ropewalk.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def by_pandas(file: Path, start: str, end: str) -> tuple[float, int, float]:
    import pandas as pd

    deals = pd.read_parquet(file)
    deals["closed_on"] = pd.to_datetime(deals["closed_on"])
    begun = time.perf_counter()
    mine = deals[(deals.closed_on >= start) & (deals.closed_on <= end)]
    found = (
        mine.assign(won=mine.share * mine.is_won)
        .groupby("owner")
        .agg(won=("won", "sum"), decided=("share", "sum"))
    )
    found["rate"] = found.won / found.decided
    return time.perf_counter() - begun, len(found), float(found.won.sum())


def by_polars(file: Path, start: str, end: str) -> tuple[float, int, float]:
    import polars as pl

    deals = pl.read_parquet(file)
    begun = time.perf_counter()
    mine = deals.filter(
        pl.col("closed_on").is_between(pl.lit(start).str.to_date(), pl.lit(end).str.to_date())
    )
    found = mine.group_by("owner").agg(
        won=pl.col("share").filter(pl.col("is_won")).sum(), decided=pl.col("share").sum()
    ).with_columns(rate=pl.col("won") / pl.col("decided"))  # fmt: skip
    return time.perf_counter() - begun, found.height, float(found["won"].sum())


if __name__ == "__main__":
    which, folder, start, end = sys.argv[1:]
    work = {"pandas": by_pandas, "polars": by_polars}[which]
    tries = [work(Path(folder) / "credited.parquet", start, end) for _ in range(3)]
    seconds, rows, won = min(tries)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {f"attainment_{which}": seconds, "attainment_rows": rows, "attainment_won": won, "memory": memory}
        )
    )
