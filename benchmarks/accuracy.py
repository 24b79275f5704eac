"""How far off the answers are, beside SmartNoise SQL and OpenDP's Polars context at the same price.

    python benchmarks/accuracy.py [--epsilon 0.1 1 10] [--repeats 10] [--minutes 10]

Thirty questions (`workload.py`) about the census sample, one row per person. Printed for each, and each epsilon: the
median relative error over repetitions, groups and columns, and the share of groups that are missing; the goal is to be
no worse than the better peer in either. Two medians of so few repetitions differ by chance: within a tenth is alike.
Peers run in the Pythons that SMARTNOISE_PYTHON and OPENDP_PYTHON name (the latter: this one, unless told otherwise).
Peers are slower by orders of magnitude: who has not answered all after so many minutes is ended, and compared where he
has answered. Progress goes to standard error.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import duckdb  # noqa: E402
from workload import BOUNDS, PUBLIC, QUESTIONS, Question  # noqa: E402

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table  # noqa: E402
from quarantine.domain.privacy import plan, release  # noqa: E402
from quarantine.store.sources.bounded import build  # noqa: E402

SAMPLE = HERE.parent / "tests" / "data" / "PUMS_pid.csv"
ALIKE = 1.1
Answers = dict[str, list[float | None]]
Errors = dict[tuple[int, float], tuple[float, float]]


def metadata() -> Metadata:
    """What our engine is told: the same bounds and public values as the peers."""
    columns = [Column(name="pid", type=ColumnType.INT, private_id=True, nullable=False)]
    for name, (low, high) in BOUNDS.items():
        columns.append(Column(name=name, type=ColumnType.INT, nullable=False, lower=low, upper=high))
    columns += [Column(name=name, type=ColumnType.INT, nullable=False, allowed_values=PUBLIC[name]) for name in PUBLIC]
    table = Table(schema="pums", name="person", columns=tuple(columns), source=Source(), max_ids=1)
    return Metadata(name="census", tables=(table,))


def keyed(question: Question, rows: list[tuple[object, ...]]) -> Answers:
    """Rows by their keys."""
    width = len(question.keys)
    return {
        "|".join(str(int(str(key))) for key in row[:width]): [
            None if one is None else float(str(one)) for one in row[width:]
        ]
        for row in rows
    }


def ours(epsilons: list[float], repeats: int) -> Iterator[tuple[int, float, Answers]]:
    """Our answers, from the bounded copy."""
    known, relation, began = metadata(), "person", time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.parquet"
        build(known.tables[0], (SAMPLE,), copy)
        connection = duckdb.connect()
        connection.execute(f"CREATE VIEW {relation} AS SELECT * FROM read_parquet('{copy}')")
        for number, question in enumerate(QUESTIONS):
            for epsilon in epsilons:
                progress("ours", number, epsilon, began)
                made = plan(question.sql("pums.person"), known, epsilon=epsilon)
                exact = connection.execute(made.statement("duckdb", relation)).fetchall()
                for _ in range(repeats):
                    yield number, epsilon, keyed(question, [tuple(row) for row in release(made, exact).rows])


def peer(
    name: str, python: str, epsilons: list[float], repeats: int, minutes: float
) -> Iterator[tuple[int, float, Answers]]:
    """A peer's answers within its time; none, with the reason printed, where it is not installed."""
    command = [python, "-u", str(HERE / "accuracy_peers.py"), name, str(SAMPLE), str(repeats), *map(str, epsilons)]
    count, began = 0, time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        asked = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        ended = threading.Timer(minutes * 60, asked.kill)
        ended.start()
        for line in asked.stdout or ():
            # The last line of one that was ended may be half a line.
            if line.startswith("[") and line.endswith("\n"):
                number, epsilon, found = json.loads(line)
                count += 1
                progress(name, int(number), float(epsilon), began)
                yield int(number), float(epsilon), found
        ended.cancel()
        told = asked.wait()
        said.seek(0)
        reason = (said.read().strip().splitlines() or ["no output"])[-1]
    if told < 0:
        print(f"{name} was ended after {minutes:g} minutes and {count} answers")
    elif not count:
        print(f"{name} was not measured: {reason} (set {name.upper()}_PYTHON)")


def progress(name: str, number: int, epsilon: float, began: float) -> None:
    """One line on standard error, written over the one before."""
    where = f"{name}: question {number + 1} of {len(QUESTIONS)}, epsilon {epsilon:g}"
    print(f"\r{where}, {time.monotonic() - began:.0f} s", end="   ", file=sys.stderr, flush=True)


def truth() -> list[Answers]:
    """The exact answers."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW person AS SELECT * FROM read_csv('{SAMPLE}')")
    return [keyed(one, connection.execute(one.sql("person")).fetchall()) for one in QUESTIONS]


def errors(answers: Iterator[tuple[int, float, Answers]], exact: list[Answers]) -> Errors:
    """Median relative error and share of missing groups, by question and epsilon."""
    off: dict[tuple[int, float], list[float]] = {}
    missing: dict[tuple[int, float], list[float]] = {}
    for number, epsilon, found in answers:
        right = exact[number]
        missing.setdefault((number, epsilon), []).append(sum(key not in found for key in right) / len(right))
        for key, values in right.items():
            for value, given in zip(values, found.get(key, []), strict=False):
                if value:
                    error = 1.0 if given is None else abs(given - value) / abs(value)
                    off.setdefault((number, epsilon), []).append(error)
    return {key: (statistics.median(off.get(key) or [1.0]), statistics.mean(missing[key])) for key in missing}


def report(mine: Errors, peers: dict[str, Errors]) -> None:
    """A line per question and epsilon, and how many of them meet the goal."""
    met = asked = 0
    for key, (error, missing) in mine.items():
        rivals = {name: found[key] for name, found in peers.items() if key in found}
        best = min((one for one, _ in rivals.values()), default=None)
        fewest = min((one for _, one in rivals.values()), default=None)
        verdict = "alone "
        if best is not None and fewest is not None:
            good = error <= ALIKE * best and missing <= fewest + 0.02
            met, asked, verdict = met + good, asked + 1, "met   " if good else "MISSED"
        beside = "".join(f"  {name} {one:8.4f} ({gone:.0%} missing)" for name, (one, gone) in rivals.items())
        line = f"{verdict} epsilon {key[1]:<4g} ours {error:8.4f} ({missing:.0%} missing){beside}"
        print(f"{line}  {QUESTIONS[key[0]].sql('person')}")
    print(f"{met} of {asked} are no worse than the better peer")


def main() -> None:
    """Ask everybody everything; a missed goal is no failure of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epsilon", type=float, nargs="+", default=[0.1, 1.0, 10.0])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=10.0, help="the most that each peer may take")
    given = parser.parse_args()
    exact = truth()
    mine = errors(ours(given.epsilon, given.repeats), exact)
    pythons = {name: os.environ.get(f"{name.upper()}_PYTHON", sys.executable) for name in ("smartnoise", "opendp")}
    peers = {}
    for name, python in pythons.items():
        print(f"\nasking {name} ...", file=sys.stderr)
        peers[name] = errors(peer(name, python, given.epsilon, given.repeats, given.minutes), exact)
    print(file=sys.stderr)
    report(mine, peers)


if __name__ == "__main__":
    main()
