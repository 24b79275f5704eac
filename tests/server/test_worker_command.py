"""`dq0 worker start`: jobs of a server that has no worker of its own, and a graceful end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from databases import Kind
from live import PATIENCE, ROOT, Live, free_port, live_server, wait_for_job
from world import COUNT, META, PUMS, ask, data_folder, done, ready, settle


@contextmanager
def worker(live: Live, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A worker process on a server's database, until the block ends."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment |= {"DQ0_HOME": str(live.home), "DQ0_DATABASE_URL": live.url, "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "quarantine.server.cli", "worker", "start"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        while "takes jobs" not in (line := process.stdout.readline()):
            assert line, "the worker ended"
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0


def ended(port: str) -> float:
    """How many jobs the worker with this port for metrics has ended."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    lines = [line for line in text.splitlines() if line.startswith("dq0_jobs_ended_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in lines if 'outcome="finished"' in line)


def test_jobs_wait_for_a_worker_and_are_done_by_one(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with (
        kind.empty(tmp_path / "empty") as settings,
        live_server(tmp_path / "home", worker="false", database_url=settings.database_url) as live,
    ):
        world = settle(live)
        (data_folder(live) / "census.csv").write_text(PUMS.read_text(encoding="utf8"), encoding="utf8")
        text = META.format(name="census", file="census.csv", epsilon=10.0, description="")
        registered = world.admin.post("/data", json={"meta": text})
        job = done(registered)["job_uuid"]
        assert done(world.admin.get(f"/jobs/{job}"))["job_state"] == "created"
        ports = [str(free_port()), str(free_port())]
        with worker(live, DQ0_METRICS_PORT=ports[0]), worker(live, DQ0_METRICS_PORT=ports[1]):
            dataset = ready(world.admin, registered)
            asked = [done(ask(world.admin, dataset, COUNT, 0.1))["job_uuid"] for _ in range(6)]
            assert {wait_for_job(world.admin, key)["job_state"] for key in asked} == {"finished"}
            # Each tells what it did itself: six queries and a bounded copy.
            deadline = time.monotonic() + PATIENCE
            while sum(map(ended, ports)) < 7:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        # At another price: what was answered before is answered at once.
        later = done(ask(world.admin, dataset, COUNT, 0.2))["job_uuid"]
        assert done(world.admin.get(f"/jobs/{later}"))["job_state"] == "created"
        world.close()
