"""`dq0 worker start`: jobs of a server that has no worker of its own, and a graceful end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from databases import Kind
from live import ROOT, Live, live_server, wait_for_job
from world import COUNT, META, PUMS, ask, data_folder, done, ready, settle


@contextmanager
def worker(live: Live) -> Iterator[subprocess.Popen[str]]:
    """A worker process on a server's database, until the block ends."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment |= {"DQ0_HOME": str(live.home), "DQ0_DATABASE_URL": live.url, "PYTHONPATH": str(ROOT)}
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
        with worker(live), worker(live):
            dataset = ready(world.admin, registered)
            asked = [done(ask(world.admin, dataset, COUNT, 0.1))["job_uuid"] for _ in range(6)]
            assert {wait_for_job(world.admin, key)["job_state"] for key in asked} == {"finished"}
        # At another price: what was answered before is answered at once.
        later = done(ask(world.admin, dataset, COUNT, 0.2))["job_uuid"]
        assert done(world.admin.get(f"/jobs/{later}"))["job_state"] == "created"
        world.close()
