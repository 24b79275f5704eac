"""What runs cost beside the program that they run; `make bench` runs it.

One trivial program (Python that does nothing) is started in turns: by fork and exec alone, by plain bubblewrap with a
handful of arguments, by the sandbox, and as a run (claimed, unpacked, sandboxed, collected, published) on a worker of
this process. Printed are medians, what each is above fork and exec, and runs a second with a worker for each core.
Goals: a start 15 ms above fork and exec, 60 runs a second on two cores. Then, over HTTP: a page of a metric with 100k
points (goal 20 ms), and the tree of 10k artifacts (goal 200 ms), beside the same rows read and encoded by the standard
library.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from sqlalchemy import insert, select  # noqa: E402

from live import Live, live_server  # noqa: E402
from quarantine.domain.settings import Settings  # noqa: E402
from quarantine.store import experiments, runs  # noqa: E402
from quarantine.store.engine import Database, open_database  # noqa: E402
from quarantine.store.rows import get  # noqa: E402
from quarantine.store.run_tables import run_values  # noqa: E402
from quarantine.store.tables import artifacts, projects  # noqa: E402
from quarantine.store.tables import jobs as jobs_table  # noqa: E402
from quarantine.worker import sandbox, walls  # noqa: E402
from quarantine.worker.loop import Worker  # noqa: E402
from quarantine.worker.runs import Run, limits  # noqa: E402
from quarantine.worker.sandbox import Kind  # noqa: E402
from quarantine.worker.staging import boxed  # noqa: E402
from runs import Deployed  # noqa: E402
from world import World, done, settle  # noqa: E402

POINTS, FILES, PAGE = 100_000, 10_000, 1_000
PROGRAM = [sys.executable, "-c", "pass"]
START, RATE, HISTORY, TREE = 15.0, 60.0, 20.0, 200.0


def main() -> None:
    """All of it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=60)
    rounds = given.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        with live_server(home, worker="false") as live:
            world = settle(live)
            settings = Settings(home=str(home))
            database = open_database(settings)
            made = Deployed(world.admin, Path(name), "pass")
            show_starts(database, settings, made, rounds)
            show_reading(database, live, world, made, rounds)
            database.close()
            world.close()


def show_starts(database: Database, settings: Settings, made: Deployed, rounds: int) -> None:
    """Times of starts, and runs a second."""
    kind = walls.chosen(settings).kind
    if kind is None:
        print(f"no runs here: {walls.chosen(settings).why}")
        return
    worker = Worker(database, settings, {"commit.run": Run(database, settings)})

    def run() -> None:
        queue(database, made, 1)
        assert worker.work()

    ways: dict[str, Callable[[], object]] = {"fork and exec": lambda: subprocess.run(PROGRAM, check=True)}
    if shutil.which("bwrap"):
        ways["plain bubblewrap"] = lambda: subprocess.run(bubblewrap(), check=True)
    ways |= {f"sandbox ({kind})": lambda: sandboxed(kind, settings), "a whole run": run}
    times = medians(ways, rounds)
    print(f"{'trivial program':28} {'ms':>8} {'above fork and exec':>20} {'ratio':>7}")
    first = times["fork and exec"]
    for name, each in times.items():
        print(f"{name:28} {each:8.1f} {each - first:20.1f} {each / first:7.2f}")
    print(f"goal for a start above fork and exec: {START:.0f} ms")
    show_rate(database, settings, made)


def show_rate(database: Database, settings: Settings, made: Deployed) -> None:
    """Runs a second with as many workers as cores, beside as many processes at once."""
    count, cores = 120, os.cpu_count() or 1
    queue(database, made, count)
    workers = [Worker(database, settings, {"commit.run": Run(database, settings)}) for _ in range(cores)]
    with ThreadPoolExecutor(cores) as pool:
        begun = time.perf_counter()
        list(pool.map(work_off, workers))
        ours = count / (time.perf_counter() - begun)
        begun = time.perf_counter()
        list(pool.map(lambda _: subprocess.run(PROGRAM, check=True), range(count)))
        peer = count / (time.perf_counter() - begun)
    ratio = f"ratio {ours / peer:.2f} (goal {RATE:.0f}/s on two cores)"
    print(f"{cores} at once: {ours:.0f} runs/s, fork and exec {peer:.0f}/s, {ratio}")


