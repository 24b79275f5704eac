"""Mixed traffic from many clients for a while: speed beside a peer, errors, memory, and no budget overspent.

`python benchmarks/load.py [--minutes 1] [--clients 12] [--database sqlite|postgresql]`; 30 minutes are a soak. On
SQLite one server process is asked, on PostgreSQL (started for the purpose where it is installed) two on one database.

First login, lists and reads in the same shares from as many clients, in alternating turns against this server and
against FastAPI with SQLAlchemy on the same kind of database with as many processes (`peers.row_app`): throughput and
the times of single requests (p50, p99), as ratios. The peer's audit row is a plain insert, where the server's is
hash-chained; one request in fifty is a login, bound by Argon2, which is the same on both sides. Queries and runs have
no peer.

Then everything together for the minutes asked for: each client draws its next operation. A query is timed from its
POST to its table, a run from its POST to its end. The budget is meant to run out on the way: refusals for that are no
errors, and the sum of all charges is held against what was granted afterwards, with `dq0 audit verify`. Memory is the
resident memory of all server processes, and its slope that of the second half by least squares.

The exit status is 1 for any error, an overspent budget or a broken chain. Speed fails nothing: machines are shared.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]

import peers  # noqa: E402
from serve import resident, side  # noqa: E402

from live import PASSWORD, ROOT, Live, environment_of, live_server  # noqa: E402
from postgres import MISSING, Cluster, binaries, started  # noqa: E402
from runs import Deployed  # noqa: E402
from world import COUNT, World, answer, select, settle  # noqa: E402

ADMIN = "admin@example.org"
COMPARED = {"read": 30, "list": 19, "login": 1}
EVERYTHING = {"read": 300, "list": 150, "query": 60, "login": 10, "run": 1}
# Less than the clients would spend in a minute.
EPSILON_A_MINUTE, PRICE = 4.0, 0.01
TURNS, TURN_SECONDS = 3, 4.0
# Nothing that was begun is waited for longer.
PATIENCE = 120.0
RUN = "import mlflow\nmlflow.log_metric('loss', 0.5)\n"
Body = dict[str, Any]


class Refused(Exception):
    """The budget does not cover it."""


class Target(NamedTuple):
    """What is asked: ports, a token, a job to read, and what a query and a run send (nothing for a peer)."""

    ports: list[int]
    token: str
    job: str
    query: Body
    run: Body


class Client:
    """One keep-alive connection, and what came of its requests."""

    def __init__(self, target: Target, number: int) -> None:
        self.target = target
        port = target.ports[number % len(target.ports)]
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.draw = random.Random(number)
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.refused = 0
        self.errors: Counter[str] = Counter()

    def go_on(self, shares: dict[str, int], until: float) -> None:
        """One operation after the other."""
        names, weights = list(shares), list(shares.values())
        while time.monotonic() < until:
            name = self.draw.choices(names, weights)[0]
            began = time.perf_counter()
            try:
                getattr(self, name)()
            except Refused:
                self.refused += 1
            except Exception as error:
                # Every failure is a finding, whatever it is; the next request needs a new connection.
                self.errors[f"{name}: {error!r}"[:200]] += 1
                self.connection.close()
            else:
                self.times[name].append((time.perf_counter() - began) * 1000)
        self.connection.close()

    def ask(self, method: str, path: str, body: Body | None = None) -> Any:
        """The answer's body; Refused where the budget is spent."""
        headers = {"Authorization": f"Bearer {self.target.token}"}
        raw = None if body is None else json.dumps(body)
        if raw is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, f"/api{path}", raw, headers)
        answered = self.connection.getresponse()
        text = answered.read()
        if answered.status == 403 and b"budget" in text:
            raise Refused
        if answered.status != 200:
            raise RuntimeError(f"{answered.status} {text[:120]!r}")
        return json.loads(text)

    def login(self) -> None:
        self.ask("POST", "/users/login", {"email": ADMIN, "password": PASSWORD})

    def list(self) -> None:
        self.ask("GET", "/jobs?page_size=20")

    def read(self) -> None:
        self.ask("GET", f"/jobs/{self.target.job}")

    def query(self) -> None:
        key = self.ask("POST", "/queries", self.target.query)["job_uuid"]
        self.finished(key)
        self.ask("GET", f"/artifacts/download?run_uuid={key}&artifact_path=results.csv")

    def run(self) -> None:
        self.finished(self.ask("POST", "/runs", self.target.run)["message"].split()[-1])

    def finished(self, key: str) -> None:
        """Until a job is done."""
        until, pause = time.monotonic() + PATIENCE, 0.005
        while (state := self.ask("GET", f"/jobs/{key}")["job_state"]) != "finished":
            if state in ("error", "cancelled") or time.monotonic() > until:
                raise RuntimeError(f"a job is {state}")
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)


