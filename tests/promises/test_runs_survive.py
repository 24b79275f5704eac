"""A run or transform whose server is killed leaves no process, is run again by the next one, and is published once."""

import time
from pathlib import Path

import pytest
import transforms

from boxed import KINDS, alive, need_sandbox
from live import live_server, wait_for_job
from quarantine.worker.sandbox import Kind
from runs import Deployed
from world import done, settle

CODE = """
import os, sys, time, mlflow
mlflow.log_metric("times", 1.0)
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
    os._exit(0)
time.sleep(3)
print("to the end")
"""


def wait_until_running(client: object, key: str, state: str) -> None:
    """Poll a job until it is in a state."""
    deadline = time.monotonic() + 60
    while done(client.get(f"/jobs/{key}"))["job_state"] != state:  # type: ignore[attr-defined]
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("walls", KINDS)
def test_a_killed_server_leaves_no_process_and_the_run_ends_once(walls: Kind, tmp_path: Path) -> None:
    need_sandbox(walls)
    home, mark = tmp_path / "home", f"python code.py {'7' * 9}"
    with live_server(home, sandbox=walls, lease_seconds="2") as live:
        world = settle(live)
        project, dataset = Deployed(world.admin, tmp_path, CODE), world.dataset()
        slow = f"import time; time.sleep(3)\n{transforms.PACKED}"
        transform = transforms.Transformed(world, dataset, client=world.admin, code=slow)
        made = done(transform.start())["message"].split()[-1]
        key = done(project.start(args={"epochs": int("7" * 9)}))["message"].split()[-1]
        for each in (key, made):
            wait_until_running(world.admin, each, "running")
        deadline = time.monotonic() + 30
        while len([line for line in alive(mark) if line.startswith("python")]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        token = world.admin.token
        world.close()
        live.kill()
        while alive(mark):
            assert time.monotonic() < deadline, alive(mark)
            time.sleep(0.05)
    with live_server(home, sandbox=walls, lease_seconds="2") as live, live.client(token) as client:
        job = wait_for_job(client, key)
        assert job["job_state"] == "finished", job
        run = done(client.get(f"/runs/{key}"))
        assert run["job_logs"].count("to the end") == 1
        history = done(client.get(f"/runs/{key}/metric_history", params={"metric_key": "times"}))
        assert len(history["run_metrics"]) == 1
        # A dataset is made by the owner's release alone, and there is one table to release.
        assert wait_for_job(client, made)["job_state"] == "finished"
        outputs = [each["kind"] for each in done(client.get(f"/runs/{made}/outputs"))["items"]]
        assert outputs == ["code", "log", "table"]
        assert [each["data_uuid"] for each in done(client.get("/data"))["items"]] == [dataset["data_uuid"]]
        assert alive(mark) == []
        assert not list(home.glob("runs/*"))
