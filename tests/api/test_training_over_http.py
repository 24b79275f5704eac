"""The trusted trainer over HTTP: what a project declares is fitted, paid for, and shown without anybody's release."""

import base64
import json
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from boxed import need_sandbox
from checked import Checked
from live import wait_for_job
from trainings import TRAIN, Project
from world import World, done, refused


@pytest.fixture(autouse=True)
def _needed() -> None:
    need_sandbox("bubblewrap")


def left(world: World, dataset: dict[str, Any]) -> float:
    """What is left of the dataset's epsilon."""
    found = done(world.owner.get("/privacy/budgets", params={"page_size": 1000}))["items"]
    return float(next(each["current"] for each in found if each["data_id"] == dataset["data_id"]))


def usable(world: World, **more: str) -> dict[str, Any]:
    """A dataset of the owner's that users may use."""
    made = world.dataset(world.owner, epsilon=5.0, **more)
    world.grant(made, "users", 2)
    return dict(made)


@pytest.fixture
def dataset(world: World) -> dict[str, Any]:
    return usable(world)


def artifact(client: Checked, run: dict[str, Any], path: str) -> bytes:
    """A file that a run has published."""
    found = done(client.get("/artifacts/download", params={"run_uuid": run["run_uuid"], "artifact_path": path}))
    text: str = found["data_string"]
    return text.encode() if found["data_encoding"] == "text" else base64.b64decode(text)


def test_the_template_of_a_new_project_trains_as_it_is(world: World, dataset: dict[str, Any]) -> None:
    run = Project(world, world.user, dataset).train(1.0)
    assert (run["job_state"], run["run_status"], run["run_held"]) == ("finished", "FINISHED", False), run
    assert [each["key"] for each in run["run_metrics"]] == ["accuracy"]
    assert {"key": "estimator", "value": "GaussianNB"} in run["run_params"]
    card = json.loads(artifact(world.user, run, "pyfunc_model/card.json"))
    assert (card["data_uuid"], card["epsilon"], card["delta"]) == (dataset["data_uuid"], 1.0, 0.0)
    assert [each["column"] for each in card["inputs"]] == ["age", "sex", "educ", "race", "income"]
    assert card["target"]["column"] == "married"
    assert sum(each["epsilon"] for each in card["mechanisms"]) == pytest.approx(1.0)
    session = onnxruntime.InferenceSession(artifact(world.user, run, "pyfunc_model/model.onnx"))
    label, shares = session.run(None, {"X": [[39.0, 1.0, 13.0, 1.0, 50_000.0]]})
    assert label[0] in (0, 1)
    assert sum(shares[0]) == pytest.approx(1.0)


def test_a_training_costs_its_epsilon_once_and_the_ledger_says_for_what(world: World, dataset: dict[str, Any]) -> None:
    before = left(world, dataset)
    run = Project(world, world.user, dataset).train(1.5)
    assert run["job_state"] == "finished", run
    assert left(world, dataset) == pytest.approx(before - 1.5)
    rows = world.rows("SELECT mechanisms FROM ledger WHERE job_uuid = ?", run["run_uuid"])
    assert len(rows) == 1
    assert [each["name"] for each in json.loads(rows[0][0])] == ["discrete Laplace", "discrete Laplace"]


def test_a_training_that_the_budget_does_not_cover_is_refused_like_a_query_and_makes_no_run(
    world: World, dataset: dict[str, Any]
) -> None:
    before = left(world, dataset)
    project = Project(world, world.user, dataset)
    assert "the privacy budget left" in refused(project.start(100.0), 403)
    assert done(world.user.get("/runs", params={"project_uuid": project.uuid}))["items"] == []
    assert left(world, dataset) == before


def test_a_training_whose_budget_is_spent_before_it_runs_ends_before_any_data_is_asked(
    world: World, dataset: dict[str, Any]
) -> None:
    project = Project(world, world.user, dataset)
    # While the code declares, most of what is left goes.
    model = project.folder / "my_model.py"
    model.write_text(f"import time; time.sleep(3)\n{model.read_text()}")
    key = done(project.start(2.0))["message"].split()[-1]
    done(world.owner.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 1.0}))
    job = wait_for_job(world.user, key)
    assert job["job_state"] == "error"
    assert "the privacy budget left" in job["job_errors"]
    assert left(world, dataset) == 1.0


