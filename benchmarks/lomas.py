"""The same dataset and queries asked of lomas-server 0.4 and of this server: processor time, latency, throughput.

`make bench-lomas` installs lomas-server in an environment of its own (some gigabytes; it asks for old versions of what
we use) and runs this with its Python in LOMAS_PYTHON; where that is not possible, this says why and measures nothing.

Both keep the census sample of a thousand rows and answer three queries with epsilon 0.01 each, asked in turn over
keep-alive connections on loopback. What is equal and what is not: lomas runs as its own tests have it, one process with
its administration in a YAML file, which is written at the end: no query and no charge of it is on disk before. Its
telemetry goes to a closed port. It answers a query in one request, without signing anybody in (a header says who it
is), and one query per person at a time: each client is a person (`START` says what had to be repaired for that). This
server checks a session, charges a hash-chained ledger durably, runs a job and writes audit rows; a query here is three
requests or more: POST, GET of the job until it is done, and GET of the table. All of them are counted as the query's.
"""

import argparse
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]

import yaml  # noqa: E402
from load import Client, Target  # noqa: E402
from serve import processor_seconds  # noqa: E402

from live import ROOT, free_port, live_server  # noqa: E402
from world import PUMS, settle  # noqa: E402

EPSILON = 0.01
QUERIES = (
    "SELECT COUNT(*) AS n FROM {}",
    "SELECT sex, COUNT(*) AS n FROM {} GROUP BY sex",
    "SELECT married, SUM(age) AS s FROM {} GROUP BY married",
)
PEOPLE = 8
# Telemetry would go to a host of its containers; and its YAML administration forgets everybody but the person who asks
# (0.4.1), which would leave it one client.
START = """
import runpy
import lomas_core.constants
lomas_core.constants.OTLP_COLLECTOR_ENDPOINT = "http://127.0.0.1:9"
from lomas_server.admin_database.yaml_database import AdminYamlDatabase

def get_and_set(self, user_name, may_query):
    user = next(user for user in self.database["users"] if user["user_name"] == user_name)
    before, user["may_query"] = user["may_query"], may_query
    return before

AdminYamlDatabase.get_and_set_may_user_query = get_and_set
runpy.run_module("lomas_server.uvicorn_serve", run_name="__main__")
"""
CONFIG = {
    "develop_mode": False,
    "submit_limit": 0.0,
    "dp_libraries": {"opendp": {"contrib": True, "floating_point": True, "honest_but_curious": True}},
}
Ask = Callable[[str], object]


class Side(NamedTuple):
    """A server: its process, and a way to ask for each of the clients."""

    pid: int
    ask: Callable[[int], Ask]


class Found(NamedTuple):
    """Of one query: processor milliseconds of the server, median milliseconds until the answer; queries a second."""

    processor: float
    latency: float
    rate: float


def column(kind: str, **more: object) -> dict[str, object]:
    """A column as lomas describes it."""
    return {"type": kind, **more}


def metadata() -> dict[str, object]:
    """The census sample; each row is a person, as it is in the file."""
    whole = {"precision": 32}
    columns = {
        "age": column("int", lower=0, upper=120, **whole),
        "sex": column("int", cardinality=2, categories=[0, 1], **whole),
        "educ": column("int", lower=0, upper=20, **whole),
        "race": column("int", lower=0, upper=10, **whole),
        "income": column("float", lower=0.0, upper=200000.0, precision=64),
        "married": column("int", cardinality=2, categories=[0, 1], **whole),
        "pid": column("int", lower=0, upper=10_000_000, **whole),
    }
    return {"max_ids": 1, "rows": 1000, "row_privacy": True, "columns": columns}


def write_settings(folder: Path, port: int) -> dict[str, str]:
    """What lomas reads, in a folder; the environment that names it."""
    data, about = {"database_type": "PATH_DB", "path": str(PUMS)}, folder / "metadata.yaml"
    about.write_text(yaml.safe_dump(metadata()))
    budget = {"initial_epsilon": 1e6, "initial_delta": 0.9, "total_spent_epsilon": 0.0, "total_spent_delta": 0.0}
    people = [
        {"user_name": f"person{number}", "may_query": True, "datasets_list": [{"dataset_name": "census", **budget}]}
        for number in range(PEOPLE)
    ]
    access = {"database_type": "PATH_DB", "path": str(about)}
    datasets = [{"dataset_name": "census", "dataset_access": data, "metadata_access": access}]
    database = {"users": people, "datasets": datasets, "queries": []}
    (folder / "database.yaml").write_text(yaml.safe_dump(database))
    server = {"host_ip": "127.0.0.1", "host_port": port, "log_level": "error", "reload": False, "workers": 1}
    server["time_attack"] = {"method": "stall", "magnitude": 0.0}
    settings = CONFIG | {
        "server": server,
        "admin_database": {"db_type": "yaml", "db_file": str(folder / "database.yaml")},
    }
    (folder / "runtime.yaml").write_text(yaml.safe_dump({"runtime_args": {"settings": settings}}))
    (folder / "secrets.yaml").write_text(yaml.safe_dump({"private_db_credentials": []}))
    names = {"LOMAS_CONFIG_PATH": "runtime.yaml", "LOMAS_SECRETS_PATH": "secrets.yaml"}
    return {key: str(folder / name) for key, name in names.items()}


