"""Models over HTTP: registered from what runs published, gated by the owners of data, asked by jobs."""

import json
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper

from boxed import need_sandbox
from checked import Checked
from live import wait_for_job
from runs import Deployed
from trainings import Project
from world import World, done, refused

RUNS: dict[Path, dict[str, Any]] = {}
ROW = [39, 1, 13, 1, 50_000.0]


@pytest.fixture(autouse=True)
def _needed() -> None:
    need_sandbox("bubblewrap")


@pytest.fixture
def trained(world: World) -> dict[str, Any]:
    """A model of the trusted trainer, registered as clients do; trained once for each server."""
    if world.live.home not in RUNS:
        dataset = world.dataset(world.owner, epsilon=5.0)
        world.grant(dataset, "users", 2)
        RUNS[world.live.home] = Project(world, world.user, dataset).train()
    return dict(registered(world.user, RUNS[world.live.home]))


def registered(client: Checked, run: dict[str, Any], path: str = "pyfunc_model") -> Any:
    body = {"job_uuid": run["run_uuid"], "run_uuid": run["run_uuid"], "model_path": path}
    return done(client.post("/models/register", json=body))


def predict(client: Checked, model: dict[str, Any], data: str, form: str = "json") -> list[str]:
    """The lines of a prediction."""
    body = {"model_uuid": model["model_uuid"], "input_data": data, "input_type": form}
    job_uuid = done(client.post(f"/models/{model['model_uuid']}/predict", json=body))["message"].split()[-1]
    job = wait_for_job(client, job_uuid)
    assert job["job_state"] == "finished", job
    where = {"run_uuid": job_uuid, "artifact_path": "results.csv"}
    lines: list[str] = done(client.get("/artifacts/download", params=where))["data_string"].splitlines()
    return lines


def foreign(world: World, tmp_path: Path, content: bytes | None = None) -> Deployed:
    """A project whose code writes a model file of its own, with private data attached."""
    dataset = world.dataset(world.owner)
    world.grant(dataset, "users", 2)
    held = content or doubling()
    code = f"""
        import os
        os.makedirs(os.environ["DQ0_OUT"] + "/pyfunc_model")
        open(os.environ["DQ0_OUT"] + "/pyfunc_model/model.onnx", "wb").write({held!r})
        open(os.environ["DQ0_OUT"] + "/pyfunc_model/card.json", "w").write('{{"inputs": []}}')
        """
    return Deployed(world.user, tmp_path, code, dataset=dataset)


def doubling() -> bytes:
    """A model that doubles two numbers."""
    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 2]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "doubling", shape[:1], shape[1:])
    opsets = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    return content


def test_a_model_of_the_trainer_may_predict_at_once(world: World, trained: dict[str, Any]) -> None:
    assert trained["permissions"] == ["predict_allowed", "predict_proba_allowed"]
    assert trained["location"] == "pyfunc_model"
    lines = predict(world.user, trained, json.dumps([ROW, ROW]))
    assert lines[0] == "label,probabilities_False,probabilities_True"
    label, *shares = lines[1].split(",")
    assert label in ("True", "False")
    assert sum(map(float, shares)) == pytest.approx(1.0)
    assert lines[1] == lines[2]


def test_csv_with_names_in_any_order_predicts_the_same(world: World, trained: dict[str, Any]) -> None:
    wanted = predict(world.user, trained, json.dumps([ROW]))
    assert predict(world.user, trained, ",".join(map(str, ROW)), "csv") == wanted
    named = "income,age,sex,educ,race\n50000,39,1,13,1\n"
    assert predict(world.user, trained, named, "csv") == wanted