def work_off(worker: Worker) -> None:
    """Until nothing is left."""
    while worker.work():
        pass


def queue(database: Database, made: Deployed, count: int) -> None:
    """Runs that wait."""
    with database.transaction(write=True) as connection:
        project = get(connection, projects, project_uuid=made.uuid)
        assert project is not None
        user_id = project.user_id
        experiment_uuid = experiments.for_run(connection, project, user_id=user_id).experiment_uuid
        for _ in range(count):
            runs.create(
                connection,
                user_id=user_id,
                project_uuid=made.uuid,
                commit_uuid=made.commit,
                experiment_uuid=experiment_uuid,
                entry_point="main",
                arguments={"epochs": "1"},
                data_ids=(),
            )


def sandboxed(kind: Kind, settings: Settings) -> None:
    """The program in the sandbox, without a job around it."""
    folder = walls.above_all(settings.root, private=kind == "bubblewrap") / f"bench.{time.monotonic_ns()}"
    folder.mkdir()
    (folder / "code").mkdir()
    try:
        ended = sandbox.run(boxed(PROGRAM, folder, kind, limits(settings), begins="code"), kind)
        assert ended.status == 0, ended
    finally:
        shutil.rmtree(folder)


def bubblewrap() -> list[str]:
    """The least that bubblewrap does with the same program: its namespaces, and the machine's files to read."""
    return ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", *PROGRAM]


def medians(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each way, which take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 3):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(each[3:]) for name, each in times.items()}


def show_reading(database: Database, live: Live, world: World, made: Deployed, rounds: int) -> None:
    """A page of a long metric, and a large tree."""
    with database.transaction() as connection:
        key = connection.scalars(select(jobs_table.c.job_uuid).where(jobs_table.c.job_type == "commit.run")).first()
    fill(database, str(key))
    asked = {"metric_key": "loss", "page": POINTS // PAGE // 2, "page_size": PAGE}
    history = partial(world.admin.get, f"/runs/{key}/metric_history", params=asked)
    tree = partial(world.admin.get, "/artifacts/tree_structure", params={"run_uuid": key})
    assert len(done(history())["run_metrics"]) == PAGE
    assert len(done(tree())["artifact_files"]) == 100
    with live.client(world.admin.token) as client, closing(sqlite3.connect(live.home / "dq0.sqlite")) as beside:
        ways = {
            "history": lambda: client.get(f"/runs/{key}/metric_history", params=asked),
            "its rows": lambda: read(
                beside,
                "SELECT key, number, step, timestamp FROM run_values WHERE run_uuid = ? "
                f"ORDER BY key, step, timestamp, value_id LIMIT {PAGE} OFFSET {PAGE * (POINTS // PAGE // 2 - 1)}",
                key,
            ),
            "tree": lambda: client.get("/artifacts/tree_structure", params={"run_uuid": key}),
            "its paths": lambda: read(beside, "SELECT path, length(content) FROM artifacts WHERE job_uuid = ?", key),
        }
        times = medians(ways, rounds)
    for name, peer, goal in (("history", "its rows", HISTORY), ("tree", "its paths", TREE)):
        beside_it = f"{peer} by sqlite3 and json {times[peer]:.1f} ms, ratio {times[name] / times[peer]:.1f}"
        print(f"{name}: {times[name]:.1f} ms (goal {goal:.0f}), {beside_it}")


def fill(database: Database, key: str) -> None:
    """Points of one metric, and files in a hundred folders."""
    point = {
        "run_uuid": key,
        "kind": "metric",
        "key": "loss",
        "number": 0.5,
        "text": "",
        "timestamp": 1_700_000_000_000,
    }
    file = {"job_uuid": key, "media_type": "text/plain", "content": b"x" * 100, "created_at": 1}
    with database.transaction(write=True) as connection:
        connection.execute(insert(run_values), [{**point, "step": step} for step in range(POINTS)])
        paths = [f"d{number % 100}/f{number}.txt" for number in range(FILES)]
        connection.execute(insert(artifacts), [{**file, "path": path} for path in paths])


def read(beside: sqlite3.Connection, statement: str, key: object) -> str:
    """The same rows as text."""
    return json.dumps(beside.execute(statement, [key]).fetchall())


if __name__ == "__main__":
    main()
