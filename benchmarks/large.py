"""Private queries over many rows: against the exact query on the raw Parquet file, in one process and in turns.

    python benchmarks/large.py [--rows 10000000] [--repeats 7]

Prints the three shapes of `query.py` and a private median as ratios to the exact DuckDB query; the time for 20,000
groups that nobody declared; the throughput of eight clients against one; and the most memory that the process took,
which asks and does nothing else. Where Polars is installed, OpenDP's context answers the same questions.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from query import CENSUS, EPSILON, SHAPES, interleaved, private, write

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import plan, release
from quarantine.store.sources.bounded import build
from quarantine.store.sources.engine import Engine

MEDIAN = "SELECT MEDIAN(age) FROM census"
TOWNS = Table(
    schema="public",
    name="towns",
    columns=(
        Column(name="user_id", type=ColumnType.INT, private_id=True, nullable=False),
        Column(name="town", type=ColumnType.STRING, nullable=False),
    ),
    source=Source(connector="parquet", format="parquet"),
    max_ids=1,
)
KEYS = 20_000
SECONDS = 3.0


def tell(name: str, value: float, goal: float, *, least: bool = False, unit: str = "") -> None:
    """One line, with its goal."""
    met = value >= goal if least else value <= goal
    print(
        f"{'met   ' if met else 'MISSED'} {name:52} {value:9.2f}{unit}  goal {'>=' if least else '<='} {goal:g}{unit}",
        flush=True,
    )


def shapes(engine: Engine, raw: Path, copy: Path, repeats: int) -> None:
    """Each question beside the exact one, which the same DuckDB answers on the file that its owner has."""
    exact = duckdb.connect()
    exact.execute(f"CREATE VIEW census AS SELECT * FROM read_parquet('{raw}')")
    for name, sql in {**SHAPES, "median": MEDIAN}.items():
        cases: dict[str, Callable[[], object]] = {
            "exact": lambda sql=sql: exact.execute(sql).fetchall(),
            "private": lambda sql=sql: private(engine, sql, copy),
        }
        took = interleaved(cases, repeats)
        print(f"       {name}: exact {took['exact'] * 1e3:.1f} ms, private {took['private'] * 1e3:.1f} ms")
        tell(f"{name}, x the exact query", took["private"] / took["exact"], 1.0)
    exact.close()


def keys(engine: Engine, folder: Path, repeats: int) -> None:
    """Groups that are found in the data, and shown above a threshold only."""
    raw, copy = folder / "towns_raw.parquet", folder / "towns.parquet"
    rows = f"SELECT range AS user_id, 'town ' || (range % {KEYS}) AS town FROM range({50 * KEYS})"
    duckdb.connect().execute(f"COPY ({rows}) TO '{raw}' (FORMAT parquet)")
    build(TOWNS, (raw,), copy)
    made = plan(
        "SELECT town, COUNT(*) FROM towns GROUP BY town",
        Metadata(name="towns", tables=(TOWNS,)),
        epsilon=1.0,
        delta=1e-7,
    )

    def ask() -> int:
        return len(release(made, engine.aggregate(made.statement("duckdb", "towns"), {"towns": copy})).csv())

    tell(f"{KEYS} groups that nobody declared", interleaved({"ask": ask}, repeats)["ask"] * 1e3, 100, unit=" ms")


def clients(engine: Engine, copy: Path) -> None:
    """Questions a second that eight clients get answered, against one."""
    tell("throughput of 8 clients, x one", rate(engine, copy, 8) / rate(engine, copy, 1), 1.8, least=True)


def rate(engine: Engine, copy: Path, count: int) -> float:
    """Answers a second to so many clients, each asking again when it is answered."""
    until, answered = time.perf_counter() + SECONDS, [0] * count

    def client(number: int) -> None:
        while time.perf_counter() < until:
            private(engine, SHAPES["Q2"], copy)
            answered[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / SECONDS


def polars(engine: Engine, raw: Path, copy: Path, repeats: int) -> None:
    """OpenDP's own context over Polars, asked the first two shapes."""
    try:
        import opendp.prelude as dp
        import polars as pl
    except ImportError as error:
        print(f"       OpenDP's Polars context was not measured: {error} (install the extra `bench`)")
        return
    dp.enable_features("contrib")

    def context() -> Any:
        most = dp.polars.Margin(max_length=2**31)
        groups = dp.polars.Margin(by=["sex"], invariant="keys", max_length=2**31)
        return dp.Context.compositor(
            data=pl.scan_parquet(raw).with_columns(pl.col("age").cast(pl.Int64)),
            privacy_unit=dp.unit_of(contributions=5),
            privacy_loss=dp.loss_of(epsilon=EPSILON),
            split_evenly_over=1,
            margins=[most, groups],
        )

    asked: dict[str, Callable[[], object]] = {
        "Q1": lambda: context().query().select(dp.len(signed=True)).release().collect(),
        "Q2": lambda: (
            context()
            .query()
            .group_by("sex")
            .agg(dp.len(signed=True), pl.col("age").fill_null(18).dp.sum((18, 90)))
            .release()
            .collect()
        ),
    }
    for name, ask in asked.items():
        ours = statistics.median(
            interleaved({"x": lambda name=name: private(engine, SHAPES[name], copy)}, repeats).values()
        )
        theirs = interleaved({"x": ask}, max(1, repeats // 3))["x"]
        tell(f"{name}, OpenDP's Polars context x ours", theirs / ours, 50, least=True)


def measured(raw: Path, copy: Path) -> None:
    """In a process of its own: the most memory that asking takes, in MB."""
    engine = Engine(copy.parent)
    for sql in (*SHAPES.values(), MEDIAN):
        private(engine, sql, copy)
    engine.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--memory", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory:
        measured(*given.memory)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"writing {given.rows} rows, and their bounded copy ...", flush=True)
        raw, copy = write(folder, given.rows), folder / "copy.parquet"
        started = time.perf_counter()
        build(CENSUS, (raw,), copy)
        print(f"       made in {time.perf_counter() - started:.1f} s; {os.cpu_count()} cores", flush=True)
        engine = Engine(folder)
        shapes(engine, raw, copy, given.repeats)
        keys(engine, folder, given.repeats)
        clients(engine, copy)
        polars(engine, raw, copy, given.repeats)
        engine.close()
        command = [sys.executable, __file__, "--memory", str(raw), str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        tell("memory of a process that asks all of them", float(done.stdout), 400, unit=" MB")


if __name__ == "__main__":
    main()