@pytest.mark.parametrize(
    ("data", "form", "reason"),
    [
        ("x", "json", "nested lists"),
        ("{}", "json", "nested lists"),
        ("[]", "json", "rows"),
        ("[[1, 2]]", "json", "5 cells: age, sex, educ, race, income"),
        ('[["a", 1, 13, 1, 5]]', "json", "age: expected a finite number"),
        ("[[null, 1, 13, 1, 5]]", "json", "age: expected a finite number"),
        ("[[1e999, 1, 13, 1, 5]]", "json", "nested lists"),
        ("1,2,3", "csv", "5 cells"),
        ('"', "csv", "expected CSV"),
        ("nan,1,13,1,5", "csv", "age: expected a finite number"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_what_is_wanted(
    world: World, trained: dict[str, Any], data: str, form: str, reason: str
) -> None:
    body = {"input_data": data, "input_type": form}
    assert reason in refused(world.user.post(f"/models/{trained['model_uuid']}/predict", json=body), 422)


def test_registering_the_same_place_twice_gives_the_same_model(world: World, trained: dict[str, Any]) -> None:
    key = RUNS[world.live.home]["run_uuid"]
    assert registered(world.user, {"run_uuid": key}, "'pyfunc_model/'")["model_uuid"] == trained["model_uuid"]
    for path, status in (("nothing", 404), ("../x", 400), ("/etc", 400), ("a/./b", 400), (".hidden", 400)):
        answer = world.user.post("/models/register", json={"run_uuid": key, "model_path": path})
        text = refused(answer, status)
        assert status == 400 or text == "model location does not exist"


def test_a_model_is_listed_shown_renamed_and_found_by_nobody_else(world: World, trained: dict[str, Any]) -> None:
    key = trained["model_uuid"]
    wanted = {"project_uuid": trained["project_uuid"]}
    assert [each["model_uuid"] for each in done(world.user.get("/models", params=wanted))["items"]] == [key]
    assert done(world.user.get(f"/models/{key}"))["project_name"] == trained["project_name"]
    assert done(world.user.post(f"/models/{key}/content", json=None))["model_uuid"] == key
    named = done(world.user.patch(f"/models/{key}", json={"model_name": "second", "model_description": "a try"}))
    assert (named["model_name"], named["description"]) == ("second", "a try")
    refused(world.user.patch(f"/models/{key}", json={"permissions": []}), 403)
    refused(world.nobody.get(f"/models/{key}"), 401)
    assert done(world.owner.get(f"/models/{key}"))["model_uuid"] == key, "his data is in it"


def test_code_of_ones_own_makes_a_model_that_waits_twice(world: World, tmp_path: Path) -> None:
    run = foreign(world, tmp_path).run()
    key = run["run_uuid"]
    for path in ("pyfunc_model", "nothing"):
        answer = world.user.post("/models/register", json={"run_uuid": key, "model_path": path})
        assert "held" in refused(answer, 403)
    done(world.owner.post(f"/runs/{key}/release", json=None))
    model = registered(world.user, run)
    assert model["permissions"] == []
    ask = {"input_data": "[[1, 2]]"}
    assert "needs review" in refused(world.user.post(f"/models/{model['model_uuid']}/predict", json=ask), 403)
    refused(world.user.patch(f"/models/{model['model_uuid']}", json={"permissions": ["predict_allowed"]}), 403)
    for given in (["predict_allowed"], "['predict_allowed']", "[predict_allowed]", "predict_allowed"):
        patched = done(world.owner.patch(f"/models/{model['model_uuid']}", json={"permissions": given}))
        assert patched["permissions"] == ["predict_allowed"]
    refused(world.owner.patch(f"/models/{model['model_uuid']}", json={"permissions": "everything"}), 422)
    assert predict(world.user, model, "[[1, 2]]") == ["y_0,y_1", "2.0,4.0"]
    done(world.owner.patch(f"/models/{model['model_uuid']}", json={"permissions": "[]"}))
    refused(world.user.post(f"/models/{model['model_uuid']}/predict", json=ask), 403)


@pytest.mark.parametrize("content", [b"no model", b"cos\nsystem\n(S'touch /tmp/pwned'\ntR."])
def test_a_file_that_is_no_model_ends_its_job_and_nothing_else(world: World, tmp_path: Path, content: bytes) -> None:
    run = foreign(world, tmp_path, content).run()
    done(world.owner.post(f"/runs/{run['run_uuid']}/release", json=None))
    model = registered(world.user, run)
    done(world.owner.patch(f"/models/{model['model_uuid']}", json={"permissions": ["predict_allowed"]}))
    answer = done(world.user.post(f"/models/{model['model_uuid']}/predict", json={"input_data": "[[1]]"}))
    job = wait_for_job(world.user, answer["message"].split()[-1])
    assert (job["job_state"], job["job_errors"]) == ("error", "the model could not predict from these rows")
    assert not Path("/tmp/pwned").exists()


def test_one_prediction_at_a_time_and_none_of_what_is_unregistered(world: World, trained: dict[str, Any]) -> None:
    key = trained["model_uuid"]
    many = json.dumps([ROW] * 20_000)
    answers = [world.user.post(f"/models/{key}/predict", json={"input_data": many}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    wait_for_job(world.user, answers[0].json()["message"].split()[-1])
    done(world.user.post("/models/unregister", json={"model_uuid": key}))
    refused(world.user.post(f"/models/{key}/predict", json={"input_data": "[[1]]"}), 404)
    assert done(world.user.get("/models", params={"project_uuid": trained["project_uuid"]}))["items"] == []


def test_a_model_predicts_as_often_in_an_hour_as_the_owner_of_its_data_says(
    world: World, trained: dict[str, Any]
) -> None:
    uuid = trained["model_uuid"]
    before = len(world.rows("SELECT 1 FROM predictions p JOIN models m USING (model_id) WHERE m.model_uuid = ?", uuid))
    limit = {"predictions_per_hour": before + 1}
    assert "who owns the data" in refused(world.user.patch(f"/models/{uuid}", json=limit), 403)
    assert done(world.owner.patch(f"/models/{uuid}", json=limit))["predictions_per_hour"] == before + 1
    predict(world.user, trained, json.dumps([ROW]))
    body = {"input_data": json.dumps([ROW]), "input_type": "json"}
    answered = world.user.post(f"/models/{uuid}/predict", json=body)
    assert "times in an hour" in refused(answered, 429)
    assert 0 < int(answered.headers["retry-after"]) <= 3600
    # Whoever asks.
    refused(world.admin.post(f"/models/{uuid}/predict", json=body), 429)
    done(world.owner.patch(f"/models/{uuid}", json={"predictions_per_hour": 0}))
    predict(world.user, trained, json.dumps([ROW]))