@contextmanager
def lomas(python: str, folder: Path) -> Iterator[Side]:
    """lomas-server, running."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= write_settings(folder, port)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([python, "-c", START], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 90
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"lomas-server does not start: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield Side(process.pid, lambda number: asking_lomas(port, number))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port: int) -> bool:
    """Whether lomas says that it lives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/state", headers={"user-name": "person0"})
        return b"LIVE" in connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()


def asking_lomas(port: int, number: int) -> Ask:
    """One person's connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"user-name": f"person{number}", "Content-Type": "application/json"}

    def ask(query: str) -> None:
        body: dict[str, Any] = {"query_str": query.format("df"), "dataset_name": "census", "mechanisms": {}}
        body |= {"epsilon": EPSILON, "delta": 1e-5, "postprocess": True}
        connection.request("POST", "/smartnoise_sql_query", json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {text[:300]!r}")

    return ask


@contextmanager
def house(folder: Path) -> Iterator[Side]:
    """This server, running."""
    with live_server(folder / "home", ambient_session="false") as live:
        world = settle(live)
        dataset = world.dataset(epsilon=1e6)
        port = int(live.address.split(":")[2].split("/")[0])

        def asking(number: int) -> Ask:
            sent = {"datasets": dataset["data_uuid"], "epsilon": EPSILON}
            client = Client(Target([port], world.admin.token, "", sent, {}), number)

            def ask(query: str) -> None:
                client.target.query["query"] = query.format("pums.person")
                client.query()

            return ask

        yield Side(live.process.pid, asking)
        world.close()


def measured(side: Side, clients: int, seconds: float) -> Found:
    """All clients ask one query after the other for a while; an error of any ends the run."""
    asks = [side.ask(number) for number in range(clients)]
    for query in QUERIES:
        asks[0](query)
    times: list[list[float]] = [[] for _ in asks]
    errors: list[Exception] = []
    spent, began = processor_seconds(side.pid), time.monotonic()

    def go_on(number: int) -> None:
        try:
            while not errors and time.monotonic() - began < seconds:
                started = time.perf_counter()
                asks[number](QUERIES[len(times[number]) % len(QUERIES)])
                times[number].append((time.perf_counter() - started) * 1000)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    count, elapsed = sum(map(len, times)), time.monotonic() - began
    processor = (processor_seconds(side.pid) - spent) * 1000 / count
    return Found(processor, statistics.median(itertools.chain(*times)), count / elapsed)


def missing(python: str) -> str:
    """Why lomas cannot be measured; empty where it can."""
    if not python or not Path(python).exists():
        return "LOMAS_PYTHON names no Python: `make bench-lomas` installs one with lomas-server"
    tried = subprocess.run([python, "-c", "import lomas_server.app"], capture_output=True, text=True, cwd=ROOT)
    return "" if tried.returncode == 0 else f"lomas-server cannot be imported: {tried.stderr.strip().splitlines()[-1]}"


def main() -> int:
    """One table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each line")
    options = parser.parse_args()
    python = os.environ.get("LOMAS_PYTHON", "")
    if why := missing(python):
        print(f"left out: {why}")
        return 0
    print(f"{'':24}{'CPU ms a query':>16}{'p50 ms':>10}{'queries/s':>12}")
    with tempfile.TemporaryDirectory(prefix="dq0-lomas-") as name:
        folder = Path(name)
        with lomas(python, folder) as theirs, house(folder) as ours:
            for clients in (1, PEOPLE):
                found = {"lomas": measured(theirs, clients, options.seconds)}
                found["here"] = measured(ours, clients, options.seconds)
                for who, (processor, latency, rate) in found.items():
                    print(f"{who + f', clients: {clients}':24}{processor:16.2f}{latency:10.2f}{rate:12.1f}")
                ratios = (mine / other for mine, other in zip(found["here"], found["lomas"], strict=True))
                print("{:24}{:16.2f}{:10.2f}{:12.2f}".format("here / lomas", *ratios))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
