"""How fast the server is, as ratios against peers in the same run; `make bench` runs it.

Every side is one uvicorn process (uvloop, httptools, no access log) and is loaded by the same client; rounds alternate
and the median counts, since the machine is shared. Sides: the server's `GET /api/jobs/{job_uuid}` against FastAPI and
SQLAlchemy with the same checks; its routing and codec against FastAPI and against bare ASGI; the first against the last
of 1000 routes; processor time from start to first answer for as many operations; memory at rest.

What is equal and what is not: all sides have the same uvicorn settings, but ours runs on its own subclass of uvicorn's
protocol, as it does when it is served: that bounds headers, takes a body and writes an answer in one piece each, and
has one task for all requests of a connection, and needs a quarter fewer instructions than uvicorn's own does for
a constant answer. Ours sends three headers more, and refuses repeated keys and foreign pages, which no peer does. The
start counts everything up to the first answer: ours opens its database, checks the schema and starts its worker;
FastAPI reads the same document's models as datamodel-code-generator writes them, makes its tables, and declares a route
with parameters, body and answer for each operation. It has neither our handlers nor our checks, which counts for it.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from connections import load, request  # noqa: E402

DOCUMENT = HERE.parent / "generated" / "openapi.json"
ROUNDS = 5
SECONDS = 1.0
# As the server sets them: without them uvicorn reads proxies' headers, adds one of its own and loads a library.
SETTINGS: dict[str, Any] = {
    "ws": "none",
    "log_config": None,
    "access_log": False,
    "proxy_headers": False,
    "server_header": False,
}
BODY = json.dumps({"name": "a name of some length", "tags": ["one", "two", "three"], "price": 12.5}).encode()


@contextmanager
def side(name: str, home: Path, *more: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server process of one side and its port; ended at the end."""
    home.mkdir(parents=True, exist_ok=True)
    port_file = home / ("server.json" if name == "house" else "port")
    port_file.unlink(missing_ok=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment["DQ0_HOME"] = str(home)
    command = [sys.executable, "-W", "ignore", str(Path(__file__)), "--side", name, "--home", str(home), *more]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not port_file.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.005)
        told = json.loads(port_file.read_text())
        yield told["port"] if name == "house" else told, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def run_side(name: str, home: Path, operations: int) -> None:
    """In the side's own process: serve until told to stop."""
    # A test tool's packages, which no server has: httpx loads its command line wherever it finds them.
    sys.modules.update(dict.fromkeys(("rich", "pygments")))  # type: ignore[arg-type]
    if name == "house":
        from quarantine.server.cli import main as dq0

        sys.exit(dq0(["server", "start", "--port", "0"]))
    import uvicorn

    app, settings, ready = _peer(name, home, operations), SETTINGS, list[Callable[[], None]]()
    if name in ("codec", "routes"):
        from quarantine.server.process import settle
        from quarantine.server.protocol import BoundedProtocol

        settings, ready = SETTINGS | {"http": BoundedProtocol}, [settle]
    config = uvicorn.Config(app, port=0, lifespan="off", **settings)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            for prepare in ready:
                prepare()
            fresh = home / "port.new"
            fresh.write_text(str(self.servers[0].sockets[0].getsockname()[1]))
            fresh.replace(home / "port")

    Announcing(config).run()


def _peer(name: str, home: Path, operations: int) -> Any:
    if name in ("codec", "routes"):
        from stack import codec_stack

        return codec_stack(operations)
    import peers

    if name == "fastapi-row":
        return peers.row_app(home, os.environ.get("BENCH_PEER_URL", ""))
    if name == "fastapi-whole":
        return peers.whole_app(home, DOCUMENT, home.parent / "models.py")
    return peers.bare_app() if name == "bare" else peers.codec_app()