class Seen(NamedTuple):
    """What a time of traffic came to; times in milliseconds."""

    seconds: float
    times: dict[str, list[float]]
    refused: int
    errors: Counter[str]


def traffic(target: Target, shares: dict[str, int], clients: int, seconds: float) -> Seen:
    """All clients at once for a while."""
    began = time.monotonic()
    asking = [Client(target, number) for number in range(clients)]
    threads = [threading.Thread(target=each.go_on, args=(shares, began + seconds), daemon=True) for each in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 3 * PATIENCE)
    return together([Seen(time.monotonic() - began, each.times, each.refused, each.errors) for each in asking])


def together(parts: list[Seen]) -> Seen:
    """Several as one, of the longest time."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for part in parts:
        for name, found in part.times.items():
            times[name] += found
    errors = sum((part.errors for part in parts), Counter[str]())
    return Seen(max(part.seconds for part in parts), times, sum(part.refused for part in parts), errors)


def in_turns(targets: dict[str, Target], clients: int) -> dict[str, Seen]:
    """The same shares against each, one after the other, after a turn to warm up."""
    found: dict[str, list[Seen]] = {name: [] for name in targets}
    for turn in range(TURNS + 1):
        for name, target in targets.items():
            part = traffic(target, COMPARED, clients, TURN_SECONDS)
            if turn:
                found[name].append(part)
    return {
        name: together(parts)._replace(seconds=sum(part.seconds for part in parts)) for name, parts in found.items()
    }


@contextmanager
def house(folder: Path, url: str, epsilon: float) -> Iterator[tuple[list[Live], World, Target, Any]]:
    """One server, or two on a database that has a URL, with a dataset to ask and a project to run."""
    settings = {"ambient_session": "false"} | ({"database_url": url} if url else {})
    with ExitStack() as stack:
        servers = [stack.enter_context(live_server(folder / "home", **settings)) for _ in range(2 if url else 1)]
        world = settle(servers[0])
        stack.callback(world.close)
        dataset = world.dataset(epsilon=epsilon)
        answer(world.admin, dataset, COUNT, PRICE)
        job = world.admin.get("/jobs").json()["items"][0]["job_uuid"]
        project = Deployed(world.admin, folder, RUN)
        query = {"query": COUNT, "datasets": dataset["data_uuid"], "epsilon": PRICE}
        run = {"project_uuid": project.uuid, "commit_uuid": project.commit}
        ports = [int(live.address.split(":")[2].split("/")[0]) for live in servers]
        yield servers, world, Target(ports, world.admin.token, job, query, run), dataset


@contextmanager
def peer(folder: Path, url: str) -> Iterator[Target]:
    """FastAPI with SQLAlchemy, in as many processes."""
    os.environ["BENCH_PEER_URL"] = url
    with ExitStack() as stack:
        sides = [
            stack.enter_context(side("fastapi-row", folder / f"peer{number}")) for number in range(2 if url else 1)
        ]
        yield Target([port for port, _ in sides], peers.TOKEN, peers.JOB, {}, {})


def watched(servers: list[Live], work: Callable[[], Seen]) -> tuple[Seen, list[tuple[float, float]]]:
    """What work came to, and the servers' memory meanwhile: seconds and MiB."""
    samples, done, began = list[tuple[float, float]](), threading.Event(), time.monotonic()

    def look() -> None:
        while not done.wait(0.5):
            samples.append((time.monotonic() - began, sum(resident(live.process.pid) for live in servers)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        return work(), samples
    finally:
        done.set()
        watcher.join()


def slope(samples: list[tuple[float, float]]) -> float:
    """MiB per minute over the second half."""
    half = samples[len(samples) // 2 :]
    return statistics.linear_regression(*zip(*half, strict=True)).slope * 60 if len(half) > 2 else 0.0


def overspent(servers: list[Live], dataset: Any, url: str) -> list[str]:
    """What the ledger shows that may not be."""
    lineage = "(SELECT lineage FROM data WHERE data_id = ?)"
    sums = f"SELECT kind, sum(epsilon) FROM ledger WHERE lineage = {lineage} GROUP BY kind"
    units = {kind: int(total) / 10**9 for kind, total in select(servers[0], sums, dataset["data_id"])}
    print(f"charged {units['charge']:.6g} of {units['grant']:.6g} epsilon granted")
    wrong = ["the budget is overspent"] if units["charge"] > units["grant"] else []
    settings = {"database_url": url} if url else {}
    command = [sys.executable, "-m", "quarantine.server.cli", "audit", "verify"]
    told = subprocess.run(
        command, env=environment_of(servers[0].home, **settings), cwd=ROOT, capture_output=True, text=True
    )
    print(told.stdout.strip())
    return wrong + ([] if told.returncode == 0 else [f"dq0 audit verify: {told.stderr.strip()}"])


def told(name: str, seen: Seen, beside: Seen | None = None) -> None:
    """A line for each operation, with ratios where there is a peer."""
    count = sum(map(len, seen.times.values()))
    rate = count / seen.seconds
    line = (
        f"{name}: {count} operations, {rate:.0f}/s, {seen.refused} refused for the budget, {seen.errors.total()} errors"
    )
    if beside is not None:
        other = sum(map(len, beside.times.values())) / beside.seconds
        line += f"; {rate / other:.2f} x the peer's throughput (which had {beside.errors.total()} errors)"
    print(line)
    for operation, times in sorted(seen.times.items()):
        text = f"  {operation:<6} {len(times):>7}  p50 {quantile(times, 50):8.2f} ms  p99 {quantile(times, 99):8.2f} ms"
        if beside is not None and beside.times.get(operation):
            other_times = beside.times[operation]
            ratios = (quantile(times, part) / quantile(other_times, part) for part in (50, 99))
            text += "  time x the peer's: p50 {:.2f}  p99 {:.2f}".format(*ratios)
        print(text)
    for error, number in seen.errors.most_common(5):
        print(f"  {number} x {error}")


def quantile(times: list[float], percent: int) -> float:
    """The time that so many of a hundred stayed below."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def measure(kind: str, urls: tuple[str, str], options: argparse.Namespace) -> list[str]:
    """Everything on one kind of database; what was wrong."""
    with (
        tempfile.TemporaryDirectory(prefix="dq0-load-") as name,
        house(Path(name), urls[0], EPSILON_A_MINUTE * options.minutes) as made,
    ):
        servers, _, target, dataset = made
        with peer(Path(name), urls[1]) as other:
            found = in_turns({"house": target, "peer": other}, options.clients)
        told(f"{kind}, beside the peer", found["house"], found["peer"])
        seconds = options.minutes * 60
        seen, memory = watched(servers, lambda: traffic(target, EVERYTHING, options.clients, seconds))
        told(f"{kind}, everything", seen)
        print(f"memory {memory[0][1]:.0f} -> {memory[-1][1]:.0f} MiB, slope {slope(memory):+.2f} MiB a minute")
        wrong = [f"{kind}: {error}" for error in (found["house"].errors + seen.errors)]
        return wrong + overspent(servers, dataset, urls[0])


def main() -> int:
    """Prints what was seen; 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="of everything together, on each database")
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    options = parser.parse_args()
    wrong = measure("SQLite", ("", ""), options) if options.database != "postgresql" else []
    programs = binaries()
    if options.database != "sqlite" and programs is None:
        print(f"PostgreSQL: left out. {MISSING}")
    elif options.database != "sqlite" and programs is not None:
        with started(programs) as url:
            cluster = Cluster(url)
            wrong += measure(
                "PostgreSQL, two processes", (cluster.database(), cluster.database(migrated=False)), options
            )
    for each in wrong:
        print(f"WRONG {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
