"""Runs from deployment to release, over HTTP: what code wrote that read private data is the owner's to let go."""

from pathlib import Path
from typing import Any

import pytest

from boxed import need_sandbox
from live import wait_for_job
from runs import Deployed
from world import World, done, refused


@pytest.fixture(autouse=True)
def _needed() -> None:
    need_sandbox()


@pytest.fixture
def private(world: World, tmp_path: Path) -> Deployed:
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    return Deployed(world.user, tmp_path, dataset=dataset)


def test_a_run_without_data_shows_everything_at_once(world: World, tmp_path: Path) -> None:
    run = Deployed(world.user, tmp_path).run(ml_project_entry_point="main", args={"epochs": 3})
    assert (run["job_state"], run["run_status"], run["run_stage"]) == ("finished", "FINISHED", "active"), run
    assert run["run_metrics"][0]["value"] == pytest.approx(1 / 3)
    assert {"key": "epochs", "value": "3"} in run["run_params"]
    assert {"key": "rows", "value": "canary-param"} in run["run_params"]
    assert {"key": "mlflow.project.entryPoint", "value": "main"} in run["run_tags"]
    assert "canary-log" in run["job_logs"]
    assert run["run_held"] is False
    history = done(world.user.get(f"/runs/{run['run_uuid']}/metric_history", params={"metric_key": "loss"}))
    assert [each["step"] for each in history["run_metrics"]] == ["0", "1", "2"]
    asked = {"metric_key": "loss", "page_size": 2}
    pages = [
        done(world.user.get(f"/runs/{run['run_uuid']}/metric_history", params={**asked, "page": page}))["run_metrics"]
        for page in (1, 2, 3)
    ]
    assert [[each["step"] for each in page] for page in pages] == [["0", "1"], ["2"], []]
    assert (
        done(world.user.get(f"/runs/{run['run_uuid']}/metric_history", params={"metric_key": "x"}))["run_metrics"] == []
    )


def test_artifacts_come_as_a_tree_text_as_text_and_bytes_as_base64(world: World, tmp_path: Path) -> None:
    run = Deployed(world.user, tmp_path).run()
    where = {"run_uuid": run["run_uuid"]}
    tree = done(world.user.get("/artifacts/tree_structure", params=where))["artifact_files"]
    assert [(each["path"], each["is_dir"]) for each in tree] == [("model", True), ("weights.bin", False)]
    assert tree[0]["children"][0]["path"] == "model/canary.txt"
    shallow = done(world.user.get("/artifacts/tree_structure", params={**where, "level": "1"}))["artifact_files"]
    assert "children" not in shallow[0]
    below = done(world.user.get("/artifacts/tree_structure", params={**where, "path": "model"}))["artifact_files"]
    assert [(each["label"], each["file_size"]) for each in below] == [("canary.txt", "11")]
    refused(world.user.get("/artifacts/tree_structure", params={**where, "path": "nowhere"}), 404)
    text = done(world.user.get("/artifacts/download", params={**where, "artifact_path": "model/canary.txt"}))
    assert (text["data_string"], text["data_encoding"]) == ("canary-file", "text")
    binary = done(world.user.get("/artifacts/download", params={**where, "artifact_path": "weights.bin"}))
    assert (binary["data_string"], binary["data_encoding"]) == ("/wAB", "base64")


def test_what_code_wrote_that_read_private_data_is_nowhere_until_it_is_released(
    world: World, private: Deployed
) -> None:
    run = private.run()
    key = run["run_uuid"]
    assert run["run_status"] == "FINISHED", run
    assert (run["run_held"], run["run_released_by"]) == (True, ["owner@example.org"])
    answers = [
        world.user.get(path, params=params).text
        for path, params in (
            (f"/runs/{key}", {}),
            ("/runs", {"project_uuid": private.uuid}),
            (f"/jobs/{key}", {}),
            ("/jobs", {"project_uuid": private.uuid}),
            (f"/runs/{key}/metric_history", {}),
            ("/artifacts/tree_structure", {"run_uuid": key}),
            ("/artifacts/download", {"run_uuid": key, "artifact_path": "model/canary.txt"}),
        )
    ]
    assert [text for text in answers if "canary" in text or "weights" in text or "loss" in text] == []
    for path in ("model/canary.txt", "no-such-file"):
        refused(world.user.get("/artifacts/download", params={"run_uuid": key, "artifact_path": path}), 403)
    refused(world.user.get(f"/runs/{key}/outputs"), 403)
    refused(world.user.post(f"/runs/{key}/release", json=None), 403)
    refused(world.auditor.post(f"/runs/{key}/release", json=None), 403)
    outputs = done(world.owner.get(f"/runs/{key}/outputs"))["items"]
    assert [(each["kind"], each["name"], each["state"]) for each in outputs] == [
        ("file", "model/canary.txt", "held"),
        ("file", "weights.bin", "held"),
        ("log", "log", "held"),
        ("metrics", "metrics", "held"),
        ("params", "params", "held"),
        ("tags", "tags", "held"),
    ]
    log = done(world.owner.get(f"/runs/{key}/outputs/{outputs[2]['output_id']}"))["data_string"]
    # Bounded, and without the column that names people.
    assert log.startswith("ended: ended, status 0")
    assert "1001 ['age', 'educ', 'income', 'married', 'race', 'sex']" in log


