"""Private queries, on the bounded copy, against the exact DuckDB query on the raw Parquet file and SmartNoise SQL.

    python benchmarks/query.py [--rows 10000 1000000] [--repeats 60]

Prints, for three shapes of query, the median times, the ratio to the exact query, and the overhead in milliseconds.
SmartNoise SQL needs old versions of its dependencies, so an environment of its own; SMARTNOISE_PYTHON names its python.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import plan, release
from quarantine.store.sources.bounded import build
from quarantine.store.sources.engine import Engine

SHAPES = {
    "Q1": "SELECT COUNT(*) FROM census",
    "Q2": "SELECT sex, COUNT(*), AVG(age) FROM census GROUP BY sex",
    "Q3": "SELECT education, SUM(income) FROM census WHERE age > 30 GROUP BY education",
}
ROWS_EACH = 5
EPSILON = 1.0
CENSUS = Table(
    schema="public",
    name="census",
    columns=(
        Column(name="user_id", type=ColumnType.INT, private_id=True, nullable=False),
        Column(name="sex", type=ColumnType.STRING, nullable=False, allowed_values=("F", "M")),
        Column(name="age", type=ColumnType.INT, nullable=False, lower=18, upper=90),
        Column(name="education", type=ColumnType.STRING, nullable=False),
        Column(name="income", type=ColumnType.FLOAT, nullable=False, lower=0, upper=200_000),
    ),
    source=Source(connector="parquet", format="parquet"),
    max_ids=ROWS_EACH,
)
METADATA = Metadata(name="census", tables=(CENSUS,))

SMARTNOISE = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import duckdb, snsql, pandas
from snsql import Privacy, from_df
path, repeats, shapes = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
frame = duckdb.connect().execute(f"SELECT user_id, sex, age, education, income FROM '{path}'").fetchdf()
meta = {"": {"public": {"census": {"max_ids": 5, "rows": len(frame),
  "user_id": {"type": "int", "private_id": True}, "sex": {"type": "string"}, "education": {"type": "string"},
  "age": {"type": "int", "lower": 18, "upper": 90}, "income": {"type": "float", "lower": 0, "upper": 200000}}}}}
reader = from_df(frame, privacy=Privacy(epsilon=1.0, delta=1e-7), metadata=meta)
for name, sql in shapes.items():
    sql, times = sql.replace("census", "public.census"), []
    for _ in range(repeats):
        start = time.perf_counter(); reader.execute(sql); times.append(time.perf_counter() - start)
    print(json.dumps([name, sorted(times)[len(times) // 2]]))
"""


def write(folder: Path, rows: int) -> Path:
    """A synthetic table as its owner has it: five rows per person, income a float, in no order."""
    path = folder / f"raw_{rows}.parquet"
    duckdb.connect().execute(
        f"""COPY (SELECT range // {ROWS_EACH} AS user_id, CASE WHEN hash(range) % 2 = 0 THEN 'F' ELSE 'M' END AS sex,
        (18 + hash(range, 1) % 73)::BIGINT AS age, 'level ' || (hash(range, 2) % 16) AS education,
        (hash(range, 3) % 200000)::DOUBLE AS income FROM range({rows})) TO '{path}' (FORMAT parquet)"""
    )
    return path


def interleaved(cases: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median seconds of each case, taking turns, so that the machine's moods hit all alike."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(repeats + 3):
        for name, run in cases.items():
            start = time.perf_counter()
            run()
            if turn >= 3:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def private(engine: Engine, sql: str, path: Path) -> str:
    """Everything between the SQL text and the CSV text."""
    made = plan(sql, METADATA, epsilon=EPSILON)
    return release(made, engine.aggregate(made.statement("duckdb", "census"), {"census": path})).csv()


def smartnoise(path: Path, repeats: int) -> dict[str, float]:
    """SmartNoise SQL's median seconds by shape; empty, with a reason printed, where it is not installed."""
    python = os.environ.get("SMARTNOISE_PYTHON", sys.executable)
    command = [python, "-c", SMARTNOISE, str(path), str(repeats), json.dumps(SHAPES)]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    if not lines:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        print(f"    SmartNoise SQL was not measured: {reason} (set SMARTNOISE_PYTHON)")
    return {str(name): float(seconds) for name, seconds in lines}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine, exact = Engine(folder), duckdb.connect()
        for rows in given.rows:
            path, copy = write(folder, rows), folder / f"copy_{rows}.parquet"
            build(CENSUS, (path,), copy)
            exact.execute(f"CREATE OR REPLACE VIEW census AS SELECT * FROM read_parquet('{path}')")
            print(f"{rows} rows, epsilon {EPSILON}, {ROWS_EACH} rows per person at most")
            rival = smartnoise(path, max(3, given.repeats // 20))
            for shape, sql in SHAPES.items():
                cases: dict[str, Callable[[], object]] = {
                    "exact": lambda sql=sql: exact.execute(sql).fetchall(),
                    "private": lambda sql=sql, copy=copy: private(engine, sql, copy),
                }
                took = interleaved(cases, given.repeats)
                line = f"  {shape}: exact {took['exact'] * 1e3:7.2f} ms, private {took['private'] * 1e3:7.2f} ms"
                line += f", ratio {took['private'] / took['exact']:.2f}"
                line += f", overhead {(took['private'] - took['exact']) * 1e3:.2f} ms"
                if shape in rival:
                    line += f", SmartNoise {rival[shape] * 1e3:.0f} ms ({rival[shape] / took['private']:.0f} x ours)"
                print(line)
        engine.close()
        exact.close()


if __name__ == "__main__":
    main()
