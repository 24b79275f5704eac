"""Rows 18 and 20 over HTTP: paths that lead elsewhere, and what a run may say before anybody has decided."""

from pathlib import Path
from typing import Any

import pytest

from boxed import need_sandbox
from people import stored
from quarantine.domain.settings import Settings
from quarantine.store import rows, runs
from quarantine.store.engine import open_database
from quarantine.store.tables import jobs as jobs_table
from quarantine.worker.staging import sweep
from runs import Deployed
from world import World, done, refused

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PATHS = [
    "../x",
    "a/../b",
    "/etc/passwd",
    ".hidden",
    "a/.b",
    "a//b",
    "a/",
    "a\0b",
    "a\nb",
    "a\\b",
    "..",
    ".",
    "",
    "x" * 1001,
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_of_an_artifact_that_is_no_plain_path_is_400(world: World, path: str) -> None:
    where = {"run_uuid": UNKNOWN}
    refused(world.user.get("/artifacts/download", params={**where, "artifact_path": path}), 400)
    refused(world.user.get("/artifacts/tree_structure", params={**where, "path": path}), 400)


@pytest.mark.parametrize("path", ["%2e%2e/x", "..%2fx", "%2fetc%2fpasswd", "a%00b", "%ff", "a%5cb"])
def test_a_path_in_disguise_is_400(world: World, path: str) -> None:
    for asked in (f"download?artifact_path={path}", f"tree_structure?path={path}"):
        refused(world.user.get(f"/artifacts/{asked}&run_uuid={UNKNOWN}"), 400)


LEAKS = """
import os, sys, mlflow
canary = open(os.environ["DQ0_DATA"]).read().splitlines()[1].replace(",", "c")
mlflow.log_metric("m" + canary, 7.0)
mlflow.log_param("p" + canary, canary)
mlflow.set_tag("t" + canary, canary)
mlflow.log_text(canary, f"f{canary}/{canary}.txt")
os.makedirs(os.environ["DQ0_OUT"] + "/d" + canary)
print(canary)
print(canary, file=sys.stderr)
sys.exit(77)
"""


def test_rows_in_names_values_logs_and_statuses_stay_where_they_are(world: World, tmp_path: Path) -> None:
    need_sandbox()
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    project = Deployed(world.user, tmp_path, LEAKS, dataset)
    run = project.run()
    key = run["run_uuid"]
    found = world.rows("SELECT name FROM run_outputs WHERE run_uuid = ? AND kind = 'file'", key)[0][0]
    canary = found.partition("/")[0][1:]
    assert canary.count("c") >= 5
    assert run["run_status"] == "FAILED"
    assert canary not in world.live.log()
    texts = [
        world.user.get(path, params=params).text
        for path, params in (
            ("/runs", {"project_uuid": project.uuid}),
            (f"/runs/{key}", {}),
            (f"/runs/{key}/metric_history", {}),
            (f"/jobs/{key}", {}),
            ("/jobs", {"job_type": "commit.run"}),
            ("/artifacts/tree_structure", {"run_uuid": key}),
            ("/artifacts/download", {"run_uuid": key, "artifact_path": found}),
            ("/experiments", {"project_uuid": project.uuid}),
            (f"/projects/{project.uuid}", {}),
        )
    ]
    assert [text for text in texts if canary in text] == []
    assert "77" not in run["job_errors"] + run["job_logs"]
    assert not [row for row in world.rows("SELECT description, object FROM audits") if canary in str(row)]
    assert canary in world.owner.get(f"/runs/{key}/outputs").text


def test_what_a_killed_worker_left_of_an_ended_run_is_removed(world: World) -> None:
    user = done(world.admin.get("/users/profile"))["user_id"]
    nothing: Any = {"project_uuid": UNKNOWN, "commit_uuid": UNKNOWN, "experiment_uuid": UNKNOWN, "arguments": {}}
    with stored(world.live) as connection:
        keys = [runs.create(connection, user_id=user, entry_point="x", data_ids=[], **nothing) for _ in range(2)]
        held = {"job_state": "running", "lease_owner": "another", "lease_until": 2**53}
        rows.update(connection, jobs_table, {"job_uuid": keys[0]}, **held)
        rows.update(connection, jobs_table, {"job_uuid": keys[1]}, job_state="cancelled", run_end_time=1)
    above = world.live.home / "runs"
    above.mkdir(mode=0o700, exist_ok=True)
    left = [above / f"{key}.{'0' * 16}" for key in keys]
    for folder in left:
        (folder / "data").mkdir(parents=True)
    settings = Settings(home=str(world.live.home), database_url=world.live.url)
    database = open_database(settings)
    sweep(database, settings)
    database.close()
    assert [folder.exists() for folder in left] == [True, False]
    with stored(world.live) as connection:
        rows.update(connection, jobs_table, {"job_uuid": keys[0]}, job_state="cancelled", run_end_time=1)
