"""What asking through another server costs: the same GET forwarded and direct, in one run; `make bench` runs it.

A quarantine with one finished job, and a laptop's server whose active proxy it is. Both are asked `GET /api/jobs/UUID`
over one keep-alive connection by the same client, in alternating rounds; the median round counts, as the machine is
shared. The direct request carries the token itself; the forwarded one goes with the session that the laptop's server
keeps, is signed there, checked here, and written down on both sides. Printed are the medians of the times of single
requests (p50), their difference and their ratio. Goal: 1.5 ms more at most, and 1.6 times at most.

The third side is the floor: the same hop by a bare relay (httpx in a bare ASGI application on the same uvicorn), which
neither signs in, checks a signature nor writes anything down.
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]

import httpx  # noqa: E402
from serve import prepare_house  # noqa: E402

from live import Live, free_port, live_server  # noqa: E402
from quarantines import activate, add, own  # noqa: E402

ROUNDS = 9
REQUESTS = 200
GOAL_MS, GOAL_RATIO = 1.5, 1.6


def relay_app(target: str) -> Any:
    """The bare relay: one request on, one answer back."""
    client = httpx.AsyncClient(base_url=target, trust_env=False)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(name, value) for name, value in scope["headers"] if name == b"authorization"]
        answer = await client.get(scope["raw_path"].decode(), headers=headers)
        fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer.content))]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": fields})
        await send({"type": "http.response.body", "body": answer.content})

    return app


@contextmanager
def relay(target: str) -> Iterator[int]:
    """The relay in a process of its own; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(Path(__file__)), "--relay", target, "--port", str(port)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def port_of(live: Live) -> int:
    """The port in a server's address."""
    return httpx.URL(live.address).port or 0


class Side:
    """One way to ask, over one connection."""

    def __init__(self, port: int, path: str, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._path = path
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def once(self) -> float:
        """Asks; the milliseconds until all of the answer is there."""
        started = time.perf_counter()
        self._connection.request("GET", self._path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"not the answer to measure: {answer.status}")
        return (time.perf_counter() - started) * 1000

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + 30
        while True:
            try:
                self.once()
                return
            except OSError:
                self._connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


def measured(sides: dict[str, Side], rounds: int) -> dict[str, float]:
    """The p50 of each side: the median over alternating rounds, after one to warm up."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, side in sides.items():
            taken = statistics.median(side.once() for _ in range(REQUESTS))
            if turn:
                found[name].append(taken)
    return {name: statistics.median(times) for name, times in found.items()}


def run(rounds: int) -> dict[str, float]:
    """Starts all sides and measures them."""
    import peers

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dq0-forward-")))
        quarantine = stack.enter_context(live_server(folder / "quarantine"))
        token = prepare_house(quarantine.home)
        laptop = stack.enter_context(live_server(folder / "laptop"))
        me = stack.enter_context(own(laptop))
        activate(me, add(me, quarantine))
        me.post("/auth/login", json={"email": "admin@example.org", "password": "correct horse"}).raise_for_status()
        path = f"/api/jobs/{peers.JOB}"
        bare = stack.enter_context(relay(f"http://127.0.0.1:{port_of(quarantine)}"))
        sides = {
            "direct": Side(port_of(quarantine), path, token),
            "forwarded": Side(port_of(laptop), path),
            "bare relay": Side(bare, path, token),
        }
        for side in sides.values():
            side.wait()
        return measured(sides, rounds)


def main() -> int:
    """Prints the medians; with --check the exit status says whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--check", action="store_true", help="fail where a goal is missed")
    parser.add_argument("--relay", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.relay:
        import uvicorn

        settings: dict[str, Any] = {"lifespan": "off", "ws": "none", "log_level": "error", "timeout_keep_alive": 600}
        uvicorn.run(relay_app(options.relay), port=options.port, **settings)
        return 0
    found = measured_and_told(options.rounds)
    return 1 if options.check and found else 0


def measured_and_told(rounds: int) -> bool:
    """Prints everything; whether a goal is missed."""
    p50 = run(rounds)
    more, ratio = p50["forwarded"] - p50["direct"], p50["forwarded"] / p50["direct"]
    for name, taken in p50.items():
        sys.stdout.write(f"{name:<12} p50 {taken:6.2f} ms\n")
    sys.stdout.write(f"forwarded - direct   {more:6.2f} ms (goal {GOAL_MS})\n")
    sys.stdout.write(f"forwarded / direct   {ratio:6.2f}    (goal {GOAL_RATIO})\n")
    sys.stdout.write(f"bare relay / direct  {p50['bare relay'] / p50['direct']:6.2f}\n")
    return more > GOAL_MS or ratio > GOAL_RATIO


if __name__ == "__main__":
    raise SystemExit(main())
