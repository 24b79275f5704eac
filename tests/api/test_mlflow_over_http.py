"""What is released of runs is copied to a real MLflow tracking server; what is held is not, and nobody waits for it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from boxed import need_sandbox
from live import free_port, live_server
from runs import Deployed
from tracking_server import mlflow_python, tracking_server
from world import done, select, settle


def found(client: httpx.Client, run_uuid: str) -> list[dict[str, Any]]:
    """The mirrored runs of one of ours, over all experiments."""
    experiments = client.post("/api/2.0/mlflow/experiments/search", json={"max_results": 100}).json()["experiments"]
    wanted = {"experiment_ids": [each["experiment_id"] for each in experiments]}
    wanted["filter"] = f"tags.\"dq0.run_uuid\" = '{run_uuid}'"  # type: ignore[assignment]
    listed: list[dict[str, Any]] = client.post("/api/2.0/mlflow/runs/search", json=wanted).json().get("runs", [])
    return listed


def wait(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (seen := what()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return seen


def artifact(client: httpx.Client, run: dict[str, Any], path: str) -> bytes:
    place = run["info"]["artifact_uri"].removeprefix("mlflow-artifacts:").lstrip("/")
    answer = client.get(f"/api/2.0/mlflow-artifacts/artifacts/{place}/{path}")
    return answer.raise_for_status().content


def mirrored(live: Any, run_uuid: str) -> bool:
    """Whether everything of a run is over."""
    state = "SELECT outputs FROM run_mirrors WHERE run_uuid = ? AND outputs > 0 AND next_at = 0"
    return bool(select(live, state, run_uuid))


def test_released_runs_are_mirrored_once_though_the_tracking_server_comes_late(tmp_path: Path) -> None:
    need_sandbox()
    mlflow_python()
    port = free_port()
    settings = {"ambient_session": "false", "mlflow_uri": f"http://127.0.0.1:{port}"}
    with live_server(tmp_path / "home", **settings) as live:
        world = settle(live)
        run = Deployed(world.user, tmp_path).run(ml_project_entry_point="main", args={"epochs": 3})
        # Nobody listens there yet: the run has ended and is released all the same.
        assert (run["job_state"], run["run_held"]) == ("finished", False)
        wait(lambda: select(live, "SELECT 1 FROM run_mirrors WHERE attempts > 0"))
        (tmp_path / "tracking").mkdir()
        with tracking_server(tmp_path / "tracking", port) as client:
            wait(lambda: mirrored(live, run["run_uuid"]), 90)
            (copy,) = found(client, run["run_uuid"])
            assert copy["info"]["status"] == "FINISHED"
            assert copy["info"]["start_time"] % 1000 == 0
            data = copy["data"]
            params = {each["key"]: each["value"] for each in data["params"]}
            assert (params["epochs"], params["rows"]) == ("3", "canary-param")
            assert {each["key"]: each["value"] for each in data["tags"]}["kind"] == "canary-tag"
            asked = {"run_id": copy["info"]["run_id"], "metric_key": "loss"}
            history = client.get("/api/2.0/mlflow/metrics/get-history", params=asked).json()["metrics"]
            assert [int(each["step"]) for each in history] == [0, 1, 2]
            assert artifact(client, copy, "weights.bin") == bytes([255, 0, 1])
            assert artifact(client, copy, "model/canary.txt") == b"canary-file"
            assert b"canary-log" in artifact(client, copy, "log.txt")
            held_then_released(live, world, client, tmp_path)
        world.close()


def held_then_released(live: Any, world: Any, client: httpx.Client, folder: Path) -> None:
    """Nothing of a held run is mirrored, and of what is released only that."""
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    run = Deployed(world.user, folder, dataset=dataset).run(ml_project_entry_point="main", args={"epochs": 2})
    assert run["run_held"] is True
    time.sleep(7)
    assert found(client, run["run_uuid"]) == []
    outputs = done(world.owner.get(f"/runs/{run['run_uuid']}/outputs"))["items"]
    metrics = [each["output_id"] for each in outputs if each["kind"] == "metrics"]
    done(world.owner.post(f"/runs/{run['run_uuid']}/release", json={"outputs": metrics}))
    wait(lambda: mirrored(live, run["run_uuid"]))
    (copy,) = found(client, run["run_uuid"])
    assert [each["key"] for each in copy["data"]["metrics"]] == ["loss"]
    assert "canary" not in str(copy)
    # What is released later joins it.
    done(world.owner.post(f"/runs/{run['run_uuid']}/release"))
    wait(lambda: "canary-param" in str(found(client, run["run_uuid"])))
    wait(lambda: mirrored(live, run["run_uuid"]))
    assert len(found(client, run["run_uuid"])) == 1