def test_a_training_that_fails_after_the_charge_costs_all_the_same_and_says_nothing(
    world: World,
) -> None:
    file = world.source()
    dataset = usable(world, file=file)
    before = left(world, dataset)
    # With the source gone, too, the copy is not made anew.
    (world.live.home / "data" / file).unlink()
    for path in (world.live.home / "bounded" / dataset["data_uuid"]).glob("**/*.parquet"):
        path.unlink()
    run = Project(world, world.user, dataset).train()
    assert run["job_errors"] == "the model could not be fitted; the cost stays charged"
    assert left(world, dataset) == pytest.approx(before - 1.0)


def test_a_training_learns_from_the_source_as_it_is_now_like_a_query(fast: World) -> None:
    file = fast.source()
    dataset = usable(fast, file=file)
    path = fast.live.home / "data" / file
    # Everybody is married now, and the copy was made before.
    head, *lines = path.read_text().split()
    path.write_text("\n".join([head, *(",".join([*line.split(",")[:5], "1", line.split(",")[6]]) for line in lines)]))
    run = Project(fast, fast.user, dataset).train(4.0)
    assert run["job_state"] == "finished", run
    assert run["run_metrics"][0]["value"] > 0.97
    path.write_text('pid\n"1')
    run = Project(fast, fast.user, dataset).train(0.5)
    assert "could not be prepared anew" in run["job_errors"]
    assert left(fast, dataset) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("model", "setup_data", "reason"),
    [
        ("self.model = object()", "pass", "no estimator that is known"),
        ("from sklearn.svm import SVC; self.model = SVC()", "pass", "cannot be fitted privately"),
        ("from sklearn.naive_bayes import GaussianNB; self.model = GaussianNB()", "pass", "no target"),
        ("self.model = None", "self.data_source.read().mean()", "computes on rows"),
        ("self.model = None", "[row for row in self.data_source.read()]", "computes on rows"),
        ("self.model = None", "self.data_source.read()['pid']", "not among the columns"),
        ("self.model = None", "import torch; torch.load('/data')", "computes on rows"),
        ("while True: pass", "pass", "not understood"),
    ],
)
def test_what_cannot_be_made_private_is_refused_at_no_cost(
    world: World, dataset: dict[str, Any], model: str, setup_data: str, reason: str
) -> None:
    before = left(world, dataset)
    project = Project(world, world.user, dataset)
    project.model(model if "while" not in model else "import os; os._exit(3)", setup_data)
    run = project.train()
    assert run["job_state"] == "error"
    assert reason in run["job_errors"]
    assert left(world, dataset) == before


def test_the_code_of_a_training_finds_no_data(world: World, dataset: dict[str, Any], tmp_path: Path) -> None:
    project = Project(world, world.user, dataset)
    project.model("raise ValueError(os.listdir('/'), dict(os.environ))", "import os; globals().update(os=os)")
    errors = project.train()["job_errors"]
    assert "ValueError" in errors
    assert "data'" not in errors
    assert "DQ0_DATA" not in errors


def test_a_training_without_a_dataset_or_with_two_is_refused(world: World, dataset: dict[str, Any]) -> None:
    other = world.dataset(world.owner)
    world.grant(other, "users", 2)
    for datasets in ((), (dataset, other)):
        run = Project(world, world.user, *datasets).train()
        assert "learns from one dataset" in run["job_errors"], run


def test_an_entry_point_of_that_name_with_another_command_is_ordinary_code_and_held(
    world: World, dataset: dict[str, Any]
) -> None:
    before = left(world, dataset)
    project = Project(world, world.user, dataset)
    (project.folder / "MLproject").write_text(
        f"name: x\nentry_points:\n  {TRAIN}:\n    parameters: {{target-epsilon: float}}\n"
        "    command: \"python -c 'print(1)' {target-epsilon}\"\n"
    )
    run = project.train()
    assert run["run_held"] is True
    assert left(world, dataset) == before


def test_columns_that_the_owner_hides_are_not_learned_from(world: World, dataset: dict[str, Any]) -> None:
    mask = {"data_name": dataset["data_name"], "mask_data": {"hidden": ["income"], "private": ["age"]}}
    done(world.owner.post("/privacy/masks", json=mask))
    run = Project(world, world.user, dataset).train()
    assert run["job_state"] == "finished", run
    card = json.loads(artifact(world.user, run, "pyfunc_model/card.json"))
    assert [each["column"] for each in card["inputs"]] == ["sex", "educ", "race"]