def alternated(sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median rate of each side over alternating rounds, after one to warm up."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        for name, measure in sides.items():
            rate = measure()
            if turn:
                rates[name].append(rate)
    return {name: statistics.median(found) for name, found in rates.items()}


def measure_row(home: Path) -> dict[str, float]:
    """An authenticated GET of one row, answers per second."""
    import peers

    with side("house", home / "a") as (ours, process), side("fastapi-row", home / "b") as (theirs, _):
        memory = resident(process.pid)
        token = prepare_house(home / "a")
        path = f"/api/jobs/{peers.JOB}"
        mine, other = request("GET", path, token), request("GET", path, peers.TOKEN)
        rates = alternated(
            {
                "house": lambda: load(ours, mine, SECONDS),
                "FastAPI + SQLAlchemy": lambda: load(theirs, other, SECONDS),
                "house, 1 connection": lambda: load(ours, mine, SECONDS, 1),
                "FastAPI + SQLAlchemy, 1 connection": lambda: load(theirs, other, SECONDS, 1),
            }
        )
        return rates | {"memory at rest": memory, "memory after the load": resident(process.pid)}


def prepare_house(home: Path) -> str:
    """An administrator with a session, and the job that is read; the token."""
    import peers

    from quarantine.domain.settings import Settings
    from quarantine.store import accounts, rows, sessions
    from quarantine.store.engine import open_database
    from quarantine.store.tables import jobs

    database = open_database(Settings(home=str(home)))
    now = int(time.time())
    with database.transaction(write=True) as connection:
        accounts.add_admin(connection, "admin@example.org", "correct horse")
        times = {"created_at": now, "updated_at": now}
        rows.insert(
            connection, jobs, job_uuid=peers.JOB, user_id=1, job_type="query.run", job_state="finished", **times
        )
        token = sessions.open_session(connection, 1, days=1)
    database.close()
    return token


def measure_codec(home: Path) -> dict[str, float]:
    """Routing, decoding and encoding alone, and the first against the last of 1000 routes."""
    first, last = (request("POST", f"/api/group{number}/7/item", body=BODY) for number in (0, 999))
    with (
        side("codec", home / "c", "--operations", "1") as (ours, _),
        side("fastapi", home / "d") as (theirs, _),
        side("bare", home / "e") as (bare, _),
        side("routes", home / "f", "--operations", "1000") as (routes, _),
    ):
        return alternated(
            {
                "house": lambda: load(ours, first, SECONDS),
                "FastAPI": lambda: load(theirs, first, SECONDS),
                "bare ASGI": lambda: load(bare, first, SECONDS),
                "first of 1000": lambda: load(routes, first, SECONDS),
                "last of 1000": lambda: load(routes, last, SECONDS),
            }
        )


def measure_start(home: Path) -> dict[str, float]:
    """Processor seconds from start to first answer, the same document on both sides; the smallest of five."""
    write_models(home / "models.py")
    spent: dict[str, list[float]] = {"house": [], "FastAPI": []}
    for _ in range(5):
        for name, kind, path in (("house", "house", "/api/health"), ("FastAPI", "fastapi-whole", "/api/ready")):
            with side(kind, home / name) as (port, process):
                load(port, request("GET", path), 0.0, 1)
                spent[name].append(processor_seconds(process.pid))
    return {name: min(found) for name, found in spent.items()}


def write_models(file: Path) -> None:
    """The document's models for pydantic, by datamodel-code-generator."""
    command = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator", "--input", str(DOCUMENT)]
    command += ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--output", str(file)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    # An address is checked by a package of its own there; as text it costs less.
    text = file.read_text()
    for name in ("EmailStr", "AnyUrl"):
        text = text.replace(f"    {name},\n", "").replace(name, "str")
    file.write_text(text)


def processor_seconds(pid: int) -> float:
    """User and system time of a running process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Resident memory of a running process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def report(home: Path) -> list[tuple[str, float, str, float, bool]]:
    """What was measured, its unit and its goal; whether it is met."""
    row, codec, start = measure_row(home), measure_codec(home), measure_start(home)
    alone = row["house, 1 connection"] / row["FastAPI + SQLAlchemy, 1 connection"]
    found = [
        ("GET of one row, x FastAPI + SQLAlchemy", row["house"] / row["FastAPI + SQLAlchemy"], ">=", 2.0),
        ("the same over one connection", alone, ">=", 2.0),
        ("routing and codec, x FastAPI", codec["house"] / codec["FastAPI"], ">=", 3.0),
        ("routing and codec, x bare ASGI", codec["house"] / codec["bare ASGI"], ">=", 0.7),
        ("last of 1000 routes, time x the first", codec["first of 1000"] / codec["last of 1000"], "<=", 1.1),
        ("start to first answer, CPU x FastAPI", start["house"] / start["FastAPI"], "<=", 0.75),
        ("memory at rest, MiB", row["memory at rest"], "<=", 120.0),
    ]
    for part in (row, codec, start):
        print({name: round(value, 2) for name, value in part.items()})
    return [
        (name, value, sign, goal, value >= goal if sign == ">=" else value <= goal) for name, value, sign, goal in found
    ]


def main() -> None:
    """Prints a line per goal, and whether this run met it; a missed one is no failure of the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--operations", type=int, default=1)
    given = parser.parse_args()
    if given.side:
        run_side(given.side, given.home, given.operations)
        return
    with tempfile.TemporaryDirectory() as folder:
        lines = report(Path(folder))
    for name, value, sign, goal, met in lines:
        print(f"{'met   ' if met else 'MISSED'} {name:48} {value:8.2f}  goal {sign} {goal:g}")


if __name__ == "__main__":
    main()