def test_the_owner_releases_parts_refuses_others_and_the_asker_sees_both(world: World, private: Deployed) -> None:
    key = private.run()["run_uuid"]
    numbers = {each["kind"]: each["output_id"] for each in done(world.owner.get(f"/runs/{key}/outputs"))["items"]}
    body = {"outputs": [numbers["metrics"], numbers["params"]]}
    assert done(world.owner.post(f"/runs/{key}/release", json=body))["message"] == "successfully released 2 outputs"
    refused(world.owner.post(f"/runs/{key}/release", json=body), 409)
    refused(world.owner.post(f"/runs/{key}/release", json={"outputs": [10**9]}), 422)
    assert "canary-log" not in world.user.get(f"/runs/{key}").text
    done(world.owner.post(f"/runs/{key}/refuse", json={"reason": "the log holds rows"}))
    run = done(world.user.get(f"/runs/{key}"))
    assert run["run_metrics"][0]["key"] == "loss"
    assert (run["run_held"], run["run_refused"]) == (False, ["the log holds rows"])
    kept = "SELECT count(*) FROM run_outputs WHERE run_uuid = ? AND state = 'refused' AND length(content) > 0"
    assert world.rows(kept, key) == [(0,)]
    said = world.rows(
        "SELECT description FROM audits WHERE object = ? AND action LIKE ? AND outcome = 'ok' ORDER BY audit_id",
        key,
        "RunRe%",
    )
    assert [text.split(":")[0] for (text,) in said] == ["released 2 outputs", "refused 4 outputs"]


def test_code_sees_no_dataset_that_the_asker_may_not_use(world: World, tmp_path: Path) -> None:
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    project = Deployed(
        world.user, tmp_path, "import os; print(os.listdir('/data'), os.environ.get('DQ0_DATA'))", dataset
    )
    world.grant(dataset, "users", 1)
    assert "[] None" in project.run()["job_logs"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ml_project_entry_point": "code.py"}, "declares main, other"),
        ({"ml_project_entry_point": "other", "args": {"epochs": 1}}, "declares no parameter"),
        ({"args": {"epochs": "1; id"}}, "expected an integer"),
        ({"args": {"epochs": "1", "evil": "x"}}, "declares no parameter"),
    ],
)
def test_what_the_project_does_not_declare_is_refused(world: World, tmp_path: Path, more: Any, said: str) -> None:
    assert said in refused(Deployed(world.user, tmp_path).start(**more), 422)


def test_runs_are_their_askers_and_can_be_put_aside_and_brought_back(world: World, tmp_path: Path) -> None:
    project = Deployed(world.user, tmp_path)
    run = done(world.user.post(f"/commits/{project.commit}/run", json=None))["message"].split()[-1]
    wait_for_job(world.user, run)
    refused(world.owner.get(f"/runs/{run}"), 404)
    refused(world.owner.post(f"/runs/{run}/release"), 404)
    refused(world.nobody.get(f"/runs/{run}"), 401)
    for verb, path, stage in (("DELETE", f"/runs/{run}", "deleted"), ("POST", f"/runs/{run}/restore", "active")):
        done(world.user.request(verb, path))
        assert done(world.user.get(f"/runs/{run}"))["run_stage"] == stage
    listed = done(world.user.get("/runs", params={"commit_uuid": project.commit}))
    assert [each["run_uuid"] for each in listed["items"]] == [run]
    other = done(world.user.get("/runs", params={"project_uuid": "6af92043-33db-4c27-8b38-e8733f4713c2"}))
    assert other["total"] == 0


def test_a_run_that_fails_says_no_more_than_that(world: World, tmp_path: Path) -> None:
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    code = "import os; raise SystemExit(int(open(os.environ['DQ0_DATA']).read()[0:2] == 'ag') + 76)"
    run = Deployed(world.user, tmp_path, code, dataset).run()
    assert (run["job_state"], run["run_status"]) == ("error", "FAILED")
    assert "77" not in run["job_errors"] + run["job_logs"]
    assert run["run_start_time"] % 1000 == run["run_end_time"] % 1000 == 0


@pytest.mark.parametrize("force", [False, True])
def test_cancelling_ends_the_whole_run_and_the_server_answers_meanwhile(
    world: World, tmp_path: Path, force: bool
) -> None:
    code = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for _ in range(20):
            if os.fork() == 0:
                break
        while True:
            os.getpid()
    """
    project = Deployed(world.user, tmp_path, code)
    job_uuid = done(project.start())["message"].split()[-1]
    while done(world.user.get(f"/jobs/{job_uuid}"))["job_state"] == "created":
        pass
    # Others are not kept waiting: a dataset is prepared by a job, too.
    assert world.dataset(world.owner)["data_state"] == "ready"
    done(world.user.post(f"/jobs/{job_uuid}/cancel", json={"force": force}))
    job = wait_for_job(world.user, job_uuid)
    assert (job["job_state"], job["run_status"], job["job_progress"]) == ("cancelled", "KILLED", 1.0)
    assert not list((world.live.home / "runs").glob(f"{job_uuid}*"))
